"""What the GIE and a landlord's referent declare of a home."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from access.actions import trace
from access.journal.recording import tracing
from catalogue.enums import DeclaredOccupation
from catalogue.models import Unit


def lock_unit(unit: Unit) -> Unit:
    """The home as the database holds it now, locked until the transaction ends. Raises ValidationError once it left the stock."""
    locked = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    if locked.withdrawn_on is not None:
        raise ValidationError("Ce logement est retiré du parc.", code="withdrawn")
    return locked


@transaction.atomic
@tracing()
def earmark(*, unit: Unit, mode: str, by: Any) -> Unit:
    """Reserve a home for the scheme; ``mode`` tells how it comes to it."""
    locked = lock_unit(unit)
    locked.is_earmarked, locked.mobilisation_mode = True, mode
    return _save(locked, by=by, earmarked=mode)


@transaction.atomic
@tracing()
def release_earmark(*, unit: Unit, by: Any) -> Unit:
    """Take back the reservation of a home; how it had come to the scheme stays noted."""
    locked = lock_unit(unit)
    if not locked.is_earmarked:
        raise ValidationError("Ce logement n'est pas fléché.", code="state")
    locked.is_earmarked = False
    return _save(locked, by=by, earmarked="")


@transaction.atomic
@tracing()
def make_available(*, unit: Unit, on: date, by: Any) -> Unit:
    """Declare a home vacant, and free from that day."""
    locked = lock_unit(unit)
    locked.declared_occupation, locked.available_on = DeclaredOccupation.VACANT, on
    return _save(locked, by=by, available=on.isoformat())


def _save(unit: Unit, *, by: Any, **told: Any) -> Unit:
    unit.updated_at = timezone.now()
    unit.full_clean()
    unit.save()
    trace(instance=unit, action="wagtail.edit", by=by, **told)
    return unit
