"""Proposing a home, recording what is answered and decided, and moving in."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from access.actions import trace
from catalogue.models import Unit
from households import stages
from households.actions.checks import refuse_closed
from households.enums import FAVOURABLE_CAL, EntryDoor, ProposalAnswer, Stage, StageAction
from households.models import Household, Occupancy, Proposal
from households.writing import case_write, lock


@case_write()
def propose_unit(*, household: Household, unit: Unit, on: date, by: Any) -> Proposal:
    """Propose a free home to a household in search; the case moves to « proposé ».

    Raises ValidationError when the stage does not allow it, or the home is occupied or out of the stock.
    """
    locked = lock(household)
    if locked.stage != Stage.PROPOSED:
        stages.require(locked, StageAction.PROPOSE)
    if not unit.is_in_stock(on):
        raise ValidationError({"unit": "Ce logement est retiré du parc."})
    if Occupancy.objects.running(on=on).filter(unit=unit).exists():
        raise ValidationError({"unit": "Ce logement est occupé : choisissez-en un autre, ou enregistrez d'abord la sortie."})
    proposal = Proposal(household=household, unit=unit, proposed_on=on, proposed_by=by)
    proposal.full_clean()
    proposal.save()
    if locked.stage == Stage.SEARCHING:
        stages.move(household=household, action=StageAction.PROPOSE, on=on, by=by)
    trace(instance=household, action="wagtail.edit", by=by, proposal=proposal.pk)
    return proposal


@case_write()
def answer_proposal(*, proposal: Proposal, answer: str, on: date, by: Any, refusal_reason: str = "") -> Proposal:
    """Record the household's answer; a refusal closes the proposal and, when none is left, the search starts again."""
    locked = _lock_open(proposal)
    _refuse_before_proposal(proposal, "answered_on", on)
    proposal.answer, proposal.answered_on, proposal.refusal_reason = answer, on, refusal_reason
    if answer == ProposalAnswer.REFUSED:
        proposal.closed_on = on
    return _save(proposal, locked, on=on, by=by)


@case_write()
def record_cal_decision(*, proposal: Proposal, decision: str, on: date, by: Any, rank: int | None = None, reason: str = "") -> Proposal:
    """Record what the landlord's allocation commission decided; an unfavourable decision closes the proposal."""
    locked = _lock_open(proposal)
    _refuse_before_proposal(proposal, "cal_on", on)
    if decision in FAVOURABLE_CAL and Occupancy.objects.running(on=on).filter(unit=proposal.unit).exists():
        raise ValidationError("Ce logement est déjà occupé : la commission ne peut pas l'attribuer.", code="occupied")
    proposal.cal_decision, proposal.cal_on, proposal.cal_rank, proposal.cal_reason = decision, on, rank, reason
    if decision not in FAVOURABLE_CAL:
        proposal.closed_on = on
    return _save(proposal, locked, on=on, by=by)


@case_write()
def record_lease(*, proposal: Proposal, occupancy: Occupancy, by: Any) -> Occupancy:
    """The household moves in: the occupancy starts, every open proposal is closed, the case is housed.

    Raises ValidationError when the commission has not granted the home or it is occupied on those days.
    """
    _lock_open(proposal)
    if not proposal.is_granted:
        raise ValidationError("Le bail se signe après une décision favorable de la CAL : enregistrez-la d'abord.", code="guard")
    if proposal.answer == ProposalAnswer.REFUSED:
        raise ValidationError("Le ménage a refusé ce logement.", code="guard")
    occupancy.household, occupancy.unit = proposal.household, _lock_unit(proposal.unit)
    occupancy.full_clean()
    occupancy.save()
    if proposal.answer == ProposalAnswer.PENDING:
        proposal.answer, proposal.answered_on = ProposalAnswer.ACCEPTED, occupancy.starts_on
        proposal.save(update_fields=["answer", "answered_on"])
    proposal.household.proposals.open().update(closed_on=occupancy.starts_on)
    stages.move(household=proposal.household, action=StageAction.HOUSE, on=occupancy.starts_on, by=by)
    trace(instance=proposal.household, action="wagtail.edit", by=by, occupancy=occupancy.pk)
    return occupancy


@case_write()
def house_in_place(*, occupancy: Occupancy, on: date, by: Any) -> Occupancy:
    """The maintenance door: record the home the household already lives in; the case goes straight to « logé et accompagné »."""
    household = lock(occupancy.household)
    stages.require(household, StageAction.HOUSE)
    if household.entry_door != EntryDoor.MAINTENANCE:
        raise ValidationError("Cette action est réservée aux dossiers de maintien.", code="guard")
    occupancy.unit = _lock_unit(occupancy.unit)
    occupancy.full_clean()
    occupancy.save()
    stages.move(household=occupancy.household, action=StageAction.HOUSE, on=on, by=by)
    trace(instance=household, action="wagtail.edit", by=by, occupancy=occupancy.pk)
    return occupancy


def _refuse_before_proposal(proposal: Proposal, field: str, on: date) -> None:
    if on < proposal.proposed_on:
        raise ValidationError({field: f"Cette date précède la proposition, faite le {proposal.proposed_on:%d/%m/%Y}."})


def _lock_unit(unit: Unit) -> Unit:
    """The home, locked: of two officers who house somebody in it at once, the second meets the first one's occupancy."""
    return Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)


def _lock_open(proposal: Proposal) -> Household:
    locked = lock(proposal.household)
    refuse_closed(locked)
    proposal.refresh_from_db()
    if proposal.closed_on is not None:
        raise ValidationError("Cette proposition est déjà close.", code="state")
    return locked


def _save(proposal: Proposal, household: Household, *, on: date, by: Any) -> Proposal:
    proposal.full_clean()
    proposal.save()
    if proposal.closed_on and household.stage == Stage.PROPOSED and not household.proposals.open().exists():
        stages.move(household=proposal.household, action=StageAction.RETURN_TO_SEARCH, on=on, by=by)
    trace(instance=household, action="wagtail.edit", by=by, proposal=proposal.pk)
    return proposal
