"""One reading of a file of reported households beside the database: what it would write, and everything there is to say about it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from django.db.models import Field

from access.exchange.course import Examination
from access.exchange.headings import OwnHeadings
from access.exchange.layout import Recognised, recognise
from access.exchange.limits import Limits
from access.exchange.progress import COMPARING, Progress, silent
from access.exchange.reading import open_sheets
from catalogue.enums import ChangeKind
from catalogue.models import Commune, Unit
from households.exchange.layout import HOUSEHOLDS
from households.exchange.rows import ReportedRow, ReportReader
from households.exchange.sensitive import refuse_sensitive
from households.models import HouseholdImport, HouseholdImportFile, HouseholdReport, ReportHeading
from partners.models import Organisation

KEYS_AT_ONCE: Final = 5_000
PREVIEWED: Final = 2_000
NOTHING: Final = "vide"


class Names(NamedTuple):
    """What communes and units are called, by their keys."""

    communes: dict[str, str]
    units: dict[int, str]


class Change(NamedTuple):
    """A row that can be taken and differs: the report to change, None for a new one, and the values to write."""

    row: ReportedRow
    report: HouseholdReport | None
    values: Mapping[str, Any]


@dataclass(kw_only=True)
class ReportExamination(Examination):
    """``changes`` is what confirming would write."""

    changes: list[Change]

    def keep(self, entry: HouseholdImport, kept: HouseholdImportFile) -> None:
        kept.preview = preview(self.changes)
        kept.save(update_fields=["preview"])


def preview(changes: list[Change]) -> list[dict[str, Any]]:
    """The first changes of each kind in words, for the screen."""
    names = Names(
        dict(Commune.objects.values_list("pk", "name")),
        dict(Unit.objects.filter(pk__in={change.values.get("unit_id") for change in changes}).values_list("pk", "reference")),
    )
    shown: list[dict[str, Any]] = []
    for kind, wanted in ((ChangeKind.CHANGED, True), (ChangeKind.CREATED, False)):
        listed = [change for change in changes if (change.report is not None) == wanted][:PREVIEWED]
        shown += [
            {
                "kind": kind.value,
                "row": change.row.number,
                "reference": change.row.reference,
                "fields": list(_fields_in_words(change, names)) if wanted else [],
            }
            for change in listed
        ]
    return shown


def examine(
    *, landlord: Organisation, content: bytes, limits: Limits, on: date, lock: bool = False, progress: Progress = silent
) -> ReportExamination:
    """Read ``content`` as it is understood on that day and compare it with the landlord's reports, held against change if ``lock``.

    Raises FileRefused when the file cannot be read, or holds a column that is never taken.
    """
    own = ReportHeadings(landlord)
    found = recognise_reports(content, limits, own)
    reader = ReportReader(found, limits, landlord=landlord, on=on, progress=progress)
    rows = reader.read(own.findings(found))
    progress(COMPARING, 0, 0)
    known = _known(landlord, {row.key for row in rows}, lock)
    changes, unchanged, valid = [], 0, [row for row in rows if row.is_valid]
    for row in valid:
        report = known.get(row.key)
        values = row.values if report is None else {name: value for name, value in row.values.items() if getattr(report, name) != value}
        if report is None or values:
            changes.append(Change(row, report, values))
        else:
            unchanged += 1
    created = sum(1 for change in changes if change.report is None)
    return ReportExamination(
        layout=HOUSEHOLDS.code,
        rows=reader.reader.rows,
        skipped=reader.reader.skipped,
        created=created,
        changed=len(changes) - created,
        unchanged=unchanged,
        absent=HouseholdReport.objects.filter(organisation=landlord).count() - len(known),
        errors=len(rows) - len(valid),
        fingerprint=_fingerprint(changes),
        log=reader.log,
        unknown_headings=own.unknown_in(found),
        changes=changes,
    )


def recognise_reports(content: bytes, limits: Limits, own: "ReportHeadings") -> Recognised:
    """Where the columns of a file of reports stand. Raises FileRefused when it cannot be read, or holds a column that is never taken."""
    sheets = open_sheets(content, limits)
    found = recognise(sheets, (HOUSEHOLDS.knowing(own.columns, own.ignored),), limits)
    refuse_sensitive(found, sheets)
    return found


class ReportHeadings(OwnHeadings):
    """What the headings of a landlord's files of reports mean."""

    def __init__(self, landlord: Organisation) -> None:
        super().__init__(ReportHeading, landlord, HOUSEHOLDS.columns)


def _known(landlord: Organisation, keys: set[str], lock: bool) -> dict[str, HouseholdReport]:
    """The landlord's reports of these references."""
    reports = HouseholdReport.objects.filter(organisation=landlord)
    if lock:
        reports = reports.select_for_update(of=("self",)).order_by("pk")
    listed = sorted(keys)
    found: dict[str, HouseholdReport] = {}
    for start in range(0, len(listed), KEYS_AT_ONCE):
        some = reports.filter(reference_key__in=listed[start : start + KEYS_AT_ONCE]).select_related("commune", "unit")
        found |= {report.reference_key: report for report in some}
    return found


def _fingerprint(changes: list[Change]) -> str:
    digest = hashlib.sha256()
    for change in changes:
        facts = [change.row.key, change.report and change.report.pk, sorted((name, str(value)) for name, value in change.values.items())]
        digest.update(json.dumps(facts).encode())
    return digest.hexdigest()


def _fields_in_words(change: Change, names: Names) -> Iterator[dict[str, str]]:
    for name, value in change.values.items():
        field = HouseholdReport._meta.get_field(name.removesuffix("_id"))
        label = str(getattr(field, "verbose_name", name))
        old = getattr(change.report, name)
        if change.report is not None and name == "unit_id" and change.report.unit is not None:
            names.units[old] = change.report.unit.reference
        yield {"label": label, "before": _in_words(field, old, names), "after": _in_words(field, value, names)}


def _in_words(field: Any, value: Any, names: Names) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if field.name == "commune":
        return f"{names.communes.get(value, value)} ({value})"
    if field.name == "unit":
        return names.units.get(value, str(value))
    if isinstance(field, Field) and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)
