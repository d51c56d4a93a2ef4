"""From recognised rows to values ready for the database, with everything there is to say about each row.

Rows go through in blocks, column by column, and each distinct value of a column is understood once: an import is a matter of looking up
words already seen.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from access.exchange.delimited import too_many_rows
from access.exchange.findings import Code, Finding, FindingLog, Problem, clip
from access.exchange.layout import Column, Recognised, column_letters
from access.exchange.limits import Limits
from access.exchange.progress import READING, Progress, silent
from access.exchange.values import Cell, Value, as_text, to_decimal
from access.text import clean, fold

BLOCK_ROWS: Final = 2_048
REMEMBERED_VALUES: Final = 50_000
NULL: Final = r"\N"
MAYBE_FILLER: Final = frozenset("tTsSgGeE \t\u00a0")

_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_ESCAPED = re.compile(r"[\\\t\n\r]")
_TOTAL = re.compile(r"(?:(?:sous|grand)[ -]?)?(?:total|totaux)(?:[ :].*)?|ensemble")


def copy_text(value: Value) -> str:
    """A value in the text format of PostgreSQL's COPY."""
    if value is None:
        return NULL
    if isinstance(value, str):
        return value.translate(_ESCAPES) if _ESCAPED.search(value) else value
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(slots=True)
class Block:
    """Some consecutive data rows. ``cells`` and ``texts`` hold whole columns by field: as received, and ready for COPY.

    ``failed`` holds the positions, in the block, of rows that cannot be taken.
    """

    numbers: list[int]
    cells: dict[str, Sequence[Cell]]
    texts: dict[str, list[str]]
    failed: set[int] = field(default_factory=set)


class _ColumnMemory:
    """What each distinct cell of a column was found to mean."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.texts: dict[Cell, str] = {}
        self.problems: dict[Cell, Problem] = {}

    def understand(self, cells: Sequence[Cell]) -> list[str]:
        """The texts for COPY of ``cells``; NULL for one that cannot be taken."""
        if self.column.plain is None:
            return self._recall(cells)
        is_plain = self.column.plain.fullmatch
        others = {cell for cell in cells if not (isinstance(cell, str) and is_plain(cell))}
        if not others:
            return [str(cell) for cell in cells]
        texts = dict(zip(others, self._recall(list(others)), strict=True))
        return [texts[cell] if cell in others else str(cell) for cell in cells]

    def _recall(self, cells: Sequence[Cell]) -> list[str]:
        if len(self.texts) > REMEMBERED_VALUES:
            self.texts.clear()
            self.problems.clear()
        for cell in set(cells).difference(self.texts):
            value, problem = self.column.read(cell)
            self.texts[cell] = copy_text(value)
            if problem:
                self.problems[cell] = problem
        texts = self.texts
        return [texts[cell] for cell in cells]


class RowReader:
    """Reads the data rows of a recognised file. ``rows`` and ``skipped`` are exact once ``blocks`` is exhausted."""

    def __init__(self, found: Recognised, log: FindingLog, limits: Limits, progress: Progress = silent) -> None:
        self.found = found
        self._progress = progress
        self.log = log
        self.limits = limits
        self.rows = 0
        self.skipped = 0
        self._width = len(found.headings)
        self._lead = next(position for column, position in found.positions.items() if column.required)
        self._required = [position for column, position in found.positions.items() if column.required]
        self._memories = [(_ColumnMemory(column), position) for column, position in found.positions.items()]
        self._key_field = found.layout.columns[0].field

    def blocks(self) -> Iterator[Block]:
        """The data rows, blank rows and totals left out. Raises FileRefused beyond the limits."""
        numbers: list[int] = []
        rows: list[Sequence[Cell]] = []
        extras: list[int] = []
        for number, row in self.found.rows():
            cells = row
            if len(cells) > self._width:
                if any(clean(as_text(cell)) for cell in cells[self._width :]):
                    extras.append(len(rows))
                cells = cells[: self._width]
            elif len(cells) < self._width:
                cells = [*cells, *[""] * (self._width - len(cells))]
            lead = cells[self._lead]
            if (
                (not lead or (isinstance(lead, str) and (lead[0] in MAYBE_FILLER or not lead[0].isprintable())))
                and self._is_filler(cells)
                and not (extras and extras[-1] == len(rows))
            ):
                self.skipped += 1
                continue
            numbers.append(number)
            rows.append(cells)
            if len(rows) == BLOCK_ROWS:
                yield self._block(numbers, rows, extras)
                numbers, rows, extras = [], [], []
        if rows:
            yield self._block(numbers, rows, extras)

    def _is_filler(self, cells: Sequence[Cell]) -> bool:
        """Whether a row is blank, or a total under the data."""
        filled = [position for position, cell in enumerate(cells) if not isinstance(cell, str) or clean(cell)]
        if not filled:
            return True
        first, others = cells[filled[0]], [cells[position] for position in filled[1:]]
        if not isinstance(first, str) or _TOTAL.fullmatch(fold(first)) is None:
            return False
        return not all(position in filled for position in self._required) or all(to_decimal(cell) is not None for cell in others)

    def _block(self, numbers: list[int], rows: list[Sequence[Cell]], extras: list[int]) -> Block:
        self.rows += len(rows)
        self._progress(READING, self.rows, max(self.found.sheet.length, numbers[-1]))
        if self.rows > self.limits.rows:
            raise too_many_rows(self.limits)
        columns = list(zip(*rows, strict=True))
        block = Block(numbers, {}, {})
        for memory, position in self._memories:
            block.cells[memory.column.field] = columns[position]
        for memory, position in self._memories:
            cells = columns[position]
            block.texts[memory.column.field] = memory.understand(cells)
            if memory.problems and not memory.problems.keys().isdisjoint(cells):
                for index, cell in enumerate(cells):
                    if cell in memory.problems:
                        self.report(block, index, memory.column.field, memory.problems[cell])
        for index in extras:
            problem = Problem(
                Code.EXTRA_CELLS,
                "La ligne compte plus de cellules qu'il n'y a de titres : ses valeurs sont peut-être décalées.",
                "Retirez les cellules en trop, ou mettez entre guillemets la valeur qui contient un séparateur.",
            )
            self._add(block, index, problem, self._width, "", "")
        return block

    def report(self, block: Block, index: int, field_name: str, problem: Problem) -> None:
        """Note a problem of the row at ``index`` in the block, in the column that feeds ``field_name``."""
        position = self.position(field_name)
        self._add(block, index, problem, position, self.found.heading(position), as_text(block.cells[field_name][index]))

    def position(self, field_name: str) -> int:
        return next(position for column, position in self.found.positions.items() if column.field == field_name)

    def _add(self, block: Block, index: int, problem: Problem, position: int, heading: str, value: str) -> None:
        if problem.level == "row":
            block.failed.add(index)
        self.log.add(
            Finding(
                problem.level,
                problem.code,
                problem.message,
                problem.hint,
                row=block.numbers[index],
                column=heading,
                cell=f"{column_letters(position)}{block.numbers[index]}",
                reference=clip(as_text(block.cells[self._key_field][index])),
                value=clip(value),
            ),
            order=position,
        )
