"""The road of a household: the whole table of moves, and every guard."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError

from catalogue.models import MeasureKind
from households import actions, stages
from households.enums import (
    COURSE,
    CalDecision,
    ClosingReason,
    CommitteeOutcome,
    EvaluationResult,
    OccupancyEnd,
    ProposalAnswer,
    Recommendation,
    RefusalReason,
    Stage,
    StageAction,
    WithdrawalReason,
)
from households.models import CommitteeDecision, Diagnosis, Evaluation, Household, MeasureSuspension, Occupancy, StageMove, SupportMeasure
from tests.factories import (
    ConventionFactory,
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    ProposalFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    agree,
)

pytestmark = pytest.mark.django_db
DAY = date(2015, 6, 1)


@pytest.fixture
def officer():
    return UserFactory()


def at_stage(stage, **fields):
    extra = {"suspended_from": Stage.SEARCHING} if stage == Stage.SUSPENDED else {}
    extra |= {"closing_reason": ClosingReason.OTHER} if stage == Stage.CLOSED else {}
    return HouseholdFactory(stage=stage, **extra, **fields)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("action", StageAction)
def test_a_move_outside_the_table_is_refused_and_writes_nothing(stage, action, officer):
    if (stage, action) in stages.MOVES:
        return
    household = at_stage(stage)
    with pytest.raises(ValidationError) as refusal:
        stages.move(household=household, action=action, on=DAY, by=officer)
    assert refusal.value.code == "stage"
    household.refresh_from_db()
    assert household.stage == stage
    assert not StageMove.objects.exists()


def guarded_cases():
    """Stage, action, door, what must be missing."""
    return [
        (Stage.IN_DIAGNOSIS, StageAction.SUBMIT_TO_COMMITTEE, "access", "diagnostic terminé"),
        (Stage.TO_ORIENT, StageAction.START_SEARCH, "access", "comité"),
        (Stage.TO_ORIENT, StageAction.START_SEARCH, "maintenance", "ne passe pas par la recherche"),
        (Stage.TO_ORIENT, StageAction.HOUSE, "access", "Seul un dossier de maintien"),
        (Stage.TO_ORIENT, StageAction.HOUSE, "maintenance", "comité"),
        (Stage.SEARCHING, StageAction.PROPOSE, "access", "proposer un logement"),
        (Stage.PROPOSED, StageAction.HOUSE, "access", "occupation"),
        (Stage.HOUSED, StageAction.STABILISE, "access", "favorable"),
    ]


@pytest.mark.parametrize(("stage", "action", "door", "missing"), guarded_cases())
def test_a_guard_that_is_not_met_refuses_the_move_and_says_what_is_missing(stage, action, door, missing, officer):
    household = at_stage(stage, entry_door=door)
    with pytest.raises(ValidationError) as refusal:
        stages.move(household=household, action=action, on=DAY, by=officer)
    assert missing in " ".join(refusal.value.messages)
    household.refresh_from_db()
    assert household.stage == stage
    assert not StageMove.objects.exists()


def test_search_does_not_start_again_while_a_proposal_is_open(officer):
    proposal = ProposalFactory()
    with pytest.raises(ValidationError, match="encore ouverte"):
        stages.move(household=proposal.household, action=StageAction.RETURN_TO_SEARCH, on=DAY, by=officer)


@pytest.mark.parametrize("stage", [Stage.HOUSED, Stage.STABILISED])
@pytest.mark.parametrize("door", ["access", "maintenance"])
def test_a_household_that_left_its_home_is_looked_for_another(stage, door, officer):
    household = at_stage(stage, entry_door=door)
    occupancy = OccupancyFactory(household=household)
    with pytest.raises(ValidationError, match="enregistrez d'abord sa sortie"):
        actions.search_again(household=household, on=DAY, by=officer)
    occupancy.ends_on, occupancy.end_reason = DAY - timedelta(days=1), OccupancyEnd.MOVED
    occupancy.save()
    move = actions.search_again(household=household, on=DAY, by=officer, reason="Le bail a pris fin.")
    assert (move.from_stage, move.to_stage, move.reason) == (stage, Stage.SEARCHING, "Le bail a pris fin.")
    proposal = actions.propose_unit(household=household, unit=UnitFactory(), on=DAY, by=officer)
    assert proposal.household.stage == Stage.PROPOSED


def test_an_unfavourable_latest_evaluation_keeps_from_stabilising(officer):
    household = at_stage(Stage.HOUSED)
    for day, result in ((date(2015, 3, 1), EvaluationResult.FAVOURABLE), (date(2015, 5, 1), EvaluationResult.MIXED)):
        Evaluation.objects.create(household=household, evaluated_on=day, result=result, recommendation=Recommendation.CONTINUE)
    with pytest.raises(ValidationError, match="favorable"):
        actions.stabilise(household=household, on=DAY, by=officer)


def test_access_case_from_report_to_closing(officer):
    """The whole road by the actions people use; each step is logged with who, when, from and to."""
    household = actions.open_household(household=HouseholdFactory.build(), by=officer)
    operator, unit = OrganisationFactory(), UnitFactory()
    diagnosis = actions.start_diagnosis(household=household, operator=operator, on=date(2015, 1, 10), by=officer)
    actions.complete_diagnosis(diagnosis=diagnosis, on=date(2015, 1, 20), by=officer)
    decision = CommitteeDecision(household=household, decided_on=date(2015, 2, 1), outcome=CommitteeOutcome.FAVOURABLE)
    actions.record_committee_decision(decision=decision, by=officer)
    proposal = actions.propose_unit(household=household, unit=unit, on=date(2015, 2, 10), by=officer)
    actions.answer_proposal(proposal=proposal, answer=ProposalAnswer.ACCEPTED, on=date(2015, 2, 12), by=officer)
    actions.record_cal_decision(proposal=proposal, decision=CalDecision.GRANTED, on=date(2015, 2, 20), by=officer)
    actions.record_lease(proposal=proposal, occupancy=Occupancy(tenure="direct_lease", starts_on=date(2015, 3, 1)), by=officer)
    agree(household)
    measure = SupportMeasure(
        household=household,
        kind=MeasureKind.objects.get(code="support"),
        convention=ConventionFactory(),
        starts_on=date(2015, 3, 1),
        planned_ends_on=date(2017, 12, 31),
    )
    actions.open_measure(measure=measure, by=officer)
    evaluation = Evaluation(household=household, evaluated_on=date(2015, 9, 1), result="favourable", recommendation="continue")
    actions.record_evaluation(evaluation=evaluation, by=officer)
    actions.stabilise(household=household, on=date(2015, 9, 15), by=officer)
    actions.close_case(household=household, closing_reason=ClosingReason.AUTONOMOUS_LEASE, on=date(2016, 1, 31), by=officer)

    road = list(household.moves.order_by("pk").values_list("from_stage", "to_stage", "moved_by"))
    stages_met = [*COURSE, Stage.CLOSED]
    assert road == [(before, after, officer.pk) for before, after in pairwise(stages_met)]
    occupancy, measure = household.occupancies.get(), household.measures.get()
    assert (occupancy.ends_on, occupancy.left_scheme_on) == (None, date(2016, 1, 31))
    assert (measure.ended_on, measure.end_reason) == (date(2016, 1, 31), "case_closed")
    assert not household.proposals.open().exists()


def test_maintenance_case_goes_from_the_decision_straight_to_housed(officer):
    household = HouseholdFactory(maintenance=True, stage=Stage.TO_ORIENT)
    DiagnosisFactory(household=household, completed=True)
    occupancy = Occupancy(household=household, unit=UnitFactory(), tenure="direct_lease", starts_on=date(2012, 5, 1))
    with pytest.raises(ValidationError, match="comité"):
        actions.house_in_place(occupancy=occupancy, on=date(2015, 2, 1), by=officer)
    assert not Occupancy.objects.exists()
    decision = CommitteeDecision(household=household, decided_on=date(2015, 2, 1), outcome=CommitteeOutcome.FAVOURABLE)
    actions.record_committee_decision(decision=decision, by=officer)
    household.refresh_from_db()
    assert household.stage == Stage.TO_ORIENT
    actions.house_in_place(occupancy=occupancy, on=date(2015, 2, 1), by=officer)
    household.refresh_from_db()
    assert household.stage == Stage.HOUSED


def test_a_committee_decides_only_after_a_completed_diagnosis(officer):
    household = at_stage(Stage.TO_ORIENT)
    decision = CommitteeDecision(household=household, decided_on=DAY, outcome=CommitteeOutcome.FAVOURABLE)
    with pytest.raises(ValidationError, match="diagnostic terminé"):
        actions.record_committee_decision(decision=decision, by=officer)
    assert not CommitteeDecision.objects.exists()


def test_a_refused_proposal_sends_the_household_back_to_search(officer):
    proposal = ProposalFactory()
    actions.answer_proposal(proposal=proposal, answer=ProposalAnswer.REFUSED, refusal_reason=RefusalReason.RENT, on=DAY, by=officer)
    assert Household.objects.get().stage == Stage.SEARCHING
    assert proposal.closed_on == DAY


def test_an_unfavourable_cal_keeps_the_case_proposed_while_another_home_is(officer):
    first = ProposalFactory()
    second = ProposalFactory(household=first.household)
    actions.record_cal_decision(proposal=first, decision=CalDecision.NOT_GRANTED, on=DAY, by=officer)
    assert Household.objects.get().stage == Stage.PROPOSED
    actions.record_cal_decision(proposal=second, decision=CalDecision.NOT_GRANTED, on=DAY, by=officer)
    assert Household.objects.get().stage == Stage.SEARCHING


def test_no_lease_without_the_cal(officer):
    proposal = ProposalFactory()
    with pytest.raises(ValidationError, match="CAL"):
        actions.record_lease(proposal=proposal, occupancy=Occupancy(tenure="direct_lease", starts_on=DAY), by=officer)
    assert not Occupancy.objects.exists()


def test_an_occupied_home_is_neither_proposed_nor_leased(officer):
    unit = OccupancyFactory().unit
    household = at_stage(Stage.SEARCHING)
    with pytest.raises(ValidationError, match="occupé"):
        actions.propose_unit(household=household, unit=unit, on=DAY, by=officer)
    proposal = ProposalFactory(unit=unit, cal_decision=CalDecision.GRANTED, cal_on=DAY)
    with pytest.raises(ValidationError, match="déjà occupé"):
        actions.record_lease(proposal=proposal, occupancy=Occupancy(tenure="direct_lease", starts_on=DAY), by=officer)
    proposal.household.refresh_from_db()
    assert proposal.household.stage == Stage.PROPOSED
    assert Occupancy.objects.count() == 1


def test_a_withdrawn_home_is_not_proposed(officer):
    unit = UnitFactory(withdrawn_on=date(2015, 1, 1))
    with pytest.raises(ValidationError, match="retiré"):
        actions.propose_unit(household=at_stage(Stage.SEARCHING), unit=unit, on=DAY, by=officer)


def test_a_sliding_lease_needs_its_slide_date(officer):
    proposal = ProposalFactory(cal_decision=CalDecision.GRANTED, cal_on=DAY)
    with pytest.raises(ValidationError, match="glissement"):
        actions.record_lease(proposal=proposal, occupancy=Occupancy(tenure="sliding_lease", starts_on=DAY), by=officer)


@pytest.mark.parametrize("stage", COURSE)
def test_a_suspended_case_resumes_where_it_stood(stage, officer):
    household = at_stage(stage)
    actions.suspend_case(household=household, on=DAY, by=officer)
    assert household.stage == Stage.SUSPENDED
    actions.resume_case(household=household, on=date(2015, 7, 1), by=officer)
    household.refresh_from_db()
    assert (household.stage, household.suspended_from) == (stage, "")


def test_suspending_suspends_the_measures_unless_told_otherwise(officer):
    measure = SupportMeasureFactory()
    actions.suspend_case(household=measure.household, on=DAY, by=officer, suspend_measures=False)
    assert not MeasureSuspension.objects.exists()
    actions.resume_case(household=measure.household, on=DAY, by=officer)
    actions.suspend_case(household=measure.household, on=DAY, by=officer)
    actions.resume_case(household=measure.household, on=date(2015, 7, 1), by=officer)
    suspension = measure.suspensions.get()
    assert (suspension.starts_on, suspension.ends_on) == (DAY, date(2015, 6, 30))


@pytest.mark.parametrize("stage", [*COURSE, Stage.SUSPENDED])
def test_closing_ends_what_is_open(stage, officer):
    household = at_stage(stage)
    proposal = ProposalFactory(household=household)
    running, to_come = SupportMeasureFactory(household=household), None
    to_come = SupportMeasureFactory(
        household=household, kind=ConventionFactory().measure_kinds.get(code="adapted_management"), starts_on=date(2016, 1, 1)
    )
    OccupancyFactory(household=household)
    actions.close_case(household=household, closing_reason=ClosingReason.MOVED, on=DAY, by=officer)
    proposal.refresh_from_db()
    running.refresh_from_db()
    assert (proposal.closed_on, proposal.withdrawal_reason) == (DAY, WithdrawalReason.CASE_CLOSED)
    assert running.ended_on == DAY
    assert not SupportMeasure.objects.filter(pk=to_come.pk).exists()
    assert household.occupancies.get().ends_on == DAY
    assert household.closing_reason == ClosingReason.MOVED


def test_nothing_is_written_to_a_closed_case(officer):
    household = at_stage(Stage.CLOSED)
    with pytest.raises(ValidationError, match="clos"):
        actions.record_consent(household=household, kind="support", answer="agreed", decided_on=DAY, by=officer)
    with pytest.raises(ValidationError, match="clos"):
        actions.save_diagnosis(diagnosis=Diagnosis(household=household, operator=OrganisationFactory(), started_on=DAY), by=officer)
