"""The lists and records of the households' room."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from access.backoffice import ScopedModelAdmin, ScopedModelForm, boolean_filter, choice_filter, presence_filter, related_filter
from access.backoffice.filters import SelectFilter
from access.backoffice.views import IndexView
from access.enums import Role
from access.models import User
from access.text import Folded, search_words
from catalogue.models import Commune, MeasureKind
from households import actions, policies
from households.application_numbers import hold_register, refuse_known_number
from households.backoffice.outreach import SilenceFilter, contact_link, last_met
from households.backoffice.pending import upcoming_of
from households.backoffice.twins import with_links
from households.enums import (
    CalDecision,
    CommitteeOutcome,
    ConcernKind,
    ConcernOutcome,
    DiagnosisStatus,
    EntryDoor,
    NeedLevel,
    OutreachKind,
    ProposalAnswer,
    Stage,
    TenureKind,
)
from households.models import (
    CommitteeDecision,
    Concern,
    DelayRule,
    Diagnosis,
    Evaluation,
    Household,
    Occupancy,
    OutreachContact,
    Person,
    Proposal,
    SupportMeasure,
)
from households.resources import OccupancyResource, ProposalResource, SupportMeasureResource
from households.writing import case_write, lock
from partners.models import Organisation

STAFF = frozenset({Role.GIE_STAFF})
CASE_READERS = frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER})
HOUSING_READERS = CASE_READERS | {Role.LANDLORD_REFERENT}
LANDLORD_EXPORTERS = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT})
LANDLORD_FILTER = related_filter("unit__landlord", "Bailleur", Organisation, kind="landlord")


class OverdueFilter(SelectFilter):
    """Keeps the households whose wait is, or is not, beyond the délai anormalement long today."""

    title = "Délai"
    parameter_name = "delai"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("hors", "Hors délai"), ("dans", "Dans les délais")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        today = timezone.localdate()
        if self.value() == "hors":
            return queryset.overdue(on=today)
        if self.value() == "dans":
            return queryset.exclude(pk__in=Household.objects.overdue(on=today).values("pk"))
        return queryset


class HouseholdSearch(ScopedModelAdmin.search_handler_class):
    """By reference or application number and, where the user reads identities, by the members' names."""

    def search_queryset(self, queryset: Any, search_term: str, **kwargs: Any) -> Any:
        for word in search_words(search_term):
            folded = Folded(Value(word))
            found = Q(search_key__contains=folded)
            if "people" in self.search_fields:
                found |= Q(pk__in=Person.objects.filter(search_key__contains=folded).values("household"))
            queryset = queryset.filter(found)
        return queryset


