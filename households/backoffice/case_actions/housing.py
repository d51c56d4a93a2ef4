"""From a home proposed to a home occupied."""

from typing import Any

from django.utils import timezone

from households import actions, stages
from households.backoffice.case_actions.declaration import CaseAction
from households.enums import FAVOURABLE_CAL, EntryDoor, Stage, TenureKind
from households.forms import (
    AllocationForm,
    AnswerForm,
    CalForm,
    EndOccupancyForm,
    HouseInPlaceForm,
    LeaseForm,
    MeanForm,
    NoLongerMeanForm,
    SlideForm,
    WithdrawForm,
)
from households.models import Household, Occupancy

PROPOSE_FIRST = "Il faut d'abord proposer un logement au ménage."
GRANT_FIRST = "Le bail s'enregistre après une décision favorable de la commission d'attribution, sur une proposition ouverte."


def has_open_proposal(household: Household) -> bool:
    return household.stage == Stage.PROPOSED and any(item.closed_on is None for item in household.proposals.all())


def has_granted_proposal(household: Household) -> bool:
    return household.stage == Stage.PROPOSED and any(
        item.closed_on is None and item.cal_decision in FAVOURABLE_CAL for item in household.proposals.all()
    )


def is_maintenance_to_house(household: Household) -> bool:
    return household.stage == Stage.TO_ORIENT and household.entry_door == EntryDoor.MAINTENANCE


def lives_in_a_home(household: Household) -> bool:
    return household.stage != Stage.CLOSED and any(item.ends_on is None for item in household.occupancies.all())


def has_sliding_lease(household: Household) -> bool:
    return household.stage != Stage.CLOSED and any(
        item.ends_on is None and item.tenure == TenureKind.SLIDING_LEASE for item in household.occupancies.all()
    )


def has_allocation_to_complete(household: Household) -> bool:
    records = (getattr(item, "allocation", None) for item in household.occupancies.all())
    return any(record is not None and record.missing for record in records)


def is_in_search(household: Household) -> bool:
    return household.stage in (Stage.SEARCHING, Stage.PROPOSED)


def has_operation(household: Household) -> bool:
    return household.stage != Stage.CLOSED and any(not place.operation.is_over for place in household.operation_places.all())


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
    actions.record_lease(proposal=data["proposal"], occupancy=occupancy, was_tenant=data["was_tenant"] == "oui", quota=data["quota"], by=user)


def withdraw(form: WithdrawForm, household: Household, user: Any) -> None:
    data = form.cleaned_data
    actions.withdraw_proposal(proposal=data["proposal"], reason=data["reason"], on=data["withdrawn_on"], by=user)


def end_occupancy(form: EndOccupancyForm, household: Household, user: Any) -> None:
    data = form.cleaned_data
    actions.end_occupancy(occupancy=data["occupancy"], on=data["ended_on"], reason=data["reason"], is_free_again=data["is_free_again"], by=user)


def complete_allocation(form: AllocationForm, household: Household, user: Any) -> None:
    data = form.cleaned_data
    actions.complete_allocation(
        record=data["record"],
        was_tenant=data["was_tenant"] == "oui",
        quota=data["quota"],
        application_number=data["application_number"],
        by=user,
    )


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
        first="Un dossier de maintien y arrive après la décision du comité ; un dossier d'accès passe par une proposition.",
    ),
    CaseAction("reponse", "answer", "Noter la réponse du ménage", AnswerForm, record_answer, has_open_proposal, first=PROPOSE_FIRST),
    CaseAction("cal", "cal", "Enregistrer la décision de la CAL", CalForm, record_cal, has_open_proposal, first=PROPOSE_FIRST),
    CaseAction("bail", "lease", "Enregistrer le bail", LeaseForm, record_lease, has_granted_proposal, first=GRANT_FIRST),
    CaseAction(
        "retirer-la-proposition",
        "withdraw",
        "Retirer la proposition",
        WithdrawForm,
        withdraw,
        has_open_proposal,
        help_text="Sans autre proposition ouverte, la recherche reprend.",
        first=PROPOSE_FIRST,
    ),
    CaseAction(
        "glissement",
        "slide",
        "Constater le glissement",
        SlideForm,
        lambda form, household, user: actions.record_slide(occupancy=form.cleaned_data["occupancy"], on=form.cleaned_data["slid_on"], by=user),
        has_sliding_lease,
        help_text="Le ménage devient locataire en titre : le bail direct commence ce jour-là, la période passée reste notée.",
    ),
    CaseAction(
        "sortie",
        "end_occupancy",
        "Enregistrer la sortie du logement",
        EndOccupancyForm,
        end_occupancy,
        lives_in_a_home,
        help_text="L'occupation s'arrête ce jour-là. Le dossier reste à son étape : décidez ensuite de la suite à lui donner.",
    ),
    CaseAction(
        "attribution",
        "allocation",
        "Compléter l'attribution",
        AllocationForm,
        complete_allocation,
        has_allocation_to_complete,
        help_text="Ce que le système national d'enregistrement demande pour radier la demande.",
    ),
    CaseAction(
        "operation",
        "operation",
        "Destiner une opération",
        MeanForm,
        lambda form, household, user: actions.mean_for(
            operation=form.cleaned_data["operation"], household=household, on=form.cleaned_data["noted_on"], by=user
        ),
        is_in_search,
        help_text="Un des logements que l'opération produira est pensé pour ce ménage. La CAL décidera le moment venu.",
    ),
    CaseAction(
        "operation-retiree",
        "operation",
        "Ne plus destiner l'opération",
        NoLongerMeanForm,
        lambda form, household, user: actions.no_longer_mean_for(place=form.cleaned_data["place"], by=user),
        has_operation,
    ),
)
