"""The operations of the demonstration, at every step of their roads, and what is known of its homes."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from access.enums import Role
from access.models import User
from catalogue import actions as homes
from catalogue.enums import AbandonReason, OperationKind, OperationStage, Typology
from catalogue.models import Commune, NearbyService, Operation, Unit
from catalogue.roads import ROADS
from households import actions
from households.enums import Stage
from households.models import Household
from partners.models import Organisation

STEP_DAYS: Final = 75
"""Days between two planned steps."""


@dataclass(frozen=True)
class Plan:
    """An operation: how many steps are done, the days by which the last one slipped, and its costs in euros."""

    landlord: str
    name: str
    kind: OperationKind
    commune: str
    home_count: int
    steps_done: int
    reference_cost: int | None = None
    planned_cost: int | None = None
    actual_cost: int | None = None
    slipped_days: int = 0
    is_modular: bool = False
    typologies: tuple[Typology, ...] = ()


PLANS: Final = (
    Plan("neotoa", "Essai de logements modulaires à Betton", OperationKind.NEW_BUILD, "35024", 4, 3, 520_000, 530_400, None, 0, True, (Typology.T1, Typology.T2)),
    Plan("neotoa", "Pavillon isolé à Bruz", OperationKind.NEW_BUILD, "35047", 1, 5, 140_000, 161_000, 172_200, 24, False, (Typology.T3,)),
    Plan("neotoa", "Deux maisons à Acigné", OperationKind.NEW_BUILD, "35001", 2, 1, 290_000, 348_000, None, -20, False, (Typology.T3, Typology.T4)),
    Plan("neotoa", "Labellisation PLAI à Rennes", OperationKind.PLAI_LABELLING, "35238", 2, 4, None, None, None, 12),
    Plan("archipel-habitat", "Rez-de-chaussée adapté à Rennes", OperationKind.ADAPTATION, "35238", 1, 2, 31_000, 33_500, None, 0, False, (Typology.T2,)),
    Plan("espacil-habitat", "Reclassement à bas loyer à Vitré", OperationKind.RECLASSIFICATION, "35360", 3, 2),
    Plan("fougeres-habitat", "Terrain de la Chesnardière", OperationKind.NEW_BUILD, "35115", 2, 0, 265_000, None, None, 95, True, (Typology.T2, Typology.T3)),
    Plan("fougeres-habitat", "Aménagement de deux T4 à Fougères", OperationKind.ADAPTATION, "35115", 2, 3, 58_000, 61_000, None, 30, False, (Typology.T4,)),
    Plan("emeraude-habitation", "Labellisation PLAI à Saint-Malo", OperationKind.PLAI_LABELLING, "35288", 2, 1),
    Plan("la-rance", "Petit collectif de Saint-Malo", OperationKind.NEW_BUILD, "35288", 3, -1, 410_000, 505_000, None, 0, False, (Typology.T2,)),
)  # fmt: skip
"""``steps_done`` of -1: given up at its first step."""


def known_facts(reference: str, floor: int, services: list[int]) -> dict[str, object]:
    """What is known of a home's lift, outdoor space, animals and surroundings: always the same for one reference, unknown for a third."""
    chance = random.Random(reference)
    facts: dict[str, object] = {}
    if chance.random() < 0.65:
        facts["has_lift"] = floor > 1 and chance.random() < 0.6
        facts["has_outdoor_space"] = chance.random() < 0.45
        facts["animals_allowed"] = chance.random() < 0.8
    if chance.random() < 0.65:
        facts["nearby_services"] = sorted(chance.sample(services, min(len(services), chance.randint(2, 6))))
    return facts


def seed_facts() -> None:
    """Complete the homes of the demonstration of which nobody noted anything yet."""
    services = list(NearbyService.objects.values_list("pk", flat=True))
    blank = {"has_lift": None, "has_outdoor_space": None, "animals_allowed": None, "nearby_services": None}
    homes_without = list(Unit.objects.filter(reference__regex=r"^...-D\d{4}$", **{f"{name}__isnull": True for name in blank}))
    for unit in homes_without:
        for name, value in known_facts(unit.reference, unit.floor or 0, services).items():
            setattr(unit, name, value)
    Unit.objects.bulk_update(homes_without, list(blank))


