"""What the committee decides of a case."""

from typing import Any

from django.core.exceptions import ValidationError

from access.actions import trace
from households import stages
from households.actions.checks import refuse_closed
from households.enums import CommitteeOutcome, EntryDoor, Stage, StageAction
from households.models import CommitteeDecision
from households.writing import case_write, lock


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
        stages.move(household=decision.household, action=StageAction.START_SEARCH, on=decision.decided_on, by=by)
    trace(instance=decision.household, action="wagtail.edit", by=by, committee=decision.outcome)
    return decision
