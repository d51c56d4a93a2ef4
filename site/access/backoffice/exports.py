"""The journal of exports, as the data protection officer reads it."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime

from access.backoffice.admin import ScopedModelAdmin
from access.backoffice.filters import SelectFilter, choice_filter, upper_first
from access.enums import ExportOutcome, Role
from access.models import Export, User

MONTHS_LISTED = 12
SCHEDULED = "programme"
WEIGHTS = ((1 << 20, "Mo"), (1 << 10, "ko"))


class PersonFilter(SelectFilter):
    """Keeps what one person exported, among those who did; or what scheduled exchanges did."""

    title = "Personne"
    parameter_name = "personne"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[Any, str]]:
        people = User.objects.filter(pk__in=Export.objects.visible_to(request.user).values("exported_by"))
        return [*((person.pk, person.get_full_name()) for person in people), (SCHEDULED, "Échange programmé")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == SCHEDULED:
            return queryset.filter(exported_by__isnull=True)
        return queryset.filter(exported_by=self.value()) if self.value() else queryset


class SubjectFilter(SelectFilter):
    """Keeps the exports of one list."""

    title = "Liste"
    parameter_name = "liste"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        listed = Export.objects.visible_to(request.user).order_by("subject", "-exported_at").distinct("subject")
        return list(listed.values_list("subject", "subject_label"))

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(subject=self.value()) if self.value() else queryset


class PeriodFilter(SelectFilter):
    """Keeps the exports of the last days, or of one of the last months."""

    title = "Date"
    parameter_name = "date"
    last_days: ClassVar = {"jour": (0, "Aujourd'hui"), "semaine": (6, "Les 7 derniers jours"), "mois": (29, "Les 30 derniers jours")}

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        recent = [(code, label) for code, (_, label) in self.last_days.items()]
        return [*recent, *((f"{first:%Y-%m}", upper_first(date_format(first, "F Y"))) for first in last_months(timezone.localdate()))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        chosen = self.value()
        if not chosen:
            return queryset
        if chosen in self.last_days:
            return queryset.filter(exported_at__date__gte=timezone.localdate() - timedelta(days=self.last_days[chosen][0]))
        year, month = chosen.split("-")
        return queryset.filter(exported_at__year=year, exported_at__month=month)


def last_months(today: date) -> list[date]:
    """The first days of this month and of those before it, the latest first."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS_LISTED:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def weight(size: int) -> str:
    """A number of bytes as people read it: « 12,5 ko »."""
    for unit, label in WEIGHTS:
        if size >= unit:
            return f"{size / unit:.1f}".replace(".", ",") + f"\u00a0{label}"
    return f"{size}\u00a0octets"


class ExportAdmin(ScopedModelAdmin):
    model = Export
    menu_icon = "download"
    menu_order = 610
    base_url_path = "exports"
    readers = frozenset({Role.DPO})
    history_view_enabled = False
    intro = (
        "Chaque fichier sorti de Solive : qui l'a demandé, quand, quelle liste, avec quels filtres, et combien de lignes. Ce journal ne s'efface pas."
    )
    empty_message = "Aucun fichier n'est encore sorti de Solive. Chaque export s'inscrira ici de lui-même."
    list_display = ("record_link", "subject_label", "author", "narrowed", "kind", "rows", "state")
    list_filter = (PersonFilter, SubjectFilter, PeriodFilter, choice_filter("outcome", "Issue", ExportOutcome))
    list_select_related = ("exported_by",)
    ordering = ("-exported_at", "-pk")
    inspect_view_fields: ClassVar = ["exported_at", "author", "subject_label", "narrowed", "kind", "rows", "size_in_words", "state"]

    def record_name(self, instance: Export) -> str:
        return date_format(localtime(instance.exported_at), "j F Y, H:i")

    def author(self, export: Export) -> str:
        return export.exported_by.get_full_name() if export.exported_by else "Échange programmé"

    author.short_description = "Par"
    author.admin_order_field = "exported_by__last_name"

    def narrowed(self, export: Export) -> str:
        return export.narrowing_words or "Toute la liste"

    narrowed.short_description = "Choix"

    def kind(self, export: Export) -> str:
        return export.get_file_format_display()

    kind.short_description = "Format"
    kind.admin_order_field = "file_format"

    def size_in_words(self, export: Export) -> str:
        return weight(export.size)

    size_in_words.short_description = "Taille"

    def state(self, export: Export) -> str:
        tag = "done" if export.outcome == ExportOutcome.PRODUCED else "late"
        return format_html('<span class="solive-tag solive-tag--{}">{}</span>', tag, upper_first(export.get_outcome_display()))

    state.short_description = "Issue"
    state.admin_order_field = "outcome"
