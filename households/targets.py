"""How far the scheme is from what it promised: households and homes, counted once each."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count

from access.scope import aggregate
from catalogue.enums import MeasureCode
from households.models import Occupancy, SupportMeasure


@dataclass(frozen=True)
class Progress:
    """How many were reached by a day, of how many."""

    reached: int
    target: int


@aggregate("households reached")
def households_reached(*, on: date) -> Progress:
    """A household counts once, when its first support measure starts."""
    started = SupportMeasure.objects.filter(kind__code=MeasureCode.SUPPORT, starts_on__lte=on)
    return Progress(started.aggregate(reached=Count("household", distinct=True))["reached"], settings.TARGET_HOUSEHOLDS)


@aggregate("homes reached")
def homes_reached(*, on: date) -> Progress:
    """A home counts once, when a household of the scheme first occupies it."""
    occupied = Occupancy.objects.filter(starts_on__lte=on)
    return Progress(occupied.aggregate(reached=Count("unit", distinct=True))["reached"], settings.TARGET_HOMES)
