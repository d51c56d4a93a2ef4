"""The import of a stock file: the one path that screens and commands take.

``check`` reads a file, compares it with the database and keeps what it found in the journal; it changes no home. ``confirm`` compares the
rows again with the homes as they are by then, makes sure it would write what was shown, and writes it whole or not at all; else it reads the
kept file anew and shows another preview.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg import Cursor

from access.actions import trace
from access.exchange.findings import FileRefused, clip
from access.exchange.limits import Limits
from catalogue.enums import WRITTEN, ImportStatus
from catalogue.exchange.examination import Examination, examine, keep_findings, stage_again
from catalogue.exchange.headings import LandlordHeadings
from catalogue.models import ImportedFile, UnitImport
from partners.models import Organisation

BLOCK: Final = 1 << 20
LOCK_SPACE: Final = 7_201_947
"""The first number of the advisory lock of a landlord's imports; the second is the landlord's id."""


class BinaryReader(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A file received. ``content`` stops just beyond the size limit, so that a huge file is told without being held."""

    name: str
    content: bytes
    size: int
    sha256: str


class ConfirmRefused(Exception):
    """Nothing was written; the message says why and what to do, in French."""


class PreviewOutdated(ConfirmRefused):
    """The data changed since the preview; the import now carries a new one."""


def receive(handle: BinaryReader, name: str, limits: Limits) -> Upload:
    """Read a file handle to its end, holding no more of it than the limit allows."""
    digest, kept, size = hashlib.sha256(), bytearray(), 0
    while block := handle.read(BLOCK):
        digest.update(block)
        size += len(block)
        if len(kept) <= limits.size:
            kept += block[: limits.size + 1 - len(kept)]
    short_name = name.replace("\\", "/").rpartition("/")[2]
    return Upload(clip(short_name, 255) or "sans nom", bytes(kept), size, digest.hexdigest())


def check(*, landlord: Organisation, upload: Upload, by: Any, limits: Limits | None = None) -> UnitImport:
    """Read a file for ``landlord`` and return its journal entry: a preview to confirm, or a refusal with its one finding.

    ``by`` is the account that sends it, None for a scheduled exchange. No home is written.
    """
    limits = limits or Limits.from_settings()
    journal = {
        "landlord": landlord,
        "uploaded_by": by,
        "file_name": upload.name,
        "file_size": upload.size,
        "sha256": upload.sha256,
    }
    try:
        with transaction.atomic():
            unit_import = UnitImport.objects.create(**journal)
            with examine(unit_import, upload.content, limits) as examination:
                examination.keep()
                _keep_file(unit_import, upload.content, examination)
    except FileRefused as refusal:
        with transaction.atomic():
            unknown = LandlordHeadings(landlord).unknown(iter(refusal.unknown_headings))
            unit_import = UnitImport.objects.create(**journal, status=ImportStatus.REFUSED, finding_count=1, unknown_headings=unknown)
            keep_findings(unit_import, [refusal.finding])
    return unit_import


def confirm(*, unit_import: UnitImport, by: Any, skip_errors: bool = False, limits: Limits | None = None) -> UnitImport:
    """Write what the preview of ``unit_import`` shows, whole or not at all, and return the journal entry.

    Confirming again, or at the same time, writes nothing more. Raises PreviewOutdated when the data changed since the preview (the entry then
    carries a new preview), ConfirmRefused when there is nothing to write, when rows are in error and ``skip_errors`` is not set, when the file
    was refused or is no longer kept.
    """
    limits = limits or Limits.from_settings()
    try:
        with transaction.atomic():
            return _confirm(unit_import.pk, by, skip_errors)
    except _Outdated:
        try:
            with transaction.atomic():
                refresh(unit_import.pk, limits)
        except FileRefused as refusal:
            raise ConfirmRefused(
                f"Rien n'est enregistré : des logements ont changé depuis l'aperçu, et le fichier n'est plus lu. {refusal}"
            ) from refusal
    raise PreviewOutdated("Rien n'est enregistré : des logements ont changé depuis l'aperçu. Voici le nouvel aperçu : relisez-le, puis enregistrez.")


class _Outdated(Exception):
    """What would be written is not, or no longer, what the preview shows."""


def _confirm(import_id: int, by: Any, skip_errors: bool) -> UnitImport:
    """The confirmed entry."""
    unit_import = lock(import_id)
    if unit_import.status in WRITTEN:
        return unit_import
    with stage_again(unit_import, _kept_file(unit_import)) as (staging, counts):
        if (counts.fingerprint, counts.errors) != (unit_import.fingerprint, unit_import.errors):
            raise _Outdated
        if counts.errors and not skip_errors:
            raise ConfirmRefused(
                f"Rien n'est enregistré : {_rows_in_error(counts.errors)}. Corrigez le fichier et renvoyez-le, ou choisissez de laisser ces lignes de côté."
            )
        if staging.write(unit_import.pk) != (counts.created, counts.changed):
            raise _Outdated
    unit_import.status = ImportStatus.CONFIRMED
    unit_import.confirmed_by = by
    unit_import.confirmed_at = timezone.now()
    unit_import.skipped_errors = bool(counts.errors)
    unit_import.written = counts.created + counts.changed
    unit_import.save()
    trace(instance=unit_import, action="wagtail.edit", by=by, written=unit_import.written)
    return unit_import


def _keep_file(unit_import: UnitImport, content: bytes, examination: Examination) -> None:
    """Keep the file with its journal. Its bytes travel as they are, on a cursor that binds on the server: written in a statement, they weigh thrice."""
    kept_until = timezone.now() + timedelta(days=settings.EXCHANGE_FILE_KEPT_DAYS)
    ImportedFile.objects.create(unit_import=unit_import, packed=b"", staged_fields=examination.staged_fields, kept_until=kept_until)
    with Cursor(connection.connection) as cursor:
        cursor.execute(
            "UPDATE catalogue_importedfile SET packed = %b, packed_rows = %b WHERE unit_import_id = %s",
            [ImportedFile.pack(content), examination.packer.packed(), unit_import.pk],
        )


def refresh(import_id: int, limits: Limits) -> None:
    """Give the entry a preview made anew from the kept file. Must run inside a transaction. Raises FileRefused when the file is no longer read."""
    unit_import = lock(import_id)
    if unit_import.status == ImportStatus.CHECKED:
        kept = _kept_file(unit_import)
        with examine(unit_import, kept.content(), limits) as examination:
            examination.keep()
            kept.packed_rows, kept.staged_fields = examination.packer.packed(), examination.staged_fields
            kept.save(update_fields=["packed_rows", "staged_fields"])


def lock(import_id: int) -> UnitImport:
    """The entry, held until the end of the transaction together with every other import of its landlord."""
    landlord_id = UnitImport.objects.values_list("landlord_id", flat=True).get(pk=import_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, landlord_id % 2**31])
    unit_import: UnitImport = UnitImport.objects.select_for_update(of=("self",)).select_related("landlord").get(pk=import_id)
    return unit_import


def _kept_file(unit_import: UnitImport) -> ImportedFile:
    if unit_import.status == ImportStatus.REFUSED:
        raise ConfirmRefused("Rien n'est enregistré : ce fichier est refusé. Corrigez-le, puis envoyez-le de nouveau.")
    kept: ImportedFile | None = ImportedFile.objects.filter(pk=unit_import.pk).first()
    if kept is None:
        raise ConfirmRefused("Rien n'est enregistré : le fichier n'est plus gardé. Envoyez-le de nouveau.")
    return kept


def _rows_in_error(count: int) -> str:
    return "une ligne est en erreur" if count == 1 else f"{count} lignes sont en erreur"
