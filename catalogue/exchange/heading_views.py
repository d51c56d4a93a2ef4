"""Screens of headings: say what the unknown ones of a file mean, look back at those kept, change or drop them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from access.exchange.findings import FileRefused
from catalogue.exchange.forms import LEAVE, HeadingsForm, MeaningForm
from catalogue.exchange.mapping import change, forget, label, remember
from catalogue.exchange.views import JOURNAL_PAGE, ExchangeView
from catalogue.models import HeadingMapping, ImportedFile, UnitImport


class HeadingsView(ExchangeView):
    """Say what each unknown heading of a file means."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        return self.show(entry, self.form(entry))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        form = self.form(entry, request.POST)
        if not form.is_valid():
            return self.show(entry, form)
        try:
            has_preview = remember(unit_import=entry, meanings=form.meanings, by=request.user)
        except FileRefused as refusal:
            form.add_error(None, f"Rien n'est retenu : {refusal}")
            return self.show(entry, form)
        if has_preview:
            messages.success(request, "C'est retenu pour ce bailleur. Voici le nouvel aperçu.")
            return redirect("stock_exchange:entry", pk=entry.pk)
        messages.success(request, "C'est retenu pour ce bailleur. Envoyez de nouveau le fichier.")
        return redirect("stock_exchange:upload")

    def form(self, entry: UnitImport, data: object = None) -> HeadingsForm:
        kept = ImportedFile.objects.filter(pk=entry.pk).only("staged_fields").first() if entry.is_pending else None
        return HeadingsForm(data, headings=entry.unknown_headings, taken=kept.staged_fields if kept else ())

    def show(self, entry: UnitImport, form: HeadingsForm) -> HttpResponse:
        context = {"title": "Dire ce que contiennent les colonnes", "entry": entry, "form": form}
        return render(self.request, "catalogue/exchange/headings.html", context, status=400 if form.errors else 200)


class MappingsView(ExchangeView):
    """The headings kept, by landlord."""

    def get(self, request: HttpRequest) -> HttpResponse:
        kept = self.page(HeadingMapping.objects.visible_to(request.user).select_related("landlord"), "page", JOURNAL_PAGE)
        rows = [(mapping, label(mapping.field)) for mapping in kept.object_list]
        return render(request, "catalogue/exchange/mappings.html", {"title": "Titres retenus", "mappings": kept, "rows": rows})


class MappingView(ExchangeView):
    """Give a kept heading another meaning."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        mapping = self.mapping(pk)
        return self.show(mapping, MeaningForm(initial={"meaning": mapping.field or LEAVE}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        mapping = self.mapping(pk)
        form = MeaningForm(request.POST)
        if not form.is_valid():
            return self.show(mapping, form)
        change(mapping=mapping, field=form.field_name, by=request.user)
        messages.success(request, "C'est retenu pour les prochains fichiers.")
        return redirect("stock_exchange:mappings")

    def mapping(self, pk: int) -> HeadingMapping:
        found: HeadingMapping = get_object_or_404(HeadingMapping.objects.visible_to(self.request.user).select_related("landlord"), pk=pk)
        return found

    def show(self, mapping: HeadingMapping, form: MeaningForm) -> HttpResponse:
        context = {"title": f"Titre «\u00a0{mapping.heading}\u00a0»", "mapping": mapping, "form": form}
        return render(self.request, "catalogue/exchange/mapping.html", context, status=400 if form.errors else 200)


class ForgetView(MappingView):
    """Drop a kept heading."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        forget(mapping=self.mapping(pk), by=request.user)
        messages.success(request, "Ce titre est oublié : il est de nouveau inconnu.")
        return redirect("stock_exchange:mappings")
