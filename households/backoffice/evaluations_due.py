"""The list of evaluations due."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import format_html

from access.backoffice import choice_filter
from access.backoffice.filters import SelectFilter
from access.templatetags.french import day
from catalogue.enums import MeasureCode
from households.backoffice.admin import HOUSING_READERS, LANDLORD_EXPORTERS, CaseRecordAdmin
from households.enums import Stage
from households.models import FollowedHousehold, SupportMeasure
from households.models.own_cases import among, as_array
from households.resources import EvaluationDueResource
from partners.models import Organisation

AHEAD_DAYS = 30
"""How far ahead the list looks, so that a visit can be arranged in time."""


class DueFilter(SelectFilter):
    """Keeps the evaluations that are late, or those still to come."""

    title = "Échéance"
    parameter_name = "echeance"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("passee", "Échue"), ("retard", "En retard de plus de 30 jours"), ("a-venir", "À venir")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        today = timezone.localdate()
        kept = {
            "passee": {"evaluation_due_on__lte": today},
            "retard": {"evaluation_due_on__lt": today - timedelta(days=30)},
            "a-venir": {"evaluation_due_on__gt": today},
        }
        chosen = self.value()
        return queryset.filter(**kept[chosen]) if chosen else queryset


class OperatorFilter(SelectFilter):
    """Keeps the households supported today by one operator, among those the reader may choose."""

    title = "Opérateur"
    parameter_name = "operateur"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[Any, str]]:
        return [(operator.pk, operator.name) for operator in Organisation.objects.operators().choosable_by(request.user)]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value():
            return queryset
        support = SupportMeasure.objects.running(on=timezone.localdate()).filter(kind__code=MeasureCode.SUPPORT)
        # Read beforehand: joined to the list, thousands of measures would be compared to as many, one by one.
        supported = support.filter(convention__partner=self.value())
        return queryset.filter(among("pk", as_array(supported.values("household"))))


class EvaluationDueAdmin(CaseRecordAdmin):
    model = FollowedHousehold
    menu_icon = "date"
    base_url_path = "menages/evaluations-a-faire"
    readers, exporters = HOUSING_READERS, LANDLORD_EXPORTERS
    resource_class = EvaluationDueResource
    intro = "Les ménages accompagnés dont l'évaluation est échue, ou le sera dans les 30 jours ; la plus ancienne échéance d'abord."
    empty_message = "Aucune évaluation n'est échue, ni à faire dans les 30 jours."
    list_display = ("record_link", "stage", "supported", "evaluated", "due")
    list_filter = (DueFilter, OperatorFilter, choice_filter("stage", "Étape", Stage))
    list_select_related = ("commune",)
    search_fields = ("search_key",)
    ordering = ("evaluation_due_on", "pk")

    def scope(self, queryset: Any, user: Any) -> Any:
        today = timezone.localdate()
        return super().scope(queryset, user).evaluation_due_within(AHEAD_DAYS, on=today).with_support(on=today)

    def record_name(self, instance: FollowedHousehold) -> str:
        return instance.reference

    def get_record_url(self, instance: FollowedHousehold) -> str:
        return self.case_url(instance.pk)

    def supported(self, household: Any) -> str:
        return day(household.supported_since)

    supported.short_description = "Accompagné depuis le"
    supported.admin_order_field = "supported_since"

    def evaluated(self, household: Any) -> str:
        return day(household.last_evaluated_on) or "Jamais"

    evaluated.short_description = "Dernière évaluation"
    evaluated.admin_order_field = "last_evaluated_on"

    def due(self, household: Any) -> str:
        late = (timezone.localdate() - household.evaluation_due_on).days
        if late <= 0:
            return day(household.evaluation_due_on)
        return format_html('{} <span class="solive-tag solive-tag--late">En retard de {} j</span>', day(household.evaluation_due_on), late)

    due.short_description = "À évaluer avant le"
    due.admin_order_field = "evaluation_due_on"
