"""The first documents of the site, laid out as PDF files and put where the documents page announces them."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.documents import get_document_model

from access import documents
from pages.content.documents import DOCUMENTS, PublicDocument
from pages.models import DocumentsPage
from pages.typography import french

TEMPLATE = "pages/documents/public.typ"


def lay_out(document: PublicDocument) -> bytes:
    """The document as a tagged PDF, typeset in French. Raises DocumentFailed."""
    return documents.render(TEMPLATE, _typeset(asdict(document)), seconds=60)


@transaction.atomic
def fill_documents(*, on: date) -> list[str]:
    """Put the first documents behind the titles that announce them, dated ``on``; return these titles.

    A page that its editors have touched is theirs: nothing is added to it.
    """
    page = DocumentsPage.objects.live().first()
    if page is None or page.revisions.count() > 1:
        return []
    known = {french(document.title): document for document in DOCUMENTS}
    filled = []
    for block in page.documents:
        document = known.get(block.value["title"])
        if document and not block.value["file"]:
            content = ContentFile(lay_out(document), name=f"{document.file_name}.pdf")
            block.value["file"] = get_document_model().objects.create(title=document.title, file=content)
            block.value["dated"] = on
            filled.append(document.title)
    if filled:
        page.save_revision().publish()
    return filled


def _typeset(value: Any) -> Any:
    if isinstance(value, str):
        return french(value)
    if isinstance(value, dict):
        return {name: part if name == "file_name" else _typeset(part) for name, part in value.items()}
    return [_typeset(part) for part in value] if isinstance(value, list | tuple) else value
