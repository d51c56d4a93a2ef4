"""A reported household beside the cases it may be about, and what an officer makes of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.views import View

from access.enums import Role
from access.forms import show_refusal
from households import actions, policies
from households.actions.reports import fillings
from households.backoffice.reports_forms import DismissForm, OpenCaseForm
from households.backoffice.twins import with_links
from households.journal import case_opened, report_opened
from households.likeness import similar_cases
from households.models import Household, HouseholdReport

INBOX, OWN = "signalements_boite_modeladmin_index", "signalements_envoyes_modeladmin_index"


def entrance(request: HttpRequest) -> HttpResponse:
    """The list of the user's role: the inbox for the GIE's staff, the own reports for a landlord's referent."""
    role = getattr(request.user, "role", None)
    if role not in (Role.GIE_STAFF, Role.LANDLORD_REFERENT):
        raise Http404
    return redirect(INBOX if role == Role.GIE_STAFF else OWN)


class ReportView(View):
    """A page about one report, which exists for those who deal with reports only."""

    report: HouseholdReport

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not policies.may_write(request.user, "treat_reports"):
            raise Http404
        related = ("organisation", "commune", "unit", "household", "decided_by", "imported_by")
        self.report = get_object_or_404(HouseholdReport.objects.visible_to(request.user).select_related(*related), pk=kwargs["pk"])
        report_opened(request, self.report)
        return super().dispatch(request, *args, **kwargs)

    def show(self, template: str, title: str, **context: Any) -> HttpResponse:
        return render(self.request, f"households/reports/{template}.html", {"report": self.report, "title": title, **context})

    def back(self) -> HttpResponse:
        return redirect("reports:report", pk=self.report.pk)

    def refuse_treated(self) -> HttpResponse | None:
        """The way back to the report when it is no longer to be dealt with."""
        if self.report.is_waiting:
            return None
        messages.error(self.request, f"Ce signalement est déjà traité : {self.report.get_status_display()}.")
        return self.back()

    def seen_at(self) -> datetime:
        """When the landlord had last changed the report, as the page that posts showed it."""
        try:
            seen = parse_datetime(self.request.POST.get("vu", ""))
        except ValueError:
            seen = None
        if seen is None or seen.tzinfo is None:
            raise Http404
        return seen

    def done(self, write: Callable[[], Any]) -> Any:
        """What the write returns; None when a rule refuses it, which is then told."""
        try:
            with transaction.atomic():
                return write()
        except ValidationError as refusal:
            messages.error(self.request, f"Rien n'est enregistré : {' '.join(refusal.messages)}")
            return None


class ReportPage(ReportView):
    """The report, the cases like it, and what can be done."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self.report
        reference = request.GET.get("dossier", "").replace("\x00", "").strip()
        if reference and report.is_waiting:
            household = Household.objects.visible_to(request.user).filter(reference__iexact=reference).first()
            if household is not None:
                return redirect("reports:attach", pk=pk, household_pk=household.pk)
            messages.warning(request, f"Vous ne suivez aucun dossier de référence « {reference[:30]} ».")
        seen = Household.objects.visible_to(request.user)
        likenesses = similar_cases(report=report, user=request.user) if report.is_waiting else []
        for likeness in likenesses:
            case_opened(request, likeness.household)
        return self.show(
            "report",
            f"Signalement de {report.full_name}",
            likenesses=likenesses,
            household=seen.filter(pk=report.household_id).first() if report.household_id else None,
            has_changed=report.decided_at is not None and report.updated_at > report.decided_at,
            form=DismissForm(),
        )


class AttachView(ReportView):
    """Attach the report to a case, with what it would fill shown beforehand."""

    def get(self, request: HttpRequest, pk: int, household_pk: int) -> HttpResponse:
        household = self.household(household_pk)
        return self.refuse_treated() or self.show(
            "attach",
            f"Rattacher au dossier {household}",
            household=household,
            holder=next(iter(household.people.all()), None),
            fillings=fillings(report=self.report, household=household),
        )

    def post(self, request: HttpRequest, pk: int, household_pk: int) -> HttpResponse:
        household, report, seen_at = self.household(household_pk), self.report, self.seen_at()
        fill = request.POST.getlist("remplir")
        if self.done(lambda: actions.attach_report(report=report, household=household, fill=fill, by=request.user, seen_at=seen_at)) is None:
            return self.back()
        messages.success(request, f"Le signalement est rattaché au dossier {household}.")
        return redirect("households:case", pk=household.pk)

    def household(self, pk: int) -> Household:
        found: Household = get_object_or_404(Household.objects.visible_to(self.request.user).select_related("commune"), pk=pk)
        case_opened(self.request, found)
        return found


class OpenView(ReportView):
    """Open a case for the household reported."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        unit_commune = self.report.unit.commune_id if self.report.unit else None
        form = OpenCaseForm(initial={"commune": self.report.commune_id or unit_commune}, user=request.user)
        return self.refuse_treated() or self.show("open", "Ouvrir un dossier", form=form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        report, seen_at = self.report, self.seen_at()
        if (treated := self.refuse_treated()) is not None:
            return treated
        form = OpenCaseForm(request.POST, user=request.user)
        if form.is_valid():
            commune = form.cleaned_data["commune"]
            try:
                with transaction.atomic():
                    household = actions.open_case_from_report(report=report, commune=commune, by=request.user, seen_at=seen_at)
            except ValidationError as refusal:
                show_refusal(form, with_links(refusal))
            else:
                messages.success(request, f"Le dossier {household} est ouvert.")
                return redirect("households:case", pk=household.pk)
        return self.show("open", "Ouvrir un dossier", form=form)


class DismissView(ReportView):
    """Set the report aside."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        report, reason = self.report, request.POST.get("reason", "")
        if self.done(lambda: actions.dismiss_report(report=report, reason=reason, by=request.user)) is None:
            return self.back()
        messages.success(request, "Le signalement est écarté.")
        return redirect(INBOX)
