"""From a home proposed to a home occupied."""

from typing import Any

from django.utils import timezone

from households import actions, stages
from households.backoffice.case_actions.declaration import CaseAction
from households.enums import FAVOURABLE_CAL, EntryDoor, Stage
from households.forms import AnswerForm, CalForm, HouseInPlaceForm, LeaseForm
from households.models import Household, Occupancy


def has_open_proposal(household: Household) -> bool:
    return household.stage == Stage.PROPOSED and any(item.closed_on is None for item in household.proposals.all())


def has_granted_proposal(household: Household) -> bool:
    return household.stage == Stage.PROPOSED and any(
        item.closed_on is None and item.cal_decision in FAVOURABLE_CAL for item in household.proposals.all()
    )


def is_maintenance_to_house(household: Household) -> bool:
    return household.stage == Stage.TO_ORIENT and household.entry_door == EntryDoor.MAINTENANCE


def record_cal(form: CalForm, household: Household, user: Any) -> None:
    data = form.cleaned_data
    actions.record_cal_decision(
        proposal=data["proposal"], decision=data["decision"], on=data["cal_on"], rank=data["rank"], reason=data["reason"], by=user
    )


def record_answer(form: AnswerForm, household: Household, user: Any) -> None:
    data = form.cleaned_data
    actions.answer_proposal(proposal=data["proposal"], answer=data["answer"], refusal_reason=data["refusal_reason"], on=data["answered_on"], by=user)


def record_lease(form: LeaseForm, household: Household, user: Any) -> None:
    data = form.cleaned_data
    occupancy = Occupancy(tenure=data["tenure"], starts_on=data["starts_on"], planned_slide_on=data["planned_slide_on"])
    actions.record_lease(proposal=data["proposal"], occupancy=occupancy, by=user)


def house_in_place(form: HouseInPlaceForm, household: Household, user: Any) -> None:
    data = form.cleaned_data
    occupancy = Occupancy(
        household=household, unit=data["unit"], tenure=data["tenure"], starts_on=data["starts_on"], planned_slide_on=data["planned_slide_on"]
    )
    actions.house_in_place(occupancy=occupancy, on=data["decided_on"], by=user)


ACTIONS = (
    CaseAction(
        "logement-occupe",
        "house_in_place",
        "Enregistrer le logement occupé",
        HouseInPlaceForm,
        house_in_place,
        is_maintenance_to_house,
        lambda household: [sentence for sentence in [stages.needs_committee_decision(household, timezone.localdate())] if sentence],
    ),
    CaseAction("reponse", "answer", "Noter la réponse du ménage", AnswerForm, record_answer, has_open_proposal),
    CaseAction("cal", "cal", "Enregistrer la décision de la CAL", CalForm, record_cal, has_open_proposal),
    CaseAction("bail", "lease", "Enregistrer le bail", LeaseForm, record_lease, has_granted_proposal),
)
