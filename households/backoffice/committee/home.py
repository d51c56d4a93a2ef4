"""What a committee member finds on signing in: the next session, and past minutes."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.components import Component

from access.enums import Role
from households.models import CommitteeSession

MINUTES_SHOWN = 6


class OwnSessions(Component):
    """The member's next session with its agenda's length, and the last minutes."""

    template_name = "households/committee/home.html"
    order = 20

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        own = CommitteeSession.objects.visible_to(parent_context["request"].user)
        upcoming = own.to_come(on=timezone.localdate()).order_by("held_on", "pk").first()
        return {
            "upcoming": upcoming,
            "points": upcoming.items.count() if upcoming else 0,
            "minutes": own.closed().order_by("-held_on", "-pk")[:MINUTES_SHOWN],
        }


def add_own_sessions(request: HttpRequest, panels: list[Any]) -> None:
    if getattr(request.user, "role", None) == Role.COMMITTEE:
        panels.append(OwnSessions())
