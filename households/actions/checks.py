"""Checks shared by the writes on a case."""

from datetime import date

from django.core.exceptions import ValidationError

from households.enums import ConsentKind, Stage
from households.models import Household
from partners.enums import OrganisationKind
from partners.models import Organisation


def refuse_closed(household: Household) -> None:
    """Raise ValidationError on a closed case: nothing more is written to it."""
    if household.stage == Stage.CLOSED:
        raise ValidationError("Ce dossier est clos : on n'y écrit plus.", code="closed")


def refuse_unshared(household: Household, operator: Organisation) -> None:
    """Raise ValidationError when the diagnosis would go to an operator and the household refuses the sharing of information."""
    if operator.kind == OrganisationKind.OPERATOR and household.has_refused(ConsentKind.SHARING, on=date.max):
        raise ValidationError(
            {"operator": "Le ménage refuse le partage d'informations : confiez le diagnostic au GIE, ou recueillez d'abord son accord."}
        )
