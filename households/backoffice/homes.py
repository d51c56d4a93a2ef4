"""From a home: the households it may suit, what its landlord declares of it, and how many homes serve the scheme."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from access.enums import Role
from access.forms import written
from access.scope import aggregate
from catalogue import actions as catalogue_actions
from catalogue.forms import AvailableForm, EarmarkForm
from catalogue.models import Operation, Unit
from catalogue.policies import may_declare_homes
from households import actions, policies
from households.matching.criteria import BY_CODE
from households.matching.search import SHOWN, HouseholdSearch, is_free
from households.mobilisation import figures
from households.models import AllocationRecord, Household, Occupancy, Proposal

MOST_SHOWN = 100
MOST_PRINTED = 500
READERS = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT})


def unit_or_404(request: HttpRequest, pk: int, may: Callable[[Any], bool]) -> Unit:
    """The home, among those the user sees and may write."""
    unit: Unit | None = None
    if may(request.user):
        unit = Unit.objects.visible_to(request.user).select_related("landlord", "commune").filter(pk=pk).first()
    if unit is None:
        raise Http404
    return unit


def unit_url(unit: Unit) -> str:
    return reverse("logements_parc_modeladmin_inspect", args=[unit.pk])


def may_propose(user: Any) -> bool:
    return policies.may_write(user, "propose")


def done(request: HttpRequest, form: Any, write: Callable[[], Any]) -> bool:
    """Whether the form was sent, holds, and its write went through."""
    return request.method == "POST" and form.is_valid() and written(form, write)


def waiting(request: HttpRequest, pk: int) -> HttpResponse:
    """The households in search that the home may suit, the most pressing first, each with why."""
    unit = unit_or_404(request, pk, may_propose)
    today = timezone.localdate()
    search = HouseholdSearch(unit, request.user, on=today, relaxed=request.GET.get("sans", ""), by_fit=request.GET.get("tri") == "adequation")
    limit = MOST_SHOWN if request.GET.get("plus") else SHOWN
    found = search.waiting(limit=limit)
    context = {
        "unit": unit,
        "search": search,
        "waiting": found,
        "is_free": is_free(unit, request.user, on=today),
        "relaxable": [BY_CODE[code] for code in search.hard if code != search.relaxed],
        "relaxed": BY_CODE[search.relaxed] if search.relaxed else None,
        "has_more": limit == SHOWN and len(found) == SHOWN,
        "today": today,
        "title": f"Ménages qui conviennent à {unit}",
    }
    return render(request, "households/home_waiting.html", context)


def _form_page(request: HttpRequest, unit: Unit, form: Any, title: str, help_text: str) -> HttpResponse:
    context = {"unit": unit, "form": form, "title": title, "button": title, "help_text": help_text}
    return render(request, "catalogue/operation_form.html", context)


def earmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Reserve the home for the scheme."""
    unit = unit_or_404(request, pk, may_declare_homes)
    form = EarmarkForm(request.POST or None, initial={"mode": unit.mobilisation_mode}, label_suffix="")
    if done(request, form, lambda: catalogue_actions.earmark(unit=unit, mode=form.cleaned_data["mode"], by=request.user)):
        messages.success(request, f"Le logement {unit} est fléché pour le dispositif.")
        return redirect(unit_url(unit))
    return _form_page(request, unit, form, "Flécher le logement", "Il est réservé au dispositif, et passe avant les autres dans les recherches.")


def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the reservation of the home, after a confirmation."""
    unit = unit_or_404(request, pk, may_declare_homes)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if done(request, form, lambda: catalogue_actions.release_earmark(unit=unit, by=request.user)):
        messages.success(request, f"Le logement {unit} n'est plus fléché.")
        return redirect(unit_url(unit))
    return _form_page(request, unit, form, "Ne plus flécher le logement", "Il reste au parc ; il n'est plus réservé au dispositif.")


def free(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare the home free from a day on."""
    unit = unit_or_404(request, pk, may_declare_homes)
    form = AvailableForm(request.POST or None, label_suffix="")
    if done(request, form, lambda: actions.free_home(unit=unit, on=form.cleaned_data["on"], by=request.user)):
        messages.success(request, f"Le logement {unit} est déclaré libre à partir du {form.cleaned_data['on']:%d/%m/%Y}.")
        return redirect(reverse("homes:waiting", args=[unit.pk]) if may_propose(request.user) else unit_url(unit))
    return _form_page(request, unit, form, "Rendre disponible", "Il apparaît alors parmi les logements à proposer.")


def mobilised(request: HttpRequest) -> HttpResponse:
    """How many homes serve the scheme, by mode and by landlord, towards sixty."""
    if getattr(request.user, "role", None) not in READERS:
        raise Http404
    context = {"figures": figures(request.user, on=timezone.localdate()), "title": "Logements du dispositif", "today": timezone.localdate()}
    return render(request, "households/mobilised.html", context)


def allocations(request: HttpRequest) -> HttpResponse:
    """The allocation records on one sheet to print, the latest first."""
    if getattr(request.user, "role", None) not in READERS:
        raise Http404
    records = AllocationRecord.objects.visible_to(request.user).select_related("occupancy__household", "occupancy__unit__landlord")
    shown = records[:MOST_PRINTED]
    context = {"records": shown, "most": MOST_PRINTED, "count": records.count(), "title": "Attributions", "today": timezone.localdate()}
    return render(request, "households/allocations.html", context)


def unit_section(request: HttpRequest, unit: Unit) -> str:
    """On a home's page: what can be done with it, who lives there as far as the reader may know, and its financing decisions."""
    user, today = request.user, timezone.localdate()
    with aggregate("whether anybody lives in a home"):
        is_occupied = Occupancy.objects.running(on=today).filter(unit=unit).exists()
    context = {
        "unit": unit,
        "may_declare": may_declare_homes(user),
        "may_propose": may_propose(user),
        "occupancies": Occupancy.objects.visible_to(user).filter(unit=unit).select_related("household"),
        "proposals": Proposal.objects.visible_to(user).open().filter(unit=unit).select_related("household"),
        "decisions": unit.financing_decisions.visible_to(user).select_related("operation"),
        "is_occupied": is_occupied,
    }
    return render_to_string("households/unit_section.html", context, request)


def operation_section(request: HttpRequest, operation: Operation) -> str:
    """On an operation's page: the households it is meant for, among those the reader sees."""
    seen = operation.places.filter(household__in=Household.objects.visible_to(request.user).values("pk")).select_related("household")
    context = {"operation": operation, "places": seen, "may_propose": may_propose(request.user)}
    return render_to_string("households/operation_section.html", context, request)
