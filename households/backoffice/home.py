"""What the back office's home shows of households: what has waited longest."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.components import Component

from access.enums import Role
from households.enums import OPEN_STAGES, Stage
from households.models import Household, HouseholdReport
from households.next_action import next_action
from households.policies import own_landlords

SHOWN = 15
CONSIDERED = 100
RELATED = ("consents", "diagnoses__operator", "committee_decisions", "evaluations", "proposals__unit__landlord", "measures__kind")
READERS = frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER, Role.LANDLORD_REFERENT})


class WaitingCases(Component):
    """Of the cases longest at their stage, the next actions due first, with a few figures."""

    template_name = "households/home.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        today = timezone.localdate()
        seen = Household.objects.visible_to(user)
        own = own_landlords(user)
        waiting = (
            seen.exclude(stage=Stage.CLOSED).select_related("officer", "commune").prefetch_related(*RELATED).order_by("stage_since")[:CONSIDERED]
        )
        rows = sorted(
            (
                {"household": household, "action": action, "is_late": action.is_late(today)}
                for household in waiting
                if (action := next_action(household, own_landlords=own))
            ),
            key=lambda row: row["action"].due_on,
        )
        return {
            "user": user,
            "rows": rows[:SHOWN],
            "open": seen.filter(stage__in=OPEN_STAGES).count(),
            "housed": seen.filter(stage__in=[Stage.HOUSED, Stage.STABILISED]).count(),
            "is_staff": user.role == Role.GIE_STAFF,
            "waiting_reports": HouseholdReport.objects.visible_to(user).waiting().count() if user.role == Role.GIE_STAFF else 0,
        }


def add_waiting_cases(request: HttpRequest, panels: list[Any]) -> None:
    if getattr(request.user, "role", None) in READERS:
        panels.append(WaitingCases())
