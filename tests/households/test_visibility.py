"""Who sees which cases, homes and measures: the role table, record by record."""

from datetime import date

import pytest

from access.enums import Role
from catalogue.models import Unit
from households import policies
from households.enums import Stage
from households.models import Household, Occupancy, Proposal, SupportMeasure
from partners.models import Membership
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
    member,
    name_on_case,
)

pytestmark = pytest.mark.django_db
DAY = date(2016, 6, 1)


@pytest.fixture
def landlord():
    return OrganisationFactory(landlord=True)


@pytest.fixture
def operator():
    return OrganisationFactory()


@pytest.fixture
def referent(landlord):
    return member(Role.LANDLORD_REFERENT, landlord)


@pytest.fixture
def worker(operator):
    return member(Role.SUPPORT_WORKER, operator)


def seen(user, on=DAY):
    return set(Household.objects.visible_to(user, on=on))


def test_a_referent_sees_households_housed_in_proposed_to_or_reported_by_the_own_landlord(landlord, referent):
    unit = UnitFactory(landlord=landlord)
    housed = OccupancyFactory(unit=unit).household
    proposed = ProposalFactory(unit=unit).household
    reported = HouseholdFactory(reported_by=landlord)
    OccupancyFactory(), ProposalFactory(), HouseholdFactory(reported_by=OrganisationFactory(landlord=True))
    assert seen(referent) == {housed, proposed, reported}


def test_a_referent_no_longer_sees_a_household_that_left_the_home(landlord, referent):
    OccupancyFactory(unit=UnitFactory(landlord=landlord), ends_on=date(2016, 5, 31))
    assert seen(referent) == set()


def test_a_referent_sees_the_own_stock_and_what_happens_in_it(landlord, referent):
    unit = UnitFactory(landlord=landlord)
    household = HouseholdFactory(stage=Stage.HOUSED, reported_by=landlord)
    own, foreign = (
        OccupancyFactory(unit=unit, household=household, ends_on=date(2015, 6, 1)),
        OccupancyFactory(household=household, starts_on=date(2015, 7, 1)),
    )
    proposal = ProposalFactory(unit=unit)
    ProposalFactory(household=proposal.household)
    assert set(Unit.objects.visible_to(referent)) == {unit}
    assert set(Occupancy.objects.visible_to(referent, on=DAY)) == {own}
    assert foreign not in Occupancy.objects.visible_to(referent, on=DAY)
    assert set(Proposal.objects.visible_to(referent, on=DAY)) == {proposal}


def test_a_referent_reads_adapted_management_only(landlord, referent):
    household = OccupancyFactory(unit=UnitFactory(landlord=landlord)).household
    support = SupportMeasureFactory(household=household)
    management = SupportMeasureFactory(household=household, kind=ConventionFactory().measure_kinds.get(code="adapted_management"))
    assert set(SupportMeasure.objects.visible_to(referent, on=DAY)) == {management}
    assert support in SupportMeasure.objects.visible_to(UserFactory(), on=DAY)


def test_a_referent_reads_names_once_the_household_is_proposed_to_or_housed_in_the_own_stock(landlord, referent):
    reported = HouseholdFactory(reported_by=landlord)
    assert not policies.field_groups(referent, reported).identity
    ProposalFactory(household=reported, unit=UnitFactory(landlord=landlord))
    groups = policies.field_groups(referent, reported)
    assert groups.identity
    assert (groups.resources, groups.support, groups.costs) == (False, False, False)


@pytest.mark.parametrize("proposed_elsewhere", [True, False])
def test_the_case_page_of_a_referent_holds_no_name_before(client, landlord, referent, proposed_elsewhere):
    household = HouseholdFactory(reported_by=landlord, monthly_resources=777)
    household.people.create(last_name="Canari", first_name="Zyx")
    if proposed_elsewhere:
        ProposalFactory(household=household, unit=UnitFactory(reference="AILLEURS-1"))
    client.force_login(referent)
    page = client.get(f"/gestion/dossiers/{household.pk}/")
    assert page.status_code == 200
    for hidden in ("Canari", "Zyx", "777", "AILLEURS-1"):
        assert hidden not in page.content.decode()
    assert "Canari" not in client.get("/gestion/menages/dossiers/").content.decode()
    assert client.get("/gestion/menages/dossiers/?q=canari").context["paginator"].count == 0


def test_a_worker_sees_cases_diagnosed_or_supported_by_the_own_organisation(operator, worker):
    under_way = DiagnosisFactory(operator=operator).household
    supported = SupportMeasureFactory(convention=ConventionFactory(partner=operator)).household
    DiagnosisFactory(), SupportMeasureFactory()
    assert seen(worker) == {under_way, supported}


@pytest.mark.parametrize(("day", "still"), [(date(2016, 3, 1), True), (date(2016, 8, 31), True), (date(2016, 9, 1), True), (date(2016, 9, 2), False)])
def test_a_worker_still_sees_a_case_three_months_after_the_measure_ended(operator, worker, day, still):
    SupportMeasureFactory(convention=ConventionFactory(partner=operator), ended_on=date(2016, 6, 1))
    assert bool(seen(worker, on=day)) is still


def test_a_worker_sees_the_homes_of_the_own_cases(operator, worker):
    household = SupportMeasureFactory(convention=ConventionFactory(partner=operator)).household
    home = OccupancyFactory(household=household).unit
    UnitFactory(), OccupancyFactory()
    assert set(Unit.objects.visible_to(worker, on=DAY)) == {home}


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.COMMITTEE, Role.FUNDER, Role.PROFILE_EDITOR, Role.DPO, Role.ADMINISTRATOR])
def test_other_roles_see_no_case_and_no_home(role, operator):
    household = DiagnosisFactory(operator=operator).household
    OccupancyFactory(household=household)
    user = member(role, operator)
    assert seen(user) == set()
    assert not Unit.objects.visible_to(user).exists()


def test_leaving_the_organisation_closes_everything(operator, worker):
    DiagnosisFactory(operator=operator)
    Membership.objects.update(ends_on=date(2016, 5, 31))
    assert seen(worker, on=date(2016, 5, 31))
    assert seen(worker) == set()


@pytest.mark.parametrize("role", [Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER])
def test_a_confidential_case_is_for_the_people_named_on_it(role):
    organisation = OrganisationFactory(landlord=True) if role == Role.LANDLORD_REFERENT else OrganisationFactory()
    user = member(role, organisation)
    household = HouseholdFactory(confidential=True, reported_by=organisation)
    DiagnosisFactory(household=household, operator=organisation)
    assert seen(user) == set()
    assert not Occupancy.objects.visible_to(user, on=DAY).exists()
    name_on_case(household, user)
    assert seen(user) == {household}


def test_a_worker_reads_only_the_cost_of_what_the_own_organisation_does(client, operator, worker):
    own = SupportMeasureFactory(convention=ConventionFactory(partner=operator), starts_on=date(2026, 1, 1), planned_ends_on=date(2030, 12, 31))
    SupportMeasureFactory(
        household=own.household,
        kind=ConventionFactory().measure_kinds.get(code="adapted_management"),
        starts_on=date(2026, 1, 1),
        planned_ends_on=date(2030, 12, 31),
    )
    client.force_login(worker)
    year, _ = client.get(f"/gestion/dossiers/{own.household.pk}/").context["costs"]["years"][0]
    assert (year.support, year.adapted_management) == (1500, 0)
