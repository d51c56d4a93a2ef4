"""Screens of operations."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from access.backoffice import ScopedModelAdmin, ScopedModelForm, boolean_filter, choice_filter, related_filter
from access.backoffice.filters import SelectFilter, upper_first
from access.backoffice.views import InspectView
from access.enums import Role
from catalogue import actions, policies
from catalogue.backoffice.sections import sections_of
from catalogue.enums import OperationKind, OperationStage, Typology
from catalogue.models import Operation
from catalogue.resources import OperationResource
from catalogue.templatetags.percent import percent
from partners.models import Organisation

STAFF = frozenset({Role.GIE_STAFF})
ZERO = Decimal("0.00")


class LateFilter(SelectFilter):
    """Keeps the operations whose step under way is, or is not, past its planned day."""

    title = "Retard"
    parameter_name = "retard"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "En retard"), ("non", "À l'heure")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        late = Operation.objects.late(on=timezone.localdate()).values("pk")
        if self.value() == "oui":
            return queryset.filter(pk__in=late)
        return queryset.under_way().exclude(pk__in=late) if self.value() == "non" else queryset


class OperationForm(ScopedModelForm):
    """An operation; its landlord and its kind are settled at its start."""

    typologies = forms.MultipleChoiceField(
        label="Typologies prévues", choices=Typology, widget=forms.CheckboxSelectMultiple, required=False, help_text="Rien de coché : pas encore su."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("landlord", "kind"):
                self.fields[name].disabled = True


class OperationInspectView(InspectView):
    """The road, the costs, the homes, and what other rooms know of an operation."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        operation, user, today = self.instance, self.request.user, timezone.localdate()
        steps = [(step, step.is_late(today) and not operation.is_over) for step in operation.steps.all()]
        return super().get_context_data(
            operation=operation,
            steps=steps,
            today=today,
            homes=operation.units.select_related("commune").order_by("reference_key"),
            decisions=operation.financing_decisions.visible_to(user).select_related("unit"),
            may_move=policies.may_move(user, operation),
            may_write=policies.may_write_operation(user, operation),
            **self.money_of(operation, today),
            sections=sections_of(self.request, operation),
            **kwargs,
        )

    def money_of(self, operation: Operation, today: Any) -> dict[str, Any]:
        """The financing plan beside the cost, in euros: what is found, what is settled, what is still to find."""
        lines = operation.financing_on(today)
        found = sum((line.amount for line, _step, _settled in lines), ZERO)
        settled = sum((line.amount for line, _step, is_settled in lines if is_settled), ZERO)
        cost = operation.known_cost
        return {"financing": lines, "financed": found, "settled": settled, "to_find": None if cost is None else cost - found}


class OperationAdmin(ScopedModelAdmin):
    model = Operation
    form_class = OperationForm
    menu_icon = "site"
    base_url_path = "logements/operations"
    inspect_view_class = OperationInspectView
    inspect_template_name = "catalogue/operation.html"
    readers = STAFF | {Role.LANDLORD_REFERENT}
    creators, editors, exporters = STAFF, STAFF, STAFF | {Role.LANDLORD_REFERENT}
    resource_class = OperationResource
    add_label = "Lancer une opération"
    intro = "Ce qui apportera des logements : construire, aménager, labelliser en PLAI, reclasser à bas loyer."
    empty_message = "Aucune opération n'est encore lancée."
    list_display = ("record_link", "landlord", "commune", "kind", "step", "homes", "costs_more")
    list_filter = (
        related_filter("landlord", "Bailleur", Organisation, kind="landlord"),
        choice_filter("kind", "Nature", OperationKind),
        choice_filter("stage", "Étape", OperationStage),
        LateFilter,
        boolean_filter("is_modular", "Modulaire"),
    )
    list_select_related = ("landlord", "commune")
    search_fields = ("search_key",)
    ordering = ("-opened_on", "-pk")
    inspect_view_fields: ClassVar = ["landlord", "commune", "kind", "home_count", "sizes", "is_modular", "mode", "opened_on"]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldRowPanel([FieldPanel("landlord"), FieldPanel("commune")]),
                FieldRowPanel([FieldPanel("kind"), FieldPanel("opened_on")]),
            ],
            heading="Opération",
        ),
        MultiFieldPanel([FieldRowPanel([FieldPanel("home_count"), FieldPanel("is_modular")]), FieldPanel("typologies")], heading="Logements"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("reference_cost"), FieldPanel("planned_cost"), FieldPanel("actual_cost")])], heading="Coûts, en euros"
        ),
        InlinePanel(
            "financing",
            heading="Plan de financement",
            label="ligne de financement",
            panels=[
                FieldRowPanel([FieldPanel("source"), FieldPanel("amount")]),
                FieldRowPanel([FieldPanel("funding"), FieldPanel("label"), FieldPanel("status")]),
            ],
        ),
    ]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("steps")

    def save_form(self, form: Any, *, by: Any) -> Any:
        if form.instance._state.adding:
            return actions.open_operation(operation=form.save(commit=False), by=by)
        return super().save_form(form, by=by)

    def get_success_url(self, instance: Any) -> str:
        return self.get_record_url(instance)

    def step(self, operation: Operation) -> str:
        current = operation.current_step
        label = upper_first(operation.get_stage_display())
        if current is None or not current.is_late(timezone.localdate()):
            return label
        return format_html('{} <span class="solive-tag solive-tag--late">En retard</span>', label)

    step.short_description = "Étape"
    step.admin_order_field = "stage"

    def homes(self, operation: Operation) -> int:
        return operation.home_count

    homes.short_description = "Logements"
    homes.admin_order_field = "home_count"

    def costs_more(self, operation: Operation) -> str:
        if operation.surcharge is None:
            return "–"
        shown = percent(operation.surcharge)
        return format_html('<span class="solive-tag solive-tag--late">{}</span>', shown) if operation.has_high_surcharge else shown

    costs_more.short_description = "Surcoût"

    def sizes(self, operation: Operation) -> str:
        return ", ".join(Typology(value).label for value in operation.typologies) or "pas encore su"

    sizes.short_description = "Typologies prévues"

    def mode(self, operation: Operation) -> str:
        return str(operation.mobilisation_mode.label)

    mode.short_description = "Mode de mobilisation"
