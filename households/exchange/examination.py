"""One reading of a file of reported households beside the database: what it would write, and everything there is to say about it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from django.db.models import Field

from access.exchange.layout import recognise
from access.exchange.limits import Limits
from access.exchange.reading import open_sheets
from catalogue.enums import ChangeKind
from catalogue.models import Commune, Unit
from households.exchange.discretion import DiscreetLog
from households.exchange.layout import HOUSEHOLDS
from households.exchange.rows import ReportedRow, ReportReader
from households.exchange.sensitive import refuse_sensitive
from households.models import HouseholdImport, HouseholdImportFinding, HouseholdReport
from partners.models import Organisation

KEYS_AT_ONCE: Final = 5_000
FINDINGS_AT_ONCE: Final = 2_000
PREVIEWED: Final = 300
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


@dataclass(slots=True)
class Examination:
    """What confirming would write, and what there is to say."""

    changes: list[Change]
    unchanged: int
    absent: int
    errors: int
    rows: int
    skipped: int
    log: DiscreetLog
    fingerprint: str

    @property
    def created(self) -> int:
        return sum(1 for change in self.changes if change.report is None)

    def describe(self, entry: HouseholdImport) -> None:
        """Make the journal entry say what was found, in place of what it said before."""
        entry.layout = HOUSEHOLDS.code
        entry.rows, entry.skipped = self.rows, self.skipped
        entry.created, entry.changed = self.created, len(self.changes) - self.created
        entry.unchanged, entry.absent = self.unchanged, self.absent
        entry.errors, entry.notices = self.errors, len(self.log.noticed_rows)
        entry.finding_count, entry.fingerprint = self.log.total, self.fingerprint
        entry.save()
        entry.findings.all().delete()
        findings = (HouseholdImportFinding(household_import=entry, **finding.as_dict()) for finding in self.log.in_file_order())
        HouseholdImportFinding.objects.bulk_create(findings, batch_size=FINDINGS_AT_ONCE)

    def preview(self) -> list[dict[str, Any]]:
        """The first changes in words, for the screen."""
        names = Names(
            dict(Commune.objects.values_list("pk", "name")),
            dict(Unit.objects.filter(pk__in={change.values.get("unit_id") for change in self.changes}).values_list("pk", "reference")),
        )
        shown: list[dict[str, Any]] = []
        for kind, wanted in ((ChangeKind.CHANGED, True), (ChangeKind.CREATED, False)):
            listed = [change for change in self.changes if (change.report is not None) == wanted][:PREVIEWED]
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


def examine(*, landlord: Organisation, content: bytes, limits: Limits, on: date, lock: bool = False) -> Examination:
    """Read ``content`` as it is understood on that day and compare it with the landlord's reports, held against change if ``lock``.

    Raises FileRefused when the file cannot be read, SensitiveColumn when it holds a column that is never taken.
    """
    sheets = open_sheets(content, limits)
    found = recognise(sheets, (HOUSEHOLDS,), limits)
    refuse_sensitive(found, sheets)
    reader = ReportReader(found, limits, landlord=landlord, on=on)
    rows = reader.read()
    known = _known(landlord, {row.key for row in rows}, lock)
    changes, unchanged, valid = [], 0, [row for row in rows if row.is_valid]
    for row in valid:
        report = known.get(row.key)
        values = row.values if report is None else {name: value for name, value in row.values.items() if getattr(report, name) != value}
        if report is None or values:
            changes.append(Change(row, report, values))
        else:
            unchanged += 1
    return Examination(
        changes=changes,
        unchanged=unchanged,
        absent=HouseholdReport.objects.filter(landlord=landlord).count() - len(known),
        errors=len(rows) - len(valid),
        rows=reader.reader.rows,
        skipped=reader.reader.skipped,
        log=reader.log,
        fingerprint=_fingerprint(changes),
    )


def _known(landlord: Organisation, keys: set[str], lock: bool) -> dict[str, HouseholdReport]:
    """The landlord's reports of these references."""
    reports = HouseholdReport.objects.filter(landlord=landlord)
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
