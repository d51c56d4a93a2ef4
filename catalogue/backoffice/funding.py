"""The screen of co-funding: who was met, what was asked, what is committed."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from access.backoffice import ScopedModelAdmin, related_filter
from access.backoffice.filters import SelectFilter
from access.enums import Role
from access.templatetags.french import day
from catalogue.enums import FundingStatus
from catalogue.models import Funding
from partners.models import Organisation

STAFF = frozenset({Role.GIE_STAFF})


class FundingStatusFilter(SelectFilter):
    """Keeps the contributions that stand at one step today."""

    title = "Étape"
    parameter_name = "etape"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[Any, str]]:
        return [(value, label.capitalize()) for value, label in FundingStatus.choices]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(status=self.value()) if self.value() else queryset


class FundingAdmin(ScopedModelAdmin):
    model = Funding
    menu_icon = "pick"
    base_url_path = "couts/cofinancements"
    readers, creators, editors = frozenset({Role.GIE_STAFF, Role.FUNDER}), STAFF, STAFF
    add_label = "Ajouter un cofinancement"
    intro = "Qui peut payer, où nous en sommes avec chacun, et combien chaque année. Seuls les montants engagés, notifiés ou versés couvrent le coût."
    empty_message = "Aucun cofinancement n'est encore noté : ajoutez le premier financeur à rencontrer."
    list_display = ("record_link", "funder", "stands", "since", "all_years", "deadline_on")
    list_filter = (FundingStatusFilter, related_filter("funder", "Financeur", Organisation))
    list_select_related = ("funder",)
    search_fields = ("name", "funder__search_key")
    inspect_view_fields: ClassVar = ["name", "funder", "may_fund", "is_investment", "deadline_on", "contact", "told_steps", "told_amounts"]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("funder"), FieldPanel("name")]),
                FieldPanel("kinds", widget=forms.CheckboxSelectMultiple),
                FieldPanel("is_investment"),
                FieldRowPanel([FieldPanel("deadline_on"), FieldPanel("contact")]),
            ],
            heading="Cofinancement",
        ),
        InlinePanel(
            "steps",
            heading="Étapes",
            label="Étape",
            panels=[FieldRowPanel([FieldPanel("status"), FieldPanel("reached_on")]), FieldPanel("note")],
        ),
        InlinePanel("amounts", heading="Montants par année", label="Année", panels=[FieldRowPanel([FieldPanel("year"), FieldPanel("amount")])]),
    ]

    def scope(self, queryset: Any, user: Any) -> Any:
        return super().scope(queryset, user).with_status(on=timezone.localdate()).with_total()

    def stands(self, funding: Any) -> str:
        return FundingStatus(funding.status).label

    stands.short_description = "Étape"

    def since(self, funding: Any) -> str:
        return day(funding.status_on)

    since.short_description = "Depuis le"
    since.admin_order_field = "status_on"

    def all_years(self, funding: Any) -> str:
        return f"{funding.total:,.2f} €".replace(",", "\u202f").replace(".", ",").replace(" €", "\u00a0€")

    all_years.short_description = "Montant, toutes années"
    all_years.admin_order_field = "total"

    def may_fund(self, funding: Any) -> str:
        return ", ".join(kind.name for kind in funding.kinds.all()) or "–"

    may_fund.short_description = "Peut financer"

    def told_steps(self, funding: Any) -> str:
        return " ; ".join(f"{step}{' : ' + step.note if step.note else ''}" for step in funding.steps.all()) or "–"

    told_steps.short_description = "Étapes"

    def told_amounts(self, funding: Any) -> str:
        return " ; ".join(str(amount).replace(".", ",") for amount in funding.amounts.all()) or "–"

    told_amounts.short_description = "Montants par année"