class HouseholdList(IndexView):
    """The list, each case with what it waits for as its reader may know it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["object_list"] = list(context["object_list"])
        upcoming = upcoming_of(context["object_list"], user=self.request.user, on=timezone.localdate())
        for household in context["object_list"]:
            household.upcoming = upcoming.get(household.pk)
            household.can_note_contact = policies.may_write(self.request.user, "outreach")
        return context


class HouseholdForm(ScopedModelForm):
    """A household as it enters the scheme: nothing of it lies in the future, and an officer of the GIE holds it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = User.objects.filter(role=Role.GIE_STAFF, is_active=True)
        known = self.instance
        if known.pk and known.reported_by and policies.referring_service(self.for_user, known) is None:
            del self.fields["reported_by"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        today, known = timezone.localdate(), self.instance
        for name in ("opened_on", "reported_on", "seniority_on", "dalo_appeal_on", "dalo_decided_on"):
            if cleaned.get(name) and cleaned[name] > today:
                self.add_error(name, "Cette date est dans l'avenir.")
        if cleaned.get("application_number"):
            try:
                refuse_known_number(household=Household(pk=known.pk, application_number=cleaned["application_number"]), by=self.for_user)
            except ValidationError as refusal:
                self.add_error(None, with_links(refusal))
        return cleaned


class HouseholdAdmin(ScopedModelAdmin):
    model = Household
    menu_icon = "group"
    base_url_path = "menages/dossiers"
    inspect_view_enabled = False
    readers, creators, editors = HOUSING_READERS, STAFF, STAFF
    search_handler_class = HouseholdSearch
    index_view_class = HouseholdList
    form_class = HouseholdForm
    add_label = "Enregistrer un ménage"
    intro = "Les ménages suivis, chacun avec son étape et ce qu'il attend."
    empty_message = "Aucun ménage n'est encore suivi. Enregistrez le premier, ou attendez un signalement."
    list_filter = (
        choice_filter("stage", "Étape", Stage),
        choice_filter("entry_door", "Porte d'entrée", EntryDoor),
        OverdueFilter,
        related_filter("commune", "Commune", Commune),
        boolean_filter("is_dalo", "DALO"),
    )
    list_select_related = ("commune", "officer")
    ordering = ("-pk",)
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("entry_door"), FieldPanel("opened_on")]),
                FieldRowPanel([FieldPanel("commune"), FieldPanel("officer")]),
                FieldRowPanel([FieldPanel("reported_by"), FieldPanel("report_reason")]),
                FieldPanel("reported_on"),
                FieldPanel("is_confidential"),
            ],
            heading="Entrée dans le dispositif",
        ),
        InlinePanel("people", heading="Personnes du ménage", label="une personne"),
        MultiFieldPanel([FieldRowPanel([FieldPanel("size"), FieldPanel("monthly_resources")])], heading="Composition et ressources"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("application_number"), FieldPanel("seniority_on")]),
                FieldRowPanel([FieldPanel("is_dalo"), FieldPanel("has_collective_agreement"), FieldPanel("is_pdalpd")]),
                FieldRowPanel([FieldPanel("dalo_appeal_on"), FieldPanel("dalo_decision"), FieldPanel("dalo_decided_on")]),
            ],
            heading="Demande et éligibilités",
        ),
    ]

    def get_queryset(self, request: Any) -> Any:
        today = timezone.localdate()
        return super().get_queryset(request).with_wait_limit(on=today).with_silence(on=today).prefetch_related("people")

    def get_list_filter(self, request: Any) -> tuple[Any, ...]:
        """Who was met is told to those who read the support only."""
        return (*self.list_filter, SilenceFilter) if request.user.role in CASE_READERS else self.list_filter

    def record_link(self, household: Household) -> str:
        contact = contact_link(household) if household.can_note_contact else ""
        return format_html("{}{}", super().record_link(household), contact)

    record_link.short_description = "Dossier"

    def last_met(self, household: Household) -> str:
        return last_met(household)

    last_met.short_description = "Rencontré le"

    def get_list_display(self, request: Any) -> tuple[str, ...]:
        names, met = (("holder",), ("last_met",)) if request.user.role in CASE_READERS else ((), ())
        return ("record_link", *names, "entry_door", "stage", "commune", "overdue", *met, "waits_for", "due")

    def get_search_fields(self, request: Any) -> tuple[str, ...]:
        return ("search_key", "people") if request.user.role in CASE_READERS else ("search_key",)

    def get_record_url(self, instance: Household) -> str:
        return reverse("households:case", args=[instance.pk])

    def get_success_url(self, instance: Any) -> str:
        return self.get_record_url(instance)

    def can_edit(self, user: Any, instance: Household) -> bool:
        return instance.stage != Stage.CLOSED

    def save_form(self, form: Any, *, by: Any) -> Any:
        if form.instance._state.adding:
            return actions.open_household(household=form.save(commit=False), by=by)
        with case_write():
            lock(form.instance)
            if "application_number" in form.changed_data:
                hold_register()
                refuse_known_number(household=form.instance, by=by)
            household: Any = super().save_form(form, by=by)
            if household.is_confidential:
                actions.name_on_case(household=household, user=by, by=by)
        return household

    def holder(self, household: Household) -> str:
        return next((person.full_name for person in household.people.all()), "–")

    holder.short_description = "Titulaire"

    def overdue(self, household: Household) -> str:
        limit = household.wait_limit
        if limit is None or household.stage == Stage.CLOSED:
            return "–"
        days = (timezone.localdate() - limit).days
        return format_html('<span class="solive-tag solive-tag--late">Hors délai, {} j</span>', days) if days > 0 else "Dans les délais"

    overdue.short_description = "Délai"
    overdue.admin_order_field = "wait_limit"

    def waits_for(self, household: Household) -> str:
        action = household.upcoming
        return format_html("{}<br><small>{}</small>", action.label, action.who) if action else "–"

    waits_for.short_description = "Prochaine action"

    def due(self, household: Household) -> str:
        action = household.upcoming
        if action is None:
            return "–"
        shown = action.due_on.strftime("%d/%m/%Y")
        return format_html('<span class="solive-tag solive-tag--late">{}, en retard</span>', shown) if action.is_late else shown

    due.short_description = "Avant le"


