"""Forgetting a household: what the register says is erased is erased, wherever it stands, and the statistics stay as they were.

The reference changes too, so that a paper kept outside leads nowhere. What is done is kept as numbers only, in the database and in a file
beside it: a restored backup replays it.
"""

import json
import secrets
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import ModelLogEntry, ReferenceIndex, Revision

from access.enums import EntryKind
from access.journal import sealing
from access.journal.recording import untraced
from access.journal.tracked import tables
from access.models import JournalEntry
from access.processing import declaration
from households import actions
from households.enums import AnonymisedKind, ClosingReason, Stage
from households.journal import CASE, REPORT
from households.models import (
    Anonymisation,
    DistinctHouseholds,
    Household,
    HouseholdImportFile,
    HouseholdImportFinding,
    HouseholdMerge,
    HouseholdReport,
    PendingAction,
    Person,
    StatementLine,
)
from households.models.delays import add_months

PREFIX: Final = "ANO-"
DOOR: Final = "anonymisation"


@untraced()
def anonymise_case(*, household: Household, on: date) -> Household:
    """Forget a household for good: its case, its people, its reports, the files that name it, its past in every journal. Returns what is left.

    A case still open is closed first, contact lost. Nothing of it can be undone. Doing it twice changes nothing more.
    """
    if household.stage != Stage.CLOSED:
        actions.close_case(household=household, closing_reason=ClosingReason.LOST_CONTACT, on=on, by=None)
    with transaction.atomic():
        held = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
        reports = list(held.reports.select_for_update(of=("self",)))
        _forget_files(held, reports)
        former, held.reference = held.reference, f"{PREFIX}{secrets.token_hex(4).upper()}"
        held.save(update_fields=["reference"])
        StatementLine.objects.filter(household_reference=former).update(household_reference=held.reference, note="")
        merges = HouseholdMerge.objects.filter(kept=held)
        absorbed = list(merges.values_list("absorbed_id", flat=True))
        _erase(HouseholdMerge, merges)
        DistinctHouseholds.objects.filter(Q(first=held) | Q(second=held)).delete()
        PendingAction.objects.filter(household=held).delete()
        for model, rows in _rows(held):
            _forget_logs(model, list(rows.values_list("pk", flat=True)))
            _leave_or_erase(model, rows)
        for report in reports:
            _erase_report(report)
        sealing.forget([*((CASE, pk) for pk in (held.pk, *absorbed)), *((REPORT, report.pk) for report in reports)])
        _note(CASE, held.pk, held.reference)
    held.refresh_from_db()
    return held


def anonymise_report(*, report: HouseholdReport) -> HouseholdReport:
    """Forget a reported household for whom no case was opened, and the files that name it."""
    with transaction.atomic():
        held = HouseholdReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
        _forget_files(None, [held])
        _erase_report(held)
        sealing.forget([(REPORT, held.pk)])
        _note(REPORT, held.pk, f"signalement {held.pk}")
    held.refresh_from_db()
    return held


def _rows(household: Household) -> Iterator[tuple[Any, Any]]:
    """Every followed model with the rows of the case, the deepest first and the case itself last."""
    parts = [found for found in tables().values() if found.kind == CASE]
    for found in sorted(parts, key=lambda one: -len(one.path)):
        if found.model is not DistinctHouseholds:
            path = "__".join(found.path) or "pk"
            yield found.model, found.model._base_manager.filter(**{path: household.pk})


def _leave_or_erase(model: type[models.Model], rows: Any) -> None:
    declared = declaration(model)
    if declared is None:
        raise LookupError(f"{model._meta.label} is not in the register of personal data.")
    if declared.deleted:
        rows.delete()
    else:
        _erase(model, rows)


def _erase(model: type[models.Model], rows: Any) -> None:
    declared: Any = declaration(model)
    fields: list[Any] = [model._meta.get_field(name) for name in declared.erased()]
    emptied = {field.attname: _nothing(field) for field in fields if not field.generated and field.name != "reference"}
    if emptied:
        rows.update(**emptied)


def _nothing(field: Any) -> Any:
    """What a field holds when it holds nothing. Raises LookupError for one that always holds something."""
    if field.null:
        return None
    if isinstance(field, models.CharField | models.TextField):
        return ""
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.JSONField):
        return {}
    raise LookupError(f"{field} always holds something: keep it, or delete its rows.")


