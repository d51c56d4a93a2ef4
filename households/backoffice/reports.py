"""The lists of reported households: the officers' inbox, and what a landlord has sent."""

from typing import Any, ClassVar

from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime

from access.backoffice import HeaderButton, ScopedModelAdmin, choice_filter, related_filter
from access.backoffice.views import InspectView
from access.enums import Role
from households.enums import EntryDoor, ReportReason, ReportStatus
from households.journal import REPORT
from households.models import HouseholdReport
from partners.models import Organisation

STAFF = frozenset({Role.GIE_STAFF})
REFERENTS = frozenset({Role.LANDLORD_REFERENT})
FILES = HeaderButton("Fichiers reçus", "reports:files:journal", STAFF)
SENT_FILES = HeaderButton("Mes fichiers", "reports:files:journal", REFERENTS)
SEND = HeaderButton("Envoyer un fichier", "reports:files:upload", STAFF | REFERENTS)


class ReportInboxAdmin(ScopedModelAdmin):
    """For the GIE's staff: those that wait come first, the oldest on top."""

    model = HouseholdReport
    menu_label = "Signalements"
    menu_icon = "download"
    base_url_path = "signalements/boite"
    inspect_view_enabled = False
    history_view_enabled = False
    readers = STAFF
    intro = "Les ménages que les bailleurs et les prescripteurs signalent. Ceux qui attendent viennent d'abord, le plus ancien en tête."
    empty_message = "Aucun signalement n'est encore arrivé. Les bailleurs les envoient par fichier ; vous pouvez aussi envoyer le leur."
    header_buttons = (FILES, SEND)
    list_display = ("record_link", "organisation", "reason", "commune", "since", "state")
    list_filter = (
        choice_filter("status", "Suite donnée", ReportStatus),
        related_filter("organisation", "Signalé par", Organisation),
        choice_filter("reason", "Motif", ReportReason),
        choice_filter("entry_door", "Porte d'entrée", EntryDoor),
    )
    list_select_related = ("organisation", "commune")
    search_fields = ("search_key",)
    ordering = ("is_treated", "imported_at", "pk")

    def scope(self, queryset: Any, user: Any) -> Any:
        waits = When(status=ReportStatus.RECEIVED, then=Value(0))
        return super().scope(queryset, user).annotate(is_treated=Case(waits, default=Value(1), output_field=IntegerField()))

    def get_record_url(self, instance: HouseholdReport) -> str:
        return reverse("reports:report", args=[instance.pk])

    def record_name(self, instance: HouseholdReport) -> str:
        return instance.full_name

    def since(self, report: HouseholdReport) -> str:
        days = (timezone.localdate() - timezone.localdate(report.imported_at)).days
        ago = "aujourd'hui" if days < 1 else f"{days} jour{'s' if days > 1 else ''}"
        return format_html("{}<br><small>{}</small>", date_format(localtime(report.imported_at), "j F Y"), ago)

    since.short_description = "Depuis"
    since.admin_order_field = "imported_at"

    def state(self, report: HouseholdReport) -> str:
        tag = "info" if report.is_waiting else "done"
        label = "À traiter" if report.is_waiting else report.get_status_display().capitalize()
        return format_html('<span class="solive-tag solive-tag--{}">{}</span>', tag, label)

    state.short_description = "Suite donnée"
    state.admin_order_field = "is_treated"


class OwnReportPage(InspectView):
    """What was sent, under the landlord's own reference."""

    def get_page_title(self) -> str:
        return f"Signalement {self.instance.reference}"

    get_meta_title = get_page_title

    def get_page_subtitle(self) -> str:
        return "Ce que vous avez transmis au GIE."


class OwnReportAdmin(ScopedModelAdmin):
    """For a landlord's referent: what was sent, and that it is received. What becomes of it is not told here."""

    model = HouseholdReport
    menu_label = "Signalements"
    menu_icon = "download"
    base_url_path = "signalements/envoyes"
    readers = REFERENTS
    history_view_enabled = False
    inspect_view_class = OwnReportPage
    intro = "Les ménages que vous avez signalés au GIE. Il revient vers vous quand un logement ou un accompagnement se dessine."
    empty_message = "Vous n'avez encore signalé aucun ménage. Envoyez votre fichier : vous en voyez l'aperçu avant que rien ne soit enregistré."
    header_buttons = (SENT_FILES, SEND)
    list_display = ("record_link", "holder", "entry_door", "reason", "commune", "received_on", "acknowledgement")
    list_filter = (choice_filter("reason", "Motif", ReportReason), choice_filter("entry_door", "Porte d'entrée", EntryDoor))
    list_select_related = ("commune",)
    search_fields = ("search_key",)
    ordering = ("-imported_at", "pk")
    inspect_view_fields: ClassVar = [
        "reference",
        "acknowledgement",
        "received_on",
        "entry_door",
        "reason",
        "last_name",
        "first_name",
        "birth_date",
        "size",
        "phone",
        "application_number",
        "applied_on",
        "commune",
        "unit",
        "is_dalo",
        "has_collective_agreement",
        "is_pdalpd",
    ]

    def case_of(self, instance: HouseholdReport) -> tuple[str, HouseholdReport]:
        return REPORT, instance

    def record_name(self, instance: HouseholdReport) -> str:
        return instance.reference

    def holder(self, report: HouseholdReport) -> str:
        return report.full_name

    holder.short_description = "Ménage"

    def received_on(self, report: HouseholdReport) -> str:
        return date_format(localtime(report.imported_at), "j F Y")

    received_on.short_description = "Reçu le"
    received_on.admin_order_field = "imported_at"

    def acknowledgement(self, report: HouseholdReport) -> str:
        return format_html('<span class="solive-tag solive-tag--info">{}</span>', "Reçu")

    acknowledgement.short_description = "État"