class CaseRecordAdmin(ScopedModelAdmin):
    """A list of what happens to cases: read here, written from the case page."""

    readers = CASE_READERS
    inspect_view_enabled = False
    history_view_enabled = False
    search_fields = ("household__search_key",)
    list_select_related = ("household",)

    def record_name(self, instance: Any) -> str:
        return instance.household.reference

    def get_record_url(self, instance: Any) -> str:
        return self.case_url(instance.household_id)

    def case_url(self, household_id: int) -> str:
        return reverse("households:case", args=[household_id])


class DiagnosisAdmin(CaseRecordAdmin):
    model = Diagnosis
    menu_icon = "form"
    base_url_path = "menages/diagnostics"
    intro = "Les diagnostics sociaux, du plus récent au plus ancien. On les saisit depuis le dossier du ménage."
    empty_message = "Aucun diagnostic n'est encore commencé. Ouvrez un dossier pour confier le premier."
    list_display = ("record_link", "operator", "status", "started_on", "completed_on", "support_level", "management_level")
    list_filter = (choice_filter("status", "État", DiagnosisStatus), related_filter("operator", "Établi par", Organisation, kind="operator"))
    list_select_related = ("household", "operator")


class CommitteeDecisionAdmin(CaseRecordAdmin):
    model = CommitteeDecision
    menu_icon = "tick"
    base_url_path = "menages/comite"
    intro = "Ce que le comité d'orientation et d'évaluation a décidé."
    empty_message = "Le comité n'a encore rien décidé."
    list_display = ("record_link", "decided_on", "outcome", "support_level", "management_level")
    list_filter = (choice_filter("outcome", "Décision", CommitteeOutcome),)


class ProposalAdmin(CaseRecordAdmin):
    model = Proposal
    menu_icon = "mail"
    base_url_path = "menages/propositions"
    readers, exporters = HOUSING_READERS, LANDLORD_EXPORTERS
    resource_class = ProposalResource
    intro = "Les logements proposés, la réponse des ménages et la décision des commissions d'attribution."
    empty_message = "Aucun logement n'est encore proposé."
    list_display = ("record_link", "unit", "proposed_on", "answer", "cal_decision", "cal_on", "closed_on")
    list_filter = (
        LANDLORD_FILTER,
        choice_filter("answer", "Réponse", ProposalAnswer),
        choice_filter("cal_decision", "Décision de la CAL", CalDecision),
        presence_filter("closed_on", "État", when_empty="Ouverte", when_filled="Close"),
    )
    list_select_related = ("household", "unit")
    search_fields = ("household__search_key", "unit__search_key")


class OccupancyAdmin(CaseRecordAdmin):
    model = Occupancy
    menu_icon = "key"
    base_url_path = "menages/occupations"
    readers, exporters = HOUSING_READERS, LANDLORD_EXPORTERS
    resource_class = OccupancyResource
    intro = "Qui habite où, depuis quand et à quel titre."
    empty_message = "Aucun ménage n'est encore logé."
    list_display = ("record_link", "unit", "tenure", "starts_on", "planned_slide_on", "ends_on", "left_scheme_on")
    list_filter = (
        LANDLORD_FILTER,
        choice_filter("tenure", "Titre", TenureKind),
        presence_filter("ends_on", "Sortie", when_empty="Sans date de sortie", when_filled="Sortie connue"),
    )
    list_select_related = ("household", "unit")
    search_fields = ("household__search_key", "unit__search_key")


