"""What each case waits for: the rule of each wait with its day, who is awaited, and that exactly one is kept for each open case."""

import inspect
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.enums import Role
from households import actions, stages
from households.enums import AwaitedParty, ConsentAnswer, ConsentKind, EvaluationResult, PendingKind, ProposalAnswer, Recommendation, Stage
from households.models import CommitteeDecision, CommitteeSession, Consent, Evaluation, Household, PendingAction, StageMove, SupportMeasure
from households.next_action import refresh
from tests.factories import (
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    OutreachContactFactory,
    ProposalFactory,
    SupportMeasureFactory,
    UserFactory,
    agree,
    member,
)

pytestmark = pytest.mark.django_db
SINCE = date(2015, 3, 1)


def at(stage, **fields):
    extra = {"suspended_from": Stage.SEARCHING} if stage == Stage.SUSPENDED else {}
    return HouseholdFactory(stage=stage, stage_since=SINCE, officer=fields.pop("officer", UserFactory()), **extra, **fields)


def awaited(household):
    refresh([household.pk])
    return PendingAction.objects.get(household=household)


def told(household):
    found = awaited(household)
    return found.kind, found.due_on, found.awaited


@pytest.mark.parametrize(
    ("stage", "kind", "due"),
    [
        (Stage.IDENTIFIED, PendingKind.ENTRUST_DIAGNOSIS, date(2015, 3, 16)),
        (Stage.IN_DIAGNOSIS, PendingKind.COMPLETE_DIAGNOSIS, date(2015, 4, 15)),
        (Stage.TO_ORIENT, PendingKind.COMMITTEE, date(2015, 3, 31)),
        (Stage.SEARCHING, PendingKind.PROPOSE, date(2015, 5, 30)),
        (Stage.PROPOSED, PendingKind.RESUME_SEARCH, date(2015, 3, 1)),
        (Stage.SUSPENDED, PendingKind.REVIEW_SUSPENSION, date(2015, 5, 30)),
        (Stage.HOUSED, PendingKind.CONSENT, date(2015, 3, 16)),
    ],
)
def test_each_stage_waits_for_its_own_step_by_the_gie(stage, kind, due):
    household = at(stage)
    assert told(household) == (kind, due, AwaitedParty.GIE)
    assert PendingAction.objects.get().owner == household.officer


def test_a_case_without_officer_waits_for_one_three_days_after_it_opened():
    household = HouseholdFactory(stage=Stage.SEARCHING, stage_since=SINCE, opened_on=date(2015, 1, 5))
    assert told(household) == (PendingKind.NAME_OFFICER, date(2015, 1, 8), AwaitedParty.GIE)


def test_a_diagnosis_entrusted_waits_on_the_operator_and_its_author():
    household, author = at(Stage.IN_DIAGNOSIS), UserFactory(role=Role.SUPPORT_WORKER)
    diagnosis = DiagnosisFactory(household=household, author=author)
    found = awaited(household)
    assert (found.kind, found.awaited, found.operator, found.owner) == (
        PendingKind.COMPLETE_DIAGNOSIS,
        AwaitedParty.OPERATOR,
        diagnosis.operator,
        author,
    )


def test_the_gie_that_diagnoses_waits_on_its_own_officer():
    household = at(Stage.IN_DIAGNOSIS)
    DiagnosisFactory(household=household, operator=OrganisationFactory(gie=True))
    assert told(household) == (PendingKind.COMPLETE_DIAGNOSIS, date(2015, 4, 15), AwaitedParty.GIE)


def test_a_maintenance_case_waits_for_its_home_once_the_committee_has_decided():
    household = at(Stage.TO_ORIENT, entry_door="maintenance")
    assert told(household)[0] == PendingKind.COMMITTEE
    CommitteeDecision.objects.create(household=household, decided_on=date(2015, 3, 10), outcome="favourable")
    assert told(household) == (PendingKind.RECORD_HOME, date(2015, 3, 16), AwaitedParty.GIE)


