"""The screen that passes cases on from one person to another."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from access.enums import Role
from access.forms import show_refusal
from households import actions, policies
from households.enums import Stage
from households.forms.assignments import NOBODY, OFFICERS, AssignmentFilterForm, PassOnForm
from households.models import Household, SupportMeasure

AT_ONCE: Final = 100


def reassign(request: HttpRequest) -> HttpResponse:
    """Choose cases by who follows them, tick those to pass on, name the person: one write, all or none."""
    if not policies.may_write(request.user, "reassign"):
        raise Http404
    filters = AssignmentFilterForm(request.GET if "held_by" in request.GET else None)
    context: dict[str, Any] = {"title": "Réaffecter des dossiers", "filters": filters, "at_once": AT_ONCE}
    if filters.is_valid():
        about_officers = filters.cleaned_data["what"] == OFFICERS
        found = held_cases(request.user, filters.cleaned_data) if about_officers else held_measures(request.user, filters.cleaned_data)
        shown = list(found[:AT_ONCE])
        form = PassOnForm(
            request.POST or None,
            role=Role.GIE_STAFF if about_officers else Role.SUPPORT_WORKER,
            choices=[(str(record.pk), label_of(record)) for record in shown],
        )
        context.update(form=form, shown=shown, total=found.count())
        if request.method == "POST" and form.is_valid() and passed_on(request, form, shown, about_officers=about_officers):
            return redirect(request.get_full_path())
    return render(request, "households/reassign.html", context)


def held_cases(user: Any, wanted: dict[str, Any]) -> Any:
    """The open cases of a person, or of nobody, that the user sees."""
    cases = Household.objects.visible_to(user).exclude(stage=Stage.CLOSED)
    cases = cases.filter(officer__isnull=True) if wanted["held_by"] == NOBODY else cases.filter(officer=wanted["held_by"])
    if wanted["epci"]:
        cases = cases.filter(commune__epci=wanted["epci"])
    if wanted["stage"]:
        cases = cases.filter(stage=wanted["stage"])
    return cases.select_related("commune").order_by("pk")


def held_measures(user: Any, wanted: dict[str, Any]) -> Any:
    """The measures not ended whose referent is a person, or nobody, on cases that the user sees."""
    measures = SupportMeasure.objects.visible_to(user).unended()
    measures = measures.filter(referent__isnull=True) if wanted["held_by"] == NOBODY else measures.filter(referent=wanted["held_by"])
    if wanted["epci"]:
        measures = measures.filter(household__commune__epci=wanted["epci"])
    if wanted["stage"]:
        measures = measures.filter(household__stage=wanted["stage"])
    return measures.select_related("household__commune", "kind", "convention__partner").order_by("pk")


def label_of(record: Household | SupportMeasure) -> str:
    if isinstance(record, Household):
        return f"{record} · {record.get_stage_display()}, {record.commune}"
    return f"{record.household} · {record.kind}, {record.convention.partner}"


def passed_on(request: HttpRequest, form: PassOnForm, shown: list[Any], *, about_officers: bool) -> bool:
    """Write; a refusal stays on the form."""
    chosen = [record for record in shown if str(record.pk) in form.cleaned_data["chosen"]]
    to = form.cleaned_data["to"]
    try:
        if about_officers:
            changed = actions.reassign_officer(households=chosen, officer=to, by=request.user)
        else:
            changed = actions.reassign_referent(measures=chosen, referent=to, on=timezone.localdate(), by=request.user)
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    plural = "s" if changed > 1 else ""
    messages.success(request, f"{changed} dossier{plural} confié{plural} à {to.get_full_name()}.")
    return True
