"""Evaluations side by side: each criterion, its grades, and which way it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from households.enums import Grade
from households.models import Evaluation

BARS: Final = tuple(Grade.values)


@dataclass(frozen=True)
class Cell:
    """A grade, None where the criterion was not looked at."""

    grade: int | None

    @property
    def label(self) -> str:
        return str(Grade(self.grade).label) if self.grade else ""

    @property
    def bars(self) -> list[tuple[int, bool]]:
        """Four bars from left to right, each with its place in the drawing and whether it is filled."""
        return [((bar - 1) * 14, bar <= (self.grade or 0)) for bar in BARS]


@dataclass(frozen=True)
class Row:
    """One criterion over the evaluations shown, oldest first."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def trend(self) -> str:
        """« en progrès », « stable » or « en recul », between the last two evaluations that looked at it; nothing before there are two."""
        grades = [cell.grade for cell in self.cells if cell.grade]
        if len(grades) < 2:
            return ""
        before, after = grades[-2:]
        return "en progrès" if after > before else "en recul" if after < before else "stable"


def comparison(evaluations: Sequence[Evaluation]) -> list[Row]:
    """A row for each criterion graded in any of the evaluations, in the order of the grid; retired ones included."""
    graded = [{item.criterion: item.grade for item in evaluation.grades.all()} for evaluation in evaluations]
    criteria = {criterion for grades in graded for criterion in grades}
    ordered = sorted(criteria, key=lambda criterion: (criterion.position, criterion.label))
    return [Row(criterion.label, tuple(Cell(grades.get(criterion)) for grades in graded)) for criterion in ordered]