def test_a_case_on_an_agenda_waits_for_the_day_of_the_session():
    household = at(Stage.TO_ORIENT)
    DiagnosisFactory(household=household, completed=True)
    session = CommitteeSession(held_on=date(2015, 3, 12), place="Rennes")
    actions.plan_session(session=session, members=[], by=household.officer)
    assert PendingAction.objects.get().due_on == date(2015, 3, 12)
    session.held_on = date(2015, 3, 19)
    actions.plan_session(session=session, members=[], by=household.officer)
    assert PendingAction.objects.get().due_on == date(2015, 3, 19)
    actions.remove_from_agenda(item=session.items.get(), by=household.officer)
    assert PendingAction.objects.get().due_on == date(2015, 3, 31)


def test_a_case_the_committee_declined_waits_to_be_closed():
    household = at(Stage.TO_ORIENT)
    CommitteeDecision.objects.create(household=household, decided_on=date(2015, 3, 10), outcome="declined")
    assert told(household) == (PendingKind.CLOSE, date(2015, 3, 1), AwaitedParty.GIE)


def test_a_proposal_waits_for_the_answer_then_the_commission_then_the_lease():
    household = at(Stage.PROPOSED)
    proposal = ProposalFactory(household=household, proposed_on=date(2015, 3, 2))
    assert told(household) == (PendingKind.ANSWER, date(2015, 3, 12), AwaitedParty.GIE)
    proposal.answer = ProposalAnswer.ACCEPTED
    proposal.save()
    assert told(household) == (PendingKind.CAL, date(2015, 4, 16), AwaitedParty.LANDLORD)
    proposal.cal_decision, proposal.cal_on = "granted", date(2015, 3, 20)
    proposal.save()
    assert told(household) == (PendingKind.LEASE, date(2015, 4, 19), AwaitedParty.LANDLORD)
    assert PendingAction.objects.get().landlord == proposal.unit.landlord


def test_a_household_that_left_its_home_waits_for_another_from_that_day():
    household = at(Stage.HOUSED)
    occupancy = OccupancyFactory(household=household, starts_on=date(2015, 1, 5))
    assert told(household)[0] == PendingKind.CONSENT
    occupancy.ends_on, occupancy.end_reason = date(2015, 2, 20), "moved"
    occupancy.save()
    assert told(household) == (PendingKind.HOME_LOST, date(2015, 3, 7), AwaitedParty.GIE)


def supported(**fields):
    household = at(Stage.HOUSED)
    agree(household)
    worker = UserFactory(role=Role.SUPPORT_WORKER)
    measure = SupportMeasureFactory(**{"household": household, "referent": worker, "starts_on": date(2015, 1, 31), **fields})
    return household, measure


def test_support_opens_once_the_household_has_agreed():
    household = at(Stage.HOUSED)
    agree(household)
    assert told(household) == (PendingKind.OPEN_SUPPORT, date(2015, 3, 16), AwaitedParty.GIE)


def test_a_withdrawn_agreement_is_asked_for_again():
    household, _measure = supported()
    OutreachContactFactory(household=household, contacted_on=date(2015, 3, 1))
    Consent.objects.create(household=household, kind=ConsentKind.SUPPORT, answer=ConsentAnswer.WITHDRAWN, decided_on=date(2015, 3, 2))
    assert told(household) == (PendingKind.REFUSAL, date(2015, 3, 7), AwaitedParty.GIE)
    OutreachContactFactory(household=household, contacted_on=date(2015, 3, 3))
    SupportMeasure.objects.filter(household=household).update(ended_on=date(2015, 3, 2), end_reason="refused")
    assert told(household) == (PendingKind.CONSENT, date(2015, 5, 31), AwaitedParty.GIE)


def meet(household, day):
    OutreachContactFactory(household=household, contacted_on=day)


def decide(household, day):
    CommitteeDecision.objects.create(household=household, decided_on=day, outcome="favourable")


def move(household, day):
    StageMove.objects.create(household=household, action="suspend", from_stage=Stage.SEARCHING, to_stage=Stage.SUSPENDED, moved_on=day)


@pytest.mark.parametrize("kind", ConsentKind)
@pytest.mark.parametrize("follow_up", [meet, decide, move])
def test_a_refusal_reaches_the_officer_by_itself_until_something_is_decided(kind, follow_up):
    household = at(Stage.SEARCHING)
    actions.record_consent(household=household, kind=kind, answer=ConsentAnswer.REFUSED, decided_on=date(2015, 3, 10), by=household.officer)
    found = PendingAction.objects.get()
    assert (found.kind, found.due_on, found.owner) == (PendingKind.REFUSAL, date(2015, 3, 15), household.officer)
    follow_up(household, date(2015, 3, 10))
    assert told(household)[0] == PendingKind.REFUSAL
    follow_up(household, date(2015, 3, 11))
    assert told(household)[0] == PendingKind.PROPOSE


