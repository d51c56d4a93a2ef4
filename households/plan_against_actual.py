"""The plan beside what happened: households and homes quarter by quarter, by territory, landlord or mode of mobilisation."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Min, OuterRef, Q, Subquery
from django.db.models.functions import TruncQuarter

from catalogue.enums import MeasureCode, MobilisationMode
from catalogue.models import Territory, Unit
from households.models import Occupancy, Scenario
from households.steering import SHUT, View
from partners.models import Organisation

GROUPINGS: Final[Mapping[str, str]] = {
    "trimestre": "Trimestre",
    "territoire": "Territoire",
    "bailleur": "Bailleur",
    "mobilisation": "Mobilisation",
    "tout": "Territoire, bailleur et mobilisation",
}
UNSAID: Final = "non précisé"
Place = tuple[int | None, int | None, str, bool]
"""A territory, a landlord, a mode, and whether the case is closed to the reader."""


@dataclass
class Row:
    """Households and homes of one quarter in one group, planned and real."""

    quarter_on: date
    name: str
    planned: tuple[int, int] = (0, 0)
    actual: tuple[int, int] = (0, 0)

    @property
    def quarter(self) -> str:
        return f"T{(self.quarter_on.month + 2) // 3} {self.quarter_on.year}"

    @property
    def pairs(self) -> list[tuple[int, int, int]]:
        """Planned, real and the difference, for households then homes."""
        return [(planned, real, real - planned) for planned, real in zip(self.planned, self.actual, strict=True)]


def compare_plan(scenario: Scenario, view: View, grouping: str) -> list[Row]:
    """Each quarter of the scenario, and any other up to the reader's day in which somebody came in, by the values of the grouping."""
    planned, actual = planned_places(scenario), actual_places(scenario, view)
    names = _Names()
    rows: dict[tuple[date, str], Row] = {}
    for counts, field in ((planned, "planned"), (actual, "actual")):
        for (quarter, place), (households, homes) in counts.items():
            name = names.of(place, grouping)
            row = rows.setdefault((quarter, name), Row(quarter, name))
            known = getattr(row, field)
            setattr(row, field, (known[0] + households, known[1] + homes))
    return [rows[key] for key in sorted(rows, key=lambda key: (key[0], key[1] == SHUT, key[1]))]


def planned_places(scenario: Scenario) -> dict[tuple[date, Place], tuple[int, int]]:
    """Households and homes planned, by quarter and place."""
    found: dict[tuple[date, Place], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for intake in scenario.intakes.all():
        key = (intake.quarter_on, (intake.territory_id, intake.landlord_id, intake.mode, False))
        found[key] = (found[key][0] + intake.households, found[key][1] + intake.homes)
    return dict(found)


def actual_places(scenario: Scenario, view: View) -> dict[tuple[date, Place], tuple[int, int]]:
    """Households by the quarter of their first support, homes by that of their first occupancy. Source: « Towards 60/60 » of the steering rules.

    A household's landlord and mode are those of the first home it occupied.
    """
    territories = _territories(scenario)
    lived_in = Occupancy.objects.filter(household=OuterRef("pk"), starts_on__lte=view.on).order_by("starts_on", "pk")
    begun = Min("measures__starts_on", filter=Q(measures__kind__code=MeasureCode.SUPPORT, measures__starts_on__lte=view.on))
    households = (
        view.households()
        .annotate(
            quarter=TruncQuarter(begun),
            landlord=Subquery(lived_in.values("landlord")[:1]),
            mode=Subquery(lived_in.values("unit__mobilisation_mode")[:1]),
        )
        .filter(quarter__isnull=False)
        .values_list("quarter", "commune_id", "landlord", "mode", "is_shut")
    )
    found: dict[tuple[date, Place], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for quarter, commune, landlord, mode, is_shut in households:
        place: Place = (None, None, "", True) if is_shut else (territories.get(commune), landlord, mode or "", False)
        known = found[quarter, place]
        found[quarter, place] = (known[0] + 1, known[1])
    homes = (
        Unit.objects.annotate(quarter=TruncQuarter(Min("occupancies__starts_on", filter=Q(occupancies__starts_on__lte=view.on))))
        .filter(quarter__isnull=False)
        .order_by()
        .values_list("quarter", "commune_id", "landlord_id", "mobilisation_mode")
    )
    for quarter, commune, landlord, mode in homes:
        place = (territories.get(commune), landlord, mode or "", False)
        known = found[quarter, place]
        found[quarter, place] = (known[0], known[1] + 1)
    return dict(found)


def _territories(scenario: Scenario) -> dict[str, int]:
    """For each commune, the most specific of the territories that the scenario plans for: the one with the fewest communes."""
    planned = {intake.territory_id for intake in scenario.intakes.all() if intake.territory_id}
    ranks = {pk: rank for rank, pk in enumerate(Territory.objects.filter(pk__in=planned).most_specific_first().values_list("pk", flat=True))}
    links = Territory.communes.through.objects.filter(territory__in=planned).values_list("territory", "commune")
    return {commune: pk for pk, commune in sorted(links, key=lambda link: -ranks[link[0]])}


class _Names:
    """How the values of a grouping are called."""

    def __init__(self) -> None:
        self.territories: dict[Any, str] = dict(Territory.objects.values_list("pk", "name"))
        self.landlords: dict[Any, str] = dict(Organisation.objects.filter(kind="landlord").values_list("pk", "name"))
        self.modes: dict[Any, str] = {str(value): str(label) for value, label in MobilisationMode.choices}

    def of(self, place: Place, grouping: str) -> str:
        territory, landlord, mode, is_shut = place
        if grouping == "trimestre":
            return ""
        if is_shut:
            return SHUT
        names = {
            "territoire": self.territories.get(territory, UNSAID),
            "bailleur": self.landlords.get(landlord, UNSAID),
            "mobilisation": self.modes.get(mode, UNSAID),
        }
        return ", ".join(names.values()) if grouping == "tout" else names[grouping]
