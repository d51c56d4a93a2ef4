"""The lists and records of the households' room."""

from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from access.backoffice import HeaderButton, ScopedModelAdmin, boolean_filter, choice_filter, presence_filter, related_filter
from access.backoffice.filters import SelectFilter
from access.enums import Role
from access.text import Folded, search_words
from catalogue.models import MeasureKind
from households.enums import (
    CalDecision,
    CommitteeOutcome,
    ConcernKind,
    ConcernOutcome,
    DiagnosisStatus,
    NeedLevel,
    OutreachKind,
    ProposalAnswer,
    TenureKind,
)
from households.models import (
    AllocationRecord,
    CommitteeDecision,
    Concern,
    DelayRule,
    Diagnosis,
    Evaluation,
    Occupancy,
    OutreachContact,
    Proposal,
    SupportMeasure,
)
from households.resources import AllocationResource, OccupancyResource, ProposalResource, SupportMeasureResource
from partners.models import Organisation

STAFF = frozenset({Role.GIE_STAFF})
CASE_READERS = frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER})
HOUSING_READERS = CASE_READERS | {Role.LANDLORD_REFERENT}
LANDLORD_EXPORTERS = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT})
LANDLORD_FILTER = related_filter("landlord", "Bailleur", Organisation, kind="landlord")


class CaseRecordSearch(ScopedModelAdmin.search_handler_class):
    """Among several other records, each is searched in its own table, by its own index: joined, all of their rows would be read."""

    def search_queryset(self, queryset: Any, search_term: str, **kwargs: Any) -> Any:
        if len(self.search_fields) < 2:
            return super().search_queryset(queryset, search_term, **kwargs)
        for word in search_words(search_term):
            queryset = queryset.filter(reduce(or_, (self.holds(queryset.model, field, word) for field in self.search_fields)))
        return queryset

    def holds(self, model: Any, field: str, word: str) -> Q:
        """Whether the record that ``field`` leads to holds the word."""
        path, _, name = field.rpartition("__")
        for step in path.split("__"):
            model = model._meta.get_field(step).related_model
        if hasattr(model._default_manager, "holding"):
            return Q(**{f"{path}__in": model._default_manager.holding(word).values("pk")})
        return Q(Exists(model._base_manager.filter(pk=OuterRef(path), **{f"{name}__contains": Folded(Value(word))})))


class CaseRecordAdmin(ScopedModelAdmin):
    """A list of what happens to cases: read here, written from the case page."""

    search_handler_class = CaseRecordSearch
    readers = CASE_READERS
    inspect_view_enabled = False
    history_view_enabled = False
    is_search_told = False
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


class AwaitedFilter(SelectFilter):
    """Keeps the open proposals that wait for the household, for the commission or for the lease."""

    title = "En attente de"
    parameter_name = "attente"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("reponse", "La réponse du ménage"), ("cal", "La décision de la CAL"), ("bail", "Le bail")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        kept = {"reponse": queryset.awaiting_answer, "cal": queryset.awaiting_commission, "bail": queryset.awaiting_lease}
        return kept.get(self.value() or "", queryset.all)()


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
        AwaitedFilter,
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


class CompleteFilter(SelectFilter):
    """Keeps the allocation records that hold, or do not hold, all that the State's register asks."""

    title = "Saisie"
    parameter_name = "saisie"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("a-completer", "À compléter"), ("complete", "Complète")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == "a-completer":
            return queryset.to_complete()
        return queryset.complete() if self.value() else queryset


class AllocationRecordAdmin(CaseRecordAdmin):
    model = AllocationRecord
    menu_icon = "doc-full"
    base_url_path = "menages/attributions"
    readers, exporters = LANDLORD_EXPORTERS, LANDLORD_EXPORTERS
    resource_class = AllocationResource
    intro = "Ce que le système national d'enregistrement demande pour radier une demande, tel qu'au jour du bail. On le complète depuis le dossier."
    empty_message = "Aucun logement n'est encore attribué : une attribution s'écrit d'elle-même quand un bail est enregistré."
    header_buttons = (HeaderButton("Version à imprimer", "homes:allocations", LANDLORD_EXPORTERS),)
    list_display = ("record_link", "application_number", "landlord", "home", "lease_on", "is_dalo", "state")
    list_filter = (
        CompleteFilter,
        related_filter("occupancy__landlord", "Bailleur", Organisation, kind="landlord"),
        boolean_filter("is_dalo", "DALO"),
        boolean_filter("has_collective_agreement", "Accords collectifs"),
    )
    list_select_related = ("occupancy__household", "occupancy__unit__landlord")
    search_fields = ("occupancy__household__search_key", "occupancy__unit__search_key")

    def record_name(self, instance: AllocationRecord) -> str:
        return instance.occupancy.household.reference

    def get_record_url(self, instance: AllocationRecord) -> str:
        return self.case_url(instance.occupancy.household_id)

    def landlord(self, record: AllocationRecord) -> str:
        return str(record.occupancy.unit.landlord)

    landlord.short_description = "Bailleur"

    def home(self, record: AllocationRecord) -> str:
        return str(record.occupancy.unit)

    home.short_description = "Logement"

    def state(self, record: AllocationRecord) -> str:
        if not record.missing:
            return format_html('<span class="solive-tag solive-tag--done">{}</span>', "Complète")
        return format_html('<span class="solive-tag solive-tag--late">{}</span> {}', "À compléter", ", ".join(record.missing))

    state.short_description = "Saisie"


class RunningFilter(SelectFilter):
    """Keeps the measures that run today, or those that no longer do or do not yet."""

    title = "Aujourd'hui"
    parameter_name = "cours"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "En cours"), ("non", "Pas en cours")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        running = SupportMeasure.objects.running(on=timezone.localdate()).values("pk")
        return {"oui": queryset.filter(pk__in=running), "non": queryset.exclude(pk__in=running)}.get(self.value() or "", queryset)


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
        related_filter("convention__partner", "Opérateur", Organisation, kind="operator"),
        RunningFilter,
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
