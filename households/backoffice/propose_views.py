"""Looking for a home for a household, and proposing it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from access.forms import written
from access.text import fold, search_words
from catalogue.models import Unit
from households import actions, policies
from households.backoffice.case_views import case_or_404, case_url
from households.enums import Stage
from households.forms import ProposeForm
from households.matching.search import SHOWN, HomeSearch

MOST_SHOWN = 100


def case_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """The free homes that suit the household, each with why; a press of a button proposes one. ``logement`` narrows to one home."""
    household = case_or_404(request, pk)
    if not policies.may_write(request.user, "propose"):
        raise Http404
    if household.stage not in (Stage.SEARCHING, Stage.PROPOSED):
        messages.error(request, "Un logement se propose à un ménage en recherche.")
        return redirect(case_url(household))
    form = ProposeForm(request.POST or None, household=household, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if written(form, lambda: actions.propose_unit(household=household, unit=data["unit"], on=data["proposed_on"], by=request.user)):
            messages.success(request, f"Le logement {data['unit']} est proposé à {household}.")
            return redirect(case_url(household))
    words = search_words(request.GET.get("q", ""))
    only = one_unit(request)
    search = HomeSearch(household, request.user, on=timezone.localdate(), relaxed=request.GET.get("sans", ""))
    limit = MOST_SHOWN if request.GET.get("plus") else SHOWN
    candidates = search.candidates(words=[fold(word) for word in words], only=only, limit=limit)
    narrowed = bool(words or only)
    fitting, relaxations = (0, []) if narrowed else search.counts()
    context: dict[str, Any] = {
        "household": household,
        "form": form,
        "query": " ".join(words),
        "only": only,
        "search": search,
        "candidates": candidates,
        "fitting": fitting,
        "relaxations": relaxations,
        "relaxed": next((item for item in relaxations if item.code == search.relaxed), None),
        "has_more": not narrowed and limit == SHOWN and len(candidates) == SHOWN,
        "operations": () if narrowed else search.operations(),
        "today": timezone.localdate(),
        "title": "Proposer un logement",
    }
    return render(request, "households/case_propose.html", context)


def one_unit(request: HttpRequest) -> Unit | None:
    """The home that the address names, among those the user sees."""
    asked = request.GET.get("logement", "")
    return Unit.objects.visible_to(request.user).filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
