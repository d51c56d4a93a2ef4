"""The plan beside what happened, quarter by quarter, by territory, landlord and mode."""

from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.enums import Role
from catalogue.models import Territory
from households.models import Intake, Scenario
from households.plan_against_actual import GROUPINGS, compare_plan
from households.steering import SHUT, View
from tests.factories import FOUGERES, HouseholdFactory, OccupancyFactory, OrganisationFactory, SupportMeasureFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = date(2016, 6, 1)


@pytest.fixture
def plan():
    return Scenario.objects.create(name="Plan", is_plan=True, starts_on=date(2015, 1, 1), ends_on=date(2017, 12, 31))


def rows(plan, grouping, user=None, on=DAY):
    return {(row.quarter, row.name): (row.planned, row.actual) for row in compare_plan(plan, View(user or UserFactory(), on), grouping)}


def came_in(first, unit=None, **fields):
    measure = SupportMeasureFactory(household=HouseholdFactory(**fields), starts_on=first, planned_ends_on=date(2017, 12, 31))
    if unit:
        OccupancyFactory(household=measure.household, unit=unit, starts_on=first)
    return measure.household


def test_each_quarter_by_each_grouping(plan):
    whole, near = (
        Territory.objects.create(name="Département", starts_on=date(2014, 1, 1)),
        Territory.objects.create(name="Fougères", starts_on=date(2014, 1, 1)),
    )
    whole.communes.set([FOUGERES, "35238"])
    near.communes.set([FOUGERES])
    landlord = OrganisationFactory(landlord=True, name="Bailleur A")
    Intake.objects.create(scenario=plan, quarter_on=date(2015, 1, 1), territory=near, landlord=landlord, mode="new_build", households=3, homes=2)
    Intake.objects.create(scenario=plan, quarter_on=date(2015, 1, 1), territory=whole, households=1)
    Intake.objects.create(scenario=plan, quarter_on=date(2015, 4, 1), territory=whole, homes=1)
    came_in(date(2015, 2, 3), UnitFactory(landlord=landlord, mobilisation_mode="new_build", commune_id=FOUGERES), commune_id=FOUGERES)
    came_in(date(2015, 5, 3), commune_id="35238")
    came_in(date(2016, 7, 1), commune_id="35238")
    assert rows(plan, "trimestre") == {("T1 2015", ""): ((4, 2), (1, 1)), ("T2 2015", ""): ((0, 1), (1, 0))}
    assert rows(plan, "territoire") == {
        ("T1 2015", "Fougères"): ((3, 2), (1, 1)),
        ("T1 2015", "Département"): ((1, 0), (0, 0)),
        ("T2 2015", "Département"): ((0, 1), (1, 0)),
    }
    assert rows(plan, "bailleur")["T1 2015", "Bailleur A"] == ((3, 2), (1, 1))
    assert rows(plan, "mobilisation")["T1 2015", "neuf"] == ((3, 2), (1, 1))
    assert rows(plan, "tout")["T1 2015", "Fougères, Bailleur A, neuf"] == ((3, 2), (1, 1))


def test_a_household_and_a_home_count_once(plan):
    home = UnitFactory()
    first = came_in(date(2015, 1, 10), home)
    first.measures.update(planned_ends_on=date(2015, 12, 31))
    SupportMeasureFactory(household=first, starts_on=date(2016, 1, 1), planned_ends_on=date(2016, 12, 31))
    first.occupancies.update(ends_on=date(2015, 6, 30))
    OccupancyFactory(household=HouseholdFactory(), unit=home, starts_on=date(2015, 9, 1))
    assert rows(plan, "trimestre") == {("T1 2015", ""): ((0, 0), (1, 1))}


def test_a_confidential_case_is_told_in_no_place(plan):
    came_in(date(2015, 1, 10), is_confidential=True)
    assert rows(plan, "territoire") == {("T1 2015", SHUT): ((0, 0), (1, 0))}


ENTRIES = st.lists(st.tuples(st.dates(date(2015, 1, 1), date(2016, 5, 31)), st.integers(0, 2), st.booleans()), min_size=1, max_size=5)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ENTRIES, st.lists(st.tuples(st.dates(date(2015, 1, 1), date(2017, 12, 31)), st.integers(1, 9), st.integers(0, 9)), max_size=4))
def test_every_grouping_comes_to_the_same(entries, intakes):
    with transaction.atomic():
        plan = Scenario.objects.create(name="Essai", starts_on=date(2015, 1, 1), ends_on=date(2017, 12, 31))
        for first, households, homes in intakes:
            intake = Intake(scenario=plan, quarter_on=first, households=households, homes=homes)
            intake.full_clean()
            intake.save()
        for first, mode, is_housed in entries:
            came_in(first, UnitFactory(mobilisation_mode=("", "existing", "new_build")[mode]) if is_housed else None)
        officer, sums = UserFactory(), set()
        for grouping in GROUPINGS:
            found = compare_plan(plan, View(officer, DAY), grouping)
            sums.add(tuple(sum(getattr(row, name)[place] for row in found) for name in ("planned", "actual") for place in (0, 1)))
        housed = sum(is_housed for _first, _mode, is_housed in entries)
        planned = (sum(item[1] for item in intakes), sum(item[2] for item in intakes))
        assert sums == {(*planned, len(entries), housed)}
        transaction.set_rollback(True)


def test_the_page_groups_as_asked(client, plan):
    Intake.objects.create(scenario=plan, quarter_on=date(2015, 1, 1), households=3, homes=2, mode="existing")
    client.force_login(UserFactory())
    address = reverse("money:scenario", args=[plan.pk])
    assert "T1 2015" in client.get(address).content.decode()
    body = client.get(address, {"par": "mobilisation"}).content.decode()
    assert "<td>existant</td>" in body
    assert client.get(address, {"par": "couleur"}).status_code == 200
    client.force_login(UserFactory(role=Role.FUNDER))
    assert client.get(address).status_code == 404
