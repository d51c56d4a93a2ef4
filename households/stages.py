"""The road of a household: one table of moves, with what each requires. Nothing else writes the stage.

Source: the scheme's steering rules. A move that the table does not hold is refused before its guard is even asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError

from households.enums import (
    COURSE,
    FOLLOWED,
    CommitteeOutcome,
    EntryDoor,
    EvaluationResult,
    Stage,
    StageAction,
)
from households.models import Household, StageMove
from households.writing import case_write, lock

MOVES: Final[Mapping[tuple[str, str], str]] = {
    (Stage.IDENTIFIED, StageAction.START_DIAGNOSIS): Stage.IN_DIAGNOSIS,
    (Stage.IN_DIAGNOSIS, StageAction.SUBMIT_TO_COMMITTEE): Stage.TO_ORIENT,
    (Stage.TO_ORIENT, StageAction.START_SEARCH): Stage.SEARCHING,
    (Stage.TO_ORIENT, StageAction.HOUSE): Stage.HOUSED,
    (Stage.SEARCHING, StageAction.PROPOSE): Stage.PROPOSED,
    (Stage.PROPOSED, StageAction.RETURN_TO_SEARCH): Stage.SEARCHING,
    (Stage.PROPOSED, StageAction.HOUSE): Stage.HOUSED,
    (Stage.HOUSED, StageAction.STABILISE): Stage.STABILISED,
    (Stage.HOUSED, StageAction.RETURN_TO_SEARCH): Stage.SEARCHING,
    (Stage.STABILISED, StageAction.RETURN_TO_SEARCH): Stage.SEARCHING,
    **{(stage, StageAction.SUSPEND): Stage.SUSPENDED for stage in COURSE},
    **{(stage, StageAction.CLOSE): Stage.CLOSED for stage in (*COURSE, Stage.SUSPENDED)},
    (Stage.SUSPENDED, StageAction.RESUME): "",
}
"""Where each action leads from each stage; resuming leads back to the stage the case was suspended from.

A household that has left its home is looked for another one, whatever door it came by: the road of the scheme says nothing of it, and a case
with no way on would be forgotten.
"""

Guard = Callable[[Household, date], str | None]
"""What is missing for a move on that day, as a French sentence; None when nothing is."""


def needs_completed_diagnosis(household: Household, on: date) -> str | None:
    if household.diagnoses.completed().filter(completed_on__lte=on).exists():
        return None
    return "Le dossier passe au comité une fois le diagnostic terminé."


def needs_committee_decision(household: Household, on: date) -> str | None:
    if household.committee_decisions.filter(outcome=CommitteeOutcome.FAVOURABLE, decided_on__lte=on).exists():
        return None
    return "Il faut d'abord une décision favorable du comité d'orientation."


def needs_access_door(household: Household, on: date) -> str | None:
    if household.entry_door == EntryDoor.ACCESS:
        return None
    return "Un dossier de maintien ne passe pas par la recherche : le ménage a déjà son logement."


def needs_open_proposal(household: Household, on: date) -> str | None:
    return None if household.proposals.open().exists() else "Il faut d'abord proposer un logement."


def needs_no_open_proposal(household: Household, on: date) -> str | None:
    return "Une proposition est encore ouverte." if household.proposals.open().exists() else None


def needs_no_home(household: Household, on: date) -> str | None:
    if household.stage in FOLLOWED and household.occupancies.running(on=on).exists():
        return "Le ménage occupe son logement : enregistrez d'abord sa sortie."
    return None


def needs_occupancy(household: Household, on: date) -> str | None:
    return None if household.occupancies.running(on=on).exists() else "Il faut d'abord enregistrer l'occupation d'un logement."


def needs_maintenance_door_before_search(household: Household, on: date) -> str | None:
    if household.stage == Stage.TO_ORIENT and household.entry_door != EntryDoor.MAINTENANCE:
        return "Seul un dossier de maintien passe directement de l'orientation au logement."
    return None


def needs_decision_when_orienting(household: Household, on: date) -> str | None:
    return needs_committee_decision(household, on) if household.stage == Stage.TO_ORIENT else None


def needs_favourable_evaluation(household: Household, on: date) -> str | None:
    latest = household.evaluations.filter(evaluated_on__lte=on).order_by("-evaluated_on", "-pk").first()
    if latest is not None and latest.result == EvaluationResult.FAVOURABLE:
        return None
    return "La dernière évaluation doit être favorable."


GUARDS: Final[Mapping[str, tuple[Guard, ...]]] = {
    StageAction.SUBMIT_TO_COMMITTEE: (needs_completed_diagnosis,),
    StageAction.START_SEARCH: (needs_access_door, needs_committee_decision),
    StageAction.PROPOSE: (needs_open_proposal,),
    StageAction.RETURN_TO_SEARCH: (needs_no_open_proposal, needs_no_home),
    StageAction.HOUSE: (needs_maintenance_door_before_search, needs_decision_when_orienting, needs_occupancy),
    StageAction.STABILISE: (needs_favourable_evaluation,),
    StageAction.CLOSE: (needs_no_open_proposal,),
}


OTHER_DOOR: Final[frozenset[Guard]] = frozenset({needs_access_door, needs_maintenance_door_before_search})
"""The guards that nothing done later will satisfy: the move is on the road of the other door."""


@dataclass(frozen=True)
class PossibleMove:
    """A move from the present stage, and what it still lacks (empty when it may be made)."""

    action: str
    label: str
    missing: tuple[str, ...]


def allows(household: Household, action: str) -> bool:
    """Whether the table holds this action for the household's stage, its guards aside."""
    return (household.stage, action) in MOVES


