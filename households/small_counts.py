"""Counts shown to readers who must recognise nobody: the small ones are hidden, and whatever would give them away by subtraction."""

from collections.abc import Sequence
from typing import Final

SMALL: Final = 5
"""Aggregates below this many households are hidden from committee, funders and public. Source: the scheme's steering rules."""


def hide_small(counts: Sequence[int], households: Sequence[int] | None = None) -> list[int | None]:
    """The counts that make up one published total, with None for those hidden.

    Every count from 1 to 4 is hidden. So that the total minus what is shown tells nothing, what is hidden comes to five at least and holds two
    counts at least: the smallest of the others join it, empty ones last. A lone count is hidden by itself: its total is then small too.
    Where a household may be counted several times, ``households`` says how many there are behind each count: they are what is small.
    """
    weights = counts if households is None else households
    hidden = {place for place, weight in enumerate(weights) if 0 < weight < SMALL}
    if hidden:
        others = sorted((place for place in range(len(counts)) if place not in hidden), key=lambda place: (weights[place] == 0, weights[place]))
        while others and (len(hidden) < 2 or sum(weights[place] for place in hidden) < SMALL):
            hidden.add(others.pop(0))
    return [None if place in hidden else count for place, count in enumerate(counts)]


def shown_total(counts: Sequence[int], households: Sequence[int] | None = None) -> int | None:
    """The total of the counts, None when it is small itself."""
    return None if 0 < sum(counts if households is None else households) < SMALL else sum(counts)


def shown_part(part: int, whole: int) -> int | None:
    """A part shown beside its whole: None when it is small, or when the rest of the whole is."""
    return None if 0 < part < SMALL or 0 < whole - part < SMALL else part
