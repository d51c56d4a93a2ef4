"""Homes that the scheme holds for occupied: a fact of the upper rooms, which say it by registering a rule."""

from collections.abc import Callable
from datetime import date

HeldHomes = Callable[[int, date], set[int]]
"""``rule(landlord_id, on)``: the ids of the landlord's homes that are occupied on that day, as the scheme knows it."""

_rules: list[HeldHomes] = []


def register(rule: HeldHomes) -> None:
    """Add a rule; the same one counts once."""
    if rule not in _rules:
        _rules.append(rule)


def held_homes(landlord_id: int, on: date) -> set[int]:
    """The homes of a landlord that any rule holds for occupied; nothing else is told of them."""
    return set().union(*(rule(landlord_id, on) for rule in _rules))
