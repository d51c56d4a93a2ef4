"""Spreadsheets (XLSX, ODS): checked before they are parsed, then read with calamine."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from access.exchange import blanks, spans
from access.exchange.delimited import cell_too_long, not_a_table, too_many_columns, too_many_rows
from access.exchange.findings import Code, FileRefused
from access.exchange.limits import Limits
from access.exchange.values import Cell

OpenedSheet = tuple[str, Callable[[], Iterator[tuple[int, list[Cell]]]], tuple[spans.Span, ...]]

BLOCK: Final = 1 << 20
OVERLAP: Final = 200
ENTRIES: Final = 5_000
SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384
ENCRYPTED_FLAG: Final = 0x1

_FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?:[^>]*[^/>])?>\s*<(?:v|is|f)\b')
_COLUMNS_REPEATED = re.compile(rb'number-columns-repeated="([0-9]{1,9})"')
_FILLED_ODS_CELL = re.compile(rb"<table:table-cell[^>]*value-type=[^>]*>")
_FILLED_ROWS_REPEATED = re.compile(
    rb'<table:table-row[^>]*number-rows-repeated="([0-9]{1,9})"[^>]*>(?:<table:table-cell[^>]*/>)*<table:table-cell[^>]*value-type='
)


def encrypted() -> FileRefused:
    return FileRefused(
        Code.ENCRYPTED_FILE, "Le fichier est protégé par un mot de passe.", "Enregistrez-le sans mot de passe, puis envoyez-le de nouveau."
    )


def hostile() -> FileRefused:
    return FileRefused(
        Code.HOSTILE_FILE,
        "Le fichier, une fois décompressé, est anormalement grand : il n'est pas lu.",
        "Copiez les seules lignes utiles dans un nouveau classeur, ou envoyez un fichier CSV.",
    )


def parse(content: bytes, limits: Limits, *, hides: bool = False) -> list[OpenedSheet]:
    """The sheets of a workbook that passed ``inspect``: visible ones first, each with its rows and its merged ranges. Raises FileRefused.

    ``hides``: some of its cells would be read as blank though they are not.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(blanks.shown(content) if hides else content))
        kept = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        kept.sort(key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
        in_document = spans.of_document(content)
        return [_open_sheet(book, sheet.name, limits, in_document.get(sheet.name, ())) for sheet in kept]
    except BaseException as error:
        raise _refusal_for(error) from error


def _refusal_for(error: BaseException) -> BaseException:
    """What to raise for an error of the parser, which may also panic with an exception that is not an Exception."""
    if isinstance(error, FileRefused | KeyboardInterrupt | SystemExit | MemoryError | GeneratorExit):
        return error
    return encrypted() if isinstance(error, PasswordError) else not_a_table()


def _open_sheet(book: Any, name: str, limits: Limits, in_document: Sequence[spans.Span]) -> OpenedSheet:
    loaded: list[Any] = []

    def sheet() -> Any:
        if not loaded:
            try:
                loaded.append(book.get_sheet_by_name(name))
            except BaseException as error:
                raise _refusal_for(error) from error
        return loaded[0]

    def rows() -> Iterator[tuple[int, list[Cell]]]:
        parsed = sheet()
        if parsed.start is None:
            return
        margin: list[Cell] = [""] * parsed.start[1]
        for number, cells in enumerate(parsed.iter_rows(), start=1):
            if number > limits.rows * 2 + BLOCK:
                raise too_many_rows(limits)
            yield number, margin + [_cell(cell, number, limits) for cell in cells]

    merged = ((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sheet().merged_cell_ranges or [])
    return name, rows, (*merged, *in_document)


def _cell(cell: Any, row: int, limits: Limits) -> Cell:
    """A parsed cell as one of the three kinds of Cell."""
    if isinstance(cell, str):
        if len(cell) > limits.cell_characters:
            raise cell_too_long(limits, row)
        if "\x00" in cell:
            raise not_a_table()
        return cell
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, int):
        return float(cell)
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time.min else cell
    if isinstance(cell, float | date):
        return cell
    return str(cell) if isinstance(cell, time | timedelta) else ""


def inspect(content: bytes, limits: Limits) -> bool:
    """Refuse a workbook that would not fit once parsed: what it declares, what it really unzips to, how far its cells spread.

    Returns whether some of its cells would be read as blank though they are not.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise not_a_table() from error
    if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > limits.unzipped_size:
        raise hostile()
    if any(entry.flag_bits & ENCRYPTED_FLAG for entry in entries):
        raise encrypted()
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names and "content.xml" not in names:
        raise not_a_table()
    left, hides = limits.unzipped_size, False
    for entry in entries:
        spread = _Spread(limits)
        for block in _unzipped(content, entry):
            left -= len(block)
            if left < 0:
                raise hostile()
            if entry.filename == "META-INF/manifest.xml" and b"encryption-data" in block:
                raise encrypted()
            if blanks.is_sheet(entry.filename):
                spread.look(block)
                hides = hides or blanks.may_hide(spread.text)
    return hides


def _unzipped(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The real bytes of an entry, block by block, whatever size it declares."""
    header = entry.header_offset
    name_length, extra_length = (int.from_bytes(content[header + at : header + at + 2], "little") for at in (26, 28))
    start = header + 30 + name_length + extra_length
    packed = memoryview(content)[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[at : at + BLOCK]) for at in range(0, len(packed), BLOCK))
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise not_a_table()
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        block = inflate.decompress(packed, BLOCK)
        while block:
            yield block
            block = inflate.decompress(inflate.unconsumed_tail, BLOCK)
    except zlib.error as error:
        raise not_a_table() from error


class _Spread:
    """How far from the top left the filled cells of a sheet lie: the parser holds every cell between, filled or not. ``text`` is what it last saw."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.text = b""

    def look(self, block: bytes) -> None:
        text = self.text = self.text[-OVERLAP:] + block
        for letters, number in set(_FILLED_CELL.findall(text)):
            column = 0
            for letter in letters:
                column = column * 26 + letter - 64
            self._check(int(number), column)
        for tag in _FILLED_ODS_CELL.findall(text):
            if any(int(count) > self._limits.columns for count in _COLUMNS_REPEATED.findall(tag)):
                raise hostile()
        if any(int(count) > self._limits.rows for count in _FILLED_ROWS_REPEATED.findall(text)):
            raise hostile()

    def _check(self, row: int, column: int) -> None:
        if row > SHEET_ROWS or column > SHEET_COLUMNS:
            raise hostile()
        if column > self._limits.columns:
            raise too_many_columns(self._limits, row)
        if row > max(self._limits.rows * 2, self._limits.rows + 1_000):
            raise too_many_rows(self._limits)
