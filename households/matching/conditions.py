"""Conditions between what is known of a home and what is known of a need, written once and read three ways.

With both sides known a condition settles to True or False; with one side known and the other in the database, to a ``Q`` on the other.
A comparison with something unknown is False on both sides, as in SQL.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q


@dataclass(frozen=True)
class Fact:
    """One thing that may be known of a home or of a need."""

    name: str


@dataclass(frozen=True)
class Column:
    """Where a fact of one value is found in the database."""

    path: str

    def compared(self, lookup: str, value: Any) -> Q:
        return Q(**{f"{self.path}__{lookup}": value})

    def missing(self) -> Q:
        return Q(**{f"{self.path}__isnull": True})

    def given(self) -> Q:
        return Q(**{f"{self.path}__isnull": False})


class Text(Column):
    """A text whose emptiness stands for nothing known."""

    def missing(self) -> Q:
        return Q(**{self.path: ""})

    def given(self) -> Q:
        return Q(**{f"{self.path}__gt": ""})


class Group(ABC):
    """Where a fact of many values is found in the database."""

    @abstractmethod
    def holding(self, value: Any) -> Q:
        """The rows whose group holds ``value``."""

    @abstractmethod
    def meeting(self, values: Collection[Any]) -> Q:
        """The rows whose group shares a value with ``values``."""

    @abstractmethod
    def within(self, values: Collection[Any]) -> Q:
        """The rows whose group holds nothing but ``values``."""

    @abstractmethod
    def covering(self, values: Collection[Any]) -> Q:
        """The rows whose group holds all of ``values``."""

    @abstractmethod
    def missing(self) -> Q:
        """The rows whose group is empty or unknown."""

    @abstractmethod
    def given(self) -> Q:
        """The rows whose group holds something."""


Known = Mapping[Fact, Any]
Columns = Mapping[Fact, Any]
Settled = bool | Q


class Condition(ABC):
    @abstractmethod
    def settle(self, known: Known, columns: Columns) -> Settled:
        """What is left of the condition once ``known`` is known: an answer, or a question on ``columns``."""

    def holds(self, known: Known) -> bool:
        """The answer when everything is known."""
        return bool(self.settle(known, {}))


class Asked(Condition):
    """A condition on the need alone, which tells whether it asks for something. Its opposite is written plainly: negating a question on
    a joined row would make the database look every row up again.
    """

    @abstractmethod
    def opposite(self) -> Condition:
        """What holds exactly when this does not."""


class Always(Asked):
    def settle(self, known: Known, columns: Columns) -> Settled:
        return True

    def opposite(self) -> "Never":
        return Never()


class Never(Condition):
    def settle(self, known: Known, columns: Columns) -> Settled:
        return False


@dataclass(frozen=True)
class Missing(Condition):
    """Nothing is known: no value, an empty text or an empty group."""

    fact: Fact

    def settle(self, known: Known, columns: Columns) -> Settled:
        if self.fact in known:
            value = known[self.fact]
            return value is None or (isinstance(value, str | frozenset) and not value)
        missing: Q = columns[self.fact].missing()
        return missing


@dataclass(frozen=True)
class Given(Asked):
    """Something is known: a value, a text or a group that holds something."""

    fact: Fact

    def settle(self, known: Known, columns: Columns) -> Settled:
        if self.fact in known:
            return not Missing(self.fact).holds(known)
        given: Q = columns[self.fact].given()
        return given

    def opposite(self) -> Missing:
        return Missing(self.fact)


@dataclass(frozen=True)
class Is(Asked):
    """The fact is true; its opposite, that it is false."""

    fact: Fact
    value: bool = True

    def settle(self, known: Known, columns: Columns) -> Settled:
        return known[self.fact] is self.value if self.fact in known else columns[self.fact].compared("exact", self.value)

    def opposite(self) -> "Is":
        return Is(self.fact, not self.value)


@dataclass(frozen=True)
class IsIn(Condition):
    """The fact is one of these values."""

    fact: Fact
    values: tuple[Any, ...]

    def settle(self, known: Known, columns: Columns) -> Settled:
        return known[self.fact] in self.values if self.fact in known else columns[self.fact].compared("in", self.values)


@dataclass(frozen=True)
class UpTo(Condition):
    """The fact is a number no greater than ``bound``."""

    fact: Fact
    bound: int

    def settle(self, known: Known, columns: Columns) -> Settled:
        if self.fact in known:
            return known[self.fact] is not None and known[self.fact] <= self.bound
        return columns[self.fact].compared("lte", self.bound)


@dataclass(frozen=True)
class Same(Condition):
    """Both facts hold the same value."""

    one: Fact
    other: Fact

    def settle(self, known: Known, columns: Columns) -> Settled:
        if self.one in known and self.other in known:
            return known[self.one] is not None and bool(known[self.one] == known[self.other])
        there, asked = (self.one, self.other) if self.one in known else (self.other, self.one)
        return False if known[there] in (None, "") else columns[asked].compared("exact", known[there])


@dataclass(frozen=True)
class AtMost(Condition):
    """``low`` does not exceed ``high``."""

    low: Fact
    high: Fact

    def settle(self, known: Known, columns: Columns) -> Settled:
        low: Any = known.get(self.low)
        high: Any = known.get(self.high)
        if (self.low in known and low is None) or (self.high in known and high is None):
            return False
        if self.low in known and self.high in known:
            return bool(low <= high)
        return columns[self.high].compared("gte", low) if self.low in known else columns[self.low].compared("lte", high)


@dataclass(frozen=True)
class Among(Condition):
    """The fact is one of a group."""

    item: Fact
    group: Fact

    def settle(self, known: Known, columns: Columns) -> Settled:
        if self.group in known and self.item in known:
            return known[self.item] in known[self.group]
        if self.group in known:
            return columns[self.item].compared("in", sorted(known[self.group])) if known[self.group] else False
        held: Q = columns[self.group].holding(known[self.item])
        return held


@dataclass(frozen=True)
class Meets(Condition):
    """The two groups share a value."""

    one: Fact
    other: Fact

    def settle(self, known: Known, columns: Columns) -> Settled:
        if self.one in known and self.other in known:
            return bool((known[self.one] or frozenset()) & (known[self.other] or frozenset()))
        there, asked = (self.one, self.other) if self.one in known else (self.other, self.one)
        return columns[asked].meeting(sorted(known[there])) if known[there] else False


@dataclass(frozen=True)
class Covers(Condition):
    """``whole`` holds all of ``part``."""

    whole: Fact
    part: Fact

    def settle(self, known: Known, columns: Columns) -> Settled:
        if self.whole in known and self.part in known:
            return known[self.part] <= (known[self.whole] or frozenset())
        if self.part in known:
            return columns[self.whole].covering(sorted(known[self.part])) if known[self.part] else True
        within: Q = columns[self.part].within(sorted(known[self.whole] or frozenset()))
        return within


@dataclass(frozen=True, init=False)
class All(Condition):
    parts: tuple[Condition, ...]

    def __init__(self, *parts: Condition) -> None:
        object.__setattr__(self, "parts", parts)

    def settle(self, known: Known, columns: Columns) -> Settled:
        return both(*(part.settle(known, columns) for part in self.parts))


@dataclass(frozen=True, init=False)
class Either(Condition):
    parts: tuple[Condition, ...]

    def __init__(self, *parts: Condition) -> None:
        object.__setattr__(self, "parts", parts)

    def settle(self, known: Known, columns: Columns) -> Settled:
        return either(*(part.settle(known, columns) for part in self.parts))


def both(*settled: Settled) -> Settled:
    """All of these at once: False as soon as one is, what is left of the others otherwise."""
    if any(part is False for part in settled):
        return False
    left = [part for part in settled if isinstance(part, Q)]
    return reduce(and_, left) if left else True


def either(*settled: Settled) -> Settled:
    """One of these at least: True as soon as one is, what is left of the others otherwise."""
    if any(part is True for part in settled):
        return True
    left = [part for part in settled if isinstance(part, Q)]
    return reduce(or_, left) if left else False
