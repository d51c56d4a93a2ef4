"""Checks shared by the writes on a case."""

from django.core.exceptions import ValidationError

from households.enums import Stage
from households.models import Household


def refuse_closed(household: Household) -> None:
    """Raise ValidationError on a closed case: nothing more is written to it."""
    if household.stage == Stage.CLOSED:
        raise ValidationError("Ce dossier est clos : on n'y écrit plus.", code="closed")
