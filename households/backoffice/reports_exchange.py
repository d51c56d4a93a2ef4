"""Screens that receive the files of reported households: send one, read its preview, confirm it, look back at the journal."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View

from access.exchange.findings import Code
from access.exchange.limits import Limits
from catalogue.enums import ChangeKind
from catalogue.exchange.engine import ConfirmRefused, PreviewOutdated, receive
from catalogue.exchange.forms import landlords_for
from catalogue.exchange.report import counted
from households import policies
from households.backoffice.reports_forms import ReportUploadForm
from households.enums import ReportFileStatus
from households.exchange.engine import check, confirm
from households.exchange.layout import HOUSEHOLDS
from households.models import HouseholdImport, HouseholdImportFile

FILES_PAGE: Final = 50
FINDINGS_PAGE: Final = 25


class ExchangeView(View):
    """A screen that exists for those who send reports only."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not policies.may_write(request.user, "send_reports"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def entry(self, pk: int) -> HouseholdImport:
        """The file, if the user sees it."""
        entries = HouseholdImport.objects.visible_to(self.request.user).select_related("landlord", "uploaded_by", "confirmed_by")
        entry: HouseholdImport = get_object_or_404(entries, pk=pk)
        return entry

    def page(self, records: Any, parameter: str, size: int) -> Page[Any]:
        """The page of ``records`` that the address asks for; the nearest one when it asks for none that exists."""
        return Paginator(records, size).get_page(self.request.GET.get(parameter))

    def show(self, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
        return render(self.request, f"households/reports/{template}.html", {"title": title, **context}, status=status)


class FilesView(ExchangeView):
    """The files sent, latest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        entries = HouseholdImport.objects.visible_to(request.user).select_related("landlord", "uploaded_by")
        return self.show("files", "Fichiers de signalements", entries=self.page(entries, "page", FILES_PAGE))


class UploadView(ExchangeView):
    """Send a file for a landlord; leads to its preview, or says why it is refused."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.ask(ReportUploadForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = request.POST.get("landlord", "")
        if chosen and not (chosen.isdecimal() and len(chosen) < 19 and landlords_for(request.user).filter(pk=chosen).exists()):
            raise Http404
        form = ReportUploadForm(request.POST, request.FILES, user=request.user)
        if not form.is_valid():
            return self.ask(form)
        sent = form.cleaned_data["file"]
        upload = receive(sent, sent.name, Limits.from_settings())
        entry = check(landlord=form.cleaned_data["landlord"], upload=upload, by=request.user)
        return redirect("reports:file", pk=entry.pk)

    def ask(self, form: ReportUploadForm) -> HttpResponse:
        return self.show("upload", "Envoyer des signalements", status=400 if form.errors else 200, form=form, columns=HOUSEHOLDS.columns)


class FileView(ExchangeView):
    """One file: its refusal, its preview, or what it wrote."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        if entry.status == ReportFileStatus.REFUSED:
            return self.show("refused", "Fichier refusé", entry=entry, finding=entry.findings.first(), columns=HOUSEHOLDS.columns)
        preview = HouseholdImportFile.objects.filter(pk=entry.pk).values_list("preview", flat=True).first() or []
        return self.show(
            "file",
            "Aperçu de l'envoi" if entry.is_pending else "Signalements transmis",
            entry=entry,
            layout=HOUSEHOLDS.label,
            changed=[change for change in preview if change["kind"] == ChangeKind.CHANGED],
            created=[change for change in preview if change["kind"] == ChangeKind.CREATED],
            errors=self.page(entry.findings.stopping(), "erreurs", FINDINGS_PAGE),
            notices=self.page(entry.findings.notices().exclude(code=Code.UNMAPPED_COLUMN), "remarques", FINDINGS_PAGE),
            unmapped=list(entry.findings.filter(code=Code.UNMAPPED_COLUMN).values_list("column", flat=True)),
            button=f"Transmettre {counted(entry.writable, 'signalement', 'signalements')} au GIE",
        )


class ConfirmView(ExchangeView):
    """Write what the preview shows."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        try:
            confirm(household_import=entry, by=request.user, skip_errors=request.POST.get("laisser") == "oui")
        except PreviewOutdated as outdated:
            messages.warning(request, str(outdated))
        except ConfirmRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("reports:file", pk=entry.pk)
