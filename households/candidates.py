"""Free homes that may suit a household. People decide; this only helps to look."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from catalogue.enums import DeclaredOccupation, Typology
from catalogue.models import Unit
from catalogue.models.stock import UnitQuerySet
from households.models import Diagnosis, Occupancy

ORDER = [typology.value for typology in Typology]


def free_units(user: Any, *, on: date) -> UnitQuerySet:
    """Homes in stock that the user sees, that nobody of the scheme occupies and that the landlord does not declare let or in works."""
    occupied = Occupancy.objects.running(on=on).filter(unit=OuterRef("pk"))
    free = Unit.objects.visible_to(user, on=on).in_stock().exclude(Exists(occupied))
    return free.exclude(declared_occupation__in=[DeclaredOccupation.LET, DeclaredOccupation.WORKS, DeclaredOccupation.ASSOCIATION])


def fitting(units: UnitQuerySet, diagnosis: Diagnosis | None) -> UnitQuerySet:
    """Those that meet the hard criteria of a diagnosis: size, communes, accessibility, kind of building, ceiling rent (charges included)."""
    if diagnosis is None:
        return units
    low = ORDER.index(diagnosis.smallest) if diagnosis.smallest else 0
    high = ORDER.index(diagnosis.largest) if diagnosis.largest else len(ORDER) - 1
    units = units.filter(typology__in=ORDER[low : high + 1])
    communes = diagnosis.searched_communes()
    if communes:
        units = units.filter(commune__in=communes)
    if diagnosis.needs_accessible:
        units = units.filter(is_accessible=True)
    if diagnosis.building_type:
        units = units.filter(building_type=diagnosis.building_type)
    if diagnosis.ceiling_rent is not None:
        units = units.with_total_rent().filter(total_rent__lte=diagnosis.ceiling_rent)
    return units
