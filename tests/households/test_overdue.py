"""The abnormally long wait, computed from the dated rules of the most specific territory."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import Commune, Territory
from households.models import Household
from households.models.cases import LONGEST_OVERDUE
from households.models.delays import add_months
from tests.factories import BETTON, FOUGERES, HouseholdFactory, delay_rule

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("day", "expected"), [(date(2015, 1, 31), False), (date(2015, 2, 1), True)])
def test_worked_example(day, expected):
    """Seniority 2013-01-31 with 24 months: overdue from 2015-02-01."""
    delay_rule(24)
    HouseholdFactory(seniority_on=date(2013, 1, 31))
    assert Household.objects.overdue(on=day).exists() is expected


def test_without_a_rule_or_a_demand_nobody_is_overdue():
    HouseholdFactory(seniority_on=date(1990, 1, 1))
    assert not Household.objects.overdue(on=date(2015, 1, 1)).exists()
    delay_rule(24)
    HouseholdFactory(seniority_on=None)
    assert Household.objects.overdue(on=date(2015, 1, 1)).count() == 1


def test_the_most_specific_territory_wins():
    delay_rule(24)
    fougeres = Territory.objects.create(name="Fougères seule", starts_on=date(2014, 1, 1))
    fougeres.communes.set(Commune.objects.filter(pk=FOUGERES))
    delay_rule(12, territory=fougeres)
    here = HouseholdFactory(commune_id=FOUGERES, seniority_on=date(2013, 6, 1))
    elsewhere = HouseholdFactory(commune_id=BETTON, seniority_on=date(2013, 6, 1))
    waits = {household.pk: household.wait_months for household in Household.objects.all().with_wait_limit(on=date(2014, 7, 1))}
    assert waits == {here.pk: 12, elsewhere.pk: 24}
    assert list(Household.objects.overdue(on=date(2014, 7, 1))) == [here]


def test_a_rule_counts_from_its_first_day():
    delay_rule(24, ends_on=date(2014, 12, 31))
    delay_rule(36, starts_on=date(2015, 1, 1))
    HouseholdFactory(seniority_on=date(2012, 6, 1))
    assert Household.objects.overdue(on=date(2014, 12, 31)).exists()
    assert not Household.objects.overdue(on=date(2015, 1, 1)).exists()


def test_the_longest_overdue_come_first_whatever_delay_makes_them_so():
    """Demands of the last days of February fall due together; the oldest demand comes first, then the case written last."""
    today = date(2016, 6, 1)
    delay_rule(24)
    fougeres = Territory.objects.create(name="Fougères seule", starts_on=date(2014, 1, 1))
    fougeres.communes.set(Commune.objects.filter(pk=FOUGERES))
    delay_rule(13, territory=fougeres)
    for day in (
        date(2013, 1, 31),
        date(2014, 1, 29),
        date(2014, 1, 30),
        date(2014, 1, 31),
        date(2013, 2, 28),
        date(2014, 1, 30),
        date(2016, 5, 1),
        None,
    ):
        for commune in (FOUGERES, BETTON):
            HouseholdFactory(commune_id=commune, seniority_on=day)
    overdue = Household.objects.overdue(on=today)
    whole = list(overdue.order_by(*LONGEST_OVERDUE).values_list("pk", flat=True))
    assert len(whole) == 12
    assert [pk for bottom in range(0, 15, 5) for pk in overdue.longest_overdue(bottom, bottom + 5, on=today)] == whole


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(1, 120))
def test_months_are_added_as_the_database_adds_them(day, months):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s::date + make_interval(months => %s))::date", [day, months])
        assert cursor.fetchone()[0] == add_months(day, months)
    assert add_months(day, months) > day + timedelta(days=27 * months)
