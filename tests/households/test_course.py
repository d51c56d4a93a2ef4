"""Random lives of cases: whatever is tried, in whatever order, what must always hold holds."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from catalogue.enums import MeasureCode
from catalogue.models import MeasureKind
from households import actions
from households.enums import (
    CalDecision,
    ClosingReason,
    CommitteeOutcome,
    ConsentAnswer,
    ConsentKind,
    EntryDoor,
    EvaluationResult,
    MeasureEnd,
    OccupancyEnd,
    ProposalAnswer,
    Recommendation,
    RefusalReason,
    Stage,
    WithdrawalReason,
)
from households.models import (
    AgendaItem,
    CommitteeDecision,
    CommitteeSession,
    Evaluation,
    Household,
    MeasureSuspension,
    Occupancy,
    OutreachContact,
    PendingAction,
    Proposal,
    StageMove,
    SupportMeasure,
)
from households.next_action import refresh
from tests.factories import FOUGERES, ConventionFactory, OrganisationFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
FIRST_DAY = date(2015, 1, 5)
CASES, HOMES = 3, 2
one_case = st.integers(0, CASES - 1)
one_home = st.integers(0, HOMES - 1)


class Lives(RuleBasedStateMachine):
    """Three cases, two homes, one convention of two places: what is refused must write nothing, what is done must keep every invariant."""

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize(doors=st.lists(st.sampled_from(EntryDoor), min_size=CASES, max_size=CASES))
    def open_cases(self, doors):
        self.today = FIRST_DAY
        self.officer = UserFactory()
        self.operator = OrganisationFactory()
        self.convention = ConventionFactory(partner=self.operator, capacity=2, starts_on=FIRST_DAY, ends_on=FIRST_DAY + timedelta(days=900))
        self.homes = [UnitFactory() for _ in range(HOMES)]
        self.cases = [
            actions.open_household(
                household=Household(entry_door=door, commune_id=FOUGERES, opened_on=self.today, officer=self.officer), by=self.officer
            )
            for door in doors
        ]

    def tried(self, write):
        """Run a write; what a rule refuses leaves nothing behind."""
        try:
            with transaction.atomic():
                write()
        except ValidationError:
            pass

    def case(self, number):
        return Household.objects.get(pk=self.cases[number].pk)

    @rule(days=st.integers(1, 90))
    def time_passes(self, days):
        self.today += timedelta(days=days)

    @rule(number=one_case, home=one_home, days=st.integers(1, 30))
    def go_on(self, number, home, days):
        """The natural next step, so that lives go far enough for what follows to matter."""
        self.today += timedelta(days=days)
        household = self.case(number)
        maintained = household.entry_door == EntryDoor.MAINTENANCE
        steps = {
            Stage.IDENTIFIED: lambda: self.entrust_the_diagnosis(number),
            Stage.IN_DIAGNOSIS: lambda: self.complete_the_diagnosis(number),
            Stage.TO_ORIENT: lambda: (
                self.the_committee_decides(number, CommitteeOutcome.FAVOURABLE),
                maintained and self.house_in_place(number, home),
            ),
            Stage.SEARCHING: lambda: self.propose(number, home),
            Stage.PROPOSED: lambda: (self.the_commission_decides(number, CalDecision.GRANTED), self.sign_the_lease(number)),
            Stage.HOUSED: lambda: (
                self.the_household_consents_or_not(number, ConsentAnswer.AGREED, ConsentKind.SUPPORT),
                self.open_a_measure(number, MeasureCode.SUPPORT, 400),
            ),
        }
        steps.get(household.stage, lambda: None)()

    @rule(number=one_case)
    def entrust_the_diagnosis(self, number):
        self.tried(lambda: actions.start_diagnosis(household=self.case(number), operator=self.operator, on=self.today, by=self.officer))

    @rule(number=one_case)
    def complete_the_diagnosis(self, number):
        for diagnosis in self.case(number).diagnoses.filter(completed_on__isnull=True):
            self.tried(lambda diagnosis=diagnosis: actions.complete_diagnosis(diagnosis=diagnosis, on=self.today, by=self.officer))

    @rule(number=one_case)
    def revise_the_diagnosis(self, number):
        self.tried(lambda: actions.revise_diagnosis(household=self.case(number), operator=self.operator, on=self.today, by=self.officer))

    @rule(number=one_case, outcome=st.sampled_from([CommitteeOutcome.FAVOURABLE, CommitteeOutcome.ADJOURNED]))
    def the_committee_decides(self, number, outcome):
        decision = CommitteeDecision(household=self.case(number), decided_on=self.today, outcome=outcome)
        self.tried(lambda: actions.record_committee_decision(decision=decision, by=self.officer))

    @rule(number=one_case, home=one_home)
    def propose(self, number, home):
        self.tried(lambda: actions.propose_unit(household=self.case(number), unit=self.homes[home], on=self.today, by=self.officer))

    @rule(number=one_case, accepts=st.booleans())
    def the_household_answers(self, number, accepts):
        answer = ProposalAnswer.ACCEPTED if accepts else ProposalAnswer.REFUSED
        reason = "" if accepts else RefusalReason.RENT
        for proposal in Proposal.objects.open().filter(household=self.cases[number])[:1]:
            self.tried(
                lambda proposal=proposal: actions.answer_proposal(
                    proposal=proposal, answer=answer, refusal_reason=reason, on=self.today, by=self.officer
                )
            )

    @rule(number=one_case, decision=st.sampled_from([CalDecision.GRANTED, CalDecision.NOT_GRANTED]))
    def the_commission_decides(self, number, decision):
        for proposal in Proposal.objects.open().filter(household=self.cases[number])[:1]:
            self.tried(lambda proposal=proposal: actions.record_cal_decision(proposal=proposal, decision=decision, on=self.today, by=self.officer))

    @rule(number=one_case, reason=st.sampled_from([WithdrawalReason.HOME_GONE, WithdrawalReason.SITUATION]))
    def withdraw_the_proposal(self, number, reason):
        for proposal in Proposal.objects.open().filter(household=self.cases[number])[:1]:
            self.tried(lambda proposal=proposal: actions.withdraw_proposal(proposal=proposal, reason=reason, on=self.today, by=self.officer))

    @rule(number=one_case, slides=st.booleans())
    def sign_the_lease(self, number, slides=False):
        for proposal in Proposal.objects.open().filter(household=self.cases[number])[:1]:
            home = Occupancy(tenure="direct_lease", starts_on=self.today)
            if slides:
                home = Occupancy(tenure="sliding_lease", starts_on=self.today, planned_slide_on=self.today + timedelta(days=180))
            self.tried(lambda proposal=proposal, home=home: actions.record_lease(proposal=proposal, occupancy=home, by=self.officer))

    @rule(number=one_case)
    def the_lease_slides(self, number):
        for home in Occupancy.objects.filter(household=self.cases[number], ends_on__isnull=True):
            self.tried(lambda home=home: actions.record_slide(occupancy=home, on=self.today, by=self.officer))

    @rule(number=one_case)
    def leave_the_home(self, number):
        for home in Occupancy.objects.filter(household=self.cases[number], ends_on__isnull=True):
            self.tried(lambda home=home: actions.end_occupancy(occupancy=home, on=self.today, reason="moved", by=self.officer))

    @rule(outcome=st.sampled_from([CommitteeOutcome.FAVOURABLE, CommitteeOutcome.CONTINUE, CommitteeOutcome.STOP, CommitteeOutcome.REORIENT]))
    def the_committee_meets(self, outcome):
        """The agenda fills itself; what does not go with the outcome is adjourned, and the session closes."""
        session = CommitteeSession(held_on=self.today, place="Rennes")
        actions.plan_session(session=session, members=[], by=self.officer)
        if session.pk % 3 == 0:
            return
        actions.open_session(session=session, by=self.officer)
        for item in session.items.all():
            self.tried(lambda item=item: actions.decide(item=item, outcome=outcome, end_reason=MeasureEnd.COMPLETED, by=self.officer))
            self.tried(lambda item=item: actions.decide(item=item, outcome=CommitteeOutcome.ADJOURNED, by=self.officer))
        actions.close_session(session=session, attendees=[self.officer], by=self.officer)

    @rule(number=one_case, home=one_home)
    def house_in_place(self, number, home):
        lived_in = Occupancy(household=self.case(number), unit=self.homes[home], tenure="direct_lease", starts_on=self.today)
        self.tried(lambda: actions.house_in_place(occupancy=lived_in, on=self.today, by=self.officer))

    @rule(number=one_case, answer=st.sampled_from(ConsentAnswer), kind=st.sampled_from(ConsentKind))
    def the_household_consents_or_not(self, number, answer, kind):
        self.tried(lambda: actions.record_consent(household=self.case(number), kind=kind, answer=answer, decided_on=self.today, by=self.officer))

    @rule(number=one_case, code=st.sampled_from([MeasureCode.SUPPORT, MeasureCode.ADAPTED_MANAGEMENT]), days=st.integers(1, 700))
    def open_a_measure(self, number, code, days):
        measure = SupportMeasure(
            household=self.case(number),
            kind=MeasureKind.objects.get(code=code),
            convention=self.convention,
            level="light",
            starts_on=self.today,
            planned_ends_on=self.today + timedelta(days=days),
        )
        self.tried(lambda: actions.open_measure(measure=measure, by=self.officer))

    @rule(number=one_case, days=st.integers(1, 400))
    def prolong_or_end_a_measure(self, number, days):
        for measure in SupportMeasure.objects.unended().filter(household=self.cases[number])[:1]:
            if days % 2:
                self.tried(
                    lambda measure=measure: actions.prolong_measure(
                        measure=measure, planned_ends_on=self.today + timedelta(days=days), on=self.today, by=self.officer
                    )
                )
            else:
                self.tried(lambda measure=measure: actions.end_measure(measure=measure, on=self.today, reason=MeasureEnd.COMPLETED, by=self.officer))

    @rule(number=one_case, met=st.booleans())
    def somebody_goes_to_see_them(self, number, met):
        contact = OutreachContact(household=self.case(number), kind="visit", is_met=met, contacted_on=self.today)
        self.tried(lambda: actions.record_outreach(contact=contact, by=self.officer))

    @rule(number=one_case, result=st.sampled_from(EvaluationResult))
    def evaluate(self, number, result):
        evaluation = Evaluation(household=self.case(number), evaluated_on=self.today, result=result, recommendation=Recommendation.CONTINUE)
        self.tried(lambda: actions.record_evaluation(evaluation=evaluation, by=self.officer))

    @rule(number=one_case)
    def stabilise(self, number):
        self.tried(lambda: actions.stabilise(household=self.case(number), on=self.today, by=self.officer))

    @rule(number=one_case)
    def leave_the_home_and_look_for_another(self, number):
        for occupancy in self.case(number).occupancies.running(on=self.today):
            self.tried(
                lambda occupancy=occupancy: actions.end_occupancy(occupancy=occupancy, on=self.today, reason=OccupancyEnd.EVICTED, by=self.officer)
            )
        self.today += timedelta(days=1)
        self.tried(lambda: actions.search_again(household=self.case(number), on=self.today, by=self.officer))

    @rule(number=one_case, measures_too=st.booleans())
    def suspend(self, number, measures_too):
        self.tried(lambda: actions.suspend_case(household=self.case(number), on=self.today, by=self.officer, suspend_measures=measures_too))

    @rule(number=one_case)
    def resume(self, number):
        self.tried(lambda: actions.resume_case(household=self.case(number), on=self.today, by=self.officer))

    @rule(number=one_case, reason=st.sampled_from([ClosingReason.AUTONOMOUS_LEASE, ClosingReason.MOVED, ClosingReason.LOST_CONTACT]))
    def close(self, number, reason):
        self.tried(lambda: actions.close_case(household=self.case(number), closing_reason=reason, on=self.today, by=self.officer))

    @invariant()
    def every_open_case_waits_for_exactly_one_thing_and_no_closed_one_does(self):
        cases = Household.objects.exclude(stage=Stage.CLOSED).values_list("pk", flat=True)
        assert sorted(PendingAction.objects.values_list("household", flat=True)) == sorted(cases)
        assert refresh() == 0, "what is kept is what the rules say"

    @invariant()
    def no_home_is_occupied_twice_and_no_household_housed_twice(self):
        for field in ("unit_id", "household_id"):
            spans = sorted((getattr(home, field), home.starts_on, home.ends_on or date.max) for home in Occupancy.objects.all())
            for (one, _start, end), (other, start, _end) in pairwise(spans):
                assert one != other or start > end

    @invariant()
    def no_measure_lies_outside_its_convention_nor_beyond_its_capacity(self):
        measures = list(SupportMeasure.objects.select_related("convention"))
        for measure in measures:
            assert measure.convention.starts_on <= measure.starts_on
            assert measure.last_day <= measure.convention.ends_on
            assert sum(other.starts_on <= measure.starts_on <= other.last_day for other in measures) <= measure.convention.capacity

    @invariant()
    def nothing_is_open_on_a_closed_case(self):
        closed = Household.objects.filter(stage=Stage.CLOSED)
        assert not Proposal.objects.open().filter(household__in=closed).exists()
        assert not SupportMeasure.objects.unended().filter(household__in=closed).exists()
        assert not MeasureSuspension.objects.filter(measure__household__in=closed, ends_on__isnull=True).exists()
        assert not Occupancy.objects.filter(household__in=closed, ends_on__isnull=True, left_scheme_on__isnull=True).exists()
        assert not AgendaItem.objects.filter(household__in=closed, decision__isnull=True).exists()

    @invariant()
    def the_stage_is_where_the_last_move_led(self):
        for household in Household.objects.all():
            moves = list(StageMove.objects.filter(household=household).order_by("pk"))
            stage = Stage.IDENTIFIED
            for move in moves:
                assert move.from_stage == stage
                stage = move.to_stage
            assert household.stage == stage


def test_random_lives_keep_every_invariant():
    run_state_machine_as_test(Lives, settings=hypothesis_settings(max_examples=8, stateful_step_count=35, deadline=None))
