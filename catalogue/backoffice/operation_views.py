"""What is done from an operation's page: one form, one write each."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from access.forms import written
from catalogue import actions, policies
from catalogue.actions.production import DECIDED_BY_KIND
from catalogue.enums import OperationKind, OperationStage
from catalogue.forms import AbandonForm, AdvanceForm, DeliveryForm, PlanForm, new_homes
from catalogue.models import Operation

FEWEST_LINES, MOST_LINES = 1, 60


def operation_or_404(request: HttpRequest, pk: int, may: Callable[[Any, Operation], bool]) -> Operation:
    """The operation, among those the user sees and may write."""
    operation: Operation | None = Operation.objects.visible_to(request.user).select_related("landlord", "commune").filter(pk=pk).first()
    if operation is None or (not may(request.user, operation) and not operation.is_over):
        raise Http404
    return operation


def operation_url(operation: Operation) -> str:
    return reverse("logements_operations_modeladmin_inspect", args=[operation.pk])


def refused_when_over(request: HttpRequest, operation: Operation) -> HttpResponse | None:
    """Back to its page, with why, once the operation is delivered or abandoned."""
    if not operation.is_over:
        return None
    messages.error(request, f"Cette opération est {operation.get_stage_display()} : elle ne change plus.")
    return redirect(operation_url(operation))


def _form_page(request: HttpRequest, operation: Operation, form: Any, title: str, button: str, help_text: str = "", **extra: Any) -> HttpResponse:
    context = {"operation": operation, "form": form, "title": title, "button": button, "help_text": help_text, **extra}
    return render(request, "catalogue/operation_form.html", context)


def advance(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare the step under way done."""
    operation = operation_or_404(request, pk, policies.may_move)
    if (refused := refused_when_over(request, operation)) is not None:
        return refused
    if operation.stage == OperationStage.DELIVERY:
        return redirect("operations:deliver", pk)
    form = AdvanceForm(request.POST or None, operation=operation, initial={"step": operation.stage})
    label = operation.get_stage_display()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if written(form, lambda: actions.advance_operation(operation=operation, step=data["step"], on=data["on"], by=request.user)):
            messages.success(request, f"L'étape « {label} » est faite.")
            return redirect(operation_url(operation))
    return _form_page(request, operation, form, f"Étape « {label} » faite", "Déclarer l'étape faite", "L'opération passe à l'étape suivante.")


def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the planned days of the steps to come."""
    operation = operation_or_404(request, pk, policies.may_write_operation)
    if (refused := refused_when_over(request, operation)) is not None:
        return refused
    form = PlanForm(request.POST or None, operation=operation)
    if (
        request.method == "POST"
        and form.is_valid()
        and written(form, lambda: actions.plan_steps(operation=operation, planned=form.cleaned_data, by=request.user))
    ):
        messages.success(request, "Les dates prévues sont enregistrées.")
        return redirect(operation_url(operation))
    return _form_page(request, operation, form, "Dates prévues", "Enregistrer les dates", "Une étape dont la date est passée se signale en retard.")


def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the operation up."""
    operation = operation_or_404(request, pk, policies.may_write_operation)
    if (refused := refused_when_over(request, operation)) is not None:
        return refused
    form = AbandonForm(request.POST or None, operation=operation)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if written(form, lambda: actions.abandon_operation(operation=operation, reason=data["reason"], on=data["on"], by=request.user)):
            messages.success(request, "L'opération est abandonnée.")
            return redirect(operation_url(operation))
    return _form_page(request, operation, form, "Abandonner l'opération", "Abandonner l'opération", "Elle reste dans la liste, avec son motif.")


def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive the homes of the operation: described one by one for a new build, named by their references otherwise."""
    operation = operation_or_404(request, pk, policies.may_move)
    if (refused := refused_when_over(request, operation)) is not None:
        return refused
    if operation.stage != OperationStage.DELIVERY:
        messages.error(request, f"L'opération est à l'étape « {operation.get_stage_display()} » : la livraison vient après.")
        return redirect(operation_url(operation))
    creates = operation.kind == OperationKind.NEW_BUILD
    form = DeliveryForm(request.POST or None, operation=operation, creates=creates, decides=operation.kind in DECIDED_BY_KIND)
    homes = new_homes(operation, request.POST or None, count=_lines(request, operation)) if creates else None
    if request.method == "POST" and form.is_valid() and (homes is None or homes.is_valid()):
        data = form.cleaned_data
        if written(
            form,
            lambda: actions.deliver_operation(
                operation=operation,
                on=data["on"],
                created=homes.homes() if homes is not None else (),
                existing=data.get("references", ()),
                decision=data.get("decision", ""),
                by=request.user,
            ),
        ):
            count = operation.units.count()
            messages.success(
                request,
                f"L'opération est livrée : {count} logement{'s' if count > 1 else ''} au parc, fléché{'s' if count > 1 else ''} pour le dispositif.",
            )
            return redirect(operation_url(operation))
    help_text = (
        "Chaque logement entre au parc du bailleur, libre et fléché." if creates else "Les logements existants sont fléchés pour le dispositif."
    )
    return _form_page(request, operation, form, "Constater la livraison", "Constater la livraison", help_text, homes=homes)


def _lines(request: HttpRequest, operation: Operation) -> int:
    """How many homes the page offers to describe: as many as planned, or as asked."""
    asked = request.GET.get("lignes", "")
    count = int(asked) if asked.isdecimal() and len(asked) < 4 else operation.home_count
    return max(FEWEST_LINES, min(count, MOST_LINES))
