"""The journal as the data protection officer reads it: who opened, exported or changed what. The values stay sealed."""

from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Exists, Max, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from access.backoffice.admin import HeaderButton, ScopedModelAdmin
from access.backoffice.exports import PersonFilter, last_months
from access.backoffice.filters import SelectFilter, choice_filter, upper_first
from access.enums import AlertOutcome, EntryKind, Role
from access.journal import alerts as alert_actions
from access.journal.tracked import door_in_words, tables
from access.models import JournalBatch, JournalEntry, JournalPurge, ReadingAlert, User

OFFICERS: Final = frozenset({Role.DPO})
PAGE: Final = 50
WHAT: Final = {"added": "ajout", "changed": "modification", "removed": "retrait"}
NOBODY: Final = "Solive"


def words_of(entry: JournalEntry) -> str:
    """The fields concerned, in the words of the screens: « personne : nom, prénom »."""
    if entry.kind == EntryKind.EXPORT:
        told = entry.touched[0]
        return f"{told['rows']} ligne{'s' if told['rows'] > 1 else ''}, {str(told['format']).upper()}"
    if not entry.touched:
        return door_in_words(entry.door)
    models = {found.model._meta.model_name: found.model for found in tables().values()}
    said = []
    for line in entry.touched:
        model = models.get(line["record"])
        names = [labels_of(model).get(name, name) if model else name for name in line["fields"]]
        said.append(f"{model._meta.verbose_name if model else line['record']}, {WHAT[line['what']]} : {', '.join(names)}")
    return " ; ".join(said)


def labels_of(model: Any) -> dict[str, str]:
    return {field.name: str(field.verbose_name) for field in model._meta.concrete_fields}


class ReaderFilter(PersonFilter):
    """Keeps what one person did, among those who signed in; or what Solive did by itself."""

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[Any, str]]:
        people = User.objects.filter(Exists(JournalEntry.objects.visible_to(request.user).filter(actor=OuterRef("pk"))))
        return [*((person.pk, person.get_full_name()) for person in people), ("programme", NOBODY)]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == "programme":
            return queryset.filter(actor__isnull=True)
        return queryset.filter(actor=self.value()) if self.value() else queryset


