"""The timeline of a case, on screen and on paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from households import policies
from households.backoffice.case_views import case_or_404
from households.timeline import KINDS, by_month, kinds_read, timeline

SLUGS = frozenset(kind.slug for kind in KINDS)


def timeline_page(request: HttpRequest, pk: int, *, is_printed: bool = False) -> HttpResponse:
    """Everything that happened, by month, of the kinds ticked or of all."""
    household = case_or_404(request, pk)
    groups = policies.field_groups(request.user, household)
    chosen = [slug for slug in request.GET.getlist("quoi") if slug in SLUGS]
    context = {
        "household": household,
        "title": f"Fil du dossier {household.reference}",
        "months": by_month(timeline(household, request.user, kinds=chosen)),
        "kinds": [(kind, kind.slug in chosen) for kind in kinds_read(groups)],
        "chosen": [kind.label for kind in kinds_read(groups) if kind.slug in chosen],
        "query": "&".join(f"quoi={slug}" for slug in chosen),
        "today": timezone.localdate(),
    }
    return render(request, "households/timeline_print.html" if is_printed else "households/timeline.html", context)
