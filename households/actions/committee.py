"""The committee: its agenda, what it decides of a case and what follows, and the closing of its minutes."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone

from access.actions import trace
from access.models import User
from households import stages
from households.actions.checks import refuse_closed
from households.actions.needs import latest_completed, revise_diagnosis
from households.actions.support import change_level, end_measures
from households.enums import (
    EVALUATION_OUTCOMES,
    ORIENTATION_OUTCOMES,
    AgendaKind,
    CommitteeOutcome,
    EntryDoor,
    MeasureEnd,
    NeedLevel,
    SessionState,
    Stage,
    StageAction,
)
from households.models import AgendaItem, CommitteeDecision, CommitteeSession, Diagnosis, Evaluation, Household, SupportMeasure
from households.writing import case_write, lock, written

MOST = 100
"""Cases that one filling of an agenda adds: more than any committee sees in a day."""
HOUSED = (Stage.HOUSED, Stage.STABILISED)


@case_write()
def record_committee_decision(*, decision: CommitteeDecision, by: Any) -> CommitteeDecision:
    """Write down what the committee decided; a favourable decision sends a case « à orienter » of the access door to search."""
    household = lock(decision.household)
    refuse_closed(household)
    completed = household.diagnoses.completed().order_by("completed_on").first()
    if completed is None:
        raise ValidationError("Le comité décide une fois le diagnostic terminé.", code="guard")
    if decision.decided_on < completed.completed_on:
        raise ValidationError({"decided_on": f"La décision précède la fin du diagnostic, le {completed.completed_on:%d/%m/%Y}."})
    decision.recorded_by = by
    decision.full_clean()
    decision.save()
    favourable = decision.outcome == CommitteeOutcome.FAVOURABLE
    if favourable and household.stage == Stage.TO_ORIENT and household.entry_door == EntryDoor.ACCESS:
        stages.move(
            household=decision.household,
            action=StageAction.START_SEARCH,
            on=decision.decided_on,
            by=by,
            reason="Le comité d'orientation a décidé favorablement.",
        )
    trace(instance=decision.household, action="wagtail.edit", by=by, committee=decision.outcome)
    return decision


@case_write()
def plan_session(*, session: CommitteeSession, members: Collection[User], by: Any) -> CommitteeSession:
    """Plan a session, or change one still planned, and fill its agenda with what is due by its day."""
    created = session._state.adding
    if not created:
        _lock(session, SessionState.PLANNED)
        for item in session.items.select_related("household"):
            written(item.household)
    session.full_clean()
    session.save()
    session.members.set(members)
    fill_agenda(session=session, by=by)
    trace(instance=session, action="wagtail.create" if created else "wagtail.edit", by=by)
    return session


@case_write()
def fill_agenda(*, session: CommitteeSession, by: Any) -> int:
    """Add to the agenda the cases that ``by`` sees and that are due by the session's day, ``MOST`` at a time; return how many came.

    Due: cases « à orienter » on which the committee has not decided, evaluations it has not reviewed, and evaluations that should be there.
    A case that waits on the agenda of another session is left to it.
    """
    _lock(session, SessionState.PLANNED, SessionState.HELD)
    day = session.held_on
    waiting = AgendaItem.objects.exclude(session__state=SessionState.CLOSED).filter(decision__isnull=True).values("household")
    seen = Household.objects.visible_to(by).exclude(pk__in=waiting).exclude(pk__in=session.items.values("household"))
    settled = CommitteeDecision.objects.filter(outcome__in=[CommitteeOutcome.FAVOURABLE, CommitteeOutcome.DECLINED]).values("household")
    wanted: list[tuple[Household, AgendaKind, Evaluation | None]] = [
        (household, AgendaKind.ORIENTATION, None)
        for household in seen.filter(stage=Stage.TO_ORIENT).exclude(pk__in=settled).order_by("stage_since", "pk")[:MOST]
    ]
    latest: dict[int, Evaluation] = {}
    for evaluation in Evaluation.objects.filter(household__in=seen.filter(stage__in=HOUSED).values("pk"), evaluated_on__lte=day).order_by(
        "evaluated_on", "pk"
    ):
        latest[evaluation.household_id] = evaluation
    of_latest = AgendaItem.objects.filter(evaluation__in=[item.pk for item in latest.values()])
    reviewed = set(of_latest.exclude(decision__outcome=CommitteeOutcome.ADJOURNED).values_list("evaluation", flat=True))
    fresh = {pk: evaluation for pk, evaluation in latest.items() if evaluation.pk not in reviewed}
    due = {household.pk: household for household in seen.due_for_evaluation(on=day)}
    to_review = Household.objects.filter(pk__in={*fresh, *due}).order_by("pk")
    wanted += [(household, AgendaKind.EVALUATION, fresh.get(household.pk)) for household in to_review]
    del wanted[MOST:]
    for household, _kind, _evaluation in wanted:
        written(household)
    place = _last_place(session)
    AgendaItem.objects.bulk_create(
        AgendaItem(session=session, household=household, kind=kind, evaluation=evaluation, position=place + rank)
        for rank, (household, kind, evaluation) in enumerate(wanted, start=1)
    )
    return len(wanted)


@case_write()
def add_to_agenda(*, session: CommitteeSession, household: Household, by: Any) -> AgendaItem:
    """Add a case by hand: an orientation before it is housed, an evaluation after. Raises ValidationError at any other stage."""
    _lock(session, SessionState.PLANNED, SessionState.HELD)
    locked = lock(household)
    if locked.stage == Stage.TO_ORIENT:
        kind, evaluation = AgendaKind.ORIENTATION, None
    elif locked.stage in HOUSED:
        kind = AgendaKind.EVALUATION
        evaluation = locked.evaluations.filter(evaluated_on__lte=session.held_on).order_by("-evaluated_on", "-pk").first()
    else:
        raise ValidationError(
            f"Le dossier {locked} est à l'étape « {locked.get_stage_display()} » : le comité oriente un dossier « à orienter » ou suit un ménage logé."
        )
    item = AgendaItem(session=session, household=locked, kind=kind, evaluation=evaluation, position=_last_place(session) + 1)
    item.full_clean()
    item.save()
    return item


@case_write()
def remove_from_agenda(*, item: AgendaItem, by: Any) -> None:
    """Take a case off the agenda. Raises ValidationError once it is decided."""
    _lock(item.session, SessionState.PLANNED, SessionState.HELD)
    if CommitteeDecision.objects.filter(item=item).exists():
        raise ValidationError("Ce point est déjà décidé : il reste à l'ordre du jour.", code="state")
    written(item.household)
    item.delete()


@case_write()
def move_on_agenda(*, item: AgendaItem, step: int, by: Any) -> None:
    """Move a point by ``step`` places (-1 up, 1 down); at either end nothing changes."""
    _lock(item.session, SessionState.PLANNED, SessionState.HELD)
    items = list(item.session.items.all())
    index = items.index(item)
    target = min(max(index + step, 0), len(items) - 1)
    items.insert(target, items.pop(index))
    for position, moved in enumerate(items, start=1):
        moved.position = position
    AgendaItem.objects.bulk_update(items, ["position"])


@case_write()
def open_session(*, session: CommitteeSession, by: Any) -> CommitteeSession:
    """The session begins: its decisions can be recorded. Raises ValidationError before its day."""
    locked = _lock(session, SessionState.PLANNED)
    if locked.held_on > timezone.localdate():
        raise ValidationError(f"La séance est prévue le {locked.held_on:%d/%m/%Y} : on l'ouvre ce jour-là.", code="chronology")
    return _to(session, SessionState.HELD, by)


@case_write()
def decide(
    *,
    item: AgendaItem,
    outcome: str,
    by: Any,
    support_level: str = NeedLevel.NONE,
    management_level: str = NeedLevel.NONE,
    end_reason: str = "",
    note: str = "",
) -> CommitteeDecision:
    """Record what the committee decides of a point, on the session's day, and do what follows from it.

    A favourable orientation starts the search (a maintenance case waits for its occupancy). On an evaluation: *continue* changes nothing,
    *adjust* grades the running measures otherwise from that day, *stop* ends them with its reason, *re-orient* opens a revision of the
    diagnosis: the road of a household has no way back, so the stage stays. Raises ValidationError when the session is not being held, the
    point is decided already, the outcome is none of the point's, or what follows is refused; nothing is written then.
    """
    session = _lock(item.session, SessionState.HELD)
    household = lock(item.household)
    if CommitteeDecision.objects.filter(item=item).exists():
        raise ValidationError("Ce point est déjà décidé.", code="state")
    allowed = ORIENTATION_OUTCOMES if item.kind == AgendaKind.ORIENTATION else EVALUATION_OUTCOMES
    if outcome not in allowed:
        raise ValidationError({"outcome": "Choisissez une décision de la liste."})
    expected = (Stage.TO_ORIENT,) if item.kind == AgendaKind.ORIENTATION else HOUSED
    if outcome != CommitteeOutcome.ADJOURNED and household.stage not in expected:
        raise ValidationError(
            f"Le dossier est passé à l'étape « {household.get_stage_display()} » : ajournez ce point, ou retirez-le de l'ordre du jour.", code="stage"
        )
    if outcome == CommitteeOutcome.STOP and end_reason not in MeasureEnd.values:
        raise ValidationError({"end_reason": "Indiquez le motif de l'arrêt."})
    decision = record_committee_decision(
        decision=CommitteeDecision(
            household=item.household,
            item=item,
            decided_on=session.held_on,
            outcome=outcome,
            support_level=support_level or NeedLevel.NONE,
            management_level=management_level or NeedLevel.NONE,
            end_reason=end_reason if outcome == CommitteeOutcome.STOP else "",
            note=note,
        ),
        by=by,
    )
    if outcome == CommitteeOutcome.ADJUST:
        _adjust(household, decision, by)
    elif outcome == CommitteeOutcome.STOP:
        end_measures(household.measures.unended(), on=decision.decided_on, reason=end_reason)
    elif outcome == CommitteeOutcome.REORIENT:
        _reorient(household, decision, by)
    return decision


def _adjust(household: Household, decision: CommitteeDecision, by: Any) -> None:
    """Grade each running measure as decided; one already so graded stays as it is."""
    decided = {"support": decision.support_level, "adapted_management": decision.management_level}
    changed = False
    running = SupportMeasure.objects.running(on=decision.decided_on).filter(household=household, ended_on__isnull=True)
    for measure in running.with_level(on=decision.decided_on).select_related("kind"):
        level = decided[measure.kind.code]
        if level not in (NeedLevel.NONE, measure.present_level):
            change_level(measure=measure, level=level, on=decision.decided_on, by=by)
            changed = True
    if not changed:
        raise ValidationError("Rien ne change : indiquez une intensité différente pour une mesure en cours.", code="guard")


def _reorient(household: Household, decision: CommitteeDecision, by: Any) -> Diagnosis | None:
    """Open a revision with whoever drew up the last diagnosis, unless one is under way."""
    last = latest_completed(household)
    if last is None or household.diagnoses.under_way().exists():
        return None
    return revise_diagnosis(household=household, operator=last.operator, on=decision.decided_on, by=by)


@case_write()
def close_session(*, session: CommitteeSession, attendees: Collection[User], by: Any) -> CommitteeSession:
    """Close the session and its minutes: nothing of it changes any more. Raises ValidationError while a point is not decided."""
    locked = _lock(session, SessionState.HELD)
    left = locked.items.filter(decision__isnull=True).count()
    if left:
        points = "1 point n'est pas décidé" if left == 1 else f"{left} points ne sont pas décidés"
        raise ValidationError(f"{points} : décidez, ajournez ou retirez avant de clore.", code="guard")
    if not attendees:
        raise ValidationError({"attendees": "Indiquez qui était présent."})
    session.attendees.set(attendees)
    session.closed_at = timezone.now()
    return _to(session, SessionState.CLOSED, by)


def _last_place(session: CommitteeSession) -> int:
    return session.items.aggregate(last=Max("position"))["last"] or 0


def _lock(session: CommitteeSession, *allowed: SessionState) -> CommitteeSession:
    """The session as it is now, locked; refused unless its state is among ``allowed``."""
    locked: CommitteeSession = CommitteeSession.objects.select_for_update().get(pk=session.pk)
    if locked.state not in allowed:
        raise ValidationError(f"La séance est {locked.get_state_display()} : ce n'est plus possible, ou pas encore.", code="state")
    return locked


def _to(session: CommitteeSession, state: SessionState, by: Any) -> CommitteeSession:
    session.state = state
    session.save(update_fields=["state", "closed_at"])
    trace(instance=session, action="wagtail.edit", by=by, state=state.value)
    return session
