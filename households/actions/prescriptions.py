"""A prescriber reports a household by form."""

from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from access.actions import trace
from access.enums import Role
from access.text import fold
from households.likeness import name_words
from households.models import HouseholdReport
from partners.models import Organisation, own_organisations

SAME_SENDING: Final = timedelta(hours=1)
"""Within it, the same report by the same person is the same form sent twice."""


@transaction.atomic
def report_household(*, report: HouseholdReport, by: Any) -> HouseholdReport:
    """Send a household's report to the officers' inbox, for the prescriber's own organisation. The same form sent twice makes one report.

    Raises ValidationError when ``by`` works for no organisation, or it has already reported that person and waits for an answer.
    """
    if by.role != Role.PRESCRIBER:
        raise ValidationError("Seul un prescripteur signale un ménage par ce formulaire.", code="role")
    own = Organisation.objects.filter(pk__in=own_organisations(by, timezone.localdate()))
    organisation = own.select_for_update(of=("self",)).order_by("pk").first()
    if organisation is None:
        raise ValidationError("Votre compte n'est rattaché à aucun organisme : demandez-le à l'administrateur.", code="organisation")
    known = _already_reported(report, organisation)
    if known is not None and known.imported_by_id == by.pk and timezone.now() - known.imported_at < SAME_SENDING:
        return known
    if known is not None:
        sent_on = timezone.localdate(known.imported_at)
        raise ValidationError(f"Votre organisme a déjà signalé cette personne le {sent_on:%d/%m/%Y} : le GIE l'examine.", code="known")
    report.organisation, report.imported_by = organisation, by
    report.reference_key = fold(report.reference)
    report.full_clean()
    report.save()
    trace(instance=report, action="wagtail.create", by=by)
    return report


def _already_reported(report: HouseholdReport, organisation: Organisation) -> HouseholdReport | None:
    """The organisation's waiting report of the same person: same words in the name, same birth date."""
    waiting = HouseholdReport.objects.waiting().filter(organisation=organisation, birth_date=report.birth_date).order_by("-imported_at")
    wanted = name_words(report.last_name, report.first_name)
    return next((known for known in waiting if name_words(known.last_name, known.first_name) == wanted), None)