def _erase_report(report: HouseholdReport) -> None:
    rows = HouseholdReport.objects.filter(pk=report.pk)
    _erase(HouseholdReport, rows)
    rows.update(reference="")
    _forget_logs(HouseholdReport, [report.pk])


def _forget_files(household: Household | None, reports: Iterable[HouseholdReport]) -> None:
    """Delete the stored files that name the people: those of whoever reported them, and any other in which a name or a number is found."""
    people = list(Person.objects.filter(household=household).values_list("last_name", flat=True)) if household else []
    numbers = [household.application_number] if household else []
    for report in reports:
        people.append(report.last_name)
        numbers.append(report.application_number)
    landlords = {report.organisation_id for report in reports}
    references = {report.reference for report in reports if report.reference}
    words = {word.casefold() for word in (*people, *numbers) if word}
    found = [
        kept.pk
        for kept in HouseholdImportFile.objects.select_related("household_import").iterator(chunk_size=20)
        if kept.household_import.landlord_id in landlords or _names(kept, words)
    ]
    HouseholdImportFile.objects.filter(pk__in=found).delete()
    about = Q(household_import__landlord__in=landlords, reference__in=references)
    for word in (*people, *numbers):
        if word:
            about |= Q(value__icontains=word) | Q(message__icontains=word) | Q(hint__icontains=word)
    HouseholdImportFinding.objects.filter(about).delete()


def _names(kept: HouseholdImportFile, words: set[str]) -> bool:
    text = json.dumps([kept.preview, kept.former], ensure_ascii=False) + kept.content().decode(errors="replace")
    folded = text.casefold()
    return any(word in folded for word in words)


def _forget_logs(model: type[models.Model], pks: list[Any]) -> None:
    """Delete what the framework keeps about these rows: its log, its revisions, its index of references."""
    if not pks:
        return
    ids, kind = [str(pk) for pk in pks], ContentType.objects.get_for_model(model)
    ModelLogEntry.objects.filter(content_type=kind, object_id__in=ids).delete()
    Revision.objects.filter(content_type=kind, object_id__in=ids).delete()
    ReferenceIndex.objects.filter(base_content_type=kind, object_id__in=ids).delete()


def _note(kind: str, pk: int, reference: str) -> None:
    """Write in the register and in the journal that it is done; in the file once the transaction holds."""
    _, created = Anonymisation.objects.get_or_create(kind=kind, subject_id=pk)
    JournalEntry.objects.create(kind=EntryKind.CHANGE, subject_kind=kind, subject_id=pk, reference=reference, door=DOOR)
    if created:
        transaction.on_commit(lambda: _write_line(kind, pk))


def _write_line(kind: str, pk: int) -> None:
    register = Path(settings.ANONYMISED_REGISTER)
    register.parent.mkdir(parents=True, exist_ok=True)
    with register.open("a", encoding="utf-8") as lines:
        lines.write(f"{kind};{pk};{timezone.localdate().isoformat()}\n")


def to_replay(register: Path) -> list[tuple[str, int]]:
    """What the file beside the database tells was anonymised and the database, restored from before, still holds: kinds and numbers.

    A number that has been given since to another case is left alone: nothing was anonymised before its time of keeping was over.
    Raises ValueError, in French, for a file that is no such register.
    """
    done = set(Anonymisation.objects.values_list("kind", "subject_id"))
    found = []
    for number, line in enumerate(register.read_text(encoding="utf-8").splitlines(), start=1):
        kind, _, rest = line.partition(";")
        pk, _, day = rest.partition(";")
        if kind not in AnonymisedKind or not pk.isdecimal():
            raise ValueError(f"Ligne {number} : ce n'est pas un registre des anonymisations.")
        if (kind, int(pk)) not in done and _is_old_enough(kind, int(pk), date.fromisoformat(day)):
            found.append((kind, int(pk)))
    return found


def _is_old_enough(kind: str, pk: int, done_on: date) -> bool:
    limit = add_months(done_on, -settings.RETENTION_MONTHS)
    if kind == CASE:
        return Household.objects.filter(pk=pk, opened_on__lte=limit).exists()
    return HouseholdReport.objects.filter(pk=pk, imported_at__date__lte=limit).exists()


def replay(done: Iterable[tuple[str, int]], *, on: date) -> int:
    """Anonymise again what a restored backup brought back; return how many."""
    count = 0
    for kind, pk in done:
        if kind == CASE:
            anonymise_case(household=Household.objects.get(pk=pk), on=on)
        else:
            anonymise_report(report=HouseholdReport.objects.get(pk=pk))
        count += 1
    return count
