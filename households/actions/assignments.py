"""Who follows which case: passing cases on from one person to another."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from access.actions import trace
from access.enums import Role
from households.actions.support import change_referent
from households.models import Household, OfficerChange, SupportMeasure
from households.writing import case_write, lock


@case_write()
def reassign_officer(*, households: Collection[Household], officer: Any, by: Any) -> int:
    """Give these cases to an officer of the GIE, all or none; return how many changed hands.

    Raises ValidationError when the person is not an active officer. A confidential case names the new officer, who could not open it otherwise.
    """
    if not (officer.may_sign_in and officer.role == Role.GIE_STAFF):
        raise ValidationError("Un dossier est confié à un agent du GIE dont le compte est ouvert.", code="officer")
    changed = 0
    for household in sorted(households, key=lambda found: found.pk):
        locked = lock(household)
        if locked.officer_id == officer.pk:
            continue
        note_officer(household=locked, former=locked.officer, officer=officer, by=by)
        locked.officer = officer
        locked.save(update_fields=["officer"])
        if locked.is_confidential:
            locked.team.get_or_create(user=officer)
        trace(instance=locked, action="wagtail.edit", by=by, officer=officer.pk)
        changed += 1
    return changed


@case_write()
def note_officer(*, household: Household, former: Any, officer: Any, by: Any) -> None:
    """Leave in the case's history that another officer holds it from today (nobody when None)."""
    OfficerChange.objects.create(household=lock(household), former=former, officer=officer, changed_on=timezone.localdate(), made_by=by)


@case_write()
def reassign_referent(*, measures: Collection[SupportMeasure], referent: Any, on: date, by: Any) -> int:
    """Name another referent on these measures from that day, all or none; return how many changed.

    Raises ValidationError when the person works neither for the operator of each one nor for the GIE, or is gone.
    """
    if not referent.may_sign_in:
        raise ValidationError("Le compte de cette personne est fermé.", code="referent")
    to_change = [measure for measure in sorted(measures, key=lambda found: found.household_id) if measure.referent_id != referent.pk]
    for measure in to_change:
        change_referent(measure=measure, referent=referent, on=on, by=by)
    return len(to_change)
