"""Outreach on the lists: the log of contacts, and the households nobody has met."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from access.backoffice.filters import SelectFilter
from households.enums import Stage
from households.models import Household


class SilenceFilter(SelectFilter):
    """Keeps the supported households that nobody has met for too long (setting ``CONTACT_EVERY_DAYS``)."""

    title = "Contact"
    parameter_name = "contact"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("sans", f"Sans nouvelles depuis {settings.CONTACT_EVERY_DAYS} jours")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.without_contact_since(settings.CONTACT_EVERY_DAYS, on=timezone.localdate(), of_all=True) if self.value() else queryset


def contact_link(household: Household) -> SafeString | str:
    """The way to note a contact from a list; nothing on a closed case."""
    if household.stage == Stage.CLOSED:
        return ""
    url = reverse("households:action", args=[household.pk, "contact"])
    return format_html('<br><a class="contact-link" href="{}">Noter un contact<span class="w-sr-only"> avec {}</span></a>', url, household.reference)


def last_met(household: Household) -> SafeString | str:
    """When the household was last met, as ``with_silence`` tells it, and how long ago."""
    if household.last_met_on is None:
        return "–"
    days = (timezone.localdate() - household.last_met_on).days
    ago = "aujourd'hui" if days == 0 else f"il y a {days} jour{'s' if days > 1 else ''}"
    return format_html("{}<br><small>{}</small>", household.last_met_on.strftime("%d/%m/%Y"), ago)
