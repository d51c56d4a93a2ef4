"""The screen that takes the département's directory in: a file, what it would propose, then the versions to read over."""

import binascii
import zlib
from base64 import b64decode, b64encode
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views import View

from access.exchange.course import receive
from access.exchange.findings import FileRefused, Level
from access.exchange.limits import Limits
from pages.directory_file import LARGEST_BYTES, LAYOUT, Reading, read_directory
from pages.directory_import import NEW_KINDS, NothingWritten, propose_file
from pages.policies import may_import_directory
from partners.enums import OrganisationKind

SALT: Final = "pages.directory_import"
KEPT_SECONDS: Final = 3_600
SHOWN: Final = 200
"""The most lines and findings that the preview lists; it counts them all."""


class DirectoryFileForm(forms.Form):
    """The file, and what the organisations that it brings are."""

    file = forms.FileField(
        label="Fichier de l'annuaire",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"}),
        help_text="CSV, XLSX ou ODS, 1 Mo au plus : tel que l'annuaire du département ou celui de Solive le donne.",
        error_messages={"required": "Choisissez un fichier.", "missing": "Choisissez un fichier."},
    )
    kind = forms.ChoiceField(
        label="Nature des organismes nouveaux",
        choices=[(kind.value, str(kind.label).capitalize()) for kind in NEW_KINDS],
        initial=OrganisationKind.ASSOCIATION,
        help_text="Le fichier ne la dit pas : vous la corrigerez organisme par organisme.",
    )


class DirectoryImportView(View):
    """Send a file, see what it would propose, propose it. What was shown travels in the page, signed for one person and one hour."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_import_directory(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.ask(DirectoryFileForm(label_suffix=""))

    def post(self, request: HttpRequest) -> HttpResponse:
        return self.propose() if "kept" in request.POST else self.preview()

    def ask(self, form: DirectoryFileForm, **context: Any) -> HttpResponse:
        status = 400 if form.errors or context else 200
        shown = {"title": "Importer l'annuaire du département", "form": form, "columns": LAYOUT.columns, **context}
        return render(self.request, "partners/directory_import.html", shown, status=status)

    def preview(self) -> HttpResponse:
        form = DirectoryFileForm(self.request.POST, self.request.FILES, label_suffix="")
        if not form.is_valid():
            return self.ask(form)
        sent, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
        limits = Limits.from_settings()
        upload = receive(sent, sent.name, limits)
        try:
            reading = read_directory(upload.content, limits=limits)
        except FileRefused as refusal:
            return self.ask(form, refusal=refusal.finding)
        return self.show(reading, content=upload.content, kind=kind, name=upload.name)

    def show(self, reading: Reading, *, content: bytes, kind: str, name: str, told: str = "") -> HttpResponse:
        packed = b64encode(zlib.compress(content)).decode()
        kept = {"content": packed, "kind": kind, "name": name, "fingerprint": reading.fingerprint, "by": self.request.user.pk}
        context = {
            "title": "Aperçu de l'import",
            "reading": reading,
            "created": reading.created[:SHOWN],
            "changed": reading.changed[:SHOWN],
            "errors": [finding for finding in reading.findings if finding.level == Level.ROW][:SHOWN],
            "notices": [finding for finding in reading.findings if finding.level == Level.NOTICE][:SHOWN],
            "name": name,
            "kind": OrganisationKind(kind).label,
            "kept": signing.dumps(kept, salt=SALT),
            "told": told,
        }
        return render(self.request, "partners/directory_import_preview.html", context)

    def propose(self) -> HttpResponse:
        try:
            kept = signing.loads(self.request.POST["kept"], salt=SALT, max_age=KEPT_SECONDS)
            content = zlib.decompressobj().decompress(b64decode(kept["content"]), LARGEST_BYTES + 1)
        except (signing.BadSignature, binascii.Error, zlib.error):
            messages.error(self.request, "Cet aperçu a plus d'une heure : rien n'est proposé. Envoyez de nouveau le fichier.")
            return redirect("entries:import")
        if kept["by"] != self.request.user.pk:
            raise Http404
        try:
            reading = propose_file(
                content=content,
                fingerprint=kept["fingerprint"],
                kind=OrganisationKind(kept["kind"]),
                skip_errors="skip" in self.request.POST,
                limits=Limits.from_settings(),
                by=self.request.user,
            )
        except NothingWritten as nothing:
            return self.show(nothing.reading, content=content, kind=kept["kind"], name=kept["name"], told=str(nothing))
        count = len(reading.lines)
        told = f"{count} fiches sont à relire" if count > 1 else "Une fiche est à relire" if count else "Rien n'est à relire"
        messages.success(self.request, f"{told}. L'annuaire publié n'a pas changé.")
        return redirect("entries:entries")
