"""All that is held on one person, in one piece: to read, and for a program. Built from the register of personal data.

Other members of the household appear by their place in it only; colleagues by their role. Source: RGPD, articles 15 and 20.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import models
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime

from access.actions import trace_person_export
from access.enums import EntryKind, Role
from access.journal.sealing import opened
from access.journal.tracked import tables
from access.models import JournalEntry, User
from access.processing import Declaration, declaration
from access.templatetags.french import day
from households.journal import CASE, REPORT
from households.models import (
    CaseMember,
    DistinctHouseholds,
    Household,
    HouseholdReport,
    PendingAction,
    Person,
    RetentionNotice,
    RightsRequest,
    StatementLine,
)
from households.privacy.register import FOLLOWING, IDENTITY

NOT_TOLD: Final = frozenset({CaseMember, DistinctHouseholds, PendingAction, RetentionNotice})
"""What is about the work of those who follow the case, or about other households."""
LINKS: Final = frozenset({"household", "search_key", "opening_key", "reference_key", "person", "report"})
"""What ties the rows together, or repeats them for the search."""


@dataclass(frozen=True)
class Cell:
    """One value: its label, what a program reads, what people read."""

    name: str
    label: str
    value: Any
    shown: str


@dataclass(frozen=True)
class Part:
    """The rows of one model."""

    code: str
    title: str
    purpose: str
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Portrait:
    """Everything held on one person, and who looked at it."""

    reference: str
    title: str
    made_on: date
    parts: list[Part]
    readings: list[dict[str, str]]
    changes: list[dict[str, Any]]

    def as_data(self) -> dict[str, Any]:
        """The same as what JSON can hold."""
        return {
            "reference": self.reference,
            "made_on": self.made_on.isoformat(),
            "basis": FOLLOWING.basis,
            "retention": FOLLOWING.retention,
            "data": {part.code: [{cell.name: cell.value for cell in row} for row in part.rows] for part in self.parts},
            "readings": self.readings,
            "changes": self.changes,
        }

    def as_page(self) -> str:
        """The same as a page of its own, to read or to print."""
        return render_to_string("households/privacy/portrait.html", {"portrait": self, "activity": FOLLOWING})

    def as_archive(self) -> bytes:
        """A ZIP file of both."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("donnees.html", self.as_page())
            archive.writestr("donnees.json", json.dumps(self.as_data(), ensure_ascii=False, indent=2))
        return target.getvalue()


def portrait_of_person(person: Person, *, on: date) -> Portrait:
    """What is held on a member of a household: the own identity, and what concerns the household as a whole."""
    household: Household = person.household
    reports = list(household.reports.order_by("pk"))
    parts = [_part(Person, [person]), _others(person)]
    for model, rows in _rows(household):
        if model is not Person and model not in NOT_TOLD:
            parts.append(_part(model, list(rows.order_by("pk"))))
    parts.append(_part(HouseholdReport, reports))
    parts.append(_part(StatementLine, list(StatementLine.objects.filter(household_reference=household.reference).order_by("pk"))))
    subjects = [(CASE, household.pk), *((REPORT, report.pk) for report in reports)]
    return _portrait(household.reference, [part for part in parts if part is not None and part.rows], subjects, on, only=person)


def portrait_of_report(report: HouseholdReport, *, on: date) -> Portrait:
    """What is held on a person reported, for whom no case was opened."""
    return _portrait(str(report), [part for part in [_part(HouseholdReport, [report])] if part is not None], [(REPORT, report.pk)], on)


def portrait_of(request: RightsRequest, *, on: date, by: Any) -> Portrait | None:
    """What a request of access is answered with, told in the journal as an export; None when nothing is held."""
    if request.person is not None:
        made = portrait_of_person(request.person, on=on)
        trace_person_export(kind=CASE, subject_id=request.person.household_id, reference=made.reference, rows=_count(made), by=by)
        return made
    if request.report is not None:
        made = portrait_of_report(request.report, on=on)
        trace_person_export(kind=REPORT, subject_id=request.report.pk, reference=made.reference, rows=_count(made), by=by)
        return made
    return None


def _count(made: Portrait) -> int:
    return sum(len(part.rows) for part in made.parts)


def _portrait(reference: str, parts: list[Part], subjects: list[tuple[str, int]], on: date, only: Person | None = None) -> Portrait:
    readings, changes = [], []
    for kind, pk in subjects:
        for entry in JournalEntry.objects.about(kind, pk).select_related("actor").order_by("at"):
            when, who = date_format(localtime(entry.at), "j F Y, H:i"), _role(entry.actor)
            if entry.kind == EntryKind.CHANGE:
                changes.append({"at": when, "by": who, "values": _own(opened((kind, pk), entry.sealed), only)})
            else:
                readings.append({"at": when, "by": who, "what": entry.get_kind_display()})
    return Portrait(reference, f"Données de la personne, dossier {reference}", on, parts, readings, changes)


def _own(values: Any, only: Person | None) -> dict[str, Any]:
    """The values changed, but for those of other members of the household and for colleagues' numbers."""
    if not isinstance(values, dict):
        return {}
    kept = {}
    for record, lines in values.items():
        name, _, pk = record.partition(" ")
        if name in ("casemember", "distincthouseholds") or (name == "person" and (only is None or pk != str(only.pk))):
            continue
        kept[record] = lines
    return kept


def _others(person: Person) -> Part:
    others = person.household.people.exclude(pk=person.pk).order_by("pk")
    rows = [[Cell("kinship", "place dans le ménage", other.kinship, other.get_kinship_display())] for other in others]
    return Part("other_members", "Autres membres du ménage", IDENTITY.purpose, rows)


def _rows(household: Household) -> list[tuple[Any, Any]]:
    parts = [found for found in tables().values() if found.kind == CASE]
    return [
        (found.model, found.model._base_manager.filter(**{"__".join(found.path) or "pk": household.pk}))
        for found in sorted(parts, key=lambda one: len(one.path))
    ]


def _part(model: Any, rows: list[Any]) -> Part | None:
    declared = declaration(model)
    if declared is None:
        raise LookupError(f"{model._meta.label} is not in the register of personal data.")
    purposes = dict.fromkeys(fact.group.purpose for fact in declared.fields)
    return Part(model._meta.model_name, declared.title, " ; ".join(purposes), [_cells(declared, row) for row in rows])


def _cells(declared: Declaration, row: Any) -> list[Cell]:
    cells = []
    for fact in declared.fields:
        if fact.name in LINKS and declared.model is not Household:
            continue
        if fact.name in ("search_key", "opening_key"):
            continue
        field: Any = declared.model._meta.get_field(fact.name)
        value = getattr(row, field.attname)
        if value in (None, ""):
            continue
        cells.append(Cell(fact.name, fact.label, _plain(field, row, value), _shown(field, row, value)))
    return cells


def _plain(field: Any, row: Any, value: Any) -> Any:
    if field.is_relation:
        return _related(field, row)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _shown(field: Any, row: Any, value: Any) -> str:
    if field.is_relation:
        return _related(field, row)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return date_format(localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return day(value)
    return str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)


def _related(field: Any, row: Any) -> str:
    target: models.Model = getattr(row, field.name)
    return _role(target) if isinstance(target, User) else str(target)


def _role(user: Any) -> str:
    if user is None:
        return "Solive"
    return str(Role(user.role).label) if user.role in Role.values else "une personne habilitée"
