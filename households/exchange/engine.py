"""The import of reported households: the one path that screens, commands and the worker take."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from access.exchange.course import Blocking, ConfirmRefused, Course, Outdated, PreviewOutdated, UndoPlan, UndoRefused, refuse_unless_confirmed
from access.exchange.findings import FileRefused
from access.exchange.limits import Limits
from access.exchange.progress import WRITING, Progress
from households.exchange.examination import Change, ReportExamination, ReportHeadings, examine, recognise_reports
from households.models import HouseholdImport, HouseholdImportFile, HouseholdImportWork, HouseholdReport, ReportHeading
from partners.models import Organisation

__all__ = ["ConfirmRefused", "PreviewOutdated", "UndoRefused", "check", "confirm", "undo"]

WRITTEN_AT_ONCE: Final = 1_000
WHY_NOT: Final = "modifié ou repris depuis cet envoi"
"""The same words whatever happened: a landlord is not told what became of a report."""


class ReportCourse(Course):
    """The course of a file of reported households: the kept file is read again to be confirmed.

    What the reports written were before stands beside the file and goes with it: an import can be undone as long as its file is kept.
    """

    code = "households"
    task = "households.tasks.work_on_report_file"
    imports, files, works, headings = HouseholdImport, HouseholdImportFile, HouseholdImportWork, ReportHeading
    lock_space = 7_201_948
    records = ("signalement", "signalements")

    @contextmanager
    def examine(self, entry: HouseholdImport, content: bytes, limits: Limits, progress: Progress) -> Iterator[ReportExamination]:
        on = timezone.localdate(entry.uploaded_at)
        yield examine(landlord=entry.landlord, content=content, limits=limits, on=on, progress=progress)

    def screen(self, landlord: Organisation, content: bytes, limits: Limits) -> None:
        recognise_reports(content, limits, ReportHeadings(landlord))

    def write(self, entry: HouseholdImport, kept: HouseholdImportFile, *, by: Any, skip_errors: bool, limits: Limits, progress: Progress) -> int:
        on = timezone.localdate(entry.uploaded_at)
        try:
            found = examine(landlord=entry.landlord, content=kept.content(), limits=limits, on=on, lock=True, progress=progress)
        except FileRefused as refusal:
            raise ConfirmRefused("Rien n'est enregistré : le fichier n'est plus lu. Envoyez-le de nouveau.") from refusal
        if (found.fingerprint, found.errors) != (entry.fingerprint, entry.errors):
            raise Outdated
        self.refuse_errors(found.errors, skip_errors=skip_errors)
        progress(WRITING, 0, 0)
        kept.former = _write(entry, found.changes, by)
        kept.save(update_fields=["former"])
        return len(found.changes)

    def plan(self, entry: HouseholdImport) -> UndoPlan:
        refuse_unless_confirmed(entry)
        former = _former(entry)
        reports = HouseholdReport.objects.in_bulk([line["pk"] for line in former])
        blocking = []
        for line in former:
            report = reports.get(line["pk"])
            if report is None or report.updated_at != parse_datetime(line["at"]) or _is_treated_since(report, entry):
                blocking.append(Blocking(line["reference"], WHY_NOT))
        removed = sum(1 for line in former if line["values"] is None)
        return UndoPlan(removed, len(former) - removed, tuple(blocking))

    def hold(self, entry: HouseholdImport) -> None:
        keys = [line["pk"] for line in _former(entry)]
        list(HouseholdReport.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",)).values_list("pk"))

    def take_back(self, entry: HouseholdImport) -> None:
        former = _former(entry)
        created = [line["pk"] for line in former if line["values"] is None]
        changed = {line["pk"]: line["values"] for line in former if line["values"] is not None}
        HouseholdReport.objects.filter(pk__in=created).delete()
        reports, fields = list(HouseholdReport.objects.filter(pk__in=changed)), {"updated_at"}
        for report in reports:
            report.updated_at = timezone.now()
            for name, value in changed[report.pk].items():
                setattr(report, name, _restored(name, value))
                fields.add(name.removesuffix("_id"))
        HouseholdReport.objects.bulk_update(reports, sorted(fields), batch_size=WRITTEN_AT_ONCE)

    def unknown(self, landlord: Organisation, headings: Iterable[str]) -> list[str]:
        return ReportHeadings(landlord).unknown(headings)


REPORT_COURSE = ReportCourse()
check, confirm, undo = REPORT_COURSE.check, REPORT_COURSE.confirm, REPORT_COURSE.undo


def _former(entry: HouseholdImport) -> list[dict[str, Any]]:
    """What each report written was before: its key, its reference, when the import wrote it, its values, None for one that it created."""
    lines = HouseholdImportFile.objects.filter(pk=entry.pk).values_list("former", flat=True).first()
    if lines is None or len(lines) != entry.written:
        raise UndoRefused("Cet envoi ne peut plus être annulé : son fichier, avec le détail de ce qu'il a changé, n'est plus gardé.")
    return list(lines)


def _is_treated_since(report: HouseholdReport, entry: HouseholdImport) -> bool:
    return report.decided_at is not None and entry.confirmed_at is not None and report.decided_at >= entry.confirmed_at


def _restored(name: str, value: Any) -> Any:
    """A value as it was before it was kept as JSON."""
    return parse_date(value) if value is not None and name in ("applied_on", "birth_date") else value


def _write(entry: HouseholdImport, changes: list[Change], by: Any) -> list[dict[str, Any]]:
    """Write the reports, and return what each was before."""
    now = timezone.now()
    new, old, fields, before = [], [], {"updated_at"}, []
    for change in changes:
        if change.report is None:
            facts = {"reference": change.row.reference, "reference_key": change.row.key, "household_import": entry, "imported_by": by}
            new.append(HouseholdReport(organisation=entry.landlord, imported_at=now, updated_at=now, **facts, **change.values))
            continue
        former = {name: getattr(change.report, name) for name in change.values}
        before.append({name: value.isoformat() if isinstance(value, date) else value for name, value in former.items()})
        for name, value in change.values.items():
            setattr(change.report, name, value)
        fields |= {name.removesuffix("_id") for name in change.values}
        change.report.updated_at = now
        old.append(change.report)
    HouseholdReport.objects.bulk_create(new, batch_size=WRITTEN_AT_ONCE)
    HouseholdReport.objects.bulk_update(old, sorted(fields), batch_size=WRITTEN_AT_ONCE)
    written: list[tuple[HouseholdReport, Any]] = [*((report, None) for report in new), *zip(old, before, strict=True)]
    return [{"pk": report.pk, "reference": report.reference, "at": now.isoformat(), "values": values} for report, values in written]
