"""Opening a measure: agreement, convention, home, capacity."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from catalogue.enums import ConventionStatus, MeasureCode
from catalogue.models import MeasureKind
from households import actions
from households.enums import Stage
from households.models import Consent, SupportMeasure
from tests.factories import ConventionFactory, HouseholdFactory, OccupancyFactory, SupportMeasureFactory, UserFactory, agree

pytestmark = pytest.mark.django_db


def measure(household, convention, kind=MeasureCode.SUPPORT, starts_on=date(2015, 3, 1)):
    return SupportMeasure(
        household=household, kind=MeasureKind.objects.get(code=kind), convention=convention, starts_on=starts_on, planned_ends_on=date(2017, 12, 31)
    )


@pytest.fixture
def household():
    housed = OccupancyFactory().household
    agree(housed)
    return housed


def refused(expected, record):
    with pytest.raises(ValidationError, match=expected):
        actions.open_measure(measure=record, by=UserFactory())
    assert record.pk is None


def test_both_measures_open_under_a_convention_in_force(household):
    convention = ConventionFactory()
    for kind in (MeasureCode.SUPPORT, MeasureCode.ADAPTED_MANAGEMENT):
        actions.open_measure(measure=measure(household, convention, kind), by=UserFactory())
    assert household.measures.count() == 2
    assert household.measures.get(kind__code=MeasureCode.ADAPTED_MANAGEMENT).unit == household.occupancies.get().unit


def test_support_needs_the_households_agreement():
    refused("accord du ménage", measure(HouseholdFactory(stage=Stage.HOUSED), ConventionFactory()))


def test_a_withdrawn_agreement_no_longer_counts(household):
    Consent.objects.create(household=household, kind="support", answer="withdrawn", decided_on=date(2015, 2, 1))
    refused("accord du ménage", measure(household, ConventionFactory()))


@pytest.mark.parametrize("status", [status for status in ConventionStatus if status != ConventionStatus.SIGNED])
def test_only_a_signed_convention_carries_a_measure(household, status):
    refused("pas en vigueur", measure(household, ConventionFactory(status=status)))


@pytest.mark.parametrize("day", [date(2014, 12, 31), date(2036, 1, 1)])
def test_a_convention_carries_measures_within_its_dates_only(household, day):
    refused(
        "pas en vigueur",
        SupportMeasure(**{**vars_of(measure(household, ConventionFactory())), "starts_on": day, "planned_ends_on": date(2036, 6, 1)}),
    )


def vars_of(record):
    return {"household": record.household, "kind": record.kind, "convention": record.convention}


def test_a_convention_carries_only_the_kinds_it_covers(household):
    convention = ConventionFactory(measure_kinds=[MeasureCode.ADAPTED_MANAGEMENT])
    refused("ne couvre pas", measure(household, convention))


def test_capacity_is_respected_and_frees_when_a_measure_ends(household):
    convention = ConventionFactory(capacity=1)
    other = SupportMeasureFactory(convention=convention, ended_on=date(2015, 3, 1))
    refused("complète", measure(household, convention))
    actions.open_measure(measure=measure(household, convention, starts_on=date(2015, 3, 2)), by=UserFactory())
    assert other.ended_on == date(2015, 3, 1)


def test_adapted_management_follows_an_occupied_home():
    household = HouseholdFactory(stage=Stage.SEARCHING)
    agree(household)
    refused("enregistrez d'abord l'occupation", measure(household, ConventionFactory(), MeasureCode.ADAPTED_MANAGEMENT))


def test_one_measure_of_a_kind_at_a_time(household):
    convention = ConventionFactory()
    actions.open_measure(measure=measure(household, convention), by=UserFactory())
    refused("court déjà", measure(household, convention, starts_on=date(2016, 1, 1)))


def test_a_measure_ends_once(household):
    record = actions.open_measure(measure=measure(household, ConventionFactory()), by=UserFactory())
    actions.end_measure(measure=record, on=date(2015, 12, 31), by=UserFactory())
    with pytest.raises(ValidationError, match="déjà terminée"):
        actions.end_measure(measure=record, on=date(2016, 1, 31), by=UserFactory())
