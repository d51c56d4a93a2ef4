"""How far the scheme is from what it promised: households and homes, counted once each."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef

from catalogue.enums import MeasureCode
from catalogue.models import Unit
from households.models import Household, Occupancy, SupportMeasure


@dataclass(frozen=True)
class Progress:
    """How many were reached by a day, of how many."""

    reached: int
    target: int


def households_reached(*, on: date) -> Progress:
    """A household counts once, when its first support measure starts."""
    started = SupportMeasure.objects.filter(household=OuterRef("pk"), kind__code=MeasureCode.SUPPORT, starts_on__lte=on)
    return Progress(Household.objects.filter(Exists(started)).count(), settings.TARGET_HOUSEHOLDS)


def homes_reached(*, on: date) -> Progress:
    """A home counts once, when a household of the scheme first occupies it."""
    occupied = Occupancy.objects.filter(unit=OuterRef("pk"), starts_on__lte=on)
    return Progress(Unit.objects.filter(Exists(occupied)).count(), settings.TARGET_HOMES)
