"""What the back office's home says of directory entries: what waits to be read over, what is to be confirmed."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.components import Component

from access.enums import Role
from partners.models import DirectoryEntry, EntryDraft
from partners.policies import may_write_entries


class EntriesPanel(Component):
    """For the GIE the entries to read over, for the others the state of their own."""

    template_name = "partners/home.html"
    name = "entries"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        if user.role == Role.GIE_STAFF:
            return {"waiting": EntryDraft.objects.to_read_over().select_related("entry__organisation").order_by("submitted_at")[:10]}
        entries = DirectoryEntry.objects.visible_to(user).select_related("organisation")
        late = set(DirectoryEntry.objects.to_verify(on=timezone.localdate()).filter(pk__in=entries).values_list("pk", flat=True))
        drafts = {draft.entry_id: draft for draft in EntryDraft.objects.under_way().filter(entry__in=entries)}
        return {"own": [(entry, drafts.get(entry.pk), entry.pk in late) for entry in entries[:10]]}


def add_entries(request: HttpRequest, panels: list[Component]) -> None:
    """Add the panel for those who write entries."""
    if may_write_entries(request.user):
        panels.append(EntriesPanel())
