"""The two searches, one statement each: homes for a household, and households for a home."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import NullIf

from access.scope import aggregate
from catalogue.models import Operation, Unit
from catalogue.models.stock import UnitQuerySet
from households.enums import DiagnosisStatus, Stage
from households.matching.conditions import Columns, Known, Settled, either
from households.matching.criteria import BEARABLE_SHARE, BY_CODE, COMMUNES, HARD, SIZES, SOFT, STRETCHED_SHARE, Criterion, Fit, fit
from households.matching.facts import HOME_COLUMNS, NEED_FIELDS, Vocabulary, home_facts, need_columns, need_facts
from households.models import Diagnosis, Household, Occupancy, Proposal

SHOWN: Final = 25
OPERATIONS_SHOWN: Final = 10
IN_SEARCH: Final = (Stage.SEARCHING, Stage.PROPOSED)
"""The stages at which a home may be proposed; several proposals may be open at once."""


def as_condition(settled: Settled) -> Q:
    """What is left of a condition, as a filter."""
    if isinstance(settled, Q):
        return settled
    return Q() if settled else Q(pk__in=[])


def _graded(criterion: Criterion, known: Known, columns: Columns) -> Any:
    """The halves of its weight that a criterion gives, as an expression; None when it is surely not asked."""
    asked = criterion.asked.settle(known, columns)
    if asked is False:
        return None
    met = criterion.met.settle(known, columns)
    half = either(criterion.partly.settle(known, columns), criterion.unknown.settle(known, columns))
    whens = []
    if isinstance(asked, Q):
        whens.append(When(criterion.asked.opposite().settle(known, columns), then=Value(0)))
    if met is not False:
        whens.append(When(met, then=Value(2 * criterion.weight)) if isinstance(met, Q) else When(Value(True), then=Value(2 * criterion.weight)))
    if met is not True and half is not False:
        whens.append(When(half, then=Value(criterion.weight)) if isinstance(half, Q) else When(Value(True), then=Value(criterion.weight)))
    return Case(*whens, default=Value(0), output_field=IntegerField()) if whens else Value(0)


def score_expression(known: Known, columns: Columns) -> Any:
    """``criteria.score`` in SQL, whichever side is known: an integer from 0 to 100."""
    points, whole = [], []
    for criterion in SOFT:
        graded = _graded(criterion, known, columns)
        if graded is None:
            continue
        points.append(graded)
        asked = criterion.asked.settle(known, columns)
        whole.append(
            Case(When(asked, then=Value(criterion.weight)), default=Value(0), output_field=IntegerField())
            if isinstance(asked, Q)
            else Value(criterion.weight)
        )
    return Value(100) * reduce(add, points) / (Value(2) * reduce(add, whole))


def hard_conditions(known: Known, columns: Columns) -> dict[str, Q]:
    """What each hard criterion that may be asked requires, by code; one that is surely met is left out."""
    found = {}
    for criterion in HARD:
        asked = criterion.asked.settle(known, columns)
        passes = criterion.passes.settle(known, columns)
        if asked is False or passes is True:
            continue
        found[criterion.code] = as_condition(either(criterion.asked.opposite().settle(known, columns), passes))
    return found


def current_diagnosis(household: Household) -> Diagnosis | None:
    """The latest completed diagnosis, whose revision is not completed; None when there is none."""
    completed = household.diagnoses.filter(status=DiagnosisStatus.COMPLETED).prefetch_related("communes", "epcis", "nearby_services")
    found: Diagnosis | None = completed.order_by("-completed_on", "-pk").first()
    return found


def free_units(user: Any, *, on: date) -> UnitQuerySet:
    """Homes that the user sees and that are free: in stock, not declared in use, occupied by nobody of the scheme on that day or later."""
    occupied = Occupancy.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), unit=OuterRef("pk"))
    return Unit.objects.visible_to(user, on=on).declared_free().filter(~Exists(occupied)).with_total_rent()


@aggregate("whether nobody lives in a home")
def is_free(unit: Unit, user: Any, *, on: date) -> bool:
    """Whether the home is one of ``free_units``."""
    return bool(free_units(user, on=on).filter(pk=unit.pk).exists())


@dataclass(frozen=True)
class Candidate:
    """A free home beside a household's need."""

    unit: Unit
    fit: Fit


