"""Evaluations: when they are due, how they are graded, and how two of them compare."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.enums import Role
from households import actions
from households.enums import Stage
from households.evaluation_grid import comparison
from households.models import Criterion, Evaluation, Household
from tests.factories import HouseholdFactory, OrganisationFactory, SupportMeasureFactory, UserFactory, member

pytestmark = pytest.mark.django_db


def evaluate(household, day, **fields):
    return Evaluation.objects.create(household=household, evaluated_on=day, **{"result": "mixed", "recommendation": "continue", **fields})


def due_on(household, on):
    return Household.objects.filter(pk=household.pk).with_evaluation_due(on=on).get().evaluation_due_on


def url(household, slug=""):
    return f"/gestion/dossiers/{household.pk}/{slug}"


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2015, 1, 31), date(2015, 7, 31)),
        (date(2015, 8, 31), date(2016, 2, 29)),
        (date(2014, 8, 30), date(2015, 2, 28)),
        (date(2015, 3, 1), date(2015, 9, 1)),
    ],
)
def test_the_first_is_due_six_months_after_the_support_starts(start, due):
    household = SupportMeasureFactory(starts_on=start).household
    assert due_on(household, date(2016, 6, 1)) == due
    assert household not in Household.objects.due_for_evaluation(on=due - timedelta(days=1))
    assert household in Household.objects.due_for_evaluation(on=due)


def test_the_next_is_due_six_months_after_each_evaluation():
    household = SupportMeasureFactory(starts_on=date(2015, 1, 31)).household
    evaluate(household, date(2015, 8, 31))
    assert due_on(household, date(2015, 8, 30)) == date(2015, 7, 31)
    assert due_on(household, date(2015, 9, 1)) == date(2016, 2, 29)


def test_the_setting_says_how_often(settings):
    settings.EVALUATION_EVERY_MONTHS = 3
    assert due_on(SupportMeasureFactory(starts_on=date(2015, 1, 31)).household, date(2015, 2, 1)) == date(2015, 4, 30)


def test_a_convention_that_changes_restarts_nothing_and_a_gap_does():
    first = SupportMeasureFactory(starts_on=date(2015, 1, 1), planned_ends_on=date(2015, 4, 30))
    following = SupportMeasureFactory(household=first.household, starts_on=date(2015, 5, 1), planned_ends_on=date(2016, 12, 31))
    assert due_on(first.household, date(2015, 6, 1)) == date(2015, 7, 1)
    following.starts_on = date(2015, 5, 2)
    following.save()
    assert due_on(first.household, date(2015, 6, 1)) == date(2015, 11, 2)


def test_nothing_is_due_without_support_nor_on_a_case_that_stands_still():
    over = SupportMeasureFactory(ended_on=date(2015, 6, 30)).household
    suspended = SupportMeasureFactory(household=HouseholdFactory(stage=Stage.SUSPENDED, suspended_from=Stage.HOUSED)).household
    assert due_on(over, date(2016, 1, 1)) is None
    assert due_on(HouseholdFactory(stage=Stage.HOUSED), date(2016, 1, 1)) is None
    assert suspended not in Household.objects.due_for_evaluation(on=date(2016, 1, 1))


def test_what_is_due_is_found_in_one_query():
    for _ in range(3):
        SupportMeasureFactory()
    with CaptureQueriesContext(connection) as queries:
        assert len(Household.objects.due_for_evaluation(on=date(2015, 7, 1))) == 3
    assert len(queries) == 1


def test_the_form_grades_on_the_grid_of_the_day(client):
    client.force_login(UserFactory())
    household = SupportMeasureFactory().household
    retired, *graded = Criterion.objects.all()
    Criterion.objects.filter(pk=retired.pk).update(is_retired=True)
    page = client.get(url(household, "evaluation/")).content.decode()
    assert retired.label not in page
    data = {
        "evaluated_on": "2015-07-01",
        "result": "favourable",
        "recommendation": "continue",
        "household_feeling": "3",
        "household_view": "On est bien.",
    }
    bad = client.post(url(household, "evaluation/"), {**data, f"criterion_{graded[0].pk}": "5"})
    assert f"criterion_{graded[0].pk}" in bad.context["form"].errors
    assert not Evaluation.objects.exists()
    client.post(url(household, "evaluation/"), {**data, **{f"criterion_{criterion.pk}": "3" for criterion in graded[1:]}})
    evaluation = Evaluation.objects.get()
    assert evaluation.get_household_feeling_display() == "ça va plutôt bien"
    assert set(evaluation.grades.values_list("criterion", "grade")) == {(criterion.pk, 3) for criterion in graded[1:]}


def test_two_evaluations_compare_criterion_by_criterion(client):
    household = SupportMeasureFactory().household
    first, second, third, fourth = Criterion.objects.all()[:4]
    one, two = evaluate(household, date(2015, 7, 1)), evaluate(household, date(2016, 1, 1), household_view="Les voisins sont gentils.")
    for evaluation, grades in ((one, {first: 1, second: 3, third: 2}), (two, {first: 3, second: 2, third: 2, fourth: 4})):
        for criterion, grade in grades.items():
            evaluation.grades.create(criterion=criterion, grade=grade)
    Criterion.objects.filter(pk=second.pk).update(is_retired=True)
    assert [(row.label, row.trend) for row in comparison([one, two])] == [
        (first.label, "en progrès"),
        (second.label, "en recul"),
        (third.label, "stable"),
        (fourth.label, ""),
    ]
    client.force_login(UserFactory())
    page = client.get(url(household, "evaluations/")).content.decode()
    for shown in ("1 · en grande difficulté", "↗ en progrès", "Les voisins sont gentils."):
        assert shown in page
    landlord = OrganisationFactory(landlord=True)
    Household.objects.update(reported_by=landlord)
    client.force_login(member(Role.LANDLORD_REFERENT, landlord))
    assert client.get(url(household)).status_code == 200
    assert client.get(url(household, "evaluations/")).status_code == 404


def test_a_household_is_evaluated_once_housed():
    household = HouseholdFactory(stage=Stage.SEARCHING)
    evaluation = Evaluation(household=household, evaluated_on=date(2015, 7, 1), result="mixed", recommendation="adjust")
    with pytest.raises(ValidationError, match="logé et accompagné"):
        actions.record_evaluation(evaluation=evaluation, by=UserFactory())
