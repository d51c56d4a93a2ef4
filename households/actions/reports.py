"""What an officer makes of a reported household: attach it to a case, open one, or set it aside. Each is done once."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from access.actions import trace
from catalogue.models import Commune
from households.actions.cases import open_household
from households.application_numbers import hold_register, refuse_known_number
from households.enums import DismissalReason, Kinship, ReportStatus, Stage
from households.likeness import bears_the_name
from households.models import Household, HouseholdReport, Person
from households.writing import case_write, lock

HOUSEHOLD_BLANKS: Final = (("application_number", "application_number"), ("seniority_on", "applied_on"))
PERSON_BLANKS: Final = (("birth_date", "birth_date"), ("phone", "phone"))
NEW_PERSON: Final = "person"


class Filling(NamedTuple):
    """One blank of a case that a report can fill: its stable name, its label, the record and field, and the value."""

    name: str
    label: str
    record: models.Model
    field: str
    value: Any

    @property
    def shown(self) -> str:
        """The value in words."""
        return f"{self.value:%d/%m/%Y}" if isinstance(self.value, date) else str(self.value)


def fillings(*, report: HouseholdReport, household: Household) -> list[Filling]:
    """The blanks of the case that the report can fill; none on a closed case. A field that holds something is never among them.

    The member filled is the one who bears the name reported; a case without any member takes the person reported as its holder.
    """
    if household.stage == Stage.CLOSED:
        return []
    found = _blanks(household, report, HOUSEHOLD_BLANKS, "household")
    people = list(household.people.all())
    person = next((member for member in people if bears_the_name(member, report)), None)
    if person is not None:
        found += _blanks(person, report, PERSON_BLANKS, "person")
    elif not people:
        found.append(Filling(NEW_PERSON, "titulaire", _holder(report, household), "", report.full_name))
    return found


def _blanks(record: models.Model, report: HouseholdReport, pairs: tuple[tuple[str, str], ...], prefix: str) -> list[Filling]:
    return [
        Filling(f"{prefix}.{name}", str(getattr(record._meta.get_field(name), "verbose_name", name)), record, name, getattr(report, source))
        for name, source in pairs
        if not getattr(record, name) and getattr(report, source)
    ]


@case_write()
def attach_report(
    *, report: HouseholdReport, household: Household, fill: Collection[str], by: Any, seen_at: datetime | None = None
) -> HouseholdReport:
    """Link a report to a case that ``by`` sees, and fill those of its blanks that ``fill`` names; nothing else of the case changes.

    ``seen_at`` is the report's ``updated_at`` when it was shown. Raises ValidationError when the report is no longer « reçu » or has changed
    since, when the case is out of sight, or when a value breaks a rule of the case.
    """
    held = _lock_waiting(report, seen_at)
    if not Household.objects.visible_to(by).filter(pk=household.pk).exists():
        raise ValidationError("Ce dossier n'existe pas.", code="unknown_household")
    case = lock(household)
    chosen = [filling for filling in fillings(report=held, household=case) if filling.name in fill]
    for filling in chosen:
        if filling.field:
            setattr(filling.record, filling.field, filling.value)
    if any(filling.record is case and filling.field == "application_number" for filling in chosen):
        hold_register()
        refuse_known_number(household=case, by=by)
    for record in {id(filling.record): filling.record for filling in chosen}.values():
        record.full_clean()
        record.save()
    _decide(held, ReportStatus.ATTACHED, by, household=case)
    trace(instance=case, action="wagtail.edit", by=by, report=held.pk, filled=[filling.name for filling in chosen])
    return held


@case_write()
def open_case_from_report(*, report: HouseholdReport, commune: Commune, by: Any, seen_at: datetime | None = None) -> Household:
    """Open the case of a reported household, with the person reported as its holder and ``by`` as its officer, and return it.

    ``seen_at`` is the report's ``updated_at`` when it was shown. Raises ValidationError when the report is no longer « reçu » or has changed
    since, or when a field breaks a rule (another case bears the application number).
    """
    held = _lock_waiting(report, seen_at)
    household = open_household(
        household=Household(
            entry_door=held.entry_door,
            application_number=held.application_number,
            seniority_on=held.applied_on,
            is_dalo=held.is_dalo,
            has_collective_agreement=held.has_collective_agreement,
            is_pdalpd=held.is_pdalpd,
            commune=commune,
            size=held.size or 1,
            reported_by=held.organisation,
            reported_on=timezone.localdate(held.imported_at),
            report_reason=held.reason,
            officer=by,
        ),
        by=by,
    )
    holder = _holder(held, household)
    holder.full_clean()
    holder.save()
    _decide(held, ReportStatus.OPENED, by, household=household)
    return household


@case_write()
def dismiss_report(*, report: HouseholdReport, reason: str, by: Any) -> HouseholdReport:
    """Set a report aside for a coded reason. Raises ValidationError when it is no longer « reçu » or the reason is none of the list."""
    held = _lock_waiting(report, None)
    if reason not in DismissalReason:
        raise ValidationError({"reason": "Choisissez un motif de la liste."}, code="reason")
    _decide(held, ReportStatus.DISMISSED, by, dismissal_reason=reason)
    return held


def _lock_waiting(report: HouseholdReport, seen_at: datetime | None) -> HouseholdReport:
    """The report as it is now, held until the end of the transaction; refused when somebody has dealt with it.

    Reports of one application number are held together, so that two of them never open two cases.
    """
    alike = Q(pk=report.pk) | (Q(application_number=report.application_number) & ~Q(application_number=""))
    reports = HouseholdReport.objects.filter(alike).order_by("pk").select_for_update(of=("self",)).select_related("organisation")
    held: HouseholdReport = next(found for found in reports if found.pk == report.pk)
    if not held.is_waiting:
        raise ValidationError(f"Ce signalement est déjà traité : {held.get_status_display()}.", code="decided")
    if seen_at is not None and held.updated_at != seen_at:
        raise ValidationError("Le bailleur vient de modifier ce signalement : relisez-le, puis recommencez.", code="outdated")
    return held


def _holder(report: HouseholdReport, household: Household) -> Person:
    return Person(
        household=household,
        kinship=Kinship.HOLDER,
        last_name=report.last_name,
        first_name=report.first_name,
        birth_date=report.birth_date,
        phone=report.phone,
    )


def _decide(report: HouseholdReport, status: ReportStatus, by: Any, **outcome: Any) -> None:
    report.status, report.decided_by, report.decided_at = status, by, timezone.now()
    for name, value in outcome.items():
        setattr(report, name, value)
    report.full_clean()
    report.save()
    codes = {"household": report.household_id} if report.household_id else {"reason": report.dismissal_reason}
    trace(instance=report, action="wagtail.edit", by=by, report_status=status.value, **codes)
