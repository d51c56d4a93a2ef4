"""How long a case stays: two years (setting) after the last contact, thirty days' (setting) notice to its officer, then it is anonymised.

A case that is still supported, or still housed in the scheme, is in contact. A report that opened no case counts from its last change.
"""

from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from households.enums import AnonymisedKind
from households.models import (
    Anonymisation,
    CommitteeDecision,
    Consent,
    Diagnosis,
    Evaluation,
    Household,
    HouseholdReport,
    Occupancy,
    OutreachContact,
    Proposal,
    RetentionNotice,
    RightsRequest,
    StageMove,
    SupportMeasure,
)
from households.models.delays import add_months

CONTACTS: Final[tuple[tuple[Any, tuple[str, ...]], ...]] = (
    (StageMove, ("moved_on",)),
    (Consent, ("decided_on",)),
    (Diagnosis, ("started_on", "completed_on")),
    (Evaluation, ("evaluated_on",)),
    (CommitteeDecision, ("decided_on",)),
    (Proposal, ("proposed_on", "answered_on", "cal_on", "closed_on")),
    (Occupancy, ("starts_on", "ends_on", "left_scheme_on")),
    (RightsRequest, ("received_on",)),
)
"""The days on which something happened with a household."""


def with_last_contact(households: Any) -> Any:
    """Adds ``last_contact_on``: the last day on which anything happened with the household."""
    days = [_latest(model.objects.all(), Max(name)) for model, names in CONTACTS for name in names]
    days.append(_latest(OutreachContact.objects.met(), Max("contacted_on")))
    days.append(_latest(SupportMeasure.objects.all(), Max(Coalesce("ended_on", "planned_ends_on"))))
    return households.annotate(last_contact_on=Greatest(F("opened_on"), F("stage_since"), *days))


def _latest(rows: Any, day: Any) -> Subquery:
    found = rows.filter(household=OuterRef("pk")).order_by().values("household").annotate(day=day).values("day")
    return Subquery(found, output_field=models.DateField())


def ends_on(last_contact_on: date) -> date:
    """The day on which a case whose last contact was on that day leaves the active base."""
    return add_months(last_contact_on, settings.RETENTION_MONTHS)


def silent_since(households: Any, *, on: date) -> Any:
    """The cases, not anonymised yet, that leave the active base by that day: last contact long ago, nothing that runs."""
    done = Anonymisation.objects.filter(kind=AnonymisedKind.CASE).values("subject_id")
    return (
        with_last_contact(households)
        .filter(last_contact_on__lte=add_months(on, -settings.RETENTION_MONTHS))
        .exclude(pk__in=done)
        .filter(
            ~Exists(SupportMeasure.objects.running(on=on).filter(household=OuterRef("pk"))),
            ~Exists(Occupancy.objects.in_scheme(on=on).filter(household=OuterRef("pk"))),
        )
    )


@transaction.atomic
def give_notices(*, on: date) -> int:
    """Tell the officers, RETENTION_NOTICE_DAYS ahead, which cases leave the active base; return how many are told for the first time.

    A notice falls when the household has been met since. No case leaves before its whole notice has passed.
    """
    ahead = timedelta(days=settings.RETENTION_NOTICE_DAYS)
    leaving = silent_since(Household.objects.all(), on=on + ahead)
    RetentionNotice.objects.exclude(household__in=leaving.values("pk")).delete()
    fresh = leaving.exclude(pk__in=RetentionNotice.objects.values("household"))
    notices = [
        RetentionNotice(household_id=pk, noticed_on=on, due_on=max(ends_on(last), on + ahead))
        for pk, last in fresh.values_list("pk", "last_contact_on")
    ]
    return len(RetentionNotice.objects.bulk_create(notices, ignore_conflicts=True))


def due_cases(*, on: date) -> Any:
    """The cases to anonymise on that day: their notice has passed and nobody has met the household since."""
    return silent_since(Household.objects.all(), on=on).filter(retention_notice__due_on__lte=on).order_by("pk")


def due_reports(*, on: date) -> Any:
    """The reports that opened no case and are to be anonymised on that day."""
    done = Anonymisation.objects.filter(kind=AnonymisedKind.REPORT).values("subject_id")
    limit = add_months(on, -settings.RETENTION_MONTHS)
    return HouseholdReport.objects.filter(household__isnull=True, updated_at__date__lte=limit).exclude(pk__in=done).order_by("pk")


def notices_for(user: Any) -> Any:
    """The notices about cases that the user sees and follows, the first to leave first."""
    seen = Household.objects.visible_to(user).filter(officer=user)
    return RetentionNotice.objects.filter(household__in=seen.values("pk")).select_related("household").order_by("due_on", "household_id")
