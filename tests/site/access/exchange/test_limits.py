"""Hostile and oversized files: a clear refusal, in bounded time."""

import io
import time
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from access.exchange import confined
from access.exchange.findings import Code, FileRefused
from access.exchange.limits import Limits
from access.exchange.reading import open_sheets

LIMITS = Limits(size=50 << 20, rows=250_000, columns=200, cell_characters=32_767, unzipped_size=400 << 20, findings=100)
NAMESPACE = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def workbook(fill=lambda sheet: sheet.append(["a", "b"])):
    book = openpyxl.Workbook()
    fill(book.active)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_sheet(xml):
    """A workbook whose only sheet is this XML."""
    source, target = zipfile.ZipFile(io.BytesIO(workbook())), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return target.getvalue()


def refusal(content, limits=LIMITS):
    started = time.monotonic()
    with pytest.raises(FileRefused) as refused:
        [list(sheet.rows()) for sheet in open_sheets(content, limits)]
    assert time.monotonic() - started < 30
    return refused.value.finding.code


def test_a_zip_bomb():
    assert refusal(with_sheet(b"0" * (401 << 20))) == Code.HOSTILE_FILE


def test_one_long_text_that_stands_in_every_cell():
    content = workbook(lambda sheet: [sheet.append(["x" * 30_000]) for _ in range(60)])
    assert refusal(content, replace(LIMITS, unzipped_size=1_500_000)) == Code.HOSTILE_FILE
    assert [len(cells[0]) for _, cells in open_sheets(content, replace(LIMITS, unzipped_size=3_000_000))[0].rows()] == [30_000] * 60


def test_a_validation_declared_on_a_million_rows_costs_nothing():
    data = b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    rule = (
        b'<dataValidations count="1"><dataValidation type="list" sqref="A1:XFD1048576"><formula1>"a,b"</formula1></dataValidation></dataValidations>'
    )
    assert [list(cells) for _, cells in open_sheets(with_sheet(NAMESPACE + data + rule + b"</worksheet>"), LIMITS)[0].rows()] == [[1.0]]


@pytest.mark.parametrize(
    "content",
    [
        b"a;b\n1;" + b"x" * 32_768,
        b"a;b\n1;" + b"x" * (8 << 20),
        b";".join([b"x"] * 10_000) + b"\n",
        workbook(lambda sheet: sheet.append([f"c{number}" for number in range(10_000)])),
        with_sheet(
            NAMESPACE + b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>' + b"x" * 32_768 + b"</t></is></c></row></sheetData></worksheet>"
        ),
    ],
    ids=["cell", "endless line", "columns", "columns of a workbook", "cell of a workbook"],
)
def test_too_large(content):
    assert refusal(content) == Code.TOO_LARGE


def test_nul_and_passwords():
    assert refusal(b"a;b\n1;\x00\n") == Code.NOT_A_TABLE
    locked = io.BytesIO()
    with zipfile.ZipFile(locked, "w") as archive:
        archive.writestr("content.xml", b"x")
        archive.writestr("META-INF/manifest.xml", b"<encryption-data/>")
    assert refusal(locked.getvalue()) == Code.ENCRYPTED_FILE
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")) == Code.ENCRYPTED_FILE


def many_rows():
    rows = b"".join(b'<row r="%d">%b</row>' % (row, b"<c><v>1234567</v></c>" * 20) for row in range(1, 40_001))
    return with_sheet(NAMESPACE + b"<sheetData>" + rows + b"</sheetData></worksheet>")


@pytest.mark.parametrize("bounds", [{"memory": 96 << 20}, {"seconds": 0}])
def test_a_child_out_of_bounds_is_a_refusal(bounds):
    with pytest.raises(FileRefused) as refused:
        confined.open_workbook(many_rows(), LIMITS, **bounds)
    assert refused.value.finding.code == Code.HOSTILE_FILE


def test_more_rows_asked_for_allow_a_file_larger_in_proportion_and_fewer_change_nothing_else():
    usual = Limits.from_settings()
    lifted = usual.with_rows(usual.rows * 4)
    assert (lifted.rows, lifted.size, lifted.unzipped_size) == (usual.rows * 4, usual.size * 4, usual.unzipped_size * 4)
    assert usual.with_rows(3).size == usual.size
    assert usual.with_rows(None) is usual
