"""The scheme's lines counted at once equal those of each case's page, however they are grouped."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.enums import Role
from catalogue.enums import MeasureCode
from catalogue.models import MeasureKind, Tariff
from households.case_costs import household_lines
from households.costs import share_by_month
from households.ledger import CONFIDENTIAL, GROUPINGS, Ledger
from households.models import Household, MeasureSuspension
from households.money import ledger_for
from households.prices import Prices
from tests.factories import (
    ConventionFactory,
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    member,
    name_on_case,
)

pytestmark = pytest.mark.django_db
DAYS = st.dates(date(2015, 1, 1), date(2017, 12, 31))


def kind(code: str) -> MeasureKind:
    return MeasureKind.objects.get(code=code)


def supported(first=date(2015, 1, 1), last=date(2017, 12, 31), **fields):
    """A household with both measures over these days."""
    household = HouseholdFactory(**fields)
    for code in (MeasureCode.SUPPORT, MeasureCode.ADAPTED_MANAGEMENT):
        SupportMeasureFactory(household=household, kind=kind(code), starts_on=first, planned_ends_on=last)
    return household


def test_sixty_households_over_the_commitment():
    operator = OrganisationFactory()
    convention = ConventionFactory(partner=operator)
    for _number in range(60):
        household = HouseholdFactory()
        DiagnosisFactory(household=household, operator=operator, completed=True, started_on=date(2015, 1, 1), completed_on=date(2015, 1, 1))
        for code in (MeasureCode.SUPPORT, MeasureCode.ADAPTED_MANAGEMENT):
            SupportMeasureFactory(household=household, kind=kind(code), convention=convention)
    ledger = Ledger(2015, 2017)
    assert ledger.totals("year") == {(2015,): Decimal("165000.00"), (2016,): Decimal("147000.00"), (2017,): Decimal("147000.00")}
    assert ledger.total() == Decimal("459000.00") == sum(line.amount for line in ledger.lines())
    assert ledger.count() == 60 * 7


def test_the_worked_examples():
    support = kind(MeasureCode.SUPPORT).pk
    household = supported(date(2015, 3, 1), date(2015, 12, 31))
    assert Ledger(2015, 2015).totals("kind")[(support,)] == Decimal("1257.53")
    assert Ledger(2015, 2015).total() == Decimal("1257.53") + Decimal("796.44")
    household.measures.all().delete()
    measure = SupportMeasureFactory(starts_on=date(2015, 1, 1), planned_ends_on=date(2015, 12, 31))
    MeasureSuspension.objects.create(measure=measure, starts_on=date(2015, 6, 1), ends_on=date(2015, 6, 30))
    assert Ledger(2015, 2015).total() == Decimal("1376.71")
    assert Ledger(2015, 2015, until=date(2015, 5, 31)).total() == Decimal("620.55")


def test_a_convention_s_own_price_wins_on_its_days_only():
    convention = ConventionFactory()
    SupportMeasureFactory(convention=convention, starts_on=date(2016, 1, 1), planned_ends_on=date(2016, 12, 31))
    SupportMeasureFactory(starts_on=date(2016, 1, 1), planned_ends_on=date(2016, 12, 31))
    Tariff.objects.create(kind=kind(MeasureCode.SUPPORT), convention=convention, amount=1560, starts_on=date(2016, 7, 1))
    totals = Ledger(2016, 2016).totals("convention")
    assert totals.pop((convention.pk,)) == Decimal("1530.16")
    assert list(totals.values()) == [Decimal("1500.00")]


def test_a_diagnosis_is_charged_at_the_own_price_of_its_operator_s_convention():
    operator = OrganisationFactory()
    convention = ConventionFactory(partner=operator, measure_kinds=[MeasureCode.DIAGNOSIS])
    Tariff.objects.create(kind=kind(MeasureCode.DIAGNOSIS), convention=convention, amount=280, starts_on=date(2015, 1, 1))
    diagnosis = DiagnosisFactory(operator=operator, completed=True, started_on=date(2015, 2, 1), completed_on=date(2015, 2, 3))
    assert Ledger(2015, 2015).totals("convention") == {(convention.pk,): Decimal("280.00")}
    assert [line.amount for line in household_lines(diagnosis.household, Prices.load())] == [Decimal("280.00")]


def test_a_day_without_a_price_is_told():
    Tariff.objects.filter(kind__code=MeasureCode.SUPPORT).update(ends_on=date(2016, 6, 30))
    SupportMeasureFactory(starts_on=date(2016, 1, 1), planned_ends_on=date(2016, 12, 31))
    missing = Ledger(2015, 2017).missing()
    assert (missing.kind, missing.day) == (MeasureCode.SUPPORT, date(2016, 7, 1))
    assert Ledger(2015, 2017, until=date(2016, 6, 30)).missing() is None


def test_no_day_is_left_between_two_prices():
    support = kind(MeasureCode.SUPPORT)
    Tariff.objects.filter(kind=support).update(ends_on=date(2016, 6, 30))
    Tariff.objects.create(kind=support, amount=1560, starts_on=date(2016, 7, 1))
    connection.check_constraints()
    Tariff.objects.filter(starts_on=date(2016, 7, 1)).update(starts_on=date(2016, 7, 2))
    with pytest.raises(IntegrityError, match="has no price"):
        connection.check_constraints()


@given(st.integers(0, 10**7), st.dictionaries(st.integers(1, 12), st.integers(1, 31), min_size=1))
def test_months_share_out_the_whole_line(cents, days):
    amount = Decimal(cents) / 100
    shares = share_by_month(amount, days)
    assert sum(shares.values()) == amount
    for month, share in shares.items():
        assert abs(share - amount * days[month] / sum(days.values())) < Decimal("0.01")


MEASURES = st.lists(
    st.tuples(DAYS, st.integers(0, 900), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 90)), max_size=2), st.booleans()),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MEASURES, DAYS, DAYS)
def test_all_at_once_and_case_by_case_agree(drawn, changed_on, until):
    with transaction.atomic():
        support = kind(MeasureCode.SUPPORT)
        own = ConventionFactory()
        Tariff.objects.create(kind=support, convention=own, amount=Decimal("1234.56"), starts_on=changed_on, ends_on=changed_on + timedelta(days=200))
        for first, length, stops, is_own in drawn:
            measure = SupportMeasureFactory(
                kind=support, starts_on=first, planned_ends_on=first + timedelta(days=length), **({"convention": own} if is_own else {})
            )
            after = first
            for wait, days in stops:
                after += timedelta(days=wait)
                MeasureSuspension.objects.create(measure=measure, starts_on=after, ends_on=after + timedelta(days=days))
                after += timedelta(days=days + 1)
        OccupancyFactory(household=measure.household, starts_on=first)
        expected, by_month = defaultdict(Decimal), defaultdict(Decimal)
        for household in Household.objects.all():
            for line in household_lines(household, Prices.load(), until=until):
                expected[household.pk, line.year] += line.amount
        ledger = Ledger(2010, 2025, until=until)
        assert ledger.totals("household", "year") == dict(expected)
        whole = ledger.total()
        assert whole == sum(expected.values())
        others = cycle(("year", "month", "operator", "landlord"))
        for name in GROUPINGS:
            other = next(others)
            both = defaultdict(Decimal)
            for key, amount in ledger.totals(name, other).items():
                both[key[:1]] += amount
            assert dict(both) == ledger.totals(name), (name, other)
            assert sum(both.values()) == whole, (name, other)
        by_month = ledger.totals("measure", "year", "month")
        lines = defaultdict(Decimal)
        for (measure_id, year, _month), amount in by_month.items():
            lines[measure_id, year] += amount
        assert dict(lines) == ledger.totals("measure", "year")
        transaction.set_rollback(True)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DAYS, DAYS, st.decimals(1, 3000, places=2))
def test_a_new_price_leaves_every_earlier_day_unchanged(first, changed_on, amount):
    with transaction.atomic():
        SupportMeasureFactory(starts_on=first, planned_ends_on=date(2018, 6, 30))
        eve = changed_on - timedelta(days=1)
        before = Ledger(2014, 2018, until=eve).totals("year", "month")
        support = kind(MeasureCode.SUPPORT)
        Tariff.objects.filter(kind=support, ends_on=None).update(ends_on=eve)
        Tariff.objects.create(kind=support, amount=amount, starts_on=changed_on)
        assert Ledger(2014, 2018, until=eve).totals("year", "month") == before
        transaction.set_rollback(True)


def test_a_confidential_case_is_one_line_for_whoever_is_not_named_on_it():
    officer, other = UserFactory(), UserFactory()
    landlord = OrganisationFactory(landlord=True)
    case, protected = supported(), supported(is_confidential=True)
    for household in (case, protected):
        OccupancyFactory(household=household, unit=UnitFactory(landlord=landlord), starts_on=date(2015, 1, 1))
    name_on_case(protected, officer)
    today = date(2016, 5, 1)

    def ledger(user):
        return ledger_for(user, first_year=2015, last_year=2017, on=today)

    assert set(ledger(officer).totals("household")) == {(case.pk,), (protected.pk,)}
    closed = ledger(other)
    assert closed.totals("household") == {(case.pk,): Decimal("7350.00"), (CONFIDENTIAL,): Decimal("7350.00")}
    assert {line.reference for line in closed.lines()} == {case.reference}
    assert closed.confidential() == Decimal("7350.00")
    months = [closed.month_sums(month) for month in range(1, 13)]
    assert sum(seen for _count, seen, _hidden in months) == sum(hidden for _count, _seen, hidden in months) == Decimal("7350.00")
    assert {line.reference for line in closed.month_lines(1)} == {case.reference}
    assert sum(line.amount for line in closed.month_lines(1)) == months[0][1]
    assert closed.narrowed(landlord=landlord.pk).total() == Decimal("7350.00")
    assert closed.narrowed(landlord=CONFIDENTIAL).total() == Decimal("7350.00")
    assert closed.narrowed(household=protected.pk).total() == 0
    assert ledger(member(Role.LANDLORD_REFERENT, landlord)).total() == Decimal("7350.00")


def test_each_role_counts_its_own():
    ours, theirs = ConventionFactory(), ConventionFactory()
    own_home, other_home = OrganisationFactory(landlord=True), OrganisationFactory(landlord=True)
    for convention, landlord in ((ours, own_home), (theirs, other_home)):
        measure = SupportMeasureFactory(convention=convention)
        OccupancyFactory(household=measure.household, unit=UnitFactory(landlord=landlord))
    today = date(2016, 1, 1)
    totals = {
        user.role: ledger_for(user, first_year=2015, last_year=2015, on=today).total()
        for user in (
            UserFactory(),
            UserFactory(role=Role.COMMITTEE),
            UserFactory(role=Role.FUNDER),
            member(Role.SUPPORT_WORKER, ours.partner),
            member(Role.LANDLORD_REFERENT, own_home),
        )
    }
    assert totals == {
        Role.GIE_STAFF: Decimal("3000.00"),
        Role.COMMITTEE: Decimal("3000.00"),
        Role.FUNDER: Decimal("3000.00"),
        Role.SUPPORT_WORKER: Decimal("1500.00"),
        Role.LANDLORD_REFERENT: Decimal("1500.00"),
    }
    for role in (Role.PRESCRIBER, Role.PROFILE_EDITOR, Role.DPO, Role.ADMINISTRATOR):
        with pytest.raises(PermissionError):
            ledger_for(UserFactory(role=role), first_year=2015, last_year=2015, on=today)