@dataclass(frozen=True)
class Relaxation:
    """A hard criterion that the need asks for; ``more`` is how many free homes lack that one only."""

    code: str
    label: str
    more: int


class HomeSearch:
    """The free homes that suit one household, as its reader may look for them. ``relaxed`` names the hard criterion set aside, if any."""

    def __init__(self, household: Household, user: Any, *, on: date, relaxed: str = "") -> None:
        self.household = household
        self.user = user
        self.on = on
        self.diagnosis = current_diagnosis(household)
        self.vocabulary = Vocabulary.read()
        self.need = need_facts(household, self.diagnosis, self.vocabulary)
        self.hard = hard_conditions(self.need, HOME_COLUMNS)
        self.relaxed = relaxed if relaxed in self.hard else ""

    @aggregate("homes that nobody lives in")
    def candidates(self, *, words: Iterable[str] = (), only: Unit | None = None, limit: int = SHOWN) -> list[Candidate]:
        """The ``limit`` homes of best score, in one statement. With ``words``, or ``only`` one home, the criteria keep none out."""
        units = free_units(self.user, on=self.on)
        words = list(words)
        if only is not None:
            units = units.filter(pk=only.pk)
        elif words:
            for word in words:
                units = units.holding(word)
        else:
            units = units.filter(*(condition for code, condition in self.hard.items() if code != self.relaxed))
        score = score_expression(self.need, HOME_COLUMNS)
        best = units.annotate(score=score).order_by("-score", "pk").values("pk")[:limit]
        taken = Proposal.objects.open().filter(unit=OuterRef("pk"))
        shown = Unit.objects.filter(pk__in=best).with_total_rent().annotate(score=score, is_proposed=Exists(taken))
        return [
            Candidate(unit, fit({**self.need, **home_facts(unit)})) for unit in shown.select_related("landlord", "commune").order_by("-score", "pk")
        ]

    @aggregate("how many homes nobody lives in")
    def counts(self) -> tuple[int, list[Relaxation]]:
        """How many free homes meet every hard criterion, and how many more each one alone keeps out; in one statement."""
        if not self.hard:
            return free_units(self.user, on=self.on).count(), []
        wholes = {"all_of_them": Count("pk", filter=reduce(Q.__and__, self.hard.values()))}
        for code in self.hard:
            others = [condition for other, condition in self.hard.items() if other != code]
            wholes[f"without_{code}"] = Count("pk", filter=reduce(Q.__and__, others)) if others else Count("pk")
        found = free_units(self.user, on=self.on).aggregate(**wholes)
        fitting = found["all_of_them"]
        return fitting, [Relaxation(code, BY_CODE[code].label, found[f"without_{code}"] - fitting) for code in self.hard]

    def operations(self) -> Any:
        """Operations under way that may bring a home: those meant for the household first, then those of its communes and sizes."""
        operations = Operation.objects.visible_to(self.user, on=self.on).under_way()
        meant = Exists(self.household.operation_places.filter(operation=OuterRef("pk")))
        asked = Q()
        if self.need[COMMUNES] and self.relaxed != "commune":
            asked &= Q(commune__in=sorted(self.need[COMMUNES]))
        if self.need[SIZES] and self.relaxed != "typologie":
            asked &= Q(typologies=[]) | Q(typologies__overlap=sorted(self.need[SIZES]))
        return (
            operations.annotate(is_meant=meant)
            .filter(asked | Q(is_meant=True))
            .select_related("landlord", "commune")
            .prefetch_related("steps")
            .order_by("-is_meant", "pk")[:OPERATIONS_SHOWN]
        )


