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
from partners.enums import DraftAction
from partners.models import DirectoryEntry, EntryDraft
from partners.policies import CONFIRMERS

SUBJECTS: Final = {
    "submitted": "Fiche à relire : {name}",
    "received": "Votre fiche est envoyée au GIE : {name}",
    "returned": "Votre fiche est à reprendre : {name}",
    "approved": "Votre fiche est publiée : {name}",
    "decided": "Fiche {decision} : {name}",
    "reminder": "Votre fiche est-elle toujours juste ? {name}",
}


def news_of(news: str, draft: EntryDraft) -> list[EmailMessage]:
    """The messages that a version calls for, to both sides: its organisation is told what becomes of it, the GIE what comes in and what was decided."""
    staff = list(User.objects.open().filter(role=Role.GIE_STAFF))
    own = organisation_side(draft)
    if news == "submitted":
        told = [_message("submitted", draft.entry, person, draft=draft) for person in staff if person != draft.submitted_by]
        return told + [_message("received", draft.entry, person, draft=draft) for person in own if person == draft.submitted_by]
    decision = {"by": draft.moves.filter(status=draft.status).select_related("by").last(), "news": news, "amended": is_amended(draft)}
    told = [_message(news, draft.entry, person, draft=draft, **decision) for person in own]
    return told + [_message("decided", draft.entry, person, draft=draft, **decision) for person in staff]


def organisation_side(draft: EntryDraft) -> list[User]:
    """Who sent the version; when the GIE wrote it in the organisation's place, everybody there who may confirm the entry."""
    author = draft.submitted_by
    if author and author.role in CONFIRMERS:
        return [author] if author.may_sign_in else []
    return _confirmers(draft.entry, on=timezone.localdate())


def is_amended(draft: EntryDraft) -> bool:
    """Whether the GIE touched the version up after it was last sent."""
    actions = list(draft.moves.values_list("action", flat=True))
    return DraftAction.SUBMIT in actions and DraftAction.AMEND in actions[len(actions) - actions[::-1].index(DraftAction.SUBMIT) :]


def _confirmers(entry: DirectoryEntry, *, on: date) -> list[User]:
    memberships = (
        entry.organisation.memberships.in_force(on=on).filter(user__in=User.objects.open(on=on), user__role__in=CONFIRMERS).select_related("user")
    )
    return [membership.user for membership in memberships]


def reminders_of(entry: DirectoryEntry, *, on: date) -> list[EmailMessage]:
    """One message to each person who may confirm the entry."""
    return [_message("reminder", entry, person) for person in _confirmers(entry, on=on)]


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
    decision = "publiée" if context.get("news") == "approved" else "renvoyée"
    subject = SUBJECTS[kind].format(name=entry.organisation.name, decision=decision)
    return EmailMessage(subject, render_to_string(f"partners/mails/{kind}.txt", context), to=[person.email])