def seed(today: date) -> None:
    """Every operation once, each taken along its road by the actions that people use, and meant for households that search."""
    seed_facts()
    officer = User.objects.filter(role=Role.GIE_STAFF).order_by("pk").first()
    for plan in PLANS:
        landlord = Organisation.objects.get(code=plan.landlord)
        if not Operation.objects.filter(landlord=landlord, name=plan.name).exists():
            _run(plan, landlord, today, officer)


def _run(plan: Plan, landlord: Organisation, today: date, officer: User | None) -> None:
    road = ROADS[plan.kind]
    opened = today - timedelta(days=STEP_DAYS * max(plan.steps_done, 0) + 60 + max(plan.slipped_days, 0))
    operation = Operation(
        landlord=landlord,
        name=plan.name,
        kind=plan.kind,
        commune=Commune.objects.get(pk=plan.commune),
        home_count=plan.home_count,
        typologies=list(plan.typologies),
        is_modular=plan.is_modular,
        opened_on=opened,
        reference_cost=plan.reference_cost,
        planned_cost=plan.planned_cost,
        actual_cost=plan.actual_cost,
    )
    homes.open_operation(operation=operation, by=officer)
    planned: dict[str, date | None] = {step: opened + timedelta(days=STEP_DAYS * rank) for rank, step in enumerate(road, 1)}
    homes.plan_steps(operation=operation, planned=planned, by=officer)
    if plan.steps_done < 0:
        homes.abandon_operation(operation=operation, reason=AbandonReason.COST, on=opened + timedelta(days=50), by=officer)
        return
    done = road[: plan.steps_done]
    for rank, step in enumerate(done, 1):
        day = opened + timedelta(days=STEP_DAYS * rank + (plan.slipped_days if rank == len(done) else 0))
        if step == OperationStage.DELIVERY:
            _deliver(plan, operation, day, officer)
        else:
            homes.advance_operation(operation=operation, step=step, on=day, by=officer)
    if not operation.is_over:
        _mean_for_somebody(operation, today, officer)


def _deliver(plan: Plan, operation: Operation, day: date, officer: User | None) -> None:
    if plan.kind == OperationKind.NEW_BUILD:
        new = [
            Unit(
                reference=f"{operation.landlord.code[:3].upper()}-N{number:04d}",
                street_number=str(number),
                street="allée des Ajoncs",
                postcode=operation.commune.postcodes[0],
                commune_name=operation.commune.name,
                typology=plan.typologies[0],
                living_area=Decimal(64),
                floor=0,
                built_year=day.year,
                building_type="detached",
                initial_financing="plai",
                main_rent=Decimal("332.80"),
                charges=Decimal(38),
                energy_class="A",
                is_accessible=True,
                has_outdoor_space=True,
                animals_allowed=True,
            )
            for number in range(1, plan.home_count + 1)
        ]
        homes.deliver_operation(operation=operation, on=day, created=new, by=officer)
        return
    free = Unit.objects.declared_free().filter(landlord=operation.landlord, commune=operation.commune, occupancies__isnull=True)
    kept = list((free.filter(proposals__isnull=True) or free).order_by("is_earmarked", "pk")[: plan.home_count])
    if kept:
        homes.deliver_operation(operation=operation, on=day, existing=kept, decision=f"{day.year}-35-PLAI-017", by=officer)


def _mean_for_somebody(operation: Operation, today: date, officer: User | None) -> None:
    """One home of the operation is meant for a household that searches in its commune, or near."""
    searching = Household.objects.filter(stage=Stage.SEARCHING, application_number__startswith="035DEMO", operation_places__isnull=True)
    household = searching.filter(commune=operation.commune).order_by("pk").first() or searching.order_by("pk").first()
    if household:
        actions.mean_for(operation=operation, household=household, on=max(household.opened_on, today - timedelta(days=5)), by=officer)
