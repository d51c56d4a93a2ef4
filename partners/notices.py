"""The e-mails about directory entries: to whom they go, and what they say."""

from datetime import date
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from access.enums import Role
from access.models import User
from partners.models import DirectoryEntry, EntryDraft
from partners.policies import CONFIRMERS

SUBJECTS: Final = {
    "submitted": "Fiche à relire : {name}",
    "received": "Votre fiche est envoyée au GIE : {name}",
    "returned": "Votre fiche est à reprendre : {name}",
    "approved": "Votre fiche est publiée : {name}",
    "reminder": "Votre fiche est-elle toujours juste ? {name}",
}


def news_of(news: str, draft: EntryDraft) -> list[EmailMessage]:
    """The messages that a version calls for: the GIE is told of what comes in, its author of what becomes of it."""
    author = [draft.submitted_by] if draft.submitted_by and draft.submitted_by.is_active else []
    if news == "submitted":
        staff = User.objects.filter(role=Role.GIE_STAFF, is_active=True).exclude(pk__in=[person.pk for person in author])
        return [
            *[_message("submitted", draft.entry, person, draft=draft) for person in staff],
            *[_message("received", draft.entry, person, draft=draft) for person in author],
        ]
    return [_message(news, draft.entry, person, draft=draft) for person in author]


def reminders_of(entry: DirectoryEntry, *, on: date) -> list[EmailMessage]:
    """One message to each person who may confirm the entry."""
    memberships = entry.organisation.memberships.in_force(on=on).filter(user__is_active=True, user__role__in=CONFIRMERS).select_related("user")
    return [_message("reminder", entry, membership.user) for membership in memberships]


def send_news(*, news: str, draft_id: int) -> None:
    """Send what ``news_of`` a version calls for; nothing when the version is gone."""
    draft = EntryDraft.objects.select_related("entry__organisation", "submitted_by").filter(pk=draft_id).first()
    for message in news_of(news, draft) if draft else []:
        message.send()


def send_reminder(*, entry_id: int) -> None:
    """Remind the people of an organisation to confirm its entry; nothing when the entry is gone."""
    entry = DirectoryEntry.objects.select_related("organisation").filter(pk=entry_id).first()
    for message in reminders_of(entry, on=timezone.localdate()) if entry else []:
        message.send()


def _message(kind: str, entry: DirectoryEntry, person: User, **context: Any) -> EmailMessage:
    page = "entries:review" if kind == "submitted" else "entries:entry"
    context |= {"entry": entry, "person": person, "address": f"{settings.WAGTAILADMIN_BASE_URL}{reverse(page, args=[entry.pk])}"}
    subject = SUBJECTS[kind].format(name=entry.organisation.name)
    return EmailMessage(subject, render_to_string(f"partners/mails/{kind}.txt", context), to=[person.email])
