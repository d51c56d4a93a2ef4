"""The papers of a convention: its text as a PDF, and the signed documents, for its parties alone."""

from pathlib import PurePath

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from access.documents import DocumentFailed
from access.enums import Role
from access.exchange.downloads import PRIVATE
from access.forms import written
from catalogue import actions
from catalogue.backoffice.convention_views import convention_or_404, convention_url, form_page
from catalogue.convention_paper import body_of, pdf
from catalogue.enums import EVER_SIGNED
from catalogue.forms import DocumentForm
from catalogue.models import Convention, ConventionDocument

READERS = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER})


def readable_or_404(request: HttpRequest, pk: int) -> Convention:
    """The convention, for whoever is a party to it and for staff."""
    convention: Convention | None = None
    if getattr(request.user, "role", None) in READERS:
        convention = Convention.objects.visible_to(request.user).select_related("partner", "territory").filter(pk=pk).first()
    if convention is None:
        raise Http404
    return convention


def document_or_404(convention: Convention, pk: int) -> ConventionDocument:
    found: ConventionDocument | None = convention.documents.filter(pk=pk, withdrawn_at=None).select_related("convention", "amendment").first()
    if found is None:
        raise Http404
    return found


def _pdf(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type="application/pdf", headers={**PRIVATE, "Content-Disposition": str(disposition)})


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of the convention and its amendments, as a PDF."""
    convention = readable_or_404(request, pk)
    if not body_of(convention):
        messages.error(request, "Cette convention n'a pas encore de texte : le GIE l'écrit sous « Textes de convention ».")
        return redirect(convention_url(convention))
    try:
        content = pdf(convention)
    except DocumentFailed:
        messages.error(request, "Le PDF n'a pas pu être préparé ; réessayez dans un moment.")
        return redirect(convention_url(convention))
    return _pdf(content, f"convention-{convention.number}.pdf")


def document(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """A signed document, always as a download."""
    found = document_or_404(readable_or_404(request, pk), document_pk)
    return _pdf(bytes(found.content), f"{PurePath(found.name).stem or 'document'}.pdf")


def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Join a signed document."""
    convention = convention_or_404(request, pk)
    if convention.status not in EVER_SIGNED:
        messages.error(request, f"Cette convention est {convention.get_status_display()} : notez d'abord sa signature.")
        return redirect(convention_url(convention))
    form = DocumentForm(request.POST or None, request.FILES or None, convention=convention)
    if request.method == "POST" and form.is_valid():
        upload, amendment = form.cleaned_data["content"], form.cleaned_data["amendment"]
        if written(
            form,
            lambda: actions.attach_document(convention=convention, name=upload.name, content=upload.read(), amendment=amendment, by=request.user),
        ):
            messages.success(request, "Le document signé est joint à la convention.")
            return redirect(convention_url(convention))
    return form_page(request, convention, form, "Joindre le document signé", "Il reste privé : le GIE et les parties le lisent, personne d'autre.")


@require_POST
def withdraw(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """Take back a document joined by mistake."""
    convention = convention_or_404(request, pk)
    actions.withdraw_document(document=document_or_404(convention, document_pk), by=request.user)
    messages.success(request, "Le document est retiré ; vous pouvez joindre le bon.")
    return redirect(convention_url(convention))
