"""How many homes serve the scheme. A home counts once towards the target, when a household of the scheme first occupies it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q

from catalogue.enums import MobilisationMode
from catalogue.models import Unit
from catalogue.models.stock import UnitQuerySet
from households.models import Occupancy

TARGET: Final = 60
"""The homes the call for projects aims at."""


@dataclass(frozen=True)
class Line:
    """Homes counted under one heading, on one day."""

    label: str
    earmarked: int
    free: int
    occupied: int
    ever_occupied: int
    query: Mapping[str, Any] = field(default_factory=dict)
    """What the list of homes is filtered by to show the earmarked ones."""

    @property
    def today(self) -> int:
        """Occupied, or earmarked and free."""
        return self.occupied + self.free


@dataclass(frozen=True)
class Figures:
    """The homes a user sees, by mode and by landlord, with their total."""

    modes: list[Line]
    landlords: list[Line]
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
        ever=Exists(ever.filter(unit=OuterRef("pk"))), now=Exists(now.filter(unit=OuterRef("pk"))), living=Exists(living.filter(unit=OuterRef("pk")))
    )


def figures(user: Any, *, on: date) -> Figures:
    """``figures_of`` the homes the user sees."""
    return figures_of(Unit.objects.visible_to(user, on=on), on=on)


def figures_of(units: UnitQuerySet, *, on: date) -> Figures:
    """Homes earmarked, earmarked and free, occupied, and ever occupied, by mode and by landlord, as of that day."""
    free = Unit.objects.declared_free().values("pk")
    counted = of_the_scheme(units, on=on)
    counts = {
        "earmarked": Count("pk", filter=Q(is_earmarked=True, withdrawn_on__isnull=True)),
        "free": Count("pk", filter=Q(is_earmarked=True, living=False, pk__in=free)),
        "occupied": Count("pk", filter=Q(now=True)),
        "ever_occupied": Count("pk", filter=Q(ever=True)),
    }
    rows = list(counted.order_by().values("mobilisation_mode", "landlord_id", "landlord__name").annotate(**counts))
    modes = [
        _sum(str(label), [row for row in rows if row["mobilisation_mode"] == mode], {"mobilisation_mode": mode} if mode else {})
        for mode, label in (*MobilisationMode.choices, ("", "mode non précisé"))
    ]
    landlords = sorted({(row["landlord__name"], row["landlord_id"]) for row in rows})
    by_landlord = [_sum(name, [row for row in rows if row["landlord_id"] == pk], {"landlord": pk}) for name, pk in landlords]
    return Figures(modes, by_landlord, _sum("Ensemble", rows, {}))


def _sum(label: str, rows: list[dict[str, Any]], query: Mapping[str, Any]) -> Line:
    kept = {**query, "is_earmarked": "oui"} if query else {}
    earmarked, free, occupied, ever_occupied = (sum(row[name] for row in rows) for name in ("earmarked", "free", "occupied", "ever_occupied"))
    return Line(label, earmarked, free, occupied, ever_occupied, kept)
