"""What editors send for the public site, through whichever door of the framework: known by its bytes, bounded, and cleaned of what it hides."""

import zipfile
from pathlib import PurePath
from typing import Any, Final

from django.core.exceptions import ValidationError
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from access.pictures import redrawn

LARGEST_DOCUMENT: Final = 20 * 1024 * 1024
MIMETYPES: Final = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}
PARTS: Final = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
DOCUMENT_KINDS: Final = ("pdf", *MIMETYPES, *PARTS, "csv")
"""The endings a document may have: nothing that a browser would run."""
MACROS: Final = ("vbaproject.bin", "basic/script-lc.xml", "basic/script-lb.xml")


class ImageForm(BaseImageForm):
    """An image of the site, drawn again before it is kept."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        return redrawn(file) if file and "file" in self.changed_data else file


class DocumentForm(BaseDocumentForm):
    """A document of the site, whose bytes are what its name says."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and "file" in self.changed_data:
            check_document(file)
        return file


def check_document(file: Any) -> None:
    """Raise ValidationError, in French, for a document too large, of another kind than its name says, or that holds macros."""
    if file.size > LARGEST_DOCUMENT:
        raise ValidationError(
            f"Ce document dépasse {LARGEST_DOCUMENT // 1024 // 1024} Mo : allégez-le, puis envoyez-le de nouveau.", code="too_large"
        )
    kind = PurePath(file.name).suffix.lower().removeprefix(".")
    if kind not in DOCUMENT_KINDS:
        raise ValidationError(f"Envoyez un document {', '.join(ending.upper() for ending in DOCUMENT_KINDS)}.", code="kind")
    file.seek(0)
    try:
        is_so = _is_text(file.read()) if kind == "csv" else file.read(5) == b"%PDF-" if kind == "pdf" else _is_office(file, kind)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        is_so = False
    file.seek(0)
    if not is_so:
        raise ValidationError(
            f"Ce fichier n'est pas un vrai document {kind.upper()}, ou il contient des macros : enregistrez-le de nouveau depuis votre logiciel.",
            code="content",
        )


def _is_text(content: bytes) -> bool:
    return b"\0" not in content and b"<script" not in content.lower()


def _is_office(file: Any, kind: str) -> bool:
    """Whether the archive holds what such a document holds, and no macro."""
    with zipfile.ZipFile(file) as archive:
        names = {name.lower() for name in archive.namelist()}
        if any(name.endswith(MACROS) for name in names):
            return False
        if kind in PARTS:
            return PARTS[kind] in names
        with archive.open("mimetype") as declared:
            return declared.read(200).strip() == MIMETYPES[kind]
