"""What is done from a convention's page: one form, one write each."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from access.backoffice.filters import upper_first
from access.backoffice.views import InspectView
from access.forms import written
from catalogue import actions
from catalogue.backoffice.sections import sections_of
from catalogue.conventions import moves_from
from catalogue.enums import EVER_SIGNED, ConventionAction, ConventionStatus
from catalogue.forms import AmendmentForm, ConventionMoveForm, RenewalForm
from catalogue.models import Convention, Tariff
from catalogue.policies import may_write_convention

HELP = {
    ConventionAction.NEGOTIATE: "Le texte peut encore changer.",
    ConventionAction.SEND: "Le partenaire relit et signe ; le texte peut encore être repris.",
    ConventionAction.REOPEN: "Le texte peut de nouveau changer.",
    ConventionAction.SIGN: "Les mesures peuvent s'ouvrir sous la convention pendant ses dates. Ensuite, seul un avenant la change.",
    ConventionAction.SUSPEND: "Aucune mesure nouvelle ne s'ouvre ; celles qui courent continuent.",
    ConventionAction.RESUME: "De nouvelles mesures peuvent s'ouvrir.",
    ConventionAction.END: "Son terme est passé.",
    ConventionAction.TERMINATE: "Elle s'arrête ce jour-là, avant son terme.",
}


def convention_or_404(request: HttpRequest, pk: int) -> Convention:
    """The convention, among those the user sees and may write."""
    convention: Convention | None = None
    if may_write_convention(request.user):
        convention = Convention.objects.visible_to(request.user).select_related("partner").filter(pk=pk).first()
    if convention is None:
        raise Http404
    return convention


def convention_url(convention: Convention) -> str:
    return reverse("partenaires_conventions_modeladmin_inspect", args=[convention.pk])


def form_page(request: HttpRequest, convention: Convention, form: Any, title: str, help_text: str) -> HttpResponse:
    context = {"convention": convention, "form": form, "title": title, "button": title, "help_text": help_text}
    return render(request, "catalogue/convention_form.html", context)


def move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Make one move, on a day."""
    convention = convention_or_404(request, pk)
    if action not in ConventionAction.values:
        raise Http404
    wanted = ConventionAction(action)
    if wanted not in moves_from(convention.status):
        messages.error(request, f"Cette convention est {convention.get_status_display()} : on ne peut pas {wanted.label}.")
        return redirect(convention_url(convention))
    form = ConventionMoveForm(request.POST or None, action=action)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if written(
            form,
            lambda: actions.move_convention(convention=convention, action=action, on=data["on"], reason=data.get("reason", ""), by=request.user),
        ):
            messages.success(request, f"La convention {convention} a changé d'état.")
            return redirect(convention_url(convention))
    return form_page(request, convention, form, upper_first(wanted.label), HELP[wanted])


def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Write an amendment."""
    convention = convention_or_404(request, pk)
    if convention.status != ConventionStatus.SIGNED:
        messages.error(request, f"Cette convention est {convention.get_status_display()} : seule une convention signée reçoit un avenant.")
        return redirect(convention_url(convention))
    form = AmendmentForm(request.POST or None, convention=convention, user=request.user)
    if (
        request.method == "POST"
        and form.is_valid()
        and written(form, lambda: actions.amend_convention(convention=convention, by=request.user, **form.changes()))
    ):
        messages.success(request, "L'avenant est enregistré.")
        return redirect(convention_url(convention))
    return form_page(request, convention, form, "Ajouter un avenant", "Ce que vous laissez vide ne change pas ; le passé non plus.")


def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the convention that follows."""
    convention = convention_or_404(request, pk)
    form = RenewalForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        made: list[Convention] = []
        number = form.cleaned_data["number"]
        if written(form, lambda: made.append(actions.renew_convention(convention=convention, number=number, by=request.user))):
            messages.success(request, f"{made[0]} est prête en brouillon : relisez-la, puis envoyez-la à la signature.")
            return redirect(convention_url(made[0]))
    return form_page(
        request, convention, form, "Renouveler la convention", "Un brouillon reprend le partenaire, les mesures et la durée, à la suite."
    )


class ConventionInspectView(InspectView):
    """What was agreed, what an amendment changed, and what other rooms know of what runs under it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        convention, user, today = self.instance, self.request.user, timezone.localdate()
        writes = may_write_convention(user)
        return super().get_context_data(
            convention=convention,
            today=today,
            moves=moves_from(convention.status) if writes else [],
            may_amend=writes and convention.status == ConventionStatus.SIGNED,
            may_renew=writes and convention.signed_on is not None,
            days_left=(convention.ends_on - today).days if convention.is_in_force(today) else None,
            capacity=convention.capacity_spans(today, today)[-1][2],
            may_attach=writes and convention.status in EVER_SIGNED,
            documents=convention.documents.filter(withdrawn_at=None).defer("content").select_related("amendment"),
            history=convention.moves.select_related("made_by"),
            amendments=convention.amendments.select_related("territory", "former_territory").prefetch_related("tariffs__kind"),
            tariffs=Tariff.objects.visible_to(user).filter(convention=convention).select_related("kind").order_by("kind", "starts_on"),
            scheme_tariffs=Tariff.objects.visible_to(user)
            .in_force(on=today)
            .filter(convention=None, kind__in=convention.measure_kinds.all())
            .select_related("kind"),
            sections=sections_of(self.request, convention),
            **kwargs,
        )
