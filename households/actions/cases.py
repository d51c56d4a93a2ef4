"""Opening, suspending and closing a case; who is named on it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from access.actions import trace
from access.enums import Role
from catalogue.models import Operation
from households import stages
from households.actions.concerns import answer_concern
from households.actions.support import end_measures, end_suspension
from households.actions.twins import tell_apart
from households.application_numbers import hold_register, refuse_known_number
from households.enums import LEAVES_THE_HOME, ConcernOutcome, MeasureEnd, OccupancyEnd, SessionState, StageAction, WithdrawalReason
from households.likeness import alike, recorded
from households.models import CaseMember, Household, MeasureSuspension, StageMove
from households.writing import case_write, lock, written

CLOSED_ANSWER = "Le dossier est clos."
TWINS, SENT_TWICE = "twins", "sent_twice"
OCCUPANCY_END_ON_CLOSING = {"moved": OccupancyEnd.MOVED, "deceased": OccupancyEnd.DECEASED}


@case_write()
def open_household(*, household: Household, by: Any, told_apart: Collection[int] | None = None) -> Household:
    """Register a household: check it whole, save it, and name whoever opened it on the case.

    ``told_apart`` are the ids of the cases that ``by`` was shown and says are other households, which is noted; None when likely twins have been
    looked at before. Raises ValidationError when a field or a constraint is not met, the application number that another case bears among them;
    when ``by`` sees a case that resembles the household and is not among ``told_apart`` (code ``twins``); when the same form has opened a case
    already (code ``sent_twice``).
    """
    hold_register()
    if household.opening_key and Household.objects.filter(opening_key=household.opening_key).exists():
        raise ValidationError("Ce formulaire a déjà ouvert un dossier.", code=SENT_TWICE)
    refuse_known_number(household=household, by=by)
    twins = [] if told_apart is None else alike(recorded(household, household.people.all(), "votre saisie"), user=by)
    if any(likeness.household.pk not in told_apart for likeness in twins if told_apart is not None):
        raise ValidationError("Un dossier ressemble à celui-ci.", code=TWINS)
    household.stage_since = household.opened_on
    household.full_clean()
    household.save()
    written(household)
    if by is not None:
        CaseMember.objects.create(household=household, user=by)
    trace(instance=household, action="wagtail.create", by=by)
    tell_apart(households=[likeness.household for likeness in twins], from_household=household, by=by)
    return household


@case_write()
def name_on_case(*, household: Household, user: Any, by: Any) -> CaseMember:
    """Name a person on the case: a member of its team, to whom it opens even when confidential. Naming twice changes nothing."""
    member, created = CaseMember.objects.get_or_create(household=lock(household), user=user)
    if created:
        trace(instance=household, action="wagtail.edit", by=by, named=user.pk)
    return member


@case_write()
def remove_from_case(*, member: CaseMember, by: Any) -> None:
    """Take a person off the case. Raises ValidationError when no active officer of the GIE would open a confidential case any more."""
    household = lock(member.household)
    officers = household.team.filter(user__is_active=True, user__role=Role.GIE_STAFF)
    if household.is_confidential and not officers.exclude(pk=member.pk).exists():
        raise ValidationError("Un dossier confidentiel garde au moins un agent du GIE nommé : nommez-en d'abord un autre.", code="guard")
    trace(instance=household, action="wagtail.edit", by=by, removed=member.user_id)
    member.delete()


@case_write()
def suspend_case(*, household: Household, on: date, by: Any, reason: str = "", suspend_measures: bool = True) -> StageMove:
    """Suspend the case from that day and, unless told otherwise, the measures that run."""
    done = stages.move(household=household, action=StageAction.SUSPEND, on=on, by=by, reason=reason)
    if suspend_measures:
        for measure in household.measures.running(on=on):
            if not measure.suspensions.filter(ends_on__isnull=True).exists():
                suspension = MeasureSuspension(measure=measure, starts_on=on, is_with_case=True)
                suspension.full_clean()
                suspension.save()
    return done


@case_write()
def resume_case(*, household: Household, on: date, by: Any, reason: str = "") -> StageMove:
    """Take the case up again at the stage it was suspended from; the measures suspended with it run again from that day, no other."""
    done = stages.move(household=household, action=StageAction.RESUME, on=on, by=by, reason=reason)
    for suspension in MeasureSuspension.objects.filter(measure__household=household, ends_on__isnull=True, is_with_case=True):
        end_suspension(suspension, on)
    return done


@case_write()
def stabilise(*, household: Household, on: date, by: Any, reason: str = "") -> StageMove:
    """Declare the household stabilised; the last evaluation must be favourable."""
    return stages.move(household=household, action=StageAction.STABILISE, on=on, by=by, reason=reason)


@case_write()
def search_again(*, household: Household, on: date, by: Any, reason: str = "") -> StageMove:
    """Look for another home for a household that has left its own; its support goes on. Raises ValidationError while it lives there."""
    return stages.move(household=household, action=StageAction.RETURN_TO_SEARCH, on=on, by=by, reason=reason)


@case_write()
def close_case(*, household: Household, closing_reason: str, on: date, by: Any, reason: str = "") -> StageMove:
    """Close the case: proposals are closed, measures end that day (those yet to start are dropped), and the home leaves the scheme or is left.

    Moving out or death ends the occupancy; for any other reason the household stays in its home, which leaves the scheme. The case comes off
    the agendas that have not decided it, no operation is meant for it any more, and what partners had said of it is answered.
    """
    stages.require(lock(household), StageAction.CLOSE)
    household.proposals.open().update(closed_on=on, withdrawal_reason=WithdrawalReason.CASE_CLOSED)
    end_measures(household.measures.unended(), on=on, reason=MeasureEnd.CASE_CLOSED)
    for occupancy in household.occupancies.in_scheme(on=on):
        if closing_reason in LEAVES_THE_HOME:
            occupancy.ends_on = on
            occupancy.end_reason = OCCUPANCY_END_ON_CLOSING[closing_reason]
        else:
            occupancy.left_scheme_on = on
        occupancy.full_clean()
        occupancy.save()
    household.agenda_items.filter(decision__isnull=True).exclude(session__state=SessionState.CLOSED).delete()
    household.operation_places.filter(operation__in=Operation.objects.under_way()).delete()
    for concern in household.concerns.open():
        answer_concern(concern=concern, outcome=ConcernOutcome.FOLLOWED, on=max(on, concern.raised_on), answer=CLOSED_ANSWER, by=by)
    return stages.move(household=household, action=StageAction.CLOSE, on=on, by=by, reason=reason, closing_reason=closing_reason)
