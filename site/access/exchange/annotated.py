"""A file given back as it came, with what is wrong in two added columns, ready to be mended and sent again."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import IO, Any, Final

from access.exchange.layout import ADDED_HEADINGS, Recognised
from access.exchange.neutral import DANGEROUS, MARK, for_workbook, neutralise
from access.exchange.values import FORMULA_SHOWN, Cell, as_text, is_empty_word, to_decimal

BYTE_ORDER_MARK: Final = "\ufeff"
CHUNK: Final = 2_000
LONGEST: Final = 32_000
FORMULAS: Final = frozenset("=@")
"""What begins a text that an import takes for a formula."""

Told = Mapping[int, Sequence[tuple[str, str]]]
"""What is said of each row of the file: what is wrong, what to do."""


def annotated_rows(found: Recognised, told: Told) -> Iterator[list[Cell]]:
    """The rows of a file, all of them and in order, each with what is said of it in two added columns at the end."""
    width = max((_filled(cells) for _, cells in found.rows()), default=0)
    width = max(width, len(found.headings))
    first_below = None
    below = found.rows()
    first = next(below, None)
    if first is not None:
        first_below = first[0]
    for number, cells in found.sheet.rows():
        if first_below is not None and number >= first_below:
            break
        added = list(ADDED_HEADINGS) if number == found.heading_row else _said(told.get(number, ()))
        yield [*_padded(found.without_added(cells), width), *added]
    while first is not None:
        number, cells = first
        yield [*_padded(cells, width, frozenset(found.positions.values())), *_said(told.get(number, ()))]
        first = next(below, None)


def _filled(cells: Sequence[Cell]) -> int:
    return next((at + 1 for at in range(len(cells) - 1, -1, -1) if as_text(cells[at]).strip()), 0)


def _padded(cells: Sequence[Cell], width: int, read: Collection[int] = ()) -> list[Cell]:
    return [*(as_sent(cell, is_read=at in read) for at, cell in enumerate(cells[:width])), *[""] * (width - len(cells))]


def _said(problems: Sequence[tuple[str, str]]) -> list[Cell]:
    return [neutralise(" ".join(dict.fromkeys(filter(None, texts)))[:LONGEST]) for texts in zip(*problems, strict=True)] if problems else ["", ""]


def as_sent(cell: Cell, *, is_read: bool) -> Cell:
    """A cell as it came, with the same meaning for an import, but harmless to a spreadsheet. ``is_read``: its column feeds a field."""
    if not isinstance(cell, str) or cell[:1] == MARK:
        return cell
    bare = cell.strip()
    if is_read and bare[:1] in FORMULAS and bare:
        return FORMULA_SHOWN + bare
    if bare[:1] in DANGEROUS and bare and not is_empty_word(bare) and to_decimal(bare) is None:
        return MARK + bare
    return bare if cell[:1] in DANGEROUS else cell


def as_csv(rows: Iterator[list[Cell]]) -> Iterator[bytes]:
    """The rows as French spreadsheets open them: UTF-8 with its mark, semicolons, decimal commas."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write(BYTE_ORDER_MARK)
    for number, row in enumerate(rows, start=1):
        writer.writerow([as_text(cell) for cell in row])
        if number % CHUNK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_workbook(rows: Iterator[list[Cell]], target: IO[bytes]) -> None:
    """The rows as an XLSX file: numbers and dates stay what they are, texts stay texts."""
    # Ten megabytes, for whoever writes a workbook and not for every process.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Fichier")
    for row in rows:
        sheet.append([_workbook_cell(sheet, cell) for cell in row])
    book.save(target)


def _workbook_cell(sheet: Any, cell: Cell) -> Any:
    if not isinstance(cell, str):
        return cell
    if not cell:
        return None
    from openpyxl.cell import WriteOnlyCell

    written = WriteOnlyCell(sheet, for_workbook(cell))
    written.data_type = "s"
    return written
