"""The households of the demonstration, taken along the road by the very actions that people use."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from access.models import User
from catalogue.enums import DeclaredOccupation, MeasureCode, Typology
from catalogue.models import Convention, MeasureKind, Unit
from households import actions
from households.demo.words import FIRST_NAMES, LAST_NAMES
from households.demo.world import TOWNS
from households.enums import (
    CalDecision,
    ClosingReason,
    CommitteeOutcome,
    ConsentAnswer,
    ConsentKind,
    EntryDoor,
    EvaluationResult,
    Kinship,
    NeedLevel,
    ProposalAnswer,
    Recommendation,
    ReportReason,
    Stage,
)
from households.models import CommitteeDecision, Diagnosis, Evaluation, Household, Occupancy, Person, SupportMeasure
from partners.models import Organisation

SPREAD = (
    (Stage.IDENTIFIED, 6),
    (Stage.IN_DIAGNOSIS, 8),
    (Stage.TO_ORIENT, 6),
    (Stage.SEARCHING, 10),
    (Stage.PROPOSED, 6),
    (Stage.HOUSED, 14),
    (Stage.STABILISED, 4),
    (Stage.SUSPENDED, 3),
    (Stage.CLOSED, 3),
)
"""How many households end at each stage: 60 in all."""
OPERATOR_OF_TOWN = {"35115": "ape2a", "35288": "amids", "35360": "ais-35", "35236": "ais-35"}
COURSE_BEFORE = {Stage.SUSPENDED: Stage.HOUSED, Stage.CLOSED: Stage.STABILISED}
LONGEST_COURSE_DAYS = 420
REFERENCE_FIRST, REFERENCE_LAST = date(2015, 1, 1), date(2017, 12, 31)
ROAD = (Stage.IN_DIAGNOSIS, Stage.TO_ORIENT, Stage.SEARCHING, Stage.PROPOSED, Stage.HOUSED, Stage.STABILISED)


def demo_number(prefix: str, number: int) -> str:
    """The application number that marks demo household ``number``: 18 characters."""
    return f"035{prefix}{number:0{15 - len(prefix)}d}"


def seed_cases(today: date, chance: random.Random) -> int:
    """Sixty fictional households spread over every stage, dates laid before ``today``; return how many were made."""
    targets = [stage for stage, count in SPREAD for _ in range(count)]
    made = 0
    for number, target in enumerate(targets, start=1):
        application_number = demo_number("DEMO", number)
        if Household.objects.filter(application_number=application_number).exists():
            continue
        with transaction.atomic():
            Journey(application_number, target, today, chance).travel()
        made += 1
    declare_let()
    return made


def declare_let() -> None:
    """The landlords' files say of an occupied home that it is let."""
    Unit.objects.filter(occupancies__isnull=False).update(declared_occupation=DeclaredOccupation.LET)


