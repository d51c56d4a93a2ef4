"""Operations: the road of each kind, late steps, and what they cost beyond the reference."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from access.enums import Role
from catalogue import roads
from catalogue.enums import AbandonReason, MobilisationMode, OperationKind, OperationStage
from catalogue.models import FinancingDecision, NearbyService, Operation, Unit
from tests.factories import FOUGERES, OperationFactory, OrganisationFactory, UnitFactory, UserFactory, member

pytestmark = pytest.mark.django_db
DAY = date(2015, 3, 1)


def stage(operation):
    return Operation.objects.get(pk=operation.pk).stage


@pytest.mark.parametrize("kind", OperationKind)
def test_an_operation_goes_through_every_step_of_its_road_to_delivery(kind):
    operation = OperationFactory(kind=kind)
    road = roads.ROADS[kind]
    assert [step.step for step in operation.steps.all()] == list(road)
    for number, step in enumerate(road[:-1]):
        assert stage(operation) == step
        roads.advance(operation, step=step, on=date(2015, 3, 1 + number))
    operation.units.add(UnitFactory(landlord=operation.landlord))
    roads.advance(operation, step=OperationStage.DELIVERY, on=date(2015, 4, 1))
    assert stage(operation) == OperationStage.DELIVERED
    assert Operation.objects.get().delivered_on == date(2015, 4, 1)
    assert all(step.done_on for step in operation.steps.all())


def test_the_road_of_a_new_build_is_the_one_of_the_call_for_projects():
    assert roads.ROADS[OperationKind.NEW_BUILD] == ("land_search", "negotiation", "design", "works", "delivery")


def test_a_step_out_of_turn_is_refused_and_writes_nothing():
    operation = OperationFactory()
    with pytest.raises(ValidationError, match="elle a changé"):
        roads.advance(operation, step=OperationStage.WORKS, on=DAY)
    with pytest.raises(ValidationError, match="précède"):
        roads.advance(operation, step=OperationStage.LAND_SEARCH, on=date(2014, 12, 31))
    assert stage(operation) == OperationStage.LAND_SEARCH
    assert not operation.steps.filter(done_on__isnull=False).exists()


def test_a_delivery_without_homes_is_refused():
    operation = OperationFactory(kind=OperationKind.ADAPTATION)
    for step in roads.ROADS[operation.kind][:-1]:
        roads.advance(operation, step=step, on=DAY)
    with pytest.raises(ValidationError, match="liste des logements"):
        roads.advance(operation, step=OperationStage.DELIVERY, on=DAY)


def test_an_operation_given_up_keeps_its_reason_and_no_longer_moves():
    operation = OperationFactory()
    roads.abandon(operation, reason=AbandonReason.LAND, on=DAY)
    kept = Operation.objects.get()
    assert (kept.stage, kept.abandoned_on, kept.abandon_reason) == (OperationStage.ABANDONED, DAY, AbandonReason.LAND)
    with pytest.raises(ValidationError, match="abandonnée"):
        roads.advance(operation, step=OperationStage.LAND_SEARCH, on=DAY)
    with pytest.raises(ValidationError, match="abandonnée"):
        roads.abandon(operation, reason=AbandonReason.COST, on=DAY)


def test_the_step_under_way_is_late_the_day_after_its_planned_day():
    operation = OperationFactory()
    operation.steps.filter(step=OperationStage.LAND_SEARCH).update(planned_on=DAY)
    assert not Operation.objects.late(on=DAY).exists()
    assert Operation.objects.late(on=date(2015, 3, 2)).get() == operation
    roads.advance(operation, step=OperationStage.LAND_SEARCH, on=date(2015, 3, 5))
    assert not Operation.objects.late(on=date(2015, 3, 6)).exists()
    assert operation.steps.get(step=OperationStage.LAND_SEARCH).days_late == 4


@pytest.mark.parametrize(
    ("reference", "planned", "actual", "surcharge", "flagged"),
    [
        ("100000.00", None, "120000.00", Decimal(20), True),
        ("100000.00", None, "119990.00", Decimal("19.99"), False),
        ("100000.00", None, "119999.99", Decimal("19.99999"), False),
        ("100000.00", "130000.00", None, Decimal(30), True),
        ("100000.00", "130000.00", "95000.00", Decimal(-5), False),
        ("100000.00", None, None, None, False),
        (None, None, "120000.00", None, False),
        ("0.00", None, "120000.00", None, False),
    ],
)
def test_a_surcharge_of_twenty_per_cent_or_more_is_flagged(reference, planned, actual, surcharge, flagged):
    costs = [None if cost is None else Decimal(cost) for cost in (reference, planned, actual)]
    operation = Operation(reference_cost=costs[0], planned_cost=costs[1], actual_cost=costs[2])
    assert operation.surcharge == surcharge
    assert operation.has_high_surcharge is flagged


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        (OperationKind.NEW_BUILD, MobilisationMode.NEW_BUILD),
        (OperationKind.PLAI_LABELLING, MobilisationMode.EXISTING),
        (OperationKind.ADAPTATION, MobilisationMode.ADAPTATION),
        (OperationKind.RECLASSIFICATION, MobilisationMode.RECLASSIFIED),
    ],
)
def test_each_kind_brings_its_homes_by_one_of_the_four_modes(kind, mode):
    assert Operation(kind=kind).mobilisation_mode == mode


def test_a_landlord_sees_its_own_operations_and_decisions_staff_all_others_none():
    own, foreign = OperationFactory(), OperationFactory()
    decision = FinancingDecision.objects.create(unit=UnitFactory(landlord=own.landlord), kind="plai_label", decided_on=DAY)
    FinancingDecision.objects.create(unit=UnitFactory(), kind="plai_label", decided_on=DAY)
    referent = member(Role.LANDLORD_REFERENT, own.landlord)
    assert set(Operation.objects.visible_to(referent)) == {own}
    assert set(FinancingDecision.objects.visible_to(referent)) == {decision}
    assert set(Operation.objects.visible_to(UserFactory())) == {own, foreign}
    for role in set(Role) - {Role.GIE_STAFF, Role.LANDLORD_REFERENT}:
        user = member(role, OrganisationFactory())
        assert not Operation.objects.visible_to(user).exists()
        assert not FinancingDecision.objects.visible_to(user).exists()


def test_services_near_a_home_are_ticked_and_one_set_aside_stays(client):
    school, doctor, gone = (
        NearbyService.objects.get(name="école"),
        NearbyService.objects.get(name="médecin"),
        NearbyService.objects.create(name="gare"),
    )
    unit = UnitFactory(nearby_services=[gone.pk])
    gone.is_active = False
    gone.save()
    client.force_login(UserFactory())
    fields = {
        "landlord": unit.landlord_id,
        "reference": unit.reference,
        "postcode": "35300",
        "commune": FOUGERES,
        "typology": "T3",
        "nearby_services": [school.pk, doctor.pk],
        "has_lift": "true",
        "quota": "3",
    }
    page = client.get(f"/gestion/logements/parc/modifier/{unit.pk}/").content.decode()
    assert "école" in page
    assert "gare" not in page
    client.post(f"/gestion/logements/parc/modifier/{unit.pk}/", fields)
    kept = Unit.objects.get(pk=unit.pk)
    assert kept.nearby_services == sorted([school.pk, doctor.pk, gone.pk])
    assert (kept.has_lift, kept.has_outdoor_space, kept.quota) == (True, None, 3)
    answer = client.post(f"/gestion/logements/parc/modifier/{unit.pk}/", {**fields, "quota": "8"})
    assert "inférieure ou égale à 7" in answer.content.decode()
