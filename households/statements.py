"""An operator's statement beside what the engine expects: line by line, each difference with its cause."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from heapq import heappop, heappush
from typing import Any, Final

from access.scope import aggregate
from catalogue.models import Convention, MeasureKind
from households.ledger import Ledger
from households.models import Household, Statement, StatementLine, SupportMeasure
from households.models.support import until

ZERO: Final = Decimal("0.00")
UNKNOWN: Final = "Solive ne connaît pas de mesure de ce type pour ce ménage sur ces mois."
ABSENT: Final = "Attendue, mais absente du relevé."


@dataclass(frozen=True)
class Expected:
    """What the engine counts for one household and one kind of measure over the statement's months, in euros; days both included."""

    reference: str
    kind_id: int
    first: date
    last: date
    days: int
    amount: Decimal
    tariffs: tuple[Decimal, ...]
    is_beyond: bool = False
    """Beyond the capacity of its convention, the measures begun first being those within."""

    @property
    def is_paused(self) -> bool:
        return self.days < (self.last - self.first).days + 1


@dataclass(frozen=True)
class Compared:
    """One row of the comparison: what is stated (None when absent), what is expected (None when unknown), and why they differ."""

    reference: str
    kind: str
    stated: StatementLine | None
    expected: Expected | None
    causes: tuple[str, ...] = ()

    @property
    def difference(self) -> Decimal:
        """Stated less expected, in euros."""
        return (self.stated.amount if self.stated else ZERO) - (self.expected.amount if self.expected else ZERO)

    @property
    def agrees(self) -> bool:
        return not self.causes


@dataclass(frozen=True)
class Comparison:
    """The whole statement compared. ``shut`` gathers the confidential cases that the reader may not tell apart: how many rows, stated, expected."""

    rows: tuple[Compared, ...]
    shut: tuple[int, Decimal, Decimal] | None
    stated: Decimal
    expected: Decimal

    @property
    def difference(self) -> Decimal:
        return self.stated - self.expected

    @property
    def differing(self) -> int:
        return sum(not row.agrees for row in self.rows)


@aggregate("what statements should say")
def expectations(statement: Statement) -> dict[tuple[str, int], Expected]:
    """By household's reference and kind of measure, what the operator's statement should say.

    Yearly lines are shared out by month by largest remainder, so that the statements of a year add up to its lines.
    Source: the scheme's steering rules, « Costs ».
    """
    ledger = Ledger(statement.year, statement.year, operators=(statement.operator_id,))
    months = range(statement.first_month, statement.last_month + 1)
    amounts: dict[tuple[int, int], Decimal] = {}
    for (household_id, kind_id, month), amount in ledger.totals("household", "kind", "month").items():
        if month in months:
            amounts[household_id, kind_id] = amounts.get((household_id, kind_id), ZERO) + amount
    pauses = _pauses(statement)
    beyond = _beyond(statement)
    found: dict[tuple[str, int], Expected] = {}
    for line in ledger.lines():
        first, last = max(line.first, statement.first_day), min(line.last, statement.last_day)
        if first > last or (line.household_id, line.kind_id) not in amounts:
            continue
        key = (line.reference, line.kind_id)
        days = (last - first).days + 1 - sum(max((min(last, end) - max(first, start)).days + 1, 0) for start, end in pauses.get(line.measure_id, ()))
        known = found.get(key)
        expected = Expected(
            line.reference, line.kind_id, first, last, days, amounts[line.household_id, line.kind_id], (line.tariff,), line.measure_id in beyond
        )
        if known:
            expected = replace(
                expected,
                first=min(known.first, first),
                last=max(known.last, last),
                days=known.days + days,
                tariffs=tuple(dict.fromkeys((*known.tariffs, line.tariff))),
                is_beyond=known.is_beyond or expected.is_beyond,
            )
        found[key] = expected
    return found


