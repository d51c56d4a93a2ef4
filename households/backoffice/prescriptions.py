"""For prescribers: a household is reported by form, and its state followed."""

from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.components import Component

from access.backoffice import ScopedModelAdmin, ScopedModelForm
from access.enums import Role
from households import actions
from households.enums import BEFORE_THE_SEARCH, PrescriptionState, ReportStatus
from households.models import HouseholdReport

PRESCRIBERS = frozenset({Role.PRESCRIBER})
TAGS = {PrescriptionState.TAKEN_ON: "done", PrescriptionState.DECLINED: "late"}


def prescription_state(report: HouseholdReport) -> PrescriptionState:
    """All that a prescriber is told of a report: received, examined until the committee has oriented the household, then taken on; or declined.

    A suspended case counts as taken on, and so does a confidential one whatever its stage: its course is told to nobody.
    """
    if report.status == ReportStatus.RECEIVED:
        return PrescriptionState.RECEIVED
    if report.status == ReportStatus.DISMISSED:
        return PrescriptionState.DECLINED
    household = report.household
    is_examined = household is not None and not household.is_confidential and household.stage in BEFORE_THE_SEARCH
    return PrescriptionState.EXAMINED if is_examined else PrescriptionState.TAKEN_ON


class PrescriptionForm(ScopedModelForm):
    """A household as its prescriber knows it: identity, entry door, demand, coded reason. Nothing sensitive is asked."""

    application_number = forms.CharField(
        label="Numéro unique",
        required=False,
        max_length=40,
        help_text="Le numéro national de la demande de logement social, 18 caractères. Laissez vide s'il n'y en a pas.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reference"].help_text = "Facultatif : votre propre numéro de dossier, pour vous y retrouver. Pas de nom."
        for name in ("birth_date", "applied_on"):
            self.fields[name].days_ahead = 0

    def clean_application_number(self) -> str:
        number = "".join(self.cleaned_data["application_number"].split()).upper()
        if number:
            RegexValidator(r"^[0-9A-Z]{18}$", "Le numéro unique compte 18 caractères, chiffres ou lettres.")(number)
        return number


class PrescriptionAdmin(ScopedModelAdmin):
    model = HouseholdReport
    menu_label = "Mes signalements"
    menu_icon = "mail"
    base_url_path = "signalements/prescripteur"
    create_template_name = "households/prescription_form.html"
    readers, creators = PRESCRIBERS, PRESCRIBERS
    inspect_view_enabled = False
    history_view_enabled = False
    add_label = "Signaler un ménage"
    form_class = PrescriptionForm
    intro = "Les ménages que votre organisme a signalés au GIE, et où en est leur examen. Le reste du dossier appartient au ménage et à ceux qui le suivent."
    empty_message = "Votre organisme n'a encore signalé aucun ménage. Le formulaire prend deux minutes ; le GIE reçoit le signalement aussitôt."
    list_display = ("number", "reference", "sent_on", "state")
    list_select_related = ("household",)
    search_fields = ("reference",)
    ordering = ("-imported_at", "-pk")
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("last_name"), FieldPanel("first_name")]),
                FieldRowPanel([FieldPanel("birth_date"), FieldPanel("phone")]),
                FieldRowPanel([FieldPanel("size"), FieldPanel("commune")]),
            ],
            heading="La personne qui porte la demande",
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("entry_door"), FieldPanel("reason")]), FieldPanel("reference")],
            heading="Pourquoi vous la signalez",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("application_number"), FieldPanel("applied_on")]),
                FieldRowPanel([FieldPanel("is_dalo"), FieldPanel("has_collective_agreement"), FieldPanel("is_pdalpd")]),
            ],
            heading="Sa demande de logement",
        ),
    ]

    def save_form(self, form: Any, *, by: Any) -> HouseholdReport:
        return actions.report_household(report=form.save(commit=False), by=by)

    def number(self, report: HouseholdReport) -> str:
        return format_html("<strong>Signalement {}</strong>", report.pk)

    number.short_description = "Signalement"

    def sent_on(self, report: HouseholdReport) -> str:
        return date_format(localtime(report.imported_at), "j F Y")

    sent_on.short_description = "Envoyé le"
    sent_on.admin_order_field = "imported_at"

    def state(self, report: HouseholdReport) -> str:
        state = prescription_state(report)
        reason = f" : {report.get_dismissal_reason_display()}" if state == PrescriptionState.DECLINED else ""
        return format_html('<span class="solive-tag solive-tag--{}">{}</span>{}', TAGS.get(state, "info"), state.label.capitalize(), reason)

    state.short_description = "État"


class PrescriberHome(Component):
    """What a prescriber finds on arriving: the way to report, and the latest reports."""

    template_name = "households/prescriber_home.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        reports = HouseholdReport.objects.visible_to(parent_context["request"].user).select_related("household").order_by("-imported_at", "-pk")
        return {"reports": [(report, prescription_state(report)) for report in reports[:5]], "today": timezone.localdate()}


def add_prescriber_home(request: HttpRequest, panels: list[Any]) -> None:
    if getattr(request.user, "role", None) in PRESCRIBERS:
        panels.append(PrescriberHome())
