"""Screens of the exchange, whatever the files hold: send a file, read its preview, confirm it, undo it, look back at the journal.

Every view stands at a ``Desk``, which says who may use it; an import out of sight does not exist.
"""

from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View

from access.exchange import work
from access.exchange.course import ConfirmRefused, PreviewOutdated, UndoRefused, receive
from access.exchange.desk import counted
from access.exchange.findings import NAMES, Code, FileRefused, Level
from access.exchange.forms import LEAVE, HeadingsForm, MeaningForm, UploadForm
from access.exchange.headings import change, forget
from access.exchange.limits import Limits
from access.exchange.states import ImportStatus, WorkKind

JOURNAL_PAGE, LIST_PAGE, FINDINGS_PAGE = 50, 25, 100
LONGEST_ID: Final = 18


class DeskView(View):
    """A screen that exists for those who may use its desk only."""

    desk: ClassVar[Any] = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.desk.may_use(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def course(self) -> Any:
        return self.desk.course

    def entry(self, pk: int) -> Any:
        """The import, if the user sees it."""
        entries = self.course.imports.objects.visible_to(self.request.user)
        return get_object_or_404(entries.select_related("landlord", "uploaded_by", "confirmed_by", "undone_by"), pk=pk)

    def opened(self, pk: int) -> Any:
        """The import, if the user sees it and may read what its file says."""
        entry = self.entry(pk)
        if self.desk.is_shut(self.request.user, entry):
            raise Http404
        return entry

    def page(self, records: Any, parameter: str, size: int = LIST_PAGE) -> Page[Any]:
        """The page of ``records`` that the address asks for; the nearest one when it asks for none that exists."""
        return Paginator(records, size).get_page(self.request.GET.get(parameter))

    def show(self, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
        context |= {"title": title, "desk": self.desk, "words": self.desk.words, "frame": self.desk.template, "space": self.desk.namespace}
        return render(self.request, f"access/exchange/{template}.html", context, status=status)

    def to(self, name: str, *args: Any) -> HttpResponse:
        return redirect(f"{self.desk.namespace}:{name}", *args)


class JournalView(DeskView):
    """The files sent, latest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        entries = self.course.imports.objects.visible_to(request.user).select_related("landlord", "uploaded_by")
        page = self.page(entries, "page", JOURNAL_PAGE)
        listed = list(page.object_list)
        following = work.follow_all(self.course, listed)
        rows = [(entry, work.PHASES[following[entry.pk].phase] if entry.pk in following else "") for entry in listed]
        return self.show("journal", self.desk.words["journal_title"], entries=page, rows=rows)


class UploadView(DeskView):
    """Send a file for a landlord; leads to its preview, or says why it is refused. The worker reads the large ones."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.ask(self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = request.POST.get("landlord", "")
        if chosen and not (chosen.isdecimal() and len(chosen) <= LONGEST_ID and self.desk.senders(request.user).filter(pk=chosen).exists()):
            raise Http404
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.ask(form)
        sent, landlord = form.cleaned_data["file"], form.cleaned_data["landlord"]
        upload = receive(sent, sent.name, Limits.from_settings())
        if upload.size > Limits.from_settings().size or not work.is_long(upload.content):
            entry = self.course.check(landlord=landlord, upload=upload, by=request.user)
        else:
            entry = self.course.receive_only(landlord=landlord, upload=upload, by=request.user)
            if entry.status == ImportStatus.RECEIVED:
                work.ask(self.course, entry, WorkKind.CHECK, by=request.user)
        return self.to("entry", entry.pk)

    def form(self, *data: Any) -> UploadForm:
        words = self.desk.words
        return UploadForm(*data, landlords=self.desk.senders(self.request.user), label=words["file_label"], help_text=words["file_help"])

    def ask(self, form: UploadForm) -> HttpResponse:
        return self.show("upload", self.desk.words["upload_title"], status=400 if form.errors else 200, form=form, columns=self.desk.columns)


class EntryView(DeskView):
    """One import: what is under way, its refusal, its preview, or what it wrote."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        following = work.follow(self.course, entry)
        if following is not None:
            title = self.desk.words["under_way"][following.work.kind]
            return self.show("under_way", title, entry=entry, following=following, work=following.work)
        if entry.status == ImportStatus.RECEIVED:
            return self.show("under_way", self.desk.words["under_way"][WorkKind.CHECK], entry=entry, following=None, work=None)
        if entry.status == ImportStatus.REFUSED:
            return self.show("refused", "Fichier refusé", entry=entry, finding=entry.findings.first(), columns=self.desk.columns)
        self._tell_outcome(entry)
        is_shut = self.desk.is_shut(request.user, entry)
        findings = entry.findings.none() if is_shut else entry.findings.all()
        context = {
            "entry": entry,
            "layout": self.desk.layout_label(entry.layout),
            "errors": self.page(findings.stopping(), "erreurs"),
            "notices": self.page(findings.notices(), "remarques"),
            "kinds": [] if is_shut else kinds_of(entry),
            "are_all_kept": entry.finding_count <= Limits.from_settings().findings,
            "unmapped": list(findings.filter(code=Code.UNMAPPED_COLUMN).values_list("column", flat=True)),
            "is_kept": not is_shut and self.course.files.objects.filter(pk=entry.pk, kept_until__gt=timezone.now()).exists(),
            "is_shut": is_shut,
            "button": f"{self.desk.words['confirm']} {counted(entry.writable, *self.desk.words['writable'])}{self.desk.words['confirm_end']}",
            **self.desk.details(request, entry, self.page),
        }
        return self.show("entry", self.desk.words["titles"][entry.status], **context)

    def _tell_outcome(self, entry: Any) -> None:
        """Say once, to whoever asked, why a work of the worker came to nothing."""
        done = self.course.works.objects.filter(pk=entry.pk, asked_by=self.request.user).exclude(told="")
        if told := done.values_list("told", flat=True).first():
            messages.error(self.request, told)
            done.update(told="")


def kinds_of(entry: Any) -> list[dict[str, Any]]:
    """The findings of an import by level and code, with how many of each."""
    return [
        {"level": level, "code": code, "name": NAMES.get(Code(code), code), "count": count}
        for level in (Level.ROW, Level.NOTICE)
        for code, count in entry.found.get(level, {}).items()
        if code != Code.UNMAPPED_COLUMN
    ]


class FindingsView(DeskView):
    """The findings of an import, narrowed by level, kind, column, or reference."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.opened(pk)
        if entry.status in (ImportStatus.RECEIVED, ImportStatus.REFUSED):
            return self.to("entry", entry.pk)
        every = entry.findings.exclude(code=Code.UNMAPPED_COLUMN)
        chosen = {name: request.GET.get(name, "").replace("\x00", "")[:255] for name in ("portee", "nature", "colonne", "q")}
        wanted = Q()
        for name, field in (("portee", "level"), ("nature", "code"), ("colonne", "column")):
            if chosen[name]:
                wanted &= Q(**{field: chosen[name]})
        if words := chosen["q"].strip():
            wanted &= Q(reference__icontains=words) | Q(value__icontains=words) | (Q(row=int(words)) if words.isdecimal() and len(words) < 8 else Q())
        found = every.filter(wanted)
        return self.show(
            "findings",
            "Constats",
            entry=entry,
            findings=self.page(found, "page", FINDINGS_PAGE),
            chosen=chosen,
            query="".join(f"{urlencode({name: value})}&" for name, value in chosen.items() if value),
            kinds=kinds_of(entry),
            columns=list(every.exclude(column="").order_by("column").values_list("column", flat=True).distinct()),
            levels=[(Level.ROW, "En erreur"), (Level.NOTICE, "Remarques")],
            kept=min(entry.finding_count, Limits.from_settings().findings),
            are_all_kept=entry.finding_count <= Limits.from_settings().findings,
            is_kept=self.course.files.objects.filter(pk=entry.pk, kept_until__gt=timezone.now()).exists(),
        )


class ConfirmView(DeskView):
    """Write what the preview shows; the worker writes the large ones."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        skip_errors = request.POST.get("laisser") == "oui"
        try:
            if entry.is_pending and work.has_many_rows(entry.rows):
                self.course.refuse_errors(entry.errors, skip_errors=skip_errors)
                work.ask(self.course, entry, WorkKind.CONFIRM, by=request.user, skip_errors=skip_errors)
            else:
                self.course.confirm(entry=entry, by=request.user, skip_errors=skip_errors)
        except PreviewOutdated as outdated:
            messages.warning(request, str(outdated))
        except ConfirmRefused as refusal:
            messages.error(request, str(refusal))
        return self.to("entry", entry.pk)


class UndoView(DeskView):
    """Say what undoing an import would do, or what stands in the way; undo it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        try:
            found = self.course.plan(entry)
        except UndoRefused as refusal:
            messages.error(request, str(refusal))
            return self.to("entry", entry.pk)
        return self.show("undo", self.desk.words["undo_title"], entry=entry, plan=found)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        try:
            if entry.can_be_undone and work.has_many_rows(entry.written):
                work.ask(self.course, entry, WorkKind.UNDO, by=request.user)
                return self.to("entry", entry.pk)
            self.course.undo(entry=entry, by=request.user)
        except UndoRefused as refusal:
            messages.error(request, str(refusal))
            return self.to("undo" if refusal.blocking else "entry", entry.pk)
        messages.success(request, self.desk.words["undone"])
        return self.to("entry", entry.pk)


class AgainView(DeskView):
    """Start once more a work that was interrupted, or that no worker took."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        if entry.status == ImportStatus.RECEIVED and work.follow(self.course, entry) is None:
            work.ask(self.course, entry, WorkKind.CHECK, by=request.user)
        else:
            work.ask_again(self.course, entry, by=request.user)
        return self.to("entry", entry.pk)


class HeadingsView(DeskView):
    """Say what each unknown heading of a file means."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        return self.ask(entry, self.form(entry))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        form = self.form(entry, request.POST)
        if not form.is_valid():
            return self.ask(entry, form)
        try:
            has_preview = self.course.remember(entry=entry, meanings=form.meanings, by=request.user)
        except FileRefused as refusal:
            form.add_error(None, f"Rien n'est retenu : {refusal}")
            return self.ask(entry, form)
        if has_preview:
            messages.success(request, "C'est retenu pour ce bailleur. Voici le nouvel aperçu.")
            return self.to("entry", entry.pk)
        messages.success(request, "C'est retenu pour ce bailleur. Envoyez de nouveau le fichier.")
        return self.to("upload")

    def form(self, entry: Any, data: object = None) -> HeadingsForm:
        taken = self.desk.taken(entry) if entry.is_pending else ()
        return HeadingsForm(data, headings=entry.unknown_headings, choices=self.desk.meanings, taken=taken)

    def ask(self, entry: Any, form: HeadingsForm) -> HttpResponse:
        return self.show("headings", "Dire ce que contiennent les colonnes", status=400 if form.errors else 200, entry=entry, form=form)


class MappingsView(DeskView):
    """The headings kept, by landlord."""

    def get(self, request: HttpRequest) -> HttpResponse:
        kept = self.page(self.course.headings.objects.visible_to(request.user).select_related("landlord"), "page", JOURNAL_PAGE)
        rows = [(mapping, self.desk.meaning(mapping.field)) for mapping in kept.object_list]
        return self.show("mappings", "Titres retenus", mappings=kept, rows=rows)


class MappingView(DeskView):
    """Give a kept heading another meaning."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        mapping = self.mapping(pk)
        return self.ask(mapping, MeaningForm(choices=self.desk.meanings, initial={"meaning": mapping.field or LEAVE}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        mapping = self.mapping(pk)
        form = MeaningForm(request.POST, choices=self.desk.meanings)
        if not form.is_valid():
            return self.ask(mapping, form)
        change(mapping=mapping, field=form.field_name, by=request.user)
        messages.success(request, "C'est retenu pour les prochains fichiers.")
        return self.to("mappings")

    def mapping(self, pk: int) -> Any:
        return get_object_or_404(self.course.headings.objects.visible_to(self.request.user).select_related("landlord"), pk=pk)

    def ask(self, mapping: Any, form: MeaningForm) -> HttpResponse:
        return self.show("mapping", f"Titre «\u00a0{mapping.heading}\u00a0»", status=400 if form.errors else 200, mapping=mapping, form=form)


class ForgetView(MappingView):
    """Drop a kept heading."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        forget(mapping=self.mapping(pk), by=request.user)
        messages.success(request, "Ce titre est oublié : il est de nouveau inconnu.")
        return self.to("mappings")