def test_an_agreement_given_again_ends_what_a_refusal_began():
    household = at(Stage.SEARCHING)
    for answer, day in ((ConsentAnswer.REFUSED, date(2015, 3, 10)), (ConsentAnswer.AGREED, date(2015, 3, 10))):
        actions.record_consent(household=household, kind=ConsentKind.SUPPORT, answer=answer, decided_on=day, by=household.officer)
    assert told(household)[0] == PendingKind.PROPOSE


def test_a_supported_household_is_met_every_forty_five_days():
    household, measure = supported()
    assert told(household) == (PendingKind.CONTACT, date(2015, 3, 17), AwaitedParty.OPERATOR)
    assert PendingAction.objects.get().owner == measure.referent
    OutreachContactFactory(household=household, contacted_on=date(2015, 3, 1), is_met=True)
    OutreachContactFactory(household=household, contacted_on=date(2015, 3, 9), is_met=False)
    assert told(household) == (PendingKind.CONTACT, date(2015, 4, 15), AwaitedParty.OPERATOR)


def test_support_is_evaluated_six_months_after_it_began_then_after_each_evaluation():
    household, _measure = supported()
    OutreachContactFactory(household=household, contacted_on=date(2015, 7, 15))
    assert told(household) == (PendingKind.EVALUATE, date(2015, 7, 31), AwaitedParty.OPERATOR)
    OutreachContactFactory(household=household, contacted_on=date(2016, 2, 20))
    Evaluation.objects.create(
        household=household, evaluated_on=date(2015, 8, 31), result=EvaluationResult.FAVOURABLE, recommendation=Recommendation.CONTINUE
    )
    CommitteeDecision.objects.create(household=household, decided_on=date(2015, 8, 31), outcome="continue")
    assert told(household) == (PendingKind.EVALUATE, date(2016, 2, 29), AwaitedParty.OPERATOR)


def test_an_evaluation_waits_for_the_committee_until_it_has_decided_upon_it():
    household, _measure = supported()
    OutreachContactFactory(household=household, contacted_on=date(2015, 12, 1))
    evaluated = {"household": household, "result": EvaluationResult.MIXED, "recommendation": Recommendation.ADJUST}
    Evaluation.objects.create(evaluated_on=date(2015, 8, 31), **evaluated)
    assert told(household) == (PendingKind.REVIEW, date(2015, 10, 15), AwaitedParty.GIE)
    assert PendingAction.objects.get().since_on == date(2015, 8, 31)
    session = CommitteeSession(held_on=date(2015, 9, 10), place="Rennes")
    actions.plan_session(session=session, members=[], by=household.officer)
    assert PendingAction.objects.get().due_on == date(2015, 9, 10)
    CommitteeDecision.objects.create(household=household, decided_on=date(2015, 9, 10), outcome="adjourned", item=session.items.get())
    assert told(household) == (PendingKind.REVIEW, date(2015, 10, 15), AwaitedParty.GIE)
    CommitteeDecision.objects.create(household=household, decided_on=date(2015, 9, 20), outcome="adjust")
    assert told(household)[0] == PendingKind.CONTACT
    Evaluation.objects.create(evaluated_on=date(2015, 10, 1), **evaluated)
    assert told(household) == (PendingKind.REVIEW, date(2015, 11, 15), AwaitedParty.GIE)


def test_each_wait_tells_since_when():
    searching, proposed = at(Stage.SEARCHING), at(Stage.PROPOSED)
    ProposalFactory(household=proposed, proposed_on=date(2015, 3, 2), answer=ProposalAnswer.ACCEPTED, answered_on=date(2015, 3, 9))
    assert awaited(searching).since_on == SINCE
    assert awaited(proposed).since_on == date(2015, 3, 9)
    assert awaited(proposed).days_waiting(date(2015, 3, 19)) == 10
    supported_one, _measure = supported()
    assert awaited(supported_one).since_on == date(2015, 1, 31), "never met: since the support began"
    OutreachContactFactory(household=supported_one, contacted_on=date(2015, 7, 15))
    assert awaited(supported_one).since_on == date(2015, 7, 31), "an evaluation waits on somebody from the day it is due"