def missing_for(household: Household, action: str, *, on: date) -> list[str]:
    """What the guards of ``action`` still require, as French sentences."""
    return [sentence for guard in GUARDS.get(action, ()) if (sentence := guard(household, on))]


def possible_moves(household: Household, *, on: date) -> list[PossibleMove]:
    """The actions that the table holds for the household's stage and door, in the order of the vocabulary."""
    return [
        PossibleMove(action.value, str(action.label), tuple(missing_for(household, action, on=on)))
        for action in StageAction
        if allows(household, action) and not any(guard(household, on) for guard in GUARDS.get(action, ()) if guard in OTHER_DOOR)
    ]


def require(household: Household, action: str) -> None:
    """Raise ValidationError when the stage does not hold ``action``."""
    if not allows(household, action):
        raise ValidationError(
            f"Le dossier est à l'étape « {household.get_stage_display()} » : on ne peut pas {StageAction(action).label}.", code="stage"
        )


@case_write()
def move(*, household: Household, action: str, on: date, by: Any, reason: str = "", closing_reason: str = "") -> StageMove:
    """Move the case by ``action`` on that day and log it; ``household`` is brought up to date.

    Raises ValidationError when the table does not hold the move, the day precedes the present stage or a guard is not met; nothing is
    written then.
    """
    locked = lock(household)
    require(locked, action)
    if on < locked.stage_since:
        raise ValidationError(
            f"Le {on:%d/%m/%Y} précède l'étape « {locked.get_stage_display()} », commencée le {locked.stage_since:%d/%m/%Y} : vérifiez la date.",
            code="chronology",
        )
    missing = missing_for(locked, action, on=on)
    if missing:
        raise ValidationError(missing, code="guard")
    from_stage = locked.stage
    locked.stage = locked.suspended_from if action == StageAction.RESUME else MOVES[from_stage, action]
    locked.suspended_from = from_stage if action == StageAction.SUSPEND else ""
    locked.closing_reason = closing_reason if action == StageAction.CLOSE else ""
    locked.stage_since = on
    locked.save(update_fields=["stage", "suspended_from", "closing_reason", "stage_since"])
    household.stage, household.suspended_from = locked.stage, locked.suspended_from
    household.closing_reason, household.stage_since = locked.closing_reason, locked.stage_since
    return StageMove.objects.create(
        household=locked, action=action, from_stage=from_stage, to_stage=locked.stage, moved_on=on, moved_by=by, reason=reason
    )
