"""Figures as drawings: where each bar stands in an inline SVG. The table beside it holds the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

HEIGHT: Final = 160
WIDTH: Final = 56
STEP: Final = 96
TOP: Final = 20
BEAM: Final = 28
"""The height of one horizontal bar with its gap."""


@dataclass(frozen=True)
class Bar:
    """One part of a column: a rectangle, in the drawing's units, and the rank of what it stands for."""

    rank: int
    y: float
    height: float


@dataclass(frozen=True)
class Stack:
    """One column of the drawing: its label, where it stands, its parts from the bottom up, and its total."""

    label: str
    x: int
    bars: list[Bar]
    total: Decimal

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def top(self) -> float:
        return min((bar.y for bar in self.bars), default=TOP + HEIGHT) - 6


def stacks(columns: Sequence[tuple[str, Sequence[Decimal]]]) -> list[Stack]:
    """The columns side by side at one scale; none when all are empty."""
    highest = max((sum(parts, Decimal(0)) for _label, parts in columns), default=Decimal(0))
    if not highest:
        return []
    found = []
    for place, (label, parts) in enumerate(columns):
        bars, floor = [], float(TOP + HEIGHT)
        for rank, part in enumerate(parts):
            height = round(float(part / highest) * HEIGHT, 1)
            floor = round(floor - height, 1)
            bars.append(Bar(rank, floor, height))
        found.append(Stack(label, 20 + place * STEP, bars, sum(parts, Decimal(0))))
    return found
