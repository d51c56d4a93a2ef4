"""Files as they come."""

import io
import zipfile
from contextlib import suppress
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.exchange.findings import Code, FileRefused
from access.exchange.limits import Limits
from access.exchange.reading import open_sheets
from tests.site.access.exchange import ods

LIMITS = Limits(size=1_000_000, rows=1_000, columns=20, cell_characters=2_000, unzipped_size=5_000_000, findings=100)
ROWS = [["Réf.", "Voie", "Loyer"], ["A1", 'rue "des" Lilas; bât. A', "412,50"], ["A2", "sur\ndeux lignes", "1\u202f000 €"], ["A3", "L'Île", ""]]


def read(content, limits=LIMITS):
    return [(number, list(cells)) for number, cells in open_sheets(content, limits)[0].rows()]


def written(rows, separator, end):
    def cell(text):
        return '"' + text.replace('"', '""') + '"' if any(char in text for char in '";,\t|\n\r') else text

    return end.join(separator.join(cell(text) for text in row) for row in rows) + end


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_dialect(encoding, separator, end):
    assert read(written(ROWS, separator, end).encode(encoding)) == list(enumerate(ROWS, start=1))


def test_cp1252():
    rows = [[text.replace("\u202f", "\u00a0") for text in row] for row in ROWS]
    assert read(written(rows, ";", "\r\n").encode("cp1252")) == list(enumerate(rows, start=1))


def test_declared_separator_and_blank_lines():
    assert read(b"sep=|\r\na|b;c\r\n\r\n1|2\r\n") == [(1, ["a", "b;c"]), (2, []), (3, ["1", "2"])]


def test_decimal_commas_do_not_pass_for_separators():
    assert read(b"a;b\n1,5;2,5\n3,5;4,5\n")[1] == (2, ["1,5", "2,5"])


@pytest.mark.parametrize(
    "line",
    ['A1;"rue des Lilas\nA2;rue B\nA3;rue C\n', 'A1;"rue des Lilas\nA2;"rue B\nA3;rue C\n', 'A1;"rue des Lilas\r\nA2;rue B', 'A1;"'],
)
def test_a_quote_left_open_never_swallows_the_rows_below(line):
    with pytest.raises(FileRefused) as refusal:
        read(f"Réf.;Voie\n\n{line}".encode())
    assert (refusal.value.finding.code, refusal.value.finding.row) == (Code.NOT_A_TABLE, 3)
    assert "guillemet" in refusal.value.finding.hint


def test_quotes_within_a_cell_are_no_end_of_it():
    assert read(b'a;b\nA1;12" x 5"\n"A2" bis;"c""d"\n') == [(1, ["a", "b"]), (2, ["A1", '12" x 5"']), (3, ["A2 bis", 'c"d'])]


def test_a_file_of_one_declared_separator_holds_nothing():
    assert read(b"sep=;") == []


def exhaust(content, limits=LIMITS):
    for sheet in open_sheets(content, limits):
        list(sheet.rows())


def refused(content, limits=LIMITS):
    with pytest.raises(FileRefused) as refusal:
        exhaust(content, limits)
    return refusal.value.finding.code


def workbook(fill):
    book = openpyxl.Workbook()
    fill(book.active)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def packed(**entries):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr({"types": "[Content_Types].xml", "sheet": "xl/worksheets/sheet1.xml"}.get(name, name), data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.EMPTY_FILE),
        (b"\xef\xbb\xbf \r\n", Code.EMPTY_FILE),
        (b"\x89PNG\r\n\x1a\n\x00", Code.NOT_A_TABLE),
        (b"%PDF-1.4", Code.NOT_A_TABLE),
        (b"a;b\n1;\x00\n", Code.NOT_A_TABLE),
        ("a;b\n1;\x00\n".encode("utf-16"), Code.NOT_A_TABLE),
        (b"a;b\n\x81\x8d;1\n", Code.NOT_A_TABLE),
        (b"\xff\xfea", Code.NOT_A_TABLE),
        (b"PK\x03\x04rien", Code.NOT_A_TABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Code.ENCRYPTED_FILE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1Workbook", Code.NOT_A_TABLE),
        (b"a;b\n1;" + b"x" * 3_000, Code.TOO_LARGE),
        (b'a;b\n1;"' + b"x\n" * 100_000, Code.TOO_LARGE),
        (b";" * 60_000, Code.TOO_LARGE),
        (b"x" * 1_000_001, Code.TOO_LARGE),
        (packed(types="x", sheet=b"0" * 6_000_000), Code.HOSTILE_FILE),
        (packed(texte=b"bonjour"), Code.NOT_A_TABLE),
    ],
)
def test_refused(content, code):
    assert refused(content) == code


def test_a_zip_that_lies_about_its_size():
    content = bytearray(packed(types="x", sheet=b"0" * 6_000_000))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    assert refused(bytes(content)) == Code.HOSTILE_FILE


def test_a_cell_far_away_is_not_allocated():
    def fill(sheet):
        sheet["A1"] = "a"
        sheet["XFD1048576"] = "b"

    assert refused(workbook(fill)) == Code.TOO_LARGE


def test_cells_of_a_workbook_keep_their_place():
    def fill(sheet):
        sheet["B3"] = "Réf."
        sheet["C5"] = date(2015, 6, 1)
        sheet["D5"] = True
        sheet["E5"] = 35400
        sheet["F5"] = 0.1 + 0.2
        sheet["B6"] = "fusion"
        sheet.merge_cells("B6:B8")

    content = workbook(fill)
    rows = dict(read(content))
    assert rows[3][1] == "Réf."
    assert rows[5][2:5] == [date(2015, 6, 1), "VRAI", 35400.0]
    assert rows[5][5] == pytest.approx(0.3)
    assert open_sheets(content, LIMITS)[0].merged == ((6, 1, 8, 1),)


def test_ods():
    content = ods.document([["Réf.", "Loyer"], ["A1", 412.5], [], ["A2", "NC"]])
    assert [(number, cells) for number, cells in read(content) if any(cells)] == [(1, ["Réf.", "Loyer"]), (2, ["A1", 412.5]), (4, ["A2", "NC"])]


def test_cells_merged_downwards_in_an_ods_document():
    rows = [["Réf.", "Résidence"], ["A1", "Les Lilas"], ["A2", "dessous"], ["A3", "dessous"], ["A4", "Le Parc"]]
    merged = ods.merged_down(ods.document(rows), "Les Lilas", over=3, beneath="dessous")
    assert open_sheets(merged, LIMITS)[0].merged == ((2, 1, 4, 1),)
    assert open_sheets(ods.document(rows), LIMITS)[0].merged == ()


def test_ods_of_a_million_repeated_values():
    assert refused(ods.document([["a"]], repeated=1_000_000)) == Code.HOSTILE_FILE


def try_to_read(content):
    with suppress(FileRefused):
        exhaust(content)


@given(st.binary(max_size=400))
def test_garbage_is_read_or_refused(content):
    try_to_read(content)


SMALL_WORKBOOK = workbook(lambda sheet: sheet.append(["a", 1, None]))


@settings(max_examples=60)
@given(st.data())
def test_damaged_workbooks_are_read_or_refused(data):
    content = bytearray(SMALL_WORKBOOK)
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try_to_read(bytes(content))
