"""Writes that are the same in every room."""

from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from wagtail.log_actions import log

from access.enums import EntryKind, ExportOutcome
from access.journal.recording import record_change, tracing
from access.models import Export, JournalEntry


@transaction.atomic
@tracing()
def save_record(*, instance: models.Model, by: Any) -> models.Model:
    """Check ``instance`` whole, save it, and trace who did it.

    Raises ValidationError, in French, when the record breaks a rule or a constraint; nothing is written then.
    """
    created = instance._state.adding
    instance.full_clean()
    instance.save()
    trace(instance=instance, action="wagtail.create" if created else "wagtail.edit", by=by)
    return instance


def trace(*, instance: models.Model, action: str, by: Any, **data: Any) -> None:
    """Write one line in the journal of changes. ``data`` holds codes and numbers, never a person's name."""
    log(instance=instance, action=action, user=by, data=data or None, content_changed=True)
    record_change(instance=instance, by=by)


@dataclass(frozen=True)
class Narrowing:
    """How the rows of an export had been chosen: ``data`` for programs, ``words`` as the person saw it on the screen."""

    data: dict[str, Any]
    words: str


def record_export(
    *, by: Any, subject: str, label: str, narrowing: Narrowing, file_format: str, outcome: ExportOutcome, rows: int, size: int
) -> Export:
    """Write one line in the journal of exports. ``by`` is None for a scheduled exchange; ``size`` is in bytes."""
    told = Export.objects.create(
        exported_by=by,
        subject=subject,
        subject_label=label,
        narrowing=narrowing.data,
        narrowing_words=narrowing.words,
        file_format=file_format,
        outcome=outcome,
        rows=rows,
        size=size,
    )
    JournalEntry.objects.create(
        actor=by,
        kind=EntryKind.EXPORT,
        subject_kind="export",
        subject_id=told.pk,
        reference=label,
        door=subject,
        touched=[{"format": str(file_format), "rows": rows, "size": size, "outcome": str(outcome)}],
    )
    return told


def trace_person_export(*, kind: str, subject_id: int, reference: str, rows: int, by: Any) -> None:
    """Write in the journal that all the data on a person left as a file. ``rows`` counts the records in it."""
    told = [{"format": "zip", "rows": rows}]
    JournalEntry.objects.create(
        actor=by, kind=EntryKind.EXPORT, subject_kind=kind, subject_id=subject_id, reference=reference, door="person", touched=told
    )