def compare(statement: Statement, reader: Any) -> Comparison:
    """The statement's lines beside what is expected, as this reader may read them; the totals are those of all the lines.

    A reference stated without being expected reads as unknown, whatever the case: typing references tells nothing of other operators' cases.
    """
    expected = expectations(statement)
    stated = {(line.household_reference, line.kind_id): line for line in statement.lines.select_related("kind")}
    kinds = dict(MeasureKind.objects.values_list("pk", "name"))
    shut = shut_to(reader, {reference for reference, _kind in expected})
    rows: list[Compared] = []
    hidden: list[Compared] = []
    for reference, kind_id in sorted({*expected, *stated}):
        line, known = stated.get((reference, kind_id)), expected.get((reference, kind_id))
        row = Compared(reference, kinds[kind_id], line, known, causes_of(line, known))
        (hidden if reference in shut else rows).append(row)
    return Comparison(
        tuple(rows),
        (len(hidden), _sum(row.stated for row in hidden), _sum(row.expected for row in hidden)) if hidden else None,
        _sum(stated.values()),
        _sum(expected.values()),
    )


def causes_of(line: StatementLine | None, known: Expected | None) -> tuple[str, ...]:
    """Why a stated line and the expected one differ, in words; nothing when they agree."""
    if line is None:
        return (ABSENT,)
    if known is None:
        return (UNKNOWN,)
    causes = []
    start, end = line.starts_on or known.first, line.ends_on or known.last
    if (start, end) != (known.first, known.last):
        causes.append(f"Dates : du {known.first:%d/%m/%Y} au {known.last:%d/%m/%Y} dans Solive.")
    if line.amount != known.amount:
        if known.is_paused:
            causes.append(f"La mesure était suspendue une partie de ces mois : {known.days} jours comptés.")
        elif not causes:
            prices = " puis ".join(f"{price:.2f}".replace(".", ",") + " €" for price in known.tariffs)
            causes.append(f"Tarif : le montant ne correspond pas au tarif de {prices}.")
    if known.is_beyond:
        causes.append("Au-delà de la capacité de la convention.")
    return tuple(causes)


def _sum(items: Any) -> Decimal:
    return sum((item.amount for item in items if item is not None), ZERO)


@aggregate("confidential cases of a statement")
def shut_to(reader: Any, references: Iterable[str]) -> set[str]:
    """Those of the references that are confidential cases on which the reader is not named."""
    confidential = Household.objects.filter(reference__in=list(references), is_confidential=True)
    return set(confidential.exclude(pk__in=confidential.visible_to(reader).values("pk")).values_list("reference", flat=True))


def _measures(statement: Statement) -> Any:
    return SupportMeasure.objects.filter(convention__partner=statement.operator_id, starts_on__lte=statement.last_day)


def _pauses(statement: Statement) -> Mapping[int | None, list[tuple[date, date]]]:
    """The suspensions of the operator's measures, by measure."""
    found: dict[int | None, list[tuple[date, date]]] = {}
    rows = _measures(statement).filter(suspensions__isnull=False).values_list("pk", "suspensions__starts_on", "suspensions__ends_on")
    for pk, starts_on, ends_on in rows:
        found.setdefault(pk, []).append((starts_on, ends_on or date.max))
    return found


def _beyond(statement: Statement) -> set[int | None]:
    """The measures beyond the capacity of their convention during the statement's months: those that began last."""
    beyond: set[int | None] = set()
    for convention in Convention.objects.filter(partner=statement.operator_id).prefetch_related("amendments"):
        for first, last, capacity in convention.capacity_spans(statement.first_day, statement.last_day):
            if capacity is None:
                continue
            running: list[date] = []
            under = SupportMeasure.objects.filter(convention=convention, starts_on__lte=last).filter(until(first)).order_by("starts_on", "pk")
            for measure in under:
                day = max(measure.starts_on, first)
                while running and running[0] < day:
                    heappop(running)
                if len(running) >= capacity:
                    beyond.add(measure.pk)
                heappush(running, measure.last_day)
    return beyond