def test_support_without_referent_waits_for_one():
    household, measure = supported(referent=None)
    found = awaited(household)
    assert (found.kind, found.due_on, found.owner, found.operator) == (
        PendingKind.NAME_REFERENT,
        date(2015, 2, 15),
        household.officer,
        measure.convention.partner,
    )


def test_a_measure_about_to_end_is_told_thirty_days_ahead():
    household, _measure = supported(planned_ends_on=date(2015, 4, 10))
    assert told(household) == (PendingKind.RENEW, date(2015, 3, 11), AwaitedParty.GIE)


def test_a_sliding_lease_waits_for_its_day():
    household, _measure = supported()
    OccupancyFactory(household=household, tenure="sliding_lease", planned_slide_on=date(2015, 3, 5))
    assert told(household) == (PendingKind.SLIDE, date(2015, 3, 5), AwaitedParty.GIE)


def test_a_stabilised_case_without_measure_waits_for_its_closing():
    household = at(Stage.STABILISED)
    agree(household)
    assert told(household) == (PendingKind.CLOSE, date(2015, 8, 28), AwaitedParty.GIE)


def test_a_closed_case_waits_for_nothing():
    household = at(Stage.SEARCHING)
    refresh()
    Household.objects.filter(pk=household.pk).update(stage=Stage.CLOSED, closing_reason="other")
    assert refresh([household.pk]) == 1
    assert not PendingAction.objects.exists()


def test_a_second_pass_changes_nothing_and_the_number_of_statements_does_not_grow():
    for _ in range(3):
        at(Stage.SEARCHING)
    assert refresh() == 3
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert refresh() == 0
    assert len(queries) == 3


def test_every_action_on_a_case_works_out_anew_what_it_waits_for():
    household = at(Stage.IDENTIFIED)
    actions.start_diagnosis(household=household, operator=OrganisationFactory(), on=date(2015, 3, 2), by=household.officer)
    assert PendingAction.objects.get(household=household).kind == PendingKind.COMPLETE_DIAGNOSIS
    assert refresh() == 0


@pytest.mark.parametrize("name", [name for name in actions.__all__ if "by" in inspect.signature(getattr(actions, name)).parameters])
def test_every_action_is_one_transaction(name):
    source = inspect.getsource(getattr(actions, name))
    assert source.startswith(("@case_write()", "@transaction.atomic")), f"{name} is all or nothing"


def test_a_case_is_never_locked_outside_such_a_transaction():
    with pytest.raises(RuntimeError):
        stages.lock(HouseholdFactory())


def test_a_referent_sees_what_waits_on_the_own_stock_and_nothing_of_another_landlord():
    own, other = ProposalFactory(answer=ProposalAnswer.ACCEPTED), ProposalFactory(answer=ProposalAnswer.ACCEPTED)
    for proposal in (own, other):
        Household.objects.filter(pk=proposal.household_id).update(officer=UserFactory())
    Household.objects.filter(pk=other.household_id).update(reported_by=own.unit.landlord)
    refresh()
    referent = member(Role.LANDLORD_REFERENT, own.unit.landlord)
    assert Household.objects.visible_to(referent).count() == 2
    assert [found.household_id for found in PendingAction.objects.visible_to(referent)] == [own.household_id]


def test_what_is_awaited_from_a_person_is_theirs_or_nobodys_of_their_organisation():
    operator, other = OrganisationFactory(), OrganisationFactory()
    mine, colleague = (member(Role.SUPPORT_WORKER, operator) for _ in range(2))
    kept = {name: at(Stage.IN_DIAGNOSIS) for name in ("mine", "unnamed", "colleague", "foreign")}
    for name, partner, author in (
        ("mine", operator, mine),
        ("unnamed", operator, None),
        ("colleague", operator, colleague),
        ("foreign", other, None),
    ):
        DiagnosisFactory(household=kept[name], operator=partner, author=author)
    refresh()
    waiting = PendingAction.objects.awaited_from(mine, on=date(2015, 6, 1)).values_list("household", flat=True)
    assert set(waiting) == {kept["mine"].pk, kept["unnamed"].pk}
