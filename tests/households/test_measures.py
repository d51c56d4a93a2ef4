"""Opening a measure: agreement, convention, home, capacity."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from access.enums import Role
from catalogue.enums import ConventionStatus, MeasureCode
from catalogue.models import MeasureKind
from households import actions, costs
from households.case_costs import measure_lines
from households.enums import Stage
from households.models import Consent, SupportMeasure
from households.prices import Prices
from tests.factories import (
    ConventionFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    SupportMeasureFactory,
    UserFactory,
    agree,
    member,
)

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


def running(household, **fields):
    return SupportMeasureFactory(household=household, **fields)


def test_a_planned_end_beyond_the_convention_is_refused_with_the_last_possible_day(household):
    convention = ConventionFactory(ends_on=date(2016, 12, 31))
    refused("s'arrête le 31/12/2016 : c'est la dernière fin possible", measure(household, convention))
    record = measure(household, convention)
    record.planned_ends_on = date(2016, 12, 31)
    assert actions.open_measure(measure=record, by=UserFactory()).planned_ends_on == date(2016, 12, 31)


def test_capacity_is_respected_on_every_day_not_only_the_first(household):
    """Two measures on two places in June 2016: a third that starts in 2015 and runs through June meets a full convention."""
    convention = ConventionFactory(capacity=2)
    for first, last in ((date(2016, 1, 1), date(2016, 6, 30)), (date(2016, 6, 1), date(2016, 12, 31))):
        SupportMeasureFactory(convention=convention, starts_on=first, planned_ends_on=last)
    refused("complète : 2 mesures sur 2 le 01/06/2016", measure(household, convention))
    record = measure(household, convention)
    record.planned_ends_on = date(2016, 5, 31)
    actions.open_measure(measure=record, by=UserFactory())


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], (0, date(2015, 1, 1))),
        ([("2014-01-01", "2015-01-01")], (1, date(2015, 1, 1))),
        ([("2014-01-01", "2014-12-31")], (0, date(2015, 1, 1))),
        ([("2015-02-01", "2015-02-10"), ("2015-02-11", "2015-03-01")], (1, date(2015, 2, 1))),
        ([("2015-02-01", "2015-02-11"), ("2015-02-11", "2015-03-01")], (2, date(2015, 2, 11))),
        ([("2015-12-31", "2016-02-11")], (1, date(2015, 12, 31))),
        ([("2016-01-01", "2016-02-11")], (0, date(2015, 1, 1))),
    ],
)
def test_the_most_measures_at_once_within_some_days(spans, expected):
    for first, last in spans:
        SupportMeasureFactory(starts_on=date.fromisoformat(first), planned_ends_on=date.fromisoformat(last))
    assert SupportMeasure.objects.most_at_once(date(2015, 1, 1), date(2015, 12, 31)) == expected


def test_the_referent_works_for_the_partner_or_the_gie(household):
    convention = ConventionFactory()
    stranger = member(Role.SUPPORT_WORKER, OrganisationFactory())
    record = measure(household, convention)
    record.referent = stranger
    refused("qui porte la convention", record)
    opened = actions.open_measure(measure=measure(household, convention), by=UserFactory())
    for referent in (member(Role.SUPPORT_WORKER, convention.partner), UserFactory()):
        actions.change_referent(measure=opened, referent=referent, on=date(2015, 4, 1), by=UserFactory())
    with pytest.raises(ValidationError, match="qui porte la convention"):
        actions.change_referent(measure=opened, referent=stranger, on=date(2015, 5, 1), by=UserFactory())
    assert opened.changes.count() == 2


def test_the_intensity_changes_from_a_day_and_the_past_stays(household):
    record = running(household, level="light")
    actions.change_level(measure=record, level="intensive", on=date(2015, 6, 1), by=UserFactory())
    actions.change_level(measure=record, level="reinforced", on=date(2016, 1, 1), by=UserFactory())
    levels = [
        SupportMeasure.objects.with_level(on=day).get().present_level
        for day in (date(2015, 5, 31), date(2015, 6, 1), date(2015, 12, 31), date(2016, 1, 1))
    ]
    assert levels == ["light", "intensive", "intensive", "reinforced"]
    with pytest.raises(ValidationError, match="déjà de cette intensité"):
        actions.change_level(measure=record, level="reinforced", on=date(2016, 2, 1), by=UserFactory())
    with pytest.raises(ValidationError, match="change déjà ce jour-là"):
        actions.change_level(measure=record, level="light", on=date(2016, 1, 1), by=UserFactory())


@pytest.mark.parametrize("day", [date(2014, 12, 31), date(2018, 1, 1)])
def test_a_change_falls_on_a_day_of_the_measure(household, day):
    with pytest.raises(ValidationError, match="va du 01/01/2015 au 31/12/2017"):
        actions.change_level(measure=running(household), level="light", on=day, by=UserFactory())


def test_a_measure_is_prolonged_within_its_convention_and_its_room(household):
    convention = ConventionFactory(ends_on=date(2019, 12, 31), capacity=1)
    record = running(household, convention=convention)
    by = UserFactory()
    with pytest.raises(ValidationError, match=r"s'arrête le 31/12/2019"):
        actions.prolong_measure(measure=record, planned_ends_on=date(2020, 1, 1), on=date(2017, 6, 1), by=by)
    with pytest.raises(ValidationError, match="plus tardif"):
        actions.prolong_measure(measure=record, planned_ends_on=date(2017, 12, 31), on=date(2017, 6, 1), by=by)
    actions.prolong_measure(measure=record, planned_ends_on=date(2018, 6, 30), on=date(2017, 6, 1), by=by)
    SupportMeasureFactory(convention=convention, starts_on=date(2018, 7, 1), planned_ends_on=date(2018, 12, 31))
    with pytest.raises(ValidationError, match="complète : 1 mesure sur 1 le 01/07/2018"):
        actions.prolong_measure(measure=record, planned_ends_on=date(2018, 9, 30), on=date(2018, 6, 1), by=by)
    record.refresh_from_db()
    assert (record.planned_ends_on, record.changes.get().from_ends_on) == (date(2018, 6, 30), date(2017, 12, 31))


def test_one_measure_is_suspended_and_runs_again(household):
    record, other = running(household), running(household, kind=MeasureKind.objects.get(code=MeasureCode.ADAPTED_MANAGEMENT))
    by = UserFactory()
    actions.suspend_measure(measure=record, on=date(2015, 6, 1), by=by)
    with pytest.raises(ValidationError, match="déjà suspendue"):
        actions.suspend_measure(measure=record, on=date(2015, 6, 15), by=by)
    actions.resume_measure(measure=record, on=date(2015, 7, 1), by=by)
    suspension = record.suspensions.get()
    assert (suspension.starts_on, suspension.ends_on) == (date(2015, 6, 1), date(2015, 6, 30))
    assert not other.suspensions.exists()
    with pytest.raises(ValidationError, match="n'est pas suspendue"):
        actions.resume_measure(measure=record, on=date(2015, 8, 1), by=by)


def test_a_measure_suspended_alone_stays_so_when_the_case_resumes(household):
    alone, with_case = running(household), running(household, kind=MeasureKind.objects.get(code=MeasureCode.ADAPTED_MANAGEMENT))
    by = UserFactory()
    actions.suspend_measure(measure=alone, on=date(2015, 6, 1), by=by)
    actions.suspend_case(household=household, on=date(2015, 7, 1), by=by)
    actions.resume_case(household=household, on=date(2015, 8, 1), by=by)
    assert alone.suspensions.get().ends_on is None
    assert with_case.suspensions.get().ends_on == date(2015, 7, 31)


def test_a_suspended_measure_that_ends_is_suspended_no_more(household):
    record = running(household)
    actions.suspend_measure(measure=record, on=date(2015, 6, 1), by=UserFactory())
    actions.end_measure(measure=record, on=date(2015, 6, 30), by=UserFactory())
    assert record.suspensions.get().ends_on == date(2015, 6, 30)


@pytest.mark.parametrize("day", [date(2015, 7, 1), date(2016, 2, 29)])
def test_a_transfer_costs_no_day_twice(household, day):
    """A full 2015 to 2017 of support is 4 500 €, whoever carries it; splitting changes a line by a cent at the most."""
    record = running(household, level="light")
    whole = costs.total(measure_lines(record, Prices.load()))
    following = actions.transfer_measure(
        measure=record, convention=ConventionFactory(), planned_ends_on=date(2017, 12, 31), on=day, by=UserFactory(), referent=None
    )
    parts = [line for part in (record, following) for line in measure_lines(part, Prices.load())]
    assert whole == Decimal("4500.00")
    assert abs(costs.total(parts) - whole) <= Decimal("0.01")
    assert sum(line.days for line in parts) == 1096
    assert (record.last_day, record.end_reason, following.starts_on, following.level) == (day - timedelta(days=1), "replaced", day, "light")


def test_a_transfer_takes_the_suspension_and_later_changes_along(household):
    record = running(household, level="light")
    by = UserFactory()
    actions.suspend_measure(measure=record, on=date(2015, 6, 1), by=by)
    actions.change_level(measure=record, level="intensive", on=date(2016, 1, 1), by=by)
    following = actions.transfer_measure(
        measure=record, convention=ConventionFactory(), planned_ends_on=date(2017, 12, 31), on=date(2015, 7, 1), by=by
    )
    assert [(item.starts_on, item.ends_on) for item in record.suspensions.all()] == [(date(2015, 6, 1), date(2015, 6, 30))]
    assert [(item.starts_on, item.ends_on) for item in following.suspensions.all()] == [(date(2015, 7, 1), None)]
    assert SupportMeasure.objects.with_level(on=date(2016, 1, 1)).get(pk=following.pk).present_level == "intensive"


def test_a_transfer_that_the_new_convention_cannot_carry_changes_nothing(household):
    record = running(household)
    full = ConventionFactory(capacity=1)
    SupportMeasureFactory(convention=full, starts_on=date(2017, 1, 1), planned_ends_on=date(2017, 2, 1))
    for convention, message in (
        (full, "complète"),
        (ConventionFactory(ends_on=date(2016, 1, 1)), "dernière fin possible"),
        (record.convention, "déjà"),
    ):
        with pytest.raises(ValidationError, match=message):
            actions.transfer_measure(measure=record, convention=convention, planned_ends_on=date(2017, 12, 31), on=date(2015, 7, 1), by=UserFactory())
    record.refresh_from_db()
    assert (record.ended_on, household.measures.count()) == (None, 1)
