"""How many homes serve the scheme. A home counts once towards the target, when a household of the scheme first occupies it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q

from access.scope import aggregate
from catalogue.enums import MobilisationMode
from catalogue.models import Unit
from catalogue.models.stock import UnitQuerySet
from households.models import Occupancy

OUTSIDE: Final = "Hors EPCI"
TARGET: Final = 60
"""The homes the call for projects aims at."""


STATES: Final[Mapping[str, Q]] = {
    "earmarked": Q(is_earmarked=True, withdrawn_on__isnull=True),
    "free": Q(is_earmarked=True, living=False, is_declared_free=True),
    "occupied": Q(now=True),
    "ever_occupied": Q(ever=True),
}
"""What is counted of the homes of the scheme, as conditions on ``of_the_scheme``."""


@dataclass(frozen=True)
class Line:
    """Homes counted under one heading, on one day."""

    label: str
    earmarked: int
    free: int
    occupied: int
    ever_occupied: int
    query: Mapping[str, Any] = field(default_factory=dict)
    """What a list of homes is filtered by to show these."""

    @property
    def today(self) -> int:
        """Occupied, or earmarked and free."""
        return self.occupied + self.free


@dataclass(frozen=True)
class Figures:
    """The homes a user sees, by mode, by landlord and by territory (EPCI), with their total."""

    modes: list[Line]
    landlords: list[Line]
    territories: list[Line]
    total: Line

    @property
    def share(self) -> int:
        """How far towards the target, in per cent, 100 at most."""
        return min(100, self.total.ever_occupied * 100 // TARGET)


def of_the_scheme(units: UnitQuerySet, *, on: date) -> UnitQuerySet:
    """Those of the homes that are earmarked, or that a household of the scheme has ever occupied, each with where it stands on that day."""
    ever = Occupancy.objects.filter(starts_on__lte=on)
    now = Occupancy.objects.in_scheme(on=on)
    living = Occupancy.objects.running(on=on)
    kept: UnitQuerySet = units.filter(Q(is_earmarked=True) | Q(pk__in=ever.values("unit")))
    return kept.annotate(
        ever=Exists(ever.filter(unit=OuterRef("pk"))),
        now=Exists(now.filter(unit=OuterRef("pk"))),
        living=Exists(living.filter(unit=OuterRef("pk"))),
        is_declared_free=Q(pk__in=Unit.objects.declared_free().values("pk")),
    )


def figures(user: Any, *, on: date) -> Figures:
    """``figures_of`` the homes the user sees."""
    return figures_of(Unit.objects.visible_to(user, on=on), on=on)


@aggregate("homes of the scheme")
def figures_of(units: UnitQuerySet, *, on: date) -> Figures:
    """Homes earmarked, earmarked and free, occupied, and ever occupied, by mode, by landlord and by territory, as of that day."""
    counts = {name: Count("pk", filter=condition) for name, condition in STATES.items()}
    keys = ("mobilisation_mode", "landlord_id", "landlord__name", "commune__epci_id", "commune__epci__name")
    rows = list(of_the_scheme(units, on=on).order_by().values(*keys).annotate(**counts))
    modes = [
        _sum(
            str(label),
            [row for row in rows if row["mobilisation_mode"] == mode],
            {"mobilisation_mode": mode} if mode else {"sans": "mobilisation_mode"},
        )
        for mode, label in (*MobilisationMode.choices, ("", "mode non précisé"))
    ]
    landlords = sorted({(row["landlord__name"], row["landlord_id"]) for row in rows})
    by_landlord = [_sum(name, [row for row in rows if row["landlord_id"] == pk], {"landlord": pk}) for name, pk in landlords]
    territories = sorted(
        {(row["commune__epci__name"] or OUTSIDE, row["commune__epci_id"]) for row in rows}, key=lambda found: (found[1] is None, found)
    )
    by_territory = [
        _sum(name, [row for row in rows if row["commune__epci_id"] == pk], {"commune__epci": pk} if pk else {"sans": "commune__epci"})
        for name, pk in territories
    ]
    return Figures(modes, by_landlord, by_territory, _sum("Ensemble", rows, {}))


def _sum(label: str, rows: list[dict[str, Any]], query: Mapping[str, Any]) -> Line:
    earmarked, free, occupied, ever_occupied = (sum(row[name] for row in rows) for name in ("earmarked", "free", "occupied", "ever_occupied"))
    return Line(label, earmarked, free, occupied, ever_occupied, query)
