"""The rules of who sees which case, written plainly in Python and compared with what the database answers, over random cases."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from access.enums import Role
from access.models import User
from catalogue.enums import MeasureCode
from catalogue.models import MeasureKind, Unit
from households.enums import ConsentAnswer, ConsentKind, DiagnosisStatus, Stage
from households.models import CaseMember, Consent, Diagnosis, Household, Occupancy, Proposal, SupportMeasure
from households.models.delays import add_months
from tests.factories import (
    FOUGERES,
    ConventionFactory,
    OrganisationFactory,
    UnitFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
DAY = date(2016, 6, 1)
SINCE = add_months(DAY, -3)

NEAR = st.integers(-200, 200).map(lambda days: DAY + timedelta(days=days))
CASE = st.fixed_dictionaries(
    {
        "is_confidential": st.booleans(),
        "named": st.booleans(),
        "reported_by": st.sampled_from([None, 0, 1]),
        "closed_on": st.none() | NEAR,
        "diagnosis": st.none() | st.tuples(st.integers(0, 1), st.none() | NEAR),
        "measure": st.none() | st.tuples(st.integers(0, 1), NEAR, st.none() | NEAR),
        "occupancy": st.none() | st.tuples(st.integers(0, 1), NEAR, st.none() | NEAR),
        "proposal": st.none() | st.tuples(st.integers(0, 1), st.none() | NEAR),
        "sharing": st.lists(st.tuples(NEAR, st.sampled_from(ConsentAnswer)), max_size=3),
    }
)


class World:
    """Two landlords, two operators, and an account of each role; the own organisations come first."""

    def __init__(self) -> None:
        self.landlords = [OrganisationFactory(landlord=True) for _ in range(2)]
        operators = [OrganisationFactory() for _ in range(2)]
        self.operators = operators
        self.conventions = [ConventionFactory(partner=operator) for operator in operators]
        self.users = {
            Role.GIE_STAFF: UserFactory(),
            Role.LANDLORD_REFERENT: member(Role.LANDLORD_REFERENT, self.landlords[0]),
            Role.SUPPORT_WORKER: member(Role.SUPPORT_WORKER, operators[0]),
            Role.FUNDER: member(Role.FUNDER, operators[0]),
        }
        self.support = MeasureKind.objects.get(code=MeasureCode.SUPPORT)

    def add(self, case: dict) -> Household:
        household = Household.objects.create(
            commune_id=FOUGERES,
            entry_door="access",
            stage=Stage.SEARCHING if case["closed_on"] is None else Stage.CLOSED,
            stage_since=case["closed_on"] or date(2015, 1, 1),
            closing_reason="" if case["closed_on"] is None else "other",
            is_confidential=case["is_confidential"],
            reported_by=None if case["reported_by"] is None else self.landlords[case["reported_by"]],
        )
        if case["named"]:
            CaseMember.objects.bulk_create(CaseMember(household=household, user=user) for user in self.users.values())
        if case["diagnosis"]:
            whose, completed = case["diagnosis"]
            Diagnosis.objects.create(
                household=household,
                operator=self.operators[whose],
                started_on=date(2015, 1, 1),
                completed_on=completed,
                status=DiagnosisStatus.COMPLETED if completed else DiagnosisStatus.DRAFT,
            )
        if case["measure"]:
            whose, planned, ended = case["measure"]
            SupportMeasure.objects.create(
                household=household,
                kind=self.support,
                convention=self.conventions[whose],
                starts_on=date(2015, 1, 1),
                planned_ends_on=planned,
                ended_on=ended,
            )
        if case["occupancy"]:
            whose, starts, ends = case["occupancy"]
            Occupancy.objects.create(
                household=household, unit=self.unit(whose), tenure="direct_lease", starts_on=starts, ends_on=ends and max(starts, ends)
            )
        if case["proposal"]:
            whose, closed = case["proposal"]
            Proposal.objects.create(household=household, unit=self.unit(whose), proposed_on=date(2015, 1, 1), closed_on=closed)
        for decided, answer in case["sharing"]:
            Consent.objects.create(household=household, kind=ConsentKind.SHARING, answer=answer, decided_on=decided)
        return household

    def unit(self, whose: int) -> Unit:
        return UnitFactory(landlord=self.landlords[whose])


def refuses(case: dict) -> bool:
    """Whether the latest answer known on the day, of two of one day the one written last, refuses the sharing of information."""
    known = [(decided, rank, answer) for rank, (decided, answer) in enumerate(case["sharing"]) if decided <= DAY]
    return bool(known) and max(known)[2] in (ConsentAnswer.REFUSED, ConsentAnswer.WITHDRAWN)


def is_own(fact: tuple | None) -> bool:
    return fact is not None and fact[0] == 0


def sees(role: Role, case: dict) -> bool:
    """The rule of the role table, in plain words; the own organisations are numbered 0."""
    if case["is_confidential"] and not case["named"]:
        return False
    if role == Role.GIE_STAFF:
        return True
    needed, beyond = False, False
    if role == Role.LANDLORD_REFERENT:
        if is_own(case["occupancy"]):
            _, starts, ends = case["occupancy"]
            needed |= starts <= DAY and (ends is None or max(starts, ends) >= DAY)
        if is_own(case["proposal"]):
            closed = case["proposal"][1]
            needed |= closed is None
            beyond |= closed is not None and closed >= SINCE
        beyond |= case["reported_by"] == 0
    if role == Role.SUPPORT_WORKER:
        if is_own(case["diagnosis"]):
            ended = case["diagnosis"][1] or case["closed_on"]
            needed |= ended is None
            beyond |= ended is not None and ended >= SINCE
        if is_own(case["measure"]):
            last = case["measure"][2] or case["measure"][1]
            needed |= last >= DAY
            beyond |= last >= SINCE
    return needed or (beyond and not refuses(case))


@settings(max_examples=60)
@given(cases=st.lists(CASE, min_size=1, max_size=8))
def test_the_database_answers_what_the_rules_say(cases):
    """Each world is taken back: hundreds of cases in tables that no statistics describe would be joined one by one, for hours."""
    with transaction.atomic():
        compare(World(), cases)
        transaction.set_rollback(True)


def compare(world: World, cases: list[dict]) -> None:
    held = [(world.add(case), case) for case in cases]
    mine = [household.pk for household, _ in held]
    for role, user in world.users.items():
        seen = {household.pk for household, case in held if sees(role, case)}
        assert set(Household.objects.visible_to(user, on=DAY).filter(pk__in=mine).values_list("pk", flat=True)) == seen, role
        occupancies = Occupancy.objects.filter(household__in=seen)
        if role == Role.SUPPORT_WORKER:
            homes = set(occupancies.values_list("unit", flat=True))
            assert set(Unit.objects.visible_to(user, on=DAY).values_list("pk", flat=True)) == homes
        if role == Role.LANDLORD_REFERENT:
            occupancies = occupancies.filter(unit__landlord=world.landlords[0])
        assert set(Occupancy.objects.visible_to(user, on=DAY).filter(household__in=mine)) == (set(occupancies) if role != Role.FUNDER else set())
        measures = SupportMeasure.objects.filter(household__in=seen)
        expected = set(measures) if role in (Role.GIE_STAFF, Role.SUPPORT_WORKER) else set()
        assert set(SupportMeasure.objects.visible_to(user, on=DAY).filter(household__in=mine)) == expected
        shown = set(Diagnosis.objects.filter(household__in=seen)) if role in (Role.GIE_STAFF, Role.SUPPORT_WORKER) else set()
        assert set(Diagnosis.objects.visible_to(user, on=DAY).filter(household__in=mine)) == shown
    User.objects.filter(pk__in=[user.pk for user in world.users.values()]).update(is_active=False)
    for user in User.objects.filter(pk__in=[user.pk for user in world.users.values()]):
        assert not Household.objects.visible_to(user, on=DAY).exists()
