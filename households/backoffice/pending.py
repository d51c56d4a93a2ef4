"""What a case waits for, as screens show it: words, and the page where it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse

from households import policies
from households.backoffice.case_actions import BY_SLUG, PROPOSE_SLUG
from households.enums import PendingKind
from households.models import Household, PendingAction

SLUGS: Final[Mapping[str, str]] = {
    PendingKind.ENTRUST_DIAGNOSIS: "confier-le-diagnostic",
    PendingKind.COMPLETE_DIAGNOSIS: "diagnostic",
    PendingKind.COMMITTEE: "comite",
    PendingKind.RECORD_HOME: "logement-occupe",
    PendingKind.PROPOSE: PROPOSE_SLUG,
    PendingKind.RESUME_SEARCH: PROPOSE_SLUG,
    PendingKind.HOME_LOST: "chercher-un-autre-logement",
    PendingKind.ANSWER: "reponse",
    PendingKind.CAL: "cal",
    PendingKind.LEASE: "bail",
    PendingKind.REVIEW_SUSPENSION: "reprendre",
    PendingKind.REFUSAL: "adhesion",
    PendingKind.CONSENT: "adhesion",
    PendingKind.OPEN_SUPPORT: "mesure",
    PendingKind.ANSWER_CONCERN: "repondre",
    PendingKind.CONTACT: "contact",
    PendingKind.EVALUATE: "evaluation",
    PendingKind.NAME_REFERENT: "referent",
    PendingKind.SLIDE: "glissement",
    PendingKind.RENEW: "prolonger",
    PendingKind.CLOSE: "clore",
}
"""The case page's action where each wait comes to its end."""
SESSIONS: Final = "comite_seances_modeladmin_index"
AWAITED: Final = ("owner", "landlord", "operator")
"""Read once each, however many cases wait for them."""


@dataclass(frozen=True)
class Upcoming:
    """What a case waits for. ``url`` leads to the page where this user does it, empty when somebody else does."""

    pending: PendingAction
    label: str
    who: str
    due_on: date
    since_on: date
    days_waiting: int
    days_late: int
    slug: str
    url: str

    @property
    def is_late(self) -> bool:
        return self.days_late > 0


def present(pending: PendingAction, *, user: Any, on: date) -> Upcoming:
    kind = PendingKind(pending.kind)
    slug = SLUGS.get(kind, "")
    label = str(kind.label)
    return Upcoming(
        pending=pending,
        label=label[0].upper() + label[1:],
        who=pending.awaited_name,
        due_on=pending.due_on,
        since_on=pending.since_on,
        days_waiting=pending.days_waiting(on),
        days_late=pending.days_late(on),
        slug=slug,
        url=place_of(kind, slug, pending.household_id, user),
    )


def place_of(kind: str, slug: str, household_id: int, user: Any) -> str:
    """Where this user does it; empty when the role does not."""
    if kind == PendingKind.NAME_OFFICER:
        return reverse("menages_dossiers_modeladmin_edit", args=[household_id]) if policies.may_write(user, "team") else ""
    if kind == PendingKind.REVIEW:
        return reverse(SESSIONS) if policies.may_write(user, "run_committee") else ""
    if slug == PROPOSE_SLUG:
        return reverse("households:propose", args=[household_id]) if policies.may_write(user, "propose") else ""
    if slug and policies.may_write(user, BY_SLUG[slug].right):
        return reverse("households:action", args=[household_id, slug])
    return ""


def upcoming_of(households: Iterable[Household], *, user: Any, on: date) -> dict[int, Upcoming]:
    """What each of these cases waits for, as far as the user may know it, by the case's id: one query."""
    found = PendingAction.objects.visible_to(user, on=on).filter(household__in=[household.pk for household in households])
    return {pending.household_id: present(pending, user=user, on=on) for pending in found.prefetch_related(*AWAITED)}