class Journey:
    """One household from its report to ``target``, arriving some days before ``today``."""

    def __init__(self, application_number: str, target: Stage, today: date, chance: random.Random) -> None:
        self.chance = chance
        self.target = target
        self.today = today
        self.officer = chance.choice(list(User.objects.filter(role="gie_staff").order_by("pk")))
        self.door = EntryDoor.MAINTENANCE if chance.random() < 0.2 and target not in (Stage.SEARCHING, Stage.PROPOSED) else EntryDoor.ACCESS
        self.steps = self._steps()
        gaps = [chance.randint(12, 40) for _ in range(len(self.steps))]
        arrived = today - timedelta(days=chance.randint(2, 50))
        self.days = [arrived - timedelta(days=sum(gaps[index + 1 :])) for index in range(len(gaps))]
        self.household = self._open(application_number, (self.days[0] if self.days else arrived) - timedelta(days=14))

    def _steps(self) -> list[Stage]:
        before = COURSE_BEFORE.get(self.target, self.target)
        road = list(ROAD[: ROAD.index(before) + 1]) if before in ROAD else []
        return [*road, self.target] if self.target in COURSE_BEFORE else road

    def _open(self, application_number: str, day: date) -> Household:
        chance = self.chance
        town = chance.choice(TOWNS)
        landlord = chance.choice(list(Organisation.objects.landlords().order_by("pk")))
        children = chance.choice((0, 0, 1, 2, 3))
        household = Household(
            entry_door=self.door,
            stage_since=day,
            opened_on=day,
            application_number=application_number,
            seniority_on=day - timedelta(days=chance.randint(90, 1400)),
            is_dalo=chance.random() < 0.4,
            has_collective_agreement=chance.random() < 0.3,
            is_pdalpd=chance.random() < 0.7,
            commune_id=town,
            size=1 + children,
            monthly_resources=Decimal(chance.randint(560, 1100) + 280 * children),
            reported_by=landlord if chance.random() < 0.6 else Organisation.objects.get(code="siao-35"),
            reported_on=day,
            report_reason=ReportReason.EVICTION_THREAT if self.door == EntryDoor.MAINTENANCE else chance.choice(list(ReportReason)),
            officer=self.officer,
        )
        actions.open_household(household=household, by=self.officer)
        name = chance.choice(LAST_NAMES)
        for index in range(1 + children):
            years = chance.randint(20, 62) if index == 0 else chance.randint(1, 16)
            Person.objects.create(
                household=household,
                kinship=Kinship.HOLDER if index == 0 else Kinship.CHILD,
                last_name=name,
                first_name=chance.choice(FIRST_NAMES),
                birth_date=date(day.year - years, chance.randint(1, 12), chance.randint(1, 28)),
            )
        return household

    def travel(self) -> None:
        """Take the household through every step to its target."""
        for stage, day in zip(self.steps, self.days, strict=True):
            getattr(self, f"_to_{stage}")(day)
        if self.target in (Stage.SEARCHING, Stage.PROPOSED, Stage.TO_ORIENT):
            self._consent(self.days[-1])

    def _to_in_diagnosis(self, day: date) -> None:
        operator = Organisation.objects.get(code=self._operator_code())
        diagnosis = Diagnosis(household=self.household, operator=operator, started_on=day)
        low = min(2 + self.household.size // 2, 4)
        diagnosis.smallest, diagnosis.largest = list(Typology)[low], list(Typology)[low + 1]
        diagnosis.needs_outdoor_space = self.chance.random() < 0.4
        diagnosis.has_animals = self.chance.random() < 0.3
        diagnosis.ceiling_rent = ((self.household.monthly_resources or Decimal(0)) * Decimal("0.6")).quantize(Decimal(1))
        diagnosis.support_level = self.chance.choice((NeedLevel.LIGHT, NeedLevel.REINFORCED, NeedLevel.INTENSIVE))
        diagnosis.management_level = self.chance.choice((NeedLevel.LIGHT, NeedLevel.REINFORCED))
        actions.save_diagnosis(diagnosis=diagnosis, by=self.officer)

    def _to_to_orient(self, day: date) -> None:
        diagnosis = self.household.diagnoses.get()
        actions.complete_diagnosis(diagnosis=diagnosis, on=day, by=self.officer)

    def _to_searching(self, day: date) -> None:
        diagnosis = self.household.diagnoses.get()
        decision = CommitteeDecision(
            household=self.household,
            decided_on=day,
            outcome=CommitteeOutcome.FAVOURABLE,
            support_level=diagnosis.support_level,
            management_level=diagnosis.management_level,
        )
        actions.record_committee_decision(decision=decision, by=self.officer)

    def _to_proposed(self, day: date) -> None:
        if self.door == EntryDoor.MAINTENANCE:
            return
        proposal = actions.propose_unit(household=self.household, unit=self._free_unit(), on=day, by=self.officer)
        if self.chance.random() < 0.6:
            actions.answer_proposal(proposal=proposal, answer=ProposalAnswer.ACCEPTED, on=day + timedelta(days=1), by=self.officer)

    def _to_housed(self, day: date) -> None:
        self._consent(day)
        if self.door == EntryDoor.MAINTENANCE:
            home = Occupancy(household=self.household, unit=self._free_unit(), tenure="direct_lease", starts_on=day - timedelta(days=900))
            actions.house_in_place(occupancy=home, on=day, by=self.officer)
        else:
            proposal = self.household.proposals.open().get()
            actions.record_cal_decision(proposal=proposal, decision=CalDecision.GRANTED, on=day - timedelta(days=4), by=self.officer)
            sliding = self.chance.random() < 0.4
            home = Occupancy(
                tenure="sliding_lease" if sliding else "direct_lease",
                starts_on=day,
                planned_slide_on=day + timedelta(days=365) if sliding else None,
            )
            actions.record_lease(proposal=proposal, occupancy=home, by=self.officer)
        self._open_measures(day, day + timedelta(days=730))

    def _to_stabilised(self, day: date) -> None:
        evaluation = Evaluation(
            household=self.household, evaluated_on=day, result=EvaluationResult.FAVOURABLE, recommendation=Recommendation.CONTINUE
        )
        actions.record_evaluation(evaluation=evaluation, by=self.officer)
        actions.stabilise(household=self.household, on=day, by=self.officer)

    def _to_suspended(self, day: date) -> None:
        actions.suspend_case(household=self.household, on=day, by=self.officer, reason="Absence prolongée")

    def _to_closed(self, day: date) -> None:
        actions.close_case(household=self.household, closing_reason=ClosingReason.AUTONOMOUS_LEASE, on=day, by=self.officer)

    def _consent(self, day: date) -> None:
        for kind in ConsentKind:
            actions.record_consent(household=self.household, kind=kind, answer=ConsentAnswer.AGREED, decided_on=day, by=self.officer)

    def _operator_code(self) -> str:
        return OPERATOR_OF_TOWN.get(self.household.commune_id) or self.chance.choice(("alfadi", "asfad"))

    def _free_unit(self) -> Unit:
        homes = Unit.objects.in_stock().filter(is_earmarked=True, occupancies__isnull=True, proposals__isnull=True)
        return homes.filter(commune=self.household.commune_id).first() or next(iter(homes.order_by("pk")))

    def _open_measures(self, first: date, last: date) -> None:
        convention = Convention.objects.in_force(on=first).get(partner__code=self._convention_holder())
        open_both(self.household, convention, first, last, self.officer, self.household.diagnoses.get())

    def _convention_holder(self) -> str:
        return self.household.diagnoses.get().operator.code


def open_both(household: Household, convention: Convention, first: date, last: date, by: User, diagnosis: Diagnosis) -> None:
    """Support and adapted management over the same days, graded as diagnosed."""
    for code, level in ((MeasureCode.SUPPORT, diagnosis.support_level), (MeasureCode.ADAPTED_MANAGEMENT, diagnosis.management_level)):
        measure = SupportMeasure(
            household=household,
            kind=MeasureKind.objects.get(code=code),
            convention=convention,
            level=level,
            objectives="Habiter le logement, tenir le budget, reprendre les soins et les droits.",
            methods="Aller vers, visites à domicile.",
            starts_on=first,
            planned_ends_on=last,
        )
        actions.open_measure(measure=measure, by=by)


def seed_reference(chance: random.Random) -> int:
    """The worked example: 60 households diagnosed on 2015-01-01, both measures over 2015–2017; return how many were made."""
    officer = User.objects.filter(role="gie_staff").order_by("pk").first()
    convention = Convention.objects.in_force(on=REFERENCE_FIRST).filter(partner__code="alfadi").get()
    made = 0
    for number, unit in zip(range(1, 61), _reference_units(), strict=False):
        application_number = demo_number("REF", number)
        if Household.objects.filter(application_number=application_number).exists():
            continue
        with transaction.atomic():
            _reference_case(application_number, unit, convention, officer, chance)
        made += 1
    declare_let()
    return made


def _reference_units() -> Iterator[Unit]:
    return iter(Unit.objects.in_stock().filter(occupancies__isnull=True).order_by("pk")[:60])


def _reference_case(application_number: str, unit: Unit, convention: Convention, officer: User, chance: random.Random) -> None:
    day = REFERENCE_FIRST
    household = Household(
        entry_door=EntryDoor.ACCESS,
        stage_since=day,
        opened_on=day,
        application_number=application_number,
        seniority_on=date(2012, 1, 1),
        is_pdalpd=True,
        commune=unit.commune,
        officer=officer,
    )
    actions.open_household(household=household, by=officer)
    Person.objects.create(household=household, last_name=chance.choice(LAST_NAMES), first_name=chance.choice(FIRST_NAMES))
    diagnosis = Diagnosis(household=household, operator=convention.partner, started_on=day, support_level="reinforced", management_level="reinforced")
    actions.save_diagnosis(diagnosis=diagnosis, by=officer)
    actions.complete_diagnosis(diagnosis=diagnosis, on=day, by=officer)
    decision = CommitteeDecision(household=household, decided_on=day, outcome=CommitteeOutcome.FAVOURABLE)
    actions.record_committee_decision(decision=decision, by=officer)
    proposal = actions.propose_unit(household=household, unit=unit, on=day, by=officer)
    actions.record_cal_decision(proposal=proposal, decision=CalDecision.GRANTED, on=day, by=officer)
    for kind in ConsentKind:
        actions.record_consent(household=household, kind=kind, answer=ConsentAnswer.AGREED, decided_on=day, by=officer)
    actions.record_lease(proposal=proposal, occupancy=Occupancy(tenure="direct_lease", starts_on=day), by=officer)
    open_both(household, convention, REFERENCE_FIRST, REFERENCE_LAST, officer, diagnosis)
