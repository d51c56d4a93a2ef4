"""Text files of separated values: which encoding, which separator, which rows."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Final

from access.exchange.findings import Code, FileRefused
from access.exchange.limits import Limits

SEPARATORS: Final = ";,\t|"
SAMPLE_ROWS: Final = 40
BLOCK: Final = 1 << 20
UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SEPARATOR_LINE: Final = "sep="
BLANK_RECORDS: Final = 1_100_000
"""The most records read in all, blank ones included: a little more than a full sheet of a spreadsheet."""


def not_a_table() -> FileRefused:
    return FileRefused(
        Code.NOT_A_TABLE,
        "Ce fichier n'est pas un tableau : aucune ligne ne peut y être lue.",
        "Envoyez un fichier CSV, XLSX ou ODS, avec une ligne de titres et une ligne par logement.",
    )


def cell_too_long(limits: Limits, row: int) -> FileRefused:
    return FileRefused(
        Code.TOO_LARGE,
        f"Une cellule de la ligne {row} dépasse {limits.cell_characters} caractères.",
        "Raccourcissez cette cellule, ou fermez le guillemet resté ouvert dans cette ligne.",
        row=row,
    )


def too_many_columns(limits: Limits, row: int) -> FileRefused:
    return FileRefused(
        Code.TOO_LARGE,
        f"La ligne {row} compte plus de {limits.columns} colonnes.",
        "Retirez les colonnes inutiles, puis envoyez de nouveau le fichier.",
        row=row,
    )


def too_many_rows(limits: Limits) -> FileRefused:
    return FileRefused(Code.TOO_LARGE, f"Le fichier compte plus de {limits.rows} lignes.", "Découpez-le en plusieurs fichiers.")


def quote_left_open(row: int) -> FileRefused:
    return FileRefused(
        Code.NOT_A_TABLE,
        f"Un guillemet ouvert à la ligne {row} n'est pas refermé : les lignes qui suivent seraient prises pour la fin de sa cellule.",
        "Refermez ce guillemet, ou retirez-le, puis envoyez de nouveau le fichier.",
        row=row,
    )


def encoding_of(content: bytes) -> str:
    """The encoding of a text file: by its mark, else UTF-8 when it is valid, else cp1252. Raises FileRefused when it is no text."""
    if content.startswith(UTF16_MARKS):
        encoding = "utf-16"
    elif b"\x00" in content:
        raise not_a_table()
    else:
        encoding = "utf-8-sig" if _decodes(content, "utf-8-sig") else "cp1252"
    if encoding != "utf-8-sig" and not _decodes(content, encoding):
        raise not_a_table()
    return encoding


def _decodes(content: bytes, encoding: str) -> bool:
    """Whether the bytes are text in ``encoding``, free of NUL characters. Decodes block by block, to hold little in memory."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        return not any(
            "\x00" in decoder.decode(content[start : start + BLOCK], final=start + BLOCK >= len(content)) for start in range(0, len(content), BLOCK)
        )
    except UnicodeError:
        return False


def open_text(content: bytes, limits: Limits) -> Callable[[], Iterator[tuple[int, list[str]]]]:
    """A reader of the records of a text file. Records are numbered from 1, blank lines included, as a spreadsheet shows them."""
    encoding = encoding_of(content)
    separator, has_separator_line = _separator(content, encoding, limits)

    def rows() -> Iterator[tuple[int, list[str]]]:
        lines = _Lines(content, encoding, limits)
        if has_separator_line:
            next(lines)
            lines.record.clear()
        return _records(lines, separator, limits)

    return rows


def _separator(content: bytes, encoding: str, limits: Limits) -> tuple[str, bool]:
    """The separator, and whether the first line only declares it (``sep=;``)."""
    first = next(_Lines(content, encoding, limits), "").strip().lower()
    if first.startswith(SEPARATOR_LINE) and len(first) == len(SEPARATOR_LINE) + 1:
        return first[-1], True
    return max(SEPARATORS, key=lambda separator: _regularity(content, encoding, separator, limits)), False


def _regularity(content: bytes, encoding: str, separator: str, limits: Limits) -> float:
    """How much of a table the first rows are when cut by ``separator``: separators in a usual row, less when rows differ."""
    widths: Counter[int] = Counter()
    with suppress(FileRefused):
        for _, cells in islice(_records(_Lines(content, encoding, limits), separator, limits), SAMPLE_ROWS):
            if any(cells):
                widths[len(cells)] += 1
    return max(((width - 1) * (count / widths.total()) ** 3 for width, count in widths.items()), default=0)


class _QuoteLeftOpen(Exception):
    """The text ends within a quoted cell."""


class _Lines:
    """The lines of a text, with their ends (LF, CRLF or CR) as they are. ``record`` holds those of the record under way, ``characters`` counts it.

    Whoever reads a record empties both. Raises _QuoteLeftOpen when more is asked for in the middle of the last one.
    """

    def __init__(self, content: bytes, encoding: str, limits: Limits) -> None:
        self._text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
        self._longest = limits.columns * (limits.cell_characters + 3)
        self._limits = limits
        self.record: list[str] = []
        self.characters = 0
        self.given = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._longest)
        if not line:
            raise _QuoteLeftOpen if self.record else StopIteration
        self.given += 1
        self.record.append(line)
        self.characters += len(line)
        if len(line) >= self._longest:
            raise too_many_columns(self._limits, self.given)
        return line


def _records(lines: _Lines, separator: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=separator)
    number = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise cell_too_long(limits, number + 1) from error
        except _QuoteLeftOpen as error:
            raise quote_left_open(number + 1) from error
        if cells is None:
            return
        number += 1
        if len(lines.record) > 1 and not _is_well_quoted(lines.record, separator):
            raise quote_left_open(number)
        if lines.characters > limits.cell_characters and any(len(cell) > limits.cell_characters for cell in cells):
            raise cell_too_long(limits, number)
        if len(cells) > limits.columns and any(cells[limits.columns :]):
            raise too_many_columns(limits, number)
        if number > max(limits.rows * 2, BLANK_RECORDS):
            raise too_many_rows(limits)
        lines.characters = 0
        lines.record.clear()
        yield number, cells


def _is_well_quoted(record: list[str], separator: str) -> bool:
    """Whether each quoted cell of a record of several lines ends where a cell may end: else its quote was closed by that of another row."""
    try:
        list(csv.reader(record, delimiter=separator, strict=True))
    except csv.Error:
        return False
    return True
