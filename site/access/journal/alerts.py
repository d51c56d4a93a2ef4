"""Unusual reading: many cases opened by one person in little time."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mass_mail
from django.db import transaction
from django.db.models import Count, Max, Min
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from access.enums import AlertOutcome, Role
from access.models import JournalEntry, ReadingAlert, User


@transaction.atomic
def raise_alerts(*, at: datetime | None = None) -> list[ReadingAlert]:
    """Raise an alert for everyone who opened more than READING_ALERT_CASES cases in the last READING_ALERT_MINUTES minutes, and tell the officers.

    A reading already told is not told again; it is followed while it goes on.
    """
    now = at or timezone.now()
    since = now - timedelta(minutes=settings.READING_ALERT_MINUTES)
    readers = (
        JournalEntry.objects.consultations()
        .filter(at__gt=since, at__lte=now, actor__isnull=False)
        .values("actor")
        .annotate(cases=Count("subject_id", distinct=True), first=Min("at"), last=Max("at"))
        .filter(cases__gt=settings.READING_ALERT_CASES)
        .order_by("actor")
    )
    raised = []
    for row in readers:
        known = ReadingAlert.objects.waiting().filter(reader=row["actor"], until_at__gte=since).first()
        if known is None:
            raised.append(ReadingAlert.objects.create(reader_id=row["actor"], from_at=row["first"], until_at=row["last"], cases=row["cases"]))
        else:
            read = JournalEntry.objects.consultations().filter(actor=row["actor"], at__gte=known.from_at, at__lte=now)
            known.until_at, known.cases = row["last"], read.values("subject_kind", "subject_id").distinct().count()
            known.save(update_fields=["until_at", "cases"])
    if raised:
        _tell_officers(raised)
    return raised


def _tell_officers(raised: list[ReadingAlert]) -> None:
    """Write to every data protection officer. The message names nobody: whoever receives it signs in to know."""
    address = settings.WAGTAILADMIN_BASE_URL + reverse("journal:alerts")
    body = render_to_string("access/journal/alert_mail.txt", {"alerts": raised, "address": address})
    officers = User.objects.open().filter(role=Role.DPO).values_list("email", flat=True)
    send_mass_mail([("Lecture inhabituelle de dossiers", body, None, [email]) for email in officers])


@transaction.atomic
def decide(*, alert: ReadingAlert, outcome: str, by: Any) -> ReadingAlert:
    """Say what an unusual reading was. Raises ValidationError for an outcome that is none of the list, or when it is said already."""
    held: ReadingAlert = ReadingAlert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    if held.outcome:
        raise ValidationError("Cette alerte est déjà traitée.", code="decided")
    if outcome not in AlertOutcome:
        raise ValidationError("Choisissez une suite de la liste.", code="outcome")
    held.outcome, held.decided_by, held.decided_at = outcome, by, timezone.now()
    held.save(update_fields=["outcome", "decided_by", "decided_at"])
    return held
