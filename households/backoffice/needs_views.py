"""What the diagnoses of a case say, version after version, and its evaluations side by side."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from households import policies
from households.backoffice.case_views import case_or_404
from households.diagnosis_changes import changes
from households.evaluation_grid import comparison

COMPARED = 4
"""How many evaluations stand side by side."""


def diagnoses_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Every completed diagnosis of the case, the latest first, each with what it changed."""
    household = case_or_404(request, pk)
    if not policies.field_groups(request.user, household).support:
        raise Http404
    related = household.diagnoses.completed().select_related("operator", "author").prefetch_related("epcis", "communes", "nearby_services", "needs")
    found = list(related.order_by("completed_on", "pk"))
    versions = [
        {
            "number": number,
            "diagnosis": diagnosis,
            "is_first": number == 1,
            "is_in_force": number == len(found),
            "changes": changes(found[number - 2], diagnosis) if number > 1 else [],
        }
        for number, diagnosis in enumerate(found, start=1)
    ]
    return render(
        request, "households/diagnoses.html", {"household": household, "versions": versions[::-1], "title": f"Diagnostics de {household.reference}"}
    )


def evaluations_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The last evaluations side by side, criterion by criterion, each compared with the one before."""
    household = case_or_404(request, pk)
    if not policies.field_groups(request.user, household).support:
        raise Http404
    found = household.evaluations.select_related("evaluated_by").prefetch_related("grades__criterion").order_by("-evaluated_on", "-pk")
    shown = list(found[:COMPARED])[::-1]
    context = {
        "household": household,
        "evaluations": shown,
        "rows": comparison(shown),
        "is_cut": found.count() > COMPARED,
        "title": f"Évaluations de {household.reference}",
    }
    return render(request, "households/evaluations.html", context)
