"""One application number, one case: what is told of the case that bears it stops where the sight of whoever writes stops."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from access.scope import aggregate
from households.models import Household
from households.models.cases import NUMBER_REFUSED

KNOWN_NUMBER = "known_number"
REGISTER = 7_353_001
"""The advisory lock under which cases enter the register and numbers are given."""


def hold_register() -> None:
    """Let one transaction at a time open a case or give a number, until it ends: whoever waited reads what the other wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REGISTER])


@aggregate("a number that another case bears")
def refuse_known_number(*, household: Household, by: Any) -> None:
    """Refuse an application number that another case bears.

    Raises ValidationError on ``application_number``: the other case is named (code ``known_number``, with its ``pk`` among the parameters) when
    ``by`` sees it. Otherwise only what to do is told.
    """
    if not household.application_number:
        return
    others = Household.objects.filter(application_number=household.application_number).exclude(pk=household.pk)
    seen = others.visible_to(by).first() if by is not None else None
    if seen is not None:
        message = "Le dossier %(reference)s porte déjà ce numéro unique."
        told = ValidationError(message, code=KNOWN_NUMBER, params={"reference": seen.reference, "pk": seen.pk})
        raise ValidationError({"application_number": told})
    if others.exists():
        raise ValidationError({"application_number": ValidationError(NUMBER_REFUSED, code="unique")})
