"""What is told of the scheme in sections, tables and ticked lists: one shape for the screen, the PDF and the workbook."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, Final

from access import documents
from access.exchange.neutral import neutralise

TEMPLATE: Final = "households/papers/paper.typ"
HIDDEN: Final = "masqué"
"""What stands for a figure that would let somebody be recognised, small itself or giving a small one away."""


@dataclass(frozen=True)
class Cell:
    """A figure as it is read, and where its list opens."""

    text: str
    url: str = ""
    value: Decimal | int | None = None
    """The figure itself, for a workbook; the text stands there when there is none."""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Table:
    """Rows under a heading; the first column names the row. ``total``, when there is one, is the last row. ``empty`` is said without rows."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()
    empty: str = "Rien à compter pour l'instant."
    note: str = ""
    kind: str = field(default="table", init=False)


@dataclass(frozen=True)
class Text:
    """A free text under its label."""

    label: str
    text: str
    kind: str = field(default="text", init=False)


@dataclass(frozen=True)
class Ticks:
    """Boxes, ticked or not, under their label."""

    label: str
    boxes: Sequence[tuple[str, bool]]
    kind: str = field(default="ticks", init=False)


@dataclass(frozen=True)
class Section:
    title: str
    blocks: Sequence[Table | Text | Ticks]


@dataclass(frozen=True)
class Paper:
    """A document: its title, when its figures were taken, its sections, and what must be known to read it."""

    title: str
    subtitle: str
    sections: Sequence[Section]
    closing: str = ""


def pdf(paper: Paper) -> bytes:
    """The paper as a tagged PDF. Raises ``access.documents.DocumentFailed``."""
    return documents.render(TEMPLATE, as_data(paper), seconds=60)


def as_data(paper: Paper) -> dict[str, Any]:
    """The paper as plain text, for a document."""
    return {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "closing": paper.closing,
        "sections": [{"title": section.title, "blocks": [_block(block) for block in section.blocks]} for section in paper.sections],
    }


def _block(block: Table | Text | Ticks) -> Mapping[str, Any]:
    if isinstance(block, Text):
        return {"kind": block.kind, "label": block.label, "text": block.text}
    if isinstance(block, Ticks):
        return {"kind": block.kind, "label": block.label, "boxes": [list(box) for box in block.boxes]}
    return {
        "kind": block.kind,
        "caption": block.caption,
        "head": list(block.head),
        "rows": [[str(cell) for cell in row] for row in block.rows],
        "total": [str(cell) for cell in block.total],
        "empty": block.empty,
        "note": block.note,
    }


def tables(paper: Paper) -> list[Table]:
    """Every table of the paper, in order."""
    return [block for section in paper.sections for block in section.blocks if isinstance(block, Table)]


def delimited(table: Table) -> bytes:
    """The table as a CSV file that a French spreadsheet opens: semicolons, UTF-8 with its mark."""
    target = StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutralise(word) for word in table.head])
    writer.writerows([cell.text if cell.value is not None else neutralise(cell.text) for cell in row] for row in table.rows)
    return target.getvalue().encode("utf-8-sig")


def workbook(paper: Paper) -> bytes:
    """The paper's tables as an XLSX workbook, one sheet by section, figures as numbers."""
    # Ten megabytes, for whoever writes a workbook and not for every process.
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    for section in paper.sections:
        found = [block for block in section.blocks if isinstance(block, Table)]
        if not found:
            continue
        sheet = book.create_sheet(section.title[:31])
        sheet.column_dimensions["A"].width = 44
        for table in found:
            sheet.append([neutralise(table.caption)])
            sheet.cell(sheet.max_row, 1).font = Font(bold=True)
            sheet.append([neutralise(word) for word in table.head])
            for row in (*table.rows, *([table.total] if table.total else [])):
                sheet.append([neutralise(cell.text) if cell.value is None else cell.value for cell in row])
            if not table.rows:
                sheet.append([neutralise(table.empty)])
            sheet.append([])
    target = BytesIO()
    book.save(target)
    return target.getvalue()