class SupportMeasureAdmin(CaseRecordAdmin):
    model = SupportMeasure
    menu_icon = "tasks"
    base_url_path = "menages/mesures"
    readers, exporters = HOUSING_READERS, LANDLORD_EXPORTERS
    resource_class = SupportMeasureResource
    intro = "L'accompagnement des ménages et la gestion locative adaptée des logements."
    empty_message = "Aucune mesure n'est encore ouverte."

    def get_list_display(self, request: Any) -> tuple[str, ...]:
        """The convention is its parties' business: a landlord's referent does not read it here."""
        convention = ("convention",) if request.user.role in CASE_READERS else ()
        return ("record_link", "kind", *convention, "level", "starts_on", "planned_ends_on", "ended_on")

    list_filter = (
        related_filter("kind", "Mesure", MeasureKind, code__in=["support", "adapted_management"]),
        choice_filter("present_level", "Intensité", NeedLevel),
        presence_filter("ended_on", "Fin", when_empty="Sans fin réelle", when_filled="Finie"),
    )
    list_select_related = ("household", "kind", "convention")

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).with_level(on=timezone.localdate())

    def level(self, measure: SupportMeasure) -> str:
        return NeedLevel(measure.present_level).label.capitalize()

    level.short_description = "Intensité"


class EvaluationAdmin(CaseRecordAdmin):
    model = Evaluation
    menu_icon = "view"
    base_url_path = "menages/evaluations"
    intro = "Les évaluations périodiques de l'accompagnement."
    empty_message = "Aucune évaluation n'est encore enregistrée."
    list_display = ("record_link", "evaluated_on", "result", "recommendation")


class OutreachContactAdmin(CaseRecordAdmin):
    model = OutreachContact
    menu_label = "Aller vers"
    menu_icon = "user"
    base_url_path = "menages/contacts"
    intro = "Les visites, appels, courriers et tentatives, du plus récent au plus ancien. On les note depuis le dossier ou la liste des ménages."
    empty_message = "Aucun contact n'est encore noté. Ouvrez un dossier et choisissez « Noter un contact » : trois gestes suffisent."
    list_display = ("record_link", "contacted_on", "kind", "is_met", "organisation", "author")
    list_filter = (choice_filter("kind", "Contact", OutreachKind), boolean_filter("is_met", "Rencontré"))
    list_select_related = ("household", "organisation", "made_by")
    ordering = ("-contacted_on", "-pk")

    def author(self, contact: OutreachContact) -> str:
        return contact.made_by.get_full_name() if contact.made_by else "–"

    author.short_description = "Par"


class ConcernAdmin(CaseRecordAdmin):
    model = Concern
    menu_label = "Inquiétudes et sorties"
    menu_icon = "warning"
    base_url_path = "menages/inquietudes"
    readers = HOUSING_READERS
    intro = "Ce que les bailleurs et les opérateurs signalent des ménages logés, et les sorties qu'ils proposent. Le GIE y répond depuis le dossier."
    empty_message = "Aucune inquiétude n'est signalée et aucune sortie n'est proposée. On le fait depuis le dossier d'un ménage logé."
    list_display = ("record_link", "kind", "reason", "organisation", "raised_on", "state", "answered_on")
    list_filter = (choice_filter("kind", "Nature", ConcernKind), choice_filter("outcome", "Réponse", ConcernOutcome))
    list_select_related = ("household", "organisation")
    ordering = ("-raised_on", "-pk")

    def state(self, concern: Concern) -> str:
        tag, label = ("done", concern.get_outcome_display().capitalize()) if concern.outcome else ("late", "Attend une réponse")
        return format_html('<span class="solive-tag solive-tag--{}">{}</span>', tag, label)

    state.short_description = "Réponse"


class DelayRuleAdmin(ScopedModelAdmin):
    model = DelayRule
    menu_icon = "time"
    base_url_path = "menages/delais"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Ajouter une règle"
    intro = "Le délai anormalement long de chaque territoire, fixé par arrêté préfectoral. Le retard de chaque ménage s'en déduit."
    empty_message = "Aucune règle n'est encore saisie : aucun ménage ne peut être déclaré hors délai."
    list_display = ("record_link", "months", "starts_on", "ends_on", "order_reference")
    list_select_related = ("territory",)
    inspect_view_fields: ClassVar = ["territory", "months", "starts_on", "ends_on", "order_reference"]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("territory"), FieldPanel("months")]),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                FieldPanel("order_reference"),
            ],
            heading="Règle",
        )
    ]

    def record_name(self, instance: DelayRule) -> str:
        return instance.territory.name
