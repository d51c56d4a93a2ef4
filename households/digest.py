"""The letter that tells each person what waits on them: references only, never a name."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from access.enums import Role
from access.models import User
from households.models import PendingAction, RetentionNotice
from households.privacy.retention import notices_for

READERS: Final = (Role.GIE_STAFF, Role.SUPPORT_WORKER, Role.LANDLORD_REFERENT)
DAYS_AHEAD: Final = 7
LISTED: Final = 30


@dataclass(frozen=True)
class Digest:
    """What waits on one person by ``DAYS_AHEAD`` days from now: the first ``LISTED`` due, and how many in all."""

    person: Any
    actions: list[PendingAction]
    late: int
    total: int
    leaving: list[RetentionNotice] = field(default_factory=list)

    def message(self, *, on: date) -> EmailMessage:
        site = settings.WAGTAILADMIN_BASE_URL
        body = render_to_string(
            "households/digest.txt",
            {"digest": self, "on": on, "left": self.total - len(self.actions), "url": f"{site}{reverse('wagtailadmin_home')}"},
        )
        if not self.total:
            several = "s" if len(self.leaving) > 1 else ""
            subject = f"Solive : {len(self.leaving)} dossier{several} bientôt anonymisé{several}"
            return EmailMessage(subject=subject, body=body, to=[self.person.email])
        plural = "s" if self.total > 1 else ""
        late = f", dont {self.late} en retard" if self.late else ""
        return EmailMessage(
            subject=f"Solive : {self.total} action{plural} vous attend{'ent' if plural else ''}{late}", body=body, to=[self.person.email]
        )


def digest_of(person: Any, *, on: date) -> Digest | None:
    """What waits on the person; None when nothing does."""
    waiting = PendingAction.objects.visible_to(person, on=on).awaited_from(person, on=on).filter(due_on__lte=on + timedelta(days=DAYS_AHEAD))
    total = waiting.count()
    leaving = list(notices_for(person)[:LISTED]) if person.role == Role.GIE_STAFF else []
    if not total and not leaving:
        return None
    first = list(waiting.select_related("household").order_by("due_on", "household_id")[:LISTED])
    return Digest(person=person, actions=first, late=waiting.late(on=on).count(), total=total, leaving=leaving)


def send_digests(*, on: date) -> int:
    """Send each open account that follows cases its letter of the day; return how many left."""
    sent = 0
    for person in User.objects.open(on=on).filter(role__in=READERS).order_by("pk"):
        digest = digest_of(person, on=on)
        if digest is not None:
            sent += digest.message(on=on).send()
    return sent
