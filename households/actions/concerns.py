"""Worries and proposed exits: raised by partners, answered by the GIE."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from access.actions import trace
from households import policies
from households.actions.checks import refuse_closed
from households.models import Concern
from households.writing import case_write, lock


@case_write()
def raise_concern(*, concern: Concern, by: Any) -> Concern:
    """Tell the officer of a worry or propose an exit. Raises ValidationError on a closed case, for a reason of the other kind, or for an
    organisation that has no part in the case.
    """
    household = lock(concern.household)
    refuse_closed(household)
    organisation = policies.concerned_organisation(by, household)
    if organisation is None:
        raise ValidationError("Votre organisation ne loge ni n'accompagne ce ménage.", code="guard")
    concern.organisation, concern.raised_by = organisation, by
    concern.full_clean()
    concern.save()
    trace(instance=household, action="wagtail.edit", by=by, concern=concern.kind, reason=concern.reason)
    return concern


@case_write()
def answer_concern(*, concern: Concern, outcome: str, on: date, by: Any, answer: str = "") -> Concern:
    """The GIE's answer, which closes it; whoever raised it reads the answer. Raises ValidationError when it is answered already."""
    household = lock(concern.household)
    concern.refresh_from_db()
    if concern.outcome:
        raise ValidationError("On y a déjà répondu.", code="state")
    concern.outcome, concern.answer, concern.answered_on, concern.answered_by = outcome, answer, on, by
    concern.full_clean()
    concern.save()
    trace(instance=household, action="wagtail.edit", by=by, concern=concern.kind, outcome=outcome)
    return concern
