"""Screens of the exchange: send a file, read its preview, confirm it, look back at the journal."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View

from access.enums import Role
from access.exchange.findings import Code
from access.exchange.limits import Limits
from catalogue.enums import ChangeKind, ImportStatus
from catalogue.exchange.display import describe
from catalogue.exchange.engine import ConfirmRefused, PreviewOutdated, check, confirm, receive
from catalogue.exchange.forms import UploadForm, landlords_for
from catalogue.exchange.layouts import STOCK
from catalogue.exchange.report import counted, layout_label
from catalogue.exchange.undo import UndoRefused, plan, undo
from catalogue.exchange.withdrawal import WithdrawalRefused, withdraw, withdrawable
from catalogue.models import ImportedFile, UnitImport

ROLES = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT})
JOURNAL_PAGE, LIST_PAGE, CHOICE_PAGE = 50, 25, 200
TITLES = {
    ImportStatus.CHECKED: "Aperçu de l'import",
    ImportStatus.REFUSED: "Fichier refusé",
    ImportStatus.CONFIRMED: "Import enregistré",
    ImportStatus.UNDONE: "Import annulé",
}


class ExchangeView(View):
    """A screen that exists for the GIE's staff and landlords' referents only."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request.user, "role", None) not in ROLES:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def entry(self, pk: int) -> UnitImport:
        """The import, if the user sees it."""
        entry: UnitImport = get_object_or_404(
            UnitImport.objects.visible_to(self.request.user).select_related("landlord", "uploaded_by", "confirmed_by", "undone_by"), pk=pk
        )
        return entry

    def page(self, records: Any, parameter: str, size: int = LIST_PAGE) -> Page[Any]:
        """The page of ``records`` that the address asks for; the nearest one when it asks for none that exists."""
        return Paginator(records, size).get_page(self.request.GET.get(parameter))


class JournalView(ExchangeView):
    """The files sent, latest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        entries = UnitImport.objects.visible_to(request.user).select_related("landlord", "uploaded_by")
        return render(
            request, "catalogue/exchange/journal.html", {"title": "Fichiers patrimoine", "entries": self.page(entries, "page", JOURNAL_PAGE)}
        )


class UploadView(ExchangeView):
    """Send a file for a landlord; leads to its preview, or says why it is refused."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(UploadForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = request.POST.get("landlord", "")
        if chosen and not (chosen.isdecimal() and len(chosen) < 19 and landlords_for(request.user).filter(pk=chosen).exists()):
            raise Http404
        form = UploadForm(request.POST, request.FILES, user=request.user)
        if not form.is_valid():
            return self.show(form)
        sent = form.cleaned_data["file"]
        upload = receive(sent, sent.name, Limits.from_settings())
        entry = check(landlord=form.cleaned_data["landlord"], upload=upload, by=request.user)
        return redirect("stock_exchange:entry", pk=entry.pk)

    def show(self, form: UploadForm) -> HttpResponse:
        context = {"title": "Importer un fichier patrimoine", "form": form, "columns": STOCK.columns}
        return render(self.request, "catalogue/exchange/upload.html", context, status=400 if form.errors else 200)


class EntryView(ExchangeView):
    """One import: its refusal, its preview, or what it wrote."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        if entry.status == ImportStatus.REFUSED:
            context = {"title": TITLES[ImportStatus.REFUSED], "entry": entry, "finding": entry.findings.first(), "columns": STOCK.columns}
            return render(request, "catalogue/exchange/refused.html", context)
        changed = self.page(entry.changes.filter(kind=ChangeKind.CHANGED), "modifications")
        context = {
            "entry": entry,
            "layout": layout_label(entry.layout),
            "changed": changed,
            "changed_fields": describe(changed.object_list),
            "created": self.page(entry.changes.filter(kind=ChangeKind.CREATED), "creations"),
            "absent": self.page(entry.changes.filter(kind=ChangeKind.ABSENT), "absents"),
            "errors": self.page(entry.findings.stopping(), "erreurs"),
            "notices": self.page(entry.findings.notices().exclude(code=Code.UNMAPPED_COLUMN), "remarques"),
            "withdrawable": withdrawable(entry).count(),
            "unmapped": list(entry.findings.filter(code=Code.UNMAPPED_COLUMN).values_list("column", flat=True)),
            "is_kept": ImportedFile.objects.filter(pk=entry.pk, kept_until__gt=timezone.now()).exists(),
            "title": TITLES[ImportStatus(entry.status)],
            "button": f"Enregistrer {counted(entry.writable, 'changement', 'changements')}",
        }
        return render(request, "catalogue/exchange/entry.html", context)


class ConfirmView(ExchangeView):
    """Write what the preview shows."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        try:
            confirm(unit_import=entry, by=request.user, skip_errors=request.POST.get("laisser") == "oui")
        except PreviewOutdated as outdated:
            messages.warning(request, str(outdated))
        except ConfirmRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("stock_exchange:entry", pk=entry.pk)


class UndoView(ExchangeView):
    """Say what undoing an import would do, or what stands in the way; undo it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        try:
            found = plan(entry)
        except UndoRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("stock_exchange:entry", pk=entry.pk)
        return render(request, "catalogue/exchange/undo.html", {"title": "Annuler l'import", "entry": entry, "plan": found})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        try:
            undo(unit_import=entry, by=request.user)
        except UndoRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("stock_exchange:undo" if refusal.blocking else "stock_exchange:entry", pk=entry.pk)
        messages.success(request, "L'import est annulé.")
        return redirect("stock_exchange:entry", pk=entry.pk)


class WithdrawView(ExchangeView):
    """Choose among the homes that a file leaves out those to withdraw from the stock, confirm, and withdraw them."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        absent = self.page(withdrawable(entry), "page", CHOICE_PAGE)
        context = {"title": "Retirer des logements du parc", "entry": entry, "absent": absent}
        return render(request, "catalogue/exchange/withdraw.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        chosen = None if request.POST.get("choix") == "tous" else self._chosen(entry)
        changes = withdrawable(entry) if chosen is None else withdrawable(entry).filter(unit_id__in=chosen)
        count = changes.count()
        if not count:
            messages.error(request, "Rien n'est retiré : cochez au moins un logement.")
            return redirect("stock_exchange:withdraw", pk=entry.pk)
        if request.POST.get("confirme") != "oui":
            context = {"title": "Retirer des logements du parc", "entry": entry, "changes": changes[:CHOICE_PAGE], "count": count, "chosen": chosen}
            return render(request, "catalogue/exchange/withdraw_confirm.html", context)
        try:
            done = withdraw(unit_import=entry, unit_ids=chosen, by=request.user)
        except WithdrawalRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{counted(done, 'logement est retiré', 'logements sont retirés')} du parc.")
        return redirect("stock_exchange:entry", pk=entry.pk)

    def _chosen(self, entry: UnitImport) -> list[int]:
        """The homes ticked; Http404 for one that is none of those the file leaves out."""
        ticked = self.request.POST.getlist("logement")
        if any(not (text.isascii() and text.isdecimal() and len(text) < 19) for text in ticked):
            raise Http404
        chosen = sorted({int(text) for text in ticked})
        if entry.changes.filter(kind=ChangeKind.ABSENT, unit_id__in=chosen).count() != len(chosen):
            raise Http404
        return chosen
