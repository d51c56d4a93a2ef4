"""The home of whoever follows cases: what waits, for whom, since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.core.paginator import Paginator
from django.db.models import BigIntegerField, Count, F, Func, Q, Value
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.components import Component

from access.enums import Role
from access.models import User
from households.backoffice.deadlines import ending_conventions, fundings_due
from households.backoffice.pending import AWAITED, present
from households.models import HouseholdReport, PendingAction
from households.targets import homes_reached, households_reached

READERS = frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER, Role.LANDLORD_REFERENT})
IDENTITY_READERS = frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER})
GROUPS_SHOWN: Final = 20
ON_FIRST_SIGHT: Final = 56
"""About how many actions the page of all groups shows, whatever their number."""
FEWEST, MOST = 3, 16
"""How many of one group at least, and at most."""
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
    """Pending actions that belong together: how many, how many of them late, due today, and the first ones due where these are known already."""

    key: str
    title: str
    count: int
    late: int
    due_today: int
    condition: Q
    first: Sequence[int] | None = None


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
        return seen.followed_by(user)
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
    return [
        Group(key, title, counts[key], counts[key] if key == "retard" else 0, counts[key] if key == "jour" else 0, condition)
        for key, title, condition in spans
        if counts[key]
    ]


def by_field(pending: Any, grouping: str, *, on: date, at_once: bool) -> list[Group]:
    """One group for each person or place, the most late ones first; each with its first actions when they are read ``at_once``.

    Of the cases of one person or one partner, the whole is read anyway. Of everybody's, the first of each group come faster from its index.
    """
    field: Any = PendingAction._meta.get_field(FIELDS[grouping])
    counts = {"count": Count("pk"), "late": Count("pk", filter=Q(due_on__lt=on)), "due_today": Count("pk", filter=Q(due_on=on))}
    ids, soonest = ArrayField(BigIntegerField()), ArrayAgg("pk", order_by=("due_on", "pk"))
    first = {"first": Func(soonest, Value(MOST), template="(%(expressions)s]", arg_joiner=")[1:", output_field=ids)}
    rows = (
        pending.order_by()
        .values(key=F(field.attname))
        .annotate(**counts, **(first if at_once else {}))
        .order_by("-late", "-count", F("key").asc(nulls_last=True))
    )
    named = field.related_model._base_manager.in_bulk([row["key"] for row in rows if row["key"] is not None])
    found = []
    for row in rows:
        key = row["key"]
        title = _title(named[key]) if key is not None else UNNAMED[grouping]
        condition = Q(**{field.attname: key}) if key is not None else Q(**{f"{field.name}__isnull": True})
        told = (row["count"], row["late"], row["due_today"])
        found.append(Group(NONE_KEY if key is None else str(key), title, *told, condition, row.get("first")))
    return found


def _title(named: Any) -> str:
    return str(named.get_full_name() if isinstance(named, User) else named.name)


def first_of_each(pending: Any, groups: Sequence[Group], *, limit: int) -> list[list[PendingAction]]:
    """The actions due first in each group: the same number of queries however many groups."""
    if not groups:
        return []
    places = {pk: place for place, group in enumerate(groups) for pk in (group.first or ())[:limit]}
    unread = [
        pending.filter(group.condition).annotate(place=Value(place)).order_by("due_on", "household_id").values_list("pk", "place")[:limit]
        for place, group in enumerate(groups)
        if group.first is None
    ]
    if unread:
        places.update(unread[0].union(*unread[1:], all=True) if unread[1:] else unread[0])
    found: list[list[PendingAction]] = [[] for _group in groups]
    for action in load(PendingAction.objects.filter(pk__in=places)):
        found[places[action.pk]].append(action)
    return found


def load(pending: Any) -> Any:
    return pending.select_related("household__commune").prefetch_related(*AWAITED, "household__people").order_by("due_on", "household_id")


class Inbox(Component):
    """Everything the person's cases wait for, grouped as asked, the first ones due first."""

    template_name = "households/home.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        user, today, choice = request.user, timezone.localdate(), Choice.read(request)
        pending = wanted(user, choice.view, on=today)
        if choice.grouping == "echeance":
            groups = by_due_day(pending, on=today)
        else:
            is_everybodys = user.role == Role.GIE_STAFF and choice.view == "tous"
            groups = by_field(pending, choice.grouping, on=today, at_once=not (is_everybodys or choice.group))
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
            "late": sum(group.late for group in groups),
            "due_today": sum(group.due_today for group in groups),
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
            first = first_of_each(pending, shown, limit=max(FEWEST, min(MOST, ON_FIRST_SIGHT // max(1, len(shown)))))
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
