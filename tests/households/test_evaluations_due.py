"""Which supported households are next to be evaluated, and when."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.enums import Role
from catalogue.enums import MeasureCode
from catalogue.models import MeasureKind
from households import actions
from households.enums import Stage
from households.models import Evaluation, FollowedHousehold, Household, SupportMeasure
from households.next_action import refresh
from tests.factories import ConventionFactory, HouseholdFactory, OrganisationFactory, SupportMeasureFactory, UserFactory, member, name_on_case

pytestmark = pytest.mark.django_db


def evaluate(household, on):
    Evaluation.objects.create(household=household, evaluated_on=on, result="favourable", recommendation="continue")


def due(on, days=0):
    refresh()
    return {household.pk: household.evaluation_due_on for household in FollowedHousehold.objects.evaluation_due_within(days, on=on)}


@pytest.mark.parametrize(
    ("started", "last_evaluated", "expected"),
    [
        (date(2015, 1, 1), None, date(2015, 7, 1)),
        (date(2015, 8, 31), None, date(2016, 2, 29)),
        (date(2014, 8, 31), None, date(2015, 2, 28)),
        (date(2015, 1, 1), date(2015, 5, 15), date(2015, 11, 15)),
    ],
)
def test_due_every_six_months_from_the_support_or_the_last_evaluation(started, last_evaluated, expected):
    household = SupportMeasureFactory(starts_on=started).household
    if last_evaluated:
        evaluate(household, last_evaluated)
    assert due(expected - timedelta(days=1)) == {}
    assert due(expected) == {household.pk: expected}
    assert due(expected - timedelta(days=30), days=30) == {household.pk: expected}
    assert due(expected - timedelta(days=31), days=30) == {}


def test_the_support_and_the_last_evaluation_are_told_as_known_on_the_day():
    household = SupportMeasureFactory(starts_on=date(2015, 1, 1)).household
    evaluate(household, date(2015, 3, 1))
    evaluate(household, date(2015, 9, 1))
    told = FollowedHousehold.objects.with_support(on=date(2015, 8, 1)).get()
    assert (told.supported_since, told.last_evaluated_on) == (date(2015, 1, 1), date(2015, 3, 1))


def test_only_a_support_that_runs_is_evaluated():
    ended = SupportMeasureFactory(starts_on=date(2015, 1, 1), ended_on=date(2015, 6, 30))
    SupportMeasureFactory(starts_on=date(2015, 1, 1), kind=MeasureKind.objects.get(code=MeasureCode.ADAPTED_MANAGEMENT))
    SupportMeasureFactory(starts_on=date(2015, 1, 1), household__stage=Stage.SUSPENDED, household__suspended_from=Stage.HOUSED)
    HouseholdFactory(stage=Stage.HOUSED)
    running = SupportMeasureFactory(starts_on=date(2015, 1, 1))
    assert due(date(2015, 9, 1)) == {running.household_id: date(2015, 7, 1)}
    assert ended.household_id not in due(date(2016, 1, 1))


def test_each_role_sees_those_of_its_cases():
    operator = OrganisationFactory()
    own = SupportMeasureFactory(convention=ConventionFactory(partner=operator)).household
    SupportMeasureFactory()
    hidden = SupportMeasureFactory(household=HouseholdFactory(confidential=True)).household
    refresh()
    on = date(2016, 1, 1)
    seen = FollowedHousehold.objects.evaluation_due_within(0, on=on).visible_to(member(Role.SUPPORT_WORKER, operator), on=on)
    assert [household.pk for household in seen] == [own.pk]
    officer = UserFactory()
    assert hidden.pk not in set(FollowedHousehold.objects.visible_to(officer, on=on).values_list("pk", flat=True))
    name_on_case(hidden, officer)
    assert hidden.pk in set(FollowedHousehold.objects.visible_to(officer, on=on).values_list("pk", flat=True))


@pytest.mark.parametrize(("filters", "expected"), [({}, 2), ({"echeance": "passee"}, 1), ({"echeance": "a-venir"}, 1), ({"echeance": "retard"}, 0)])
def test_the_list_looks_thirty_days_ahead(client, filters, expected):
    from django.utils import timezone

    from households.models.delays import add_months

    today = timezone.localdate()
    for day in (today.toordinal() - 10, today.toordinal() + 20, today.toordinal() + 60):
        household = SupportMeasureFactory(starts_on=date(2015, 1, 1), planned_ends_on=date(2040, 1, 1)).household
        evaluate(household, add_months(date.fromordinal(day), -6))
    refresh()
    client.force_login(UserFactory())
    page = client.get("/gestion/menages/evaluations-a-faire/", filters)
    assert page.context["paginator"].count == expected
    assert ("solive-tag--late" in page.content.decode()) is (filters.get("echeance") in (None, "passee"))


@given(
    spans=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 300), st.booleans()), max_size=4),
    evaluated=st.lists(st.integers(0, 900), max_size=3),
    day=st.integers(0, 1_200),
)
@settings(max_examples=30)
def test_the_day_kept_is_the_day_worked_out(spans, evaluated, day):
    """Whatever measures follow one another and whenever the household was evaluated by that day."""
    start, household, convention = date(2015, 1, 1), HouseholdFactory(stage=Stage.HOUSED), ConventionFactory()
    first, on = start, start + timedelta(days=day)
    for gap, length, is_ended in spans:
        first += timedelta(days=gap % 3 if gap < 300 else gap)
        last = first + timedelta(days=length)
        end = {"ended_on": last, "end_reason": "planned"} if is_ended else {}
        SupportMeasureFactory(household=household, convention=convention, starts_on=first, planned_ends_on=last, **end)
        first = last + timedelta(days=1)
    for days in evaluated:
        if start + timedelta(days=days) <= on:
            evaluate(household, start + timedelta(days=days))
    refresh([household.pk])
    asked = Household.objects.filter(pk=household.pk)
    worked_out = asked.with_evaluation_due(on=on).get().evaluation_due_on
    kept = FollowedHousehold.objects.filter(pk=household.pk).evaluation_due_within(100_000, on=on)
    assert [found.evaluation_due_on for found in kept] == ([worked_out] if worked_out else [])


def test_every_write_keeps_the_day_true():
    measure = SupportMeasureFactory(starts_on=date(2015, 1, 1))
    household = measure.household
    refresh()
    evaluation = Evaluation(household=household, evaluated_on=date(2015, 5, 15), result="favourable", recommendation="continue")
    actions.record_evaluation(evaluation=evaluation, by=UserFactory())
    assert SupportMeasure.objects.get().evaluation_due_on == date(2015, 11, 15)