@dataclass(frozen=True)
class Waiting:
    """A household in search beside a home."""

    household: Household
    diagnosis: Diagnosis | None
    fit: Fit
    days_overdue: int | None
    is_proposed: bool


class HouseholdSearch:
    """The households in search that one home may suit, the most pressing first. People decide; nobody is retained of office."""

    def __init__(self, unit: Unit, user: Any, *, on: date, relaxed: str = "", by_fit: bool = False) -> None:
        self.unit = unit
        self.user = user
        self.on = on
        self.by_fit = by_fit
        self.vocabulary = Vocabulary.read()
        self.home = home_facts(unit)
        self.columns = need_columns()
        self.hard = hard_conditions(self.home, self.columns)
        self.relaxed = relaxed if relaxed in self.hard else ""

    def waiting(self, *, limit: int = SHOWN) -> list[Waiting]:
        """The ``limit`` first households, in one statement (and what it takes to say why in words).

        The order is DALO, then overdue, then fit, then the longest wait; with ``by_fit``, fit comes first.
        """
        revised = Diagnosis.objects.filter(revises__isnull=False, status=DiagnosisStatus.COMPLETED).values("revises")
        needs = {f"need_{field}": F(f"diagnoses__{field}") for field in NEED_FIELDS}
        resources = NullIf("monthly_resources", Value(Decimal(0)))
        rents = {"bearable": resources * BEARABLE_SHARE, "stretched": resources * STRETCHED_SHARE}
        households = (
            Household.objects.filter(stage__in=IN_SEARCH, diagnoses__status=DiagnosisStatus.COMPLETED)
            .visible_to(self.user, on=self.on)
            .annotate(diagnosis_id=F("diagnoses__pk"), **needs, **rents)
            .annotate(suits=self._suits())
            .filter(~Q(diagnosis_id__in=revised), ~Q(suits=0))
            .with_wait_limit(on=self.on)
            .annotate(
                score=score_expression(self.home, self.columns),
                is_overdue=Case(When(wait_limit__lt=self.on, then=Value(1)), default=Value(0), output_field=IntegerField()),
            )
        )
        order = ("-is_dalo", "-is_overdue", "-score")
        if self.by_fit:
            order = ("-score", "-is_dalo", "-is_overdue")
        ranked = households.order_by(*order, F("wait_limit").asc(nulls_last=True), "opened_on", "pk")
        proposed = Proposal.objects.open().filter(household=OuterRef("pk"), unit=self.unit)
        found = list(ranked.filter(pk__in=ranked.values("pk")[:limit]).annotate(is_proposed=Exists(proposed)).prefetch_related("commune"))
        return self._told(found)

    def _suits(self) -> Any:
        """1 for the households whose every hard criterion the home meets, the relaxed one aside; 0 for the others.

        One expression rather than many filters: the planner takes each filter for a rare match, and together for almost none.
        """
        conditions = [condition for code, condition in self.hard.items() if code != self.relaxed]
        if not conditions:
            return Value(1, output_field=IntegerField())
        return Case(When(reduce(Q.__and__, conditions), then=Value(1)), default=Value(0), output_field=IntegerField())

    def _told(self, households: Collection[Any]) -> list[Waiting]:
        """Why the home suits each, in words."""
        wanted = Diagnosis.objects.filter(pk__in=[household.diagnosis_id for household in households])
        diagnoses = wanted.prefetch_related("communes", "epcis", "nearby_services").in_bulk()
        return [
            Waiting(
                household,
                diagnosis := diagnoses.get(household.diagnosis_id),
                fit({**need_facts(household, diagnosis, self.vocabulary), **self.home}),
                None if household.wait_limit is None or household.wait_limit >= self.on else (self.on - household.wait_limit).days,
                household.is_proposed,
            )
            for household in households
        ]
