"""Diagnosis, committee, evaluation."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from access.actions import trace
from households import stages
from households.actions.checks import refuse_closed
from households.enums import CommitteeOutcome, DiagnosisStatus, EntryDoor, Stage, StageAction
from households.models import CommitteeDecision, Diagnosis, Evaluation, Household
from partners.models import Organisation


@transaction.atomic
def start_diagnosis(*, household: Household, operator: Organisation, on: date, by: Any) -> Diagnosis:
    """Entrust the diagnosis to an operator (or the GIE) from that day; an identified case moves to « en diagnostic »."""
    return save_diagnosis(diagnosis=Diagnosis(household=household, operator=operator, started_on=on), by=by)


@transaction.atomic
def save_diagnosis(*, diagnosis: Diagnosis, by: Any) -> Diagnosis:
    """Save a diagnosis under way. Raises ValidationError when the case is closed or another one is under way."""
    household = stages.lock(diagnosis.household)
    refuse_closed(household)
    diagnosis.full_clean()
    diagnosis.save()
    if household.stage == Stage.IDENTIFIED:
        stages.move(household=diagnosis.household, action=StageAction.START_DIAGNOSIS, on=diagnosis.started_on, by=by)
    trace(instance=diagnosis.household, action="wagtail.edit", by=by, diagnosis=diagnosis.pk)
    return diagnosis


@transaction.atomic
def complete_diagnosis(*, diagnosis: Diagnosis, on: date, by: Any) -> Diagnosis:
    """Finish a diagnosis on that day; a case in diagnosis moves to « à orienter »."""
    if diagnosis.status == DiagnosisStatus.COMPLETED:
        raise ValidationError("Ce diagnostic est déjà terminé.", code="state")
    diagnosis.status = DiagnosisStatus.COMPLETED
    diagnosis.completed_on = on
    save_diagnosis(diagnosis=diagnosis, by=by)
    if stages.lock(diagnosis.household).stage == Stage.IN_DIAGNOSIS:
        stages.move(household=diagnosis.household, action=StageAction.SUBMIT_TO_COMMITTEE, on=on, by=by)
    return diagnosis


@transaction.atomic
def record_committee_decision(*, decision: CommitteeDecision, by: Any) -> CommitteeDecision:
    """Write down what the committee decided; a favourable decision sends a case « à orienter » of the access door to search."""
    household = stages.lock(decision.household)
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


@transaction.atomic
def record_evaluation(*, evaluation: Evaluation, by: Any) -> Evaluation:
    """Write down an evaluation of a housed household."""
    household = stages.lock(evaluation.household)
    if household.stage not in (Stage.HOUSED, Stage.STABILISED):
        raise ValidationError("On évalue un ménage une fois qu'il est logé et accompagné.", code="stage")
    evaluation.evaluated_by = by
    evaluation.full_clean()
    evaluation.save()
    trace(instance=evaluation.household, action="wagtail.edit", by=by, evaluation=evaluation.result)
    return evaluation
