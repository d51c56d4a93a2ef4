"""Two people at once: the second meets what the first has done, in French, and nothing is written twice."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from households import actions
from households.enums import CalDecision, Stage
from households.models import AllocationRecord, Occupancy, Proposal, SupportMeasure
from tests.factories import ConventionFactory, HouseholdFactory, OccupancyFactory, ProposalFactory, UnitFactory, UserFactory, agree

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2015, 6, 1)


def together(*writes):
    """Run the writes at the same moment, each in its own connection; return what each one met: None or the refusal."""
    barrier, outcomes = threading.Barrier(len(writes)), [None] * len(writes)

    def run(index, write):
        try:
            barrier.wait(timeout=10)
            write()
        except ValidationError as refusal:
            outcomes[index] = " ".join(refusal.messages)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(writes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def test_two_households_cannot_move_into_one_home():
    unit, officer = UnitFactory(), UserFactory()
    proposals = [ProposalFactory(unit=unit, cal_decision=CalDecision.GRANTED, cal_on=DAY) for _ in range(2)]
    outcomes = together(
        *(
            lambda proposal=proposal: actions.record_lease(proposal=proposal, occupancy=Occupancy(tenure="direct_lease", starts_on=DAY), by=officer)
            for proposal in proposals
        )
    )
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert "déjà occupé" in next(outcome for outcome in outcomes if outcome)
    assert Occupancy.objects.count() == 1


def test_one_proposal_answered_twice_at_once_counts_once():
    proposal, officer = ProposalFactory(), UserFactory()
    outcomes = together(
        *(
            lambda: actions.answer_proposal(
                proposal=Proposal.objects.get(pk=proposal.pk), answer="refused", refusal_reason="rent", on=DAY, by=officer
            )
            for _ in range(2)
        )
    )
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert proposal.household.moves.count() == 1


def test_of_two_different_answers_noted_at_once_one_is_kept():
    proposal, officer = ProposalFactory(), UserFactory()
    seen = [Proposal.objects.get(pk=proposal.pk) for _ in range(2)]
    outcomes = together(
        lambda: actions.answer_proposal(proposal=seen[0], answer="accepted", on=DAY, by=officer),
        lambda: actions.answer_proposal(proposal=seen[1], answer="refused", refusal_reason="rent", on=DAY, by=officer),
    )
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    refusal = next(outcome for outcome in outcomes if outcome)
    assert "déjà notée : « acceptée »" in refusal or "déjà close" in refusal
    proposal.refresh_from_db()
    assert proposal.answer == ("accepted" if outcomes[0] is None else "refused")


def test_one_lease_confirmed_twice_at_once_houses_once():
    proposal, officer = ProposalFactory(cal_decision=CalDecision.GRANTED, cal_on=DAY), UserFactory()
    outcomes = together(
        *(
            lambda: actions.record_lease(
                proposal=Proposal.objects.get(pk=proposal.pk), occupancy=Occupancy(tenure="direct_lease", starts_on=DAY), by=officer
            )
            for _ in range(2)
        )
    )
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert "déjà close" in next(outcome for outcome in outcomes if outcome)
    assert (Occupancy.objects.count(), AllocationRecord.objects.count()) == (1, 1)
    assert proposal.household.moves.filter(action="house").count() == 1


def test_a_case_is_closed_once():
    household, officer = HouseholdFactory(stage=Stage.SEARCHING), UserFactory()
    outcomes = together(*(lambda: actions.close_case(household=household, closing_reason="moved", on=DAY, by=officer) for _ in range(2)))
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert household.moves.count() == 1


def test_the_last_place_of_a_convention_is_taken_once():
    convention, officer = ConventionFactory(capacity=1), UserFactory()
    households = [OccupancyFactory().household for _ in range(2)]
    kind = convention.measure_kinds.get(code="support")
    for household in households:
        agree(household)
    outcomes = together(
        *(
            lambda household=household: actions.open_measure(
                measure=SupportMeasure(household=household, kind=kind, convention=convention, starts_on=DAY, planned_ends_on=date(2016, 6, 1)),
                by=officer,
            )
            for household in households
        )
    )
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert "complète" in next(outcome for outcome in outcomes if outcome)


def test_the_last_place_of_a_later_month_is_taken_once():
    """Both measures have room on their first day; only one has it in the month they share."""
    convention, officer = ConventionFactory(capacity=1), UserFactory()
    kind = convention.measure_kinds.get(code="support")
    spans = [(DAY, date(2016, 6, 1)), (date(2016, 5, 1), date(2017, 6, 1))]
    households = [OccupancyFactory().household for _ in spans]
    for household in households:
        agree(household)
    outcomes = together(
        *(
            lambda household=household, span=span: actions.open_measure(
                measure=SupportMeasure(household=household, kind=kind, convention=convention, starts_on=span[0], planned_ends_on=span[1]), by=officer
            )
            for household, span in zip(households, spans, strict=True)
        )
    )
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert "complète : 1 mesure sur 1 le 01/05/2016" in next(outcome for outcome in outcomes if outcome)
