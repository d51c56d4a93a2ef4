"""The merged cells of an ODS document, which the parser of workbooks gives for XLSX only."""

import io
import zipfile
from typing import Any, Final
from xml.parsers.expat import ExpatError, ParserCreate

Span = tuple[int, int, int, int]
"""Top and bottom row numbers from 1, left and right columns from 0: (top, left, bottom, right)."""

DOCUMENT: Final = "content.xml"
TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
CELLS: Final = frozenset({TABLE + "table-cell", TABLE + "covered-table-cell"})
_SPANNED: Final = b"rows-spanned"


def of_document(content: bytes) -> dict[str, tuple[Span, ...]]:
    """The ranges merged over several rows of each sheet, by the sheet's name; nothing for a workbook of another kind."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if DOCUMENT not in archive.namelist():
            return {}
        document = archive.read(DOCUMENT)
    if _SPANNED not in document:
        return {}
    reader = _Reader()
    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = reader.start, reader.end, _refuse
    parser.Parse(document, True)
    return {name: tuple(spans) for name, spans in reader.found.items()}


def _refuse(*facts: Any) -> None:
    raise ExpatError("entities are not part of a spreadsheet")


class _Reader:
    """Counts rows and columns as they go by, each one that is repeated as often as it is; tables within a cell do not count."""

    def __init__(self) -> None:
        self.found: dict[str, list[Span]] = {}
        self._depth = 0
        self._name = ""
        self._row = self._next_row = 1
        self._column = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        def number(name: str) -> int:
            return int(attributes.get(TABLE + name, "1"))

        if tag == TABLE + "table":
            self._depth += 1
            if self._depth == 1:
                self._name = attributes.get(TABLE + "name", "")
                self._next_row = 1
        elif self._depth != 1:
            return
        elif tag == TABLE + "table-row":
            self._row, self._column = self._next_row, 0
            self._next_row += number("number-rows-repeated")
        elif tag in CELLS:
            height, left = number("number-rows-spanned"), self._column
            self._column += number("number-columns-repeated")
            if height > 1:
                right = left + number("number-columns-spanned") - 1
                self.found.setdefault(self._name, []).append((self._row, left, self._row + height - 1, right))

    def end(self, tag: str) -> None:
        if tag == TABLE + "table":
            self._depth -= 1
