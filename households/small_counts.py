"""Counts shown to readers who must recognise nobody: the small ones are hidden, and whatever would give them away by subtraction."""

from collections.abc import Sequence
from typing import Final

SMALL: Final = 5
"""Aggregates below this many households are hidden from committee, funders and public. Source: the scheme's steering rules."""


def hide_small(counts: Sequence[int]) -> list[int | None]:
    """The counts that make up one published total, with None for those hidden.

    Every count from 1 to 4 is hidden. So that the total minus what is shown tells nothing, what is hidden comes to five at least and holds two
    counts at least: the smallest of the others join it, empty ones last. A lone count is hidden by itself: its total is then small too.
    """
    hidden = {place for place, count in enumerate(counts) if 0 < count < SMALL}
    if hidden:
        others = sorted((place for place in range(len(counts)) if place not in hidden), key=lambda place: (counts[place] == 0, counts[place]))
        while others and (len(hidden) < 2 or sum(counts[place] for place in hidden) < SMALL):
            hidden.add(others.pop(0))
    return [None if place in hidden else count for place, count in enumerate(counts)]


def shown_total(counts: Sequence[int]) -> int | None:
    """The total of the counts, None when it is small itself."""
    total = sum(counts)
    return None if 0 < total < SMALL else total
