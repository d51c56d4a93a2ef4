"""Cells of a workbook that its parser leaves blank: errors, formulas without their result."""

import pytest

from access.exchange.reading import open_sheets
from tests.site.access.exchange import ods
from tests.site.access.exchange.test_limits import LIMITS, NAMESPACE, with_sheet, workbook


def cells(content):
    return [list(row) for _, row in open_sheets(content, LIMITS)[0].rows()]


def test_an_error_is_read_as_the_spreadsheet_shows_it():
    def fill(sheet):
        sheet.append(["#REF!", "#N/A", "a"])
        sheet["A1"].data_type = sheet["B1"].data_type = "e"

    assert cells(workbook(fill)) == [["#REF!", "#N/A", "a"]]


def test_a_formula_without_result_is_read_as_the_formula():
    assert cells(workbook(lambda sheet: sheet.append(["=400+12", "a"]))) == [["=400+12", "a"]]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b'<c r="A1"><f>1+1</f><v>2</v></c>', 2.0),
        (b'<c r="A1" t="str"><f>IF(B1="","",1)</f><v></v></c>', ""),
        (b'<c r="A1" s="0" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        (b'<c r="A1" t="n"><f>A2&amp;"x"</f></c>', '=A2&"x"'),
    ],
)
def test_a_result_is_never_written_over(written, read):
    row = b'<sheetData><row r="1">' + written + b'<c r="B1"><v>7</v></c></row></sheetData></worksheet>'
    assert cells(with_sheet(NAMESPACE + row)) == [[read, 7.0]]


def test_an_error_of_an_ods_document():
    content = ods.document([["a", "b"]])
    hollow = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    plain = '<table:table-cell office:value-type="string"><text:p>b</text:p></table:table-cell>'
    assert cells(ods.replaced(content, plain, hollow)) == [["a", "#DIV/0!"]]
