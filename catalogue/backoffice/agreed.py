"""The files that landlords have agreed to send, and those that have not come."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.components import Component

from access.backoffice import ScopedModelAdmin, choice_filter, related_filter
from access.backoffice.filters import SelectFilter, upper_first
from access.backoffice.views import IndexView, InspectView
from access.enums import Role
from access.templatetags.french import day
from catalogue.enums import ExchangedLayout
from catalogue.models import AgreedExchange
from catalogue.models.agreed import Punctuality, with_punctuality
from partners.models import Organisation

STAFF = frozenset({Role.GIE_STAFF})
PARTIES = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT})


class LateFilter(SelectFilter):
    """Keeps the exchanges whose file should have come, or the others."""

    title = "Ponctualité"
    parameter_name = "retard"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "En retard"), ("non", "À jour")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value():
            return queryset
        today = timezone.localdate()
        late = AgreedExchange.objects.visible_to(request.user).late(on=today).values("pk")
        return queryset.filter(pk__in=late) if self.value() == "oui" else queryset.exclude(pk__in=late)


class AgreedExchangeList(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["object_list"] = with_punctuality(context["object_list"], on=timezone.localdate())
        return context


class AgreedExchangePage(InspectView):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        (self.instance,) = AgreedExchange.objects.filter(pk=self.instance.pk).select_related("landlord").with_punctuality(on=timezone.localdate())

    def get_page_title(self) -> str:
        return upper_first(str(self.instance))


class AgreedExchangeAdmin(ScopedModelAdmin):
    model = AgreedExchange
    menu_icon = "date"
    base_url_path = "logements/echanges-convenus"
    readers, creators, editors = PARTIES, STAFF, STAFF
    index_view_class = AgreedExchangeList
    inspect_view_class = AgreedExchangePage
    add_label = "Ajouter un échange"
    intro = "Les fichiers que chaque bailleur envoie, à quel rythme, et ceux qui ne sont pas encore arrivés."
    empty_message = "Aucun échange n'est encore convenu. Notez ici ce que chaque bailleur envoie et quand : Solive dira qui est en retard."
    list_display = ("record_link", "layout_name", "rhythm", "last_received", "state")
    list_filter = (
        related_filter("landlord", "Bailleur", Organisation, kind="landlord"),
        choice_filter("layout", "Fichier", ExchangedLayout),
        LateFilter,
    )
    list_select_related = ("landlord",)
    search_fields = ("landlord__search_key",)
    inspect_view_fields: ClassVar = [
        "landlord",
        "layout_name",
        "rhythm",
        "last_received",
        "state",
        "contact",
        "contact_email",
        "starts_on",
        "ends_on",
        "notes",
    ]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("landlord"), FieldPanel("layout")]),
                FieldRowPanel([FieldPanel("periodicity"), FieldPanel("due_day")]),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            ],
            heading="Ce qui est convenu",
        ),
        MultiFieldPanel([FieldRowPanel([FieldPanel("contact"), FieldPanel("contact_email")]), FieldPanel("notes")], heading="Qui relancer"),
    ]

    def record_name(self, instance: AgreedExchange) -> str:
        return instance.landlord.name

    def layout_name(self, exchange: AgreedExchange) -> str:
        return upper_first(exchange.get_layout_display())

    layout_name.short_description = "Fichier"
    layout_name.admin_order_field = "layout"

    def rhythm(self, exchange: AgreedExchange) -> str:
        return f"{upper_first(exchange.get_periodicity_display())}, le {'1er' if exchange.due_day == 1 else exchange.due_day}"

    rhythm.short_description = "Rythme"
    rhythm.admin_order_field = "periodicity"

    def last_received(self, exchange: AgreedExchange) -> str:
        return day(exchange.punctuality.last_received_on) or "Aucun"

    last_received.short_description = "Dernier fichier reçu"

    def state(self, exchange: AgreedExchange) -> str:
        return state_of(exchange.punctuality)

    state.short_description = "Ponctualité"


def state_of(punctuality: Punctuality) -> str:
    """« En retard depuis 12 jours » or the day the next file is awaited."""
    if punctuality.awaited_on is None:
        return "Plus rien d'attendu"
    if punctuality.is_late:
        days = punctuality.days_late
        return format_html(
            '<span class="solive-tag solive-tag--late">En retard depuis {} jour{}</span> <small>attendu le {}</small>',
            days,
            "s" if days > 1 else "",
            day(punctuality.awaited_on),
        )
    return f"Attendu le {day(punctuality.awaited_on)}"


class AwaitedFiles(Component):
    """On the home page: to the GIE how many files are late, to a landlord's referent when the own next ones are due."""

    template_name = "catalogue/awaited_files.html"
    order = 5

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        today = timezone.localdate()
        exchanges = AgreedExchange.objects.visible_to(user).running(on=today).select_related("landlord").with_punctuality(on=today)
        return {
            "is_staff": user.role == Role.GIE_STAFF,
            "late": [exchange for exchange in exchanges if exchange.punctuality.is_late],
            "exchanges": sorted(
                (exchange for exchange in exchanges if exchange.punctuality.awaited_on), key=lambda exchange: exchange.punctuality.awaited_on
            ),
        }


def add_awaited_files(request: HttpRequest, panels: list[Any]) -> None:
    if getattr(request.user, "role", None) in PARTIES:
        panels.append(AwaitedFiles())
