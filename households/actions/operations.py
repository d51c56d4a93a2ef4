"""Which households an operation is meant for."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from access.actions import trace
from catalogue import roads
from catalogue.models import Operation
from households.actions.checks import refuse_closed
from households.models import Household, OperationPlace
from households.writing import case_write, lock


@case_write()
def mean_for(*, operation: Operation, household: Household, on: date, by: Any) -> OperationPlace:
    """Mean one of the homes of an operation for a household. Raises ValidationError when all of them are, or the operation is over."""
    locked = lock(household)
    refuse_closed(locked)
    held = roads.lock(operation)
    roads.require_under_way(held)
    if held.places.count() >= held.home_count:
        raise ValidationError(f"Les logements de cette opération ({held.home_count}) sont déjà tous destinés à un ménage.", code="full")
    place = OperationPlace(operation=held, household=locked, noted_on=on, noted_by=by)
    place.full_clean()
    place.save()
    trace(instance=household, action="wagtail.edit", by=by, operation=held.pk)
    return place


@case_write()
def no_longer_mean_for(*, place: OperationPlace, by: Any) -> None:
    """The operation is no longer meant for that household."""
    household = lock(place.household)
    trace(instance=household, action="wagtail.edit", by=by, operation_left=place.operation_id)
    place.delete()
