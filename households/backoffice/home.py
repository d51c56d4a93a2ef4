"""The home of whoever follows cases: what waits, for whom, since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Value
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.components import Component

from access.enums import Role
from households.backoffice.deadlines import ending_conventions, fundings_due
from households.backoffice.pending import SHOWN_WITH, present
from households.models import HouseholdReport, PendingAction
from households.targets import homes_reached, households_reached

READERS = frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER, Role.LANDLORD_REFERENT})
IDENTITY_READERS = frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER})
IN_EACH_GROUP: Final = 8
GROUPS_SHOWN: Final = 20
PAGE: Final = 50

VIEWS: Final = {"moi": "À faire par moi", "suivis": "Les dossiers que je suis", "tous": "Tous les dossiers"}
GROUPINGS: Final = {
    "echeance": "échéance",
    "personne": "personne",
    "bailleur": "bailleur",
    "operateur": "opérateur",
    "territoire": "territoire",
}
FIELDS: Final = {"personne": "owner", "bailleur": "landlord", "operateur": "operator", "territoire": "epci"}
UNNAMED: Final = {"personne": "Sans personne désignée", "bailleur": "Sans bailleur", "operateur": "Sans opérateur", "territoire": "Hors EPCI"}
NONE_KEY: Final = "aucun"


@dataclass(frozen=True)
class Group:
    """Pending actions that belong together: how many, how many of them late, and the first ones due."""

    key: str
    title: str
    count: int
    late: int
    condition: Q


@dataclass(frozen=True)
class Choice:
    """What the person asked to see."""

    view: str
    grouping: str
    group: str
    page: str

    @classmethod
    def read(cls, request: HttpRequest) -> "Choice":
        given = request.GET
        has_own = getattr(request.user, "role", None) in IDENTITY_READERS
        return cls(
            view=given.get("vue", "") if given.get("vue") in VIEWS else ("moi" if has_own else "tous"),
            grouping=given.get("par", "") if given.get("par") in GROUPINGS else "echeance",
            group=given.get("groupe", "")[:40],
            page=given.get("page", "1"),
        )

    def query(self, **changes: str) -> str:
        return urlencode({"vue": self.view, "par": self.grouping, **changes})


def wanted(user: Any, view: str, *, on: date) -> Any:
    """The pending actions of one view of the inbox."""
    seen = PendingAction.objects.visible_to(user, on=on)
    if view == "moi":
        return seen.awaited_from(user, on=on)
    if view == "suivis":
        return seen.filter(Q(household__officer=user) | Q(owner=user))
    return seen


def by_due_day(pending: Any, *, on: date) -> list[Group]:
    """Late, today, in the next seven days, later."""
    week = on + timedelta(days=7)
    spans = (
        ("retard", "En retard", Q(due_on__lt=on)),
        ("jour", "Aujourd'hui", Q(due_on=on)),
        ("semaine", "Dans les sept jours", Q(due_on__gt=on, due_on__lte=week)),
        ("ensuite", "Ensuite", Q(due_on__gt=week)),
    )
    counts = pending.aggregate(**{key: Count("pk", filter=condition) for key, _title, condition in spans})
    return [Group(key, title, counts[key], counts[key] if key == "retard" else 0, condition) for key, title, condition in spans if counts[key]]


def by_field(pending: Any, grouping: str, *, on: date) -> list[Group]:
    """One group for each person or place, the most late ones first."""
    field = FIELDS[grouping]
    names = {"personne": ("owner__first_name", "owner__last_name")}.get(grouping, (f"{field}__name",))
    rows = (
        pending.order_by()
        .values(f"{field}_id", *names)
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)))
        .order_by("-late", "-count", F(f"{field}_id").asc(nulls_last=True))
    )
    found = []
    for row in rows:
        key = row[f"{field}_id"]
        title = " ".join(row[name] for name in names if row[name]) if key is not None else UNNAMED[grouping]
        condition = Q(**{f"{field}_id": key}) if key is not None else Q(**{f"{field}__isnull": True})
        found.append(Group(NONE_KEY if key is None else str(key), title, row["count"], row["late"], condition))
    return found


def first_of_each(pending: Any, groups: Sequence[Group], *, limit: int) -> list[list[PendingAction]]:
    """The actions due first in each group: the same number of queries however many groups."""
    if not groups:
        return []
    first, *others = (
        pending.filter(group.condition).annotate(place=Value(place)).order_by("due_on", "household_id").values_list("place", "pk")[:limit]
        for place, group in enumerate(groups)
    )
    places = {pk: place for place, pk in (first.union(*others, all=True) if others else first)}
    found: list[list[PendingAction]] = [[] for _group in groups]
    for action in load(PendingAction.objects.filter(pk__in=places)):
        found[places[action.pk]].append(action)
    return found


def load(pending: Any) -> Any:
    return pending.select_related(*SHOWN_WITH).prefetch_related("household__people").order_by("due_on", "household_id")


class Inbox(Component):
    """Everything the person's cases wait for, grouped as asked, the first ones due first."""

    template_name = "households/home.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        user, today, choice = request.user, timezone.localdate(), Choice.read(request)
        pending = wanted(user, choice.view, on=today)
        groups = by_due_day(pending, on=today) if choice.grouping == "echeance" else by_field(pending, choice.grouping, on=today)
        chosen = next((group for group in groups if group.key == choice.group), None)
        is_staff = user.role == Role.GIE_STAFF
        context: dict[str, Any] = {
            "user": user,
            "today": today,
            "choice": choice,
            "views": VIEWS,
            "groupings": GROUPINGS if is_staff else {key: GROUPINGS[key] for key in ("echeance", "personne", "territoire")},
            "is_staff": is_staff,
            "total": sum(group.count for group in groups),
            **pending.aggregate(late=Count("pk", filter=Q(due_on__lt=today)), due_today=Count("pk", filter=Q(due_on=today))),
            "waiting_reports": HouseholdReport.objects.visible_to(user).waiting().count() if is_staff else 0,
            "conventions": ending_conventions(user, on=today) if is_staff else [],
            "fundings": fundings_due(user, on=today) if is_staff else [],
            "targets": [("ménages", households_reached(on=today)), ("logements", homes_reached(on=today))] if is_staff else [],
        }
        if chosen is not None:
            pages = Paginator(load(pending.filter(chosen.condition)), PAGE)
            pages.count = chosen.count
            page = pages.get_page(choice.page)
            context["page"] = page
            context["groups"] = [self._shown(chosen, list(page.object_list), user, today, choice)]
        else:
            shown = groups[:GROUPS_SHOWN]
            first = first_of_each(pending, shown, limit=IN_EACH_GROUP * (2 if choice.grouping == "echeance" else 1))
            context["groups"] = [self._shown(group, rows, user, today, choice) for group, rows in zip(shown, first, strict=True)]
            context["groups_left"] = len(groups) - len(shown)
        return context

    def _shown(self, group: Group, rows: Sequence[PendingAction], user: Any, today: date, choice: Choice) -> dict[str, Any]:
        return {
            "title": group.title,
            "key": group.key,
            "count": group.count,
            "late": group.late,
            "rows": [self._row(row, user, today) for row in rows],
            "left": group.count - len(rows),
            "url": f"?{choice.query(groupe=group.key)}",
        }

    def _row(self, pending: PendingAction, user: Any, today: date) -> dict[str, Any]:
        household = pending.household
        holder = next(iter(household.people.all()), None) if user.role in IDENTITY_READERS else None
        return {
            "household": household,
            "holder": holder.full_name if holder else "",
            "upcoming": present(pending, user=user, on=today),
            "remind": self._reminder(pending, user),
        }

    def _reminder(self, pending: PendingAction, user: Any) -> str:
        """A letter to begin to the person awaited: the reference, never a name. Empty when it is the user."""
        owner = pending.owner
        if owner is None or owner == user or not owner.email:
            return ""
        subject = urlencode({"subject": f"{pending.household.reference} : {pending.get_kind_display()}"}).replace("+", "%20")
        return f"mailto:{owner.email}?{subject}"


def add_inbox(request: HttpRequest, panels: list[Any]) -> None:
    if getattr(request.user, "role", None) in READERS:
        panels.append(Inbox())
