"""The import of reported households: the one path that screens and commands take.

``check`` reads a file, compares it with the landlord's reports and keeps what it found in the journal; it writes no report. ``confirm`` reads
the kept file again, makes sure that it would write what was shown, and writes it whole or not at all.
"""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from access.actions import trace
from access.exchange.findings import FileRefused, Level, clip, quote
from access.exchange.layout import column_letters
from access.exchange.limits import Limits
from catalogue.exchange.engine import ConfirmRefused, PreviewOutdated, Upload
from catalogue.exchange.report import counted
from households.enums import ReportFileStatus
from households.exchange.examination import Change, examine
from households.exchange.sensitive import SensitiveColumn
from households.models import HouseholdImport, HouseholdImportFile, HouseholdImportFinding, HouseholdReport
from partners.models import Organisation

LOCK_SPACE: Final = 7_201_948
"""The first number of the advisory lock of a landlord's imports of reports; the second is the landlord's id."""

SENSITIVE_COLUMN: Final = "sensitive_column"
WRITTEN_AT_ONCE: Final = 1_000


def check(*, landlord: Organisation, upload: Upload, by: Any, limits: Limits | None = None) -> HouseholdImport:
    """Read a file for ``landlord`` and return its journal entry: a preview to confirm, or a refusal with its one finding.

    ``by`` is the account that sends it, None for a scheduled exchange. No report is written, and a refused file is not kept.
    """
    limits = limits or Limits.from_settings()
    entry = HouseholdImport(
        landlord=landlord, uploaded_by=by, file_name=upload.name, file_size=upload.size, sha256=upload.sha256, uploaded_at=timezone.now()
    )
    try:
        with transaction.atomic():
            examination = examine(landlord=landlord, content=upload.content, limits=limits, on=timezone.localdate(entry.uploaded_at))
            examination.describe(entry)
            HouseholdImportFile.objects.create(
                household_import=entry,
                packed=HouseholdImportFile.pack(upload.content),
                preview=examination.preview(),
                kept_until=timezone.now() + timedelta(days=settings.EXCHANGE_FILE_KEPT_DAYS),
            )
        return entry
    except SensitiveColumn as refusal:
        found = _about(refusal)
    except FileRefused as refusal:
        found = refusal.finding.as_dict()
    with transaction.atomic():
        entry.status, entry.finding_count = ReportFileStatus.REFUSED, 1
        entry.save()
        HouseholdImportFinding.objects.create(household_import=entry, **found)
    return entry


def confirm(*, household_import: HouseholdImport, by: Any, skip_errors: bool = False, limits: Limits | None = None) -> HouseholdImport:
    """Write what the preview shows, whole or not at all, and return the journal entry.

    Confirming again, or at the same time, writes nothing more. Raises PreviewOutdated when the data changed since the preview (the entry then
    carries a new preview), ConfirmRefused when rows are in error and ``skip_errors`` is not set, when the file was refused or is no longer kept.
    """
    limits = limits or Limits.from_settings()
    with transaction.atomic():
        entry = _lock(household_import.pk)
        if entry.status == ReportFileStatus.CONFIRMED:
            return entry
        kept = _kept_file(entry)
        try:
            on = timezone.localdate(entry.uploaded_at)
            examination = examine(landlord=entry.landlord, content=kept.content(), limits=limits, on=on, lock=True)
        except (FileRefused, SensitiveColumn) as refusal:
            raise ConfirmRefused("Rien n'est enregistré : le fichier n'est plus lu. Envoyez-le de nouveau.") from refusal
        is_as_shown = (examination.fingerprint, examination.errors) == (entry.fingerprint, entry.errors)
        if is_as_shown:
            if entry.errors and not skip_errors:
                rows = counted(entry.errors, "ligne est", "lignes sont")
                raise ConfirmRefused(
                    f"Rien n'est enregistré : {rows} en erreur. Corrigez le fichier et renvoyez-le, ou choisissez de laisser ces lignes de côté."
                )
            _write(entry, examination.changes, by)
        else:
            examination.describe(entry)
            kept.preview = examination.preview()
            kept.save(update_fields=["preview"])
    if not is_as_shown:
        raise PreviewOutdated(
            "Rien n'est enregistré : des données ont changé depuis l'aperçu. Voici le nouvel aperçu : relisez-le, puis enregistrez."
        )
    return entry


def _about(refusal: SensitiveColumn) -> dict[str, Any]:
    """The one finding of a file that holds a sensitive column: its heading, and nothing of what stands below."""
    heading = clip(refusal.heading)
    return {
        "level": Level.FILE,
        "code": SENSITIVE_COLUMN,
        "message": f"La colonne {quote(heading)} porte sur une donnée sensible : le fichier est refusé et n'est pas conservé.",
        "hint": "Retirez cette colonne, puis envoyez de nouveau le fichier. La santé, les addictions, la justice, les violences, les croyances, "
        "les origines et le numéro de sécurité sociale ne s'échangent jamais par fichier.",
        "row": refusal.row,
        "column": heading,
        "cell": f"{column_letters(refusal.position)}{refusal.row}",
        "value": heading,
    }


def _write(entry: HouseholdImport, changes: list[Change], by: Any) -> None:
    """Write the reports and close the entry."""
    now = timezone.now()
    new, old, fields = [], [], {"updated_at"}
    for change in changes:
        if change.report is None:
            new.append(
                HouseholdReport(
                    landlord=entry.landlord,
                    reference=change.row.reference,
                    reference_key=change.row.key,
                    household_import=entry,
                    imported_by=by,
                    imported_at=now,
                    updated_at=now,
                    **change.values,
                )
            )
        else:
            for name, value in change.values.items():
                setattr(change.report, name, value)
            fields |= {name.removesuffix("_id") for name in change.values}
            change.report.updated_at = now
            old.append(change.report)
    HouseholdReport.objects.bulk_create(new, batch_size=WRITTEN_AT_ONCE)
    HouseholdReport.objects.bulk_update(old, sorted(fields), batch_size=WRITTEN_AT_ONCE)
    entry.status = ReportFileStatus.CONFIRMED
    entry.confirmed_by, entry.confirmed_at = by, now
    entry.skipped_errors = bool(entry.errors)
    entry.written = len(changes)
    entry.save()
    trace(instance=entry, action="wagtail.edit", by=by, written=entry.written)


def _lock(import_id: int) -> HouseholdImport:
    """The entry, held until the end of the transaction together with every other import of reports of its landlord."""
    landlord_id = HouseholdImport.objects.values_list("landlord_id", flat=True).get(pk=import_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, landlord_id % 2**31])
    entry: HouseholdImport = HouseholdImport.objects.select_for_update(of=("self",)).select_related("landlord").get(pk=import_id)
    return entry


def _kept_file(entry: HouseholdImport) -> HouseholdImportFile:
    if entry.status == ReportFileStatus.REFUSED:
        raise ConfirmRefused("Rien n'est enregistré : ce fichier est refusé. Corrigez-le, puis envoyez-le de nouveau.")
    kept: HouseholdImportFile | None = HouseholdImportFile.objects.filter(pk=entry.pk).first()
    if kept is None:
        raise ConfirmRefused("Rien n'est enregistré : le fichier n'est plus gardé. Envoyez-le de nouveau.")
    return kept