class MomentFilter(SelectFilter):
    """Keeps the lines of the last days, or of one of the months kept."""

    title = "Période"
    parameter_name = "periode"
    last_days: ClassVar = {"jour": (0, "Aujourd'hui"), "semaine": (6, "Les 7 derniers jours"), "mois": (29, "Les 30 derniers jours")}

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        recent = [(code, label) for code, (_, label) in self.last_days.items()]
        return [*recent, *((f"{first:%Y-%m}", upper_first(date_format(first, "F Y"))) for first in last_months(timezone.localdate()))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        chosen = self.value()
        if not chosen:
            return queryset
        if chosen in self.last_days:
            return queryset.filter(at__date__gte=timezone.localdate() - timedelta(days=self.last_days[chosen][0]))
        year, month = chosen.split("-")
        return queryset.filter(at__year=year, at__month=month)


class ReferenceSearch(ScopedModelAdmin.search_handler_class):
    """By the reference of the case, whole."""

    def search_queryset(self, queryset: Any, search_term: str, **kwargs: Any) -> Any:
        return queryset.filter(reference__iexact=search_term.strip()) if search_term.strip() else queryset


class JournalAdmin(ScopedModelAdmin):
    model = JournalEntry
    menu_label = "Journal"
    menu_icon = "list-ul"
    menu_order = 10
    base_url_path = "protection/journal"
    readers = OFFICERS
    history_view_enabled = False
    inspect_view_enabled = False
    search_handler_class = ReferenceSearch
    search_fields = ("reference",)
    intro = (
        "Qui a ouvert, modifié ou exporté quoi, et quand. Cherchez une référence entière, comme MEN-00042, puis ouvrez-la pour savoir qui l'a "
        "consultée. Ni nom de ménage ni valeur n'y figurent, et rien ne s'y efface avant son terme."
    )
    empty_message = "Rien n'est inscrit. Chaque dossier ouvert, modifié ou exporté s'inscrit ici de lui-même."
    header_buttons = (HeaderButton("Alertes", "journal:alerts", OFFICERS), HeaderButton("Intégrité", "journal:integrity", OFFICERS))
    list_display = ("record_link", "who", "kind_label", "subject", "what")
    list_filter = (ReaderFilter, MomentFilter, choice_filter("kind", "Nature", EntryKind))
    list_select_related = ("actor",)
    ordering = ("-at", "-pk")

    def record_link(self, instance: JournalEntry) -> str:
        return date_format(localtime(instance.at), "j F Y, H:i")

    record_link.short_description = "Quand"
    record_link.admin_order_field = "at"

    def who(self, entry: JournalEntry) -> str:
        return entry.actor.get_full_name() if entry.actor else NOBODY

    who.short_description = "Qui"

    def kind_label(self, entry: JournalEntry) -> str:
        return upper_first(entry.get_kind_display())

    kind_label.short_description = "Nature"

    def subject(self, entry: JournalEntry) -> str:
        if entry.kind == EntryKind.EXPORT or entry.subject_id is None:
            return entry.reference
        return format_html('<a href="{}">{}</a>', reverse("journal:subject", args=[entry.subject_kind, entry.subject_id]), entry.reference)

    subject.short_description = "Dossier ou fiche"

    def what(self, entry: JournalEntry) -> str:
        return words_of(entry) or "–"

    what.short_description = "Quoi"


def officers_only(request: HttpRequest) -> Any:
    """The officer who asks. Raises Http404 for anybody else."""
    if getattr(request.user, "role", None) not in OFFICERS:
        raise Http404
    return request.user


def subject_page(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Who opened a case, how often and when for the last time; then everything that happened to it, the latest first."""
    entries = JournalEntry.objects.visible_to(officers_only(request)).about(kind, pk)
    latest = entries.first()
    if latest is None:
        raise Http404
    readers = (
        entries.consultations()
        .filter(actor__isnull=False)
        .values("actor__first_name", "actor__last_name", "actor__role")
        .annotate(times=Count("pk"), last=Max("at"))
        .order_by("-last")
    )
    page = Paginator(entries.select_related("actor"), PAGE).get_page(request.GET.get("p"))
    context = {
        "title": f"Qui a consulté {latest.reference} ?",
        "reference": latest.reference,
        "readers": [{**row, "role": Role(row["actor__role"]).label if row["actor__role"] in Role else ""} for row in readers],
        "page": page,
        "lines": [(entry, words_of(entry)) for entry in page.object_list],
    }
    return render(request, "access/journal/subject.html", context)


def alerts_page(request: HttpRequest) -> HttpResponse:
    """Unusual readings: those that wait first."""
    found = ReadingAlert.objects.visible_to(officers_only(request)).select_related("reader", "decided_by").order_by("outcome", "-until_at")
    page = Paginator(found, PAGE).get_page(request.GET.get("p"))
    return render(request, "access/journal/alerts.html", {"title": "Lectures inhabituelles", "page": page, "outcomes": AlertOutcome.choices})


@require_POST
def decide_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what an unusual reading was."""
    alert: ReadingAlert = get_object_or_404(ReadingAlert.objects.visible_to(officers_only(request)), pk=pk)
    try:
        alert_actions.decide(alert=alert, outcome=request.POST.get("suite", ""), by=request.user)
    except ValidationError as refusal:
        messages.error(request, f"Rien n'est enregistré. {' '.join(refusal.messages)}")
    else:
        messages.success(request, "La suite donnée à l'alerte est enregistrée.")
    return redirect("journal:alerts")


def integrity_page(request: HttpRequest) -> HttpResponse:
    """How far the journal is closed, the last hash to note elsewhere, and the months that left."""
    officers_only(request)
    last = JournalBatch.objects.order_by("-number").first()
    counts = Counter(date_format(localtime(at), "F Y") for at in JournalBatch.objects.order_by("-number").values_list("from_at", flat=True))
    context = {
        "title": "Intégrité du journal",
        "last": last,
        "months": list(counts.items()),
        "purges": JournalPurge.objects.all()[:24],
        "open_lines": JournalEntry.objects.filter(at__gte=last.until_at).count() if last else JournalEntry.objects.count(),
    }
    return render(request, "access/journal/integrity.html", context)


app_name = "journal"
urlpatterns = [
    path("alertes/", alerts_page, name="alerts"),
    path("alertes/<int:pk>/", decide_alert, name="decide_alert"),
    path("integrite/", integrity_page, name="integrity"),
    path("<slug:kind>/<int:pk>/", subject_page, name="subject"),
]
