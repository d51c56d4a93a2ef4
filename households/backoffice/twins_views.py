"""Cases that may be one: the list of likely twins, two cases side by side, and the way back."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from households import actions, policies
from households.journal import case_opened
from households.likeness import compare as likeness_of
from households.likeness import likely_twins, recorded
from households.merging import advised, plan
from households.models import Household, HouseholdMerge

PAGE: Final = 20
MERGES_SHOWN: Final = 10


def refuse_others(user: Any) -> None:
    if not policies.may_write(user, "merge"):
        raise Http404


def likely(request: HttpRequest) -> HttpResponse:
    """Pairs of cases that resemble each other; two references lead to any two cases side by side."""
    refuse_others(request.user)
    asked = [request.GET.get(name, "").replace("\x00", "").strip() for name in ("garder", "reunir")]
    if any(asked):
        found = [Household.objects.visible_to(request.user).filter(reference__iexact=reference).first() for reference in asked]
        if found[0] is not None and found[1] is not None:
            return redirect("households:compare", kept_pk=found[0].pk, absorbed_pk=found[1].pk)
        unknown = next(reference for reference, household in zip(asked, found, strict=True) if household is None)
        messages.warning(request, f"Vous ne suivez aucun dossier de référence « {unknown[:30]} ». Elle s'écrit comme MEN-00042.")
    page = Paginator(likely_twins(user=request.user), PAGE).get_page(request.GET.get("p"))
    pairs = [(twins, *advised(twins.first, twins.second)) for twins in page.object_list]
    merges = HouseholdMerge.objects.visible_to(request.user).standing().select_related("kept", "merged_by")[:MERGES_SHOWN]
    context = {"title": "Doublons possibles", "page": page, "pairs": pairs, "merges": merges, "garder": asked[0], "reunir": asked[1]}
    return render(request, "households/twins/likely.html", context)


@require_POST
def tell_apart(request: HttpRequest) -> HttpResponse:
    """Two households after all: the pair leaves the list."""
    refuse_others(request.user)
    first, second = (_case(request, request.POST.get(name, "")) for name in ("premier", "second"))
    if first.pk == second.pk:
        raise Http404
    actions.tell_apart(households=[second], from_household=first, by=request.user)
    messages.success(request, f"{first} et {second} sont notés comme deux ménages : ils ne sont plus proposés ici.")
    return redirect("households:twins")


def compare(request: HttpRequest, kept_pk: int, absorbed_pk: int) -> HttpResponse:
    """Two cases side by side: which facts are kept, what moves, what forbids it; then the merge."""
    refuse_others(request.user)
    kept, absorbed = _case(request, str(kept_pk)), _case(request, str(absorbed_pk))
    if kept.pk == absorbed.pk:
        raise Http404
    if request.method == "POST":
        try:
            with transaction.atomic():
                actions.merge_households(kept=kept, absorbed=absorbed, on=timezone.localdate(), by=request.user)
        except ValidationError as refusal:
            messages.error(request, f"Rien n'est enregistré. {' '.join(refusal.messages)}")
            return redirect("households:compare", kept_pk=kept_pk, absorbed_pk=absorbed_pk)
        messages.success(request, f"Le dossier {absorbed} est réuni au dossier {kept}. Vous pouvez annuler tant que rien n'y change.")
        return redirect("households:case", pk=kept.pk)
    likeness = likeness_of(kept, recorded(absorbed, absorbed.people.all(), f"le dossier {absorbed}"))
    context = {
        "title": f"Réunir {absorbed} à {kept}",
        "plan": plan(kept=kept, absorbed=absorbed, user=request.user),
        "reasons": likeness.reasons if likeness else (),
    }
    return render(request, "households/twins/compare.html", context)


def merge_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A merge that stands: what it brought together, and its undoing where nothing has happened since."""
    refuse_others(request.user)
    merges = HouseholdMerge.objects.visible_to(request.user).standing().select_related("kept", "merged_by")
    merge: HouseholdMerge = get_object_or_404(merges, pk=pk)
    case_opened(request, merge.kept)
    if request.method == "POST":
        try:
            with transaction.atomic():
                back = actions.undo_merge(merge=merge, by=request.user)
        except ValidationError as refusal:
            messages.error(request, f"Rien n'est enregistré. {' '.join(refusal.messages)}")
            return redirect("households:merge", pk=pk)
        messages.success(request, f"La fusion est annulée : {merge.kept} et {back} sont à nouveau deux dossiers, tels qu'ils étaient.")
        return redirect("households:twins")
    context = {
        "title": f"{merge.absorbed_reference} réuni à {merge.kept}",
        "merge": merge,
        "reasons": actions.what_forbids_undoing(merge),
    }
    return render(request, "households/twins/merge.html", context)


def _case(request: HttpRequest, pk: str) -> Household:
    """A case among those the user sees."""
    if not pk.isdecimal() or len(pk) > 18:
        raise Http404
    seen = Household.objects.visible_to(request.user).select_related("commune", "officer", "reported_by").prefetch_related("people")
    found: Household = get_object_or_404(seen, pk=int(pk))
    case_opened(request, found)
    return found
