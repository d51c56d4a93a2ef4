"""Proposing a home, recording what is answered and decided, and moving in."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest

from access.actions import trace
from catalogue.actions import make_available
from catalogue.models import Unit
from households import stages
from households.actions.checks import refuse_closed
from households.enums import FAVOURABLE_CAL, CalDecision, EntryDoor, ProposalAnswer, Stage, StageAction, TenureKind, WithdrawalReason
from households.models import AllocationRecord, Household, Occupancy, PastTenure, Proposal
from households.writing import case_write, lock


@case_write()
def propose_unit(*, household: Household, unit: Unit, on: date, by: Any) -> Proposal:
    """Propose a free home to a household in search; the case moves to « proposé ».

    Raises ValidationError when the stage does not allow it, or the home is occupied or out of the stock.
    """
    locked = lock(household)
    if locked.stage != Stage.PROPOSED:
        stages.require(locked, StageAction.PROPOSE)
    unit = _lock_unit(unit)
    if not unit.is_in_stock(on):
        raise ValidationError({"unit": "Ce logement est retiré du parc."})
    if Occupancy.objects.running(on=on).filter(unit=unit).exists():
        raise ValidationError({"unit": "Ce logement est occupé : choisissez-en un autre, ou enregistrez d'abord la sortie."})
    if Proposal.objects.awaiting_lease().filter(unit=unit).exclude(cal_decision=CalDecision.RANKED).exists():
        raise ValidationError({"unit": "La commission a déjà attribué ce logement à un autre ménage : choisissez-en un autre."})
    proposal = Proposal(household=household, unit=unit, proposed_on=on, proposed_by=by)
    proposal.full_clean()
    proposal.save()
    if locked.stage == Stage.SEARCHING:
        stages.move(household=household, action=StageAction.PROPOSE, on=on, by=by, reason="Un logement est proposé.")
    trace(instance=household, action="wagtail.edit", by=by, proposal=proposal.pk)
    return proposal


@case_write()
def answer_proposal(*, proposal: Proposal, answer: str, on: date, by: Any, refusal_reason: str = "") -> Proposal:
    """Record the household's answer; a refusal closes the proposal and, when none is left, the search starts again.

    ``proposal`` is as its author saw it. Raises ValidationError when somebody noted another answer since, or the answer is already that one.
    """
    seen = proposal.answer
    locked = _lock_open(proposal)
    if proposal.answer not in (ProposalAnswer.PENDING, seen) or proposal.answer == answer:
        noted = f"« {proposal.get_answer_display()} » le {proposal.answered_on:%d/%m/%Y}"
        raise ValidationError(f"La réponse du ménage est déjà notée : {noted}. Rien n'a changé ; relisez le dossier.", code="state")
    _refuse_before_proposal(proposal, "answered_on", on)
    proposal.answer, proposal.answered_on, proposal.refusal_reason = answer, on, refusal_reason
    if answer == ProposalAnswer.REFUSED:
        proposal.closed_on = on
    return _save(proposal, locked, on=on, by=by)


@case_write()
def withdraw_proposal(*, proposal: Proposal, reason: str, on: date, by: Any) -> Proposal:
    """Take a proposal back, for that reason; when none is left open, the search starts again."""
    locked = _lock_open(proposal)
    _refuse_before_proposal(proposal, "withdrawn_on", on)
    proposal.withdrawal_reason, proposal.closed_on = reason, on
    return _save(proposal, locked, on=on, by=by)


@case_write()
def record_cal_decision(*, proposal: Proposal, decision: str, on: date, by: Any, rank: int | None = None, reason: str = "") -> Proposal:
    """Record what the landlord's allocation commission decided; an unfavourable decision closes the proposal."""
    locked = _lock_open(proposal)
    _refuse_before_proposal(proposal, "cal_on", on)
    _lock_unit(proposal.unit)
    if decision in FAVOURABLE_CAL:
        _refuse_granted_elsewhere(proposal, decision, rank)
    if decision in FAVOURABLE_CAL and Occupancy.objects.running(on=on).filter(unit=proposal.unit).exists():
        raise ValidationError("Ce logement est déjà occupé : la commission ne peut pas l'attribuer.", code="occupied")
    proposal.cal_decision, proposal.cal_on, proposal.cal_rank, proposal.cal_reason = decision, on, rank, reason
    if decision not in FAVOURABLE_CAL:
        proposal.closed_on = on
    return _save(proposal, locked, on=on, by=by)


@case_write()
def record_lease(*, proposal: Proposal, occupancy: Occupancy, by: Any, was_tenant: bool | None = None, quota: int | None = None) -> Occupancy:
    """The household moves in: the occupancy starts, every open proposal is closed, the case is housed, the allocation is recorded.

    ``was_tenant`` tells whether it already rented a social home, ``quota`` the reservation quota (1 to 7) when the home's is not known.
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
    others = proposal.household.proposals.open().exclude(pk=proposal.pk)
    others.update(closed_on=Greatest("proposed_on", Value(occupancy.starts_on)), withdrawal_reason=WithdrawalReason.OTHER_HOME)
    proposal.household.proposals.open().update(closed_on=occupancy.starts_on)
    _record_allocation(occupancy, was_tenant, quota)
    stages.move(household=proposal.household, action=StageAction.HOUSE, on=occupancy.starts_on, by=by, reason="Le bail est enregistré.")
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
    stages.move(household=occupancy.household, action=StageAction.HOUSE, on=on, by=by, reason="Le ménage garde son logement.")
    trace(instance=household, action="wagtail.edit", by=by, occupancy=occupancy.pk)
    return occupancy


def _refuse_granted_elsewhere(proposal: Proposal, decision: str, rank: int | None) -> None:
    """A home is granted once; ranking several households is one decision, where each has a rank of its own."""
    for other in Proposal.objects.awaiting_lease().filter(unit=proposal.unit).exclude(pk=proposal.pk):
        if not (decision == other.cal_decision == CalDecision.RANKED):
            raise ValidationError("La commission a déjà attribué ce logement à un autre ménage.", code="granted")
        if rank is not None and rank == other.cal_rank:
            raise ValidationError({"rank": f"Un autre ménage est déjà au rang {rank} pour ce logement."})


@case_write()
def complete_allocation(
    *, record: AllocationRecord, was_tenant: bool | None, quota: int | None, application_number: str, by: Any
) -> AllocationRecord:
    """Fill in what was not known of an allocation on the day of the lease."""
    household = lock(record.occupancy.household)
    record.was_tenant, record.quota, record.application_number = was_tenant, quota, application_number
    record.full_clean()
    record.save()
    trace(instance=household, action="wagtail.edit", by=by, allocation=record.pk)
    return record


@case_write()
def record_slide(*, occupancy: Occupancy, on: date, by: Any) -> Occupancy:
    """The sliding lease slides: from that day the household holds the lease itself. The tenure it had stays on record.

    Raises ValidationError when the lease is not a sliding one, or the day is not within the occupancy.
    """
    household = lock(occupancy.household)
    refuse_closed(household)
    occupancy.refresh_from_db()
    if occupancy.tenure != TenureKind.SLIDING_LEASE:
        raise ValidationError("Ce logement n'est pas, ou n'est plus, occupé sous un bail glissant.", code="state")
    since = occupancy.tenure_since
    if on <= since or (occupancy.ends_on is not None and on > occupancy.ends_on):
        raise ValidationError({"slid_on": f"Le bail glisse après son début, le {since:%d/%m/%Y}, et pendant l'occupation."})
    past = PastTenure(occupancy=occupancy, tenure=occupancy.tenure, starts_on=since, ends_on=on - timedelta(days=1))
    past.full_clean()
    past.save()
    occupancy.tenure = TenureKind.DIRECT_LEASE
    occupancy.full_clean()
    occupancy.save()
    trace(instance=household, action="wagtail.edit", by=by, occupancy=occupancy.pk, slid=on.isoformat())
    return occupancy


@case_write()
def end_occupancy(*, occupancy: Occupancy, on: date, reason: str, by: Any, is_free_again: bool = False) -> Occupancy:
    """The household leaves its home on that day, for that reason; the home is declared free from the next day when asked.

    Raises ValidationError when it has already left, or the day precedes its arrival.
    """
    household = lock(occupancy.household)
    refuse_closed(household)
    occupancy.refresh_from_db()
    if occupancy.ends_on is not None:
        raise ValidationError(f"La sortie est déjà enregistrée, au {occupancy.ends_on:%d/%m/%Y}.", code="state")
    occupancy.ends_on, occupancy.end_reason = on, reason
    occupancy.full_clean()
    occupancy.save()
    trace(instance=household, action="wagtail.edit", by=by, occupancy=occupancy.pk, ended=reason)
    if is_free_again:
        make_available(unit=_lock_unit(occupancy.unit), on=on + timedelta(days=1), by=by)
    return occupancy


@transaction.atomic
def free_home(*, unit: Unit, on: date, by: Any) -> Unit:
    """Declare a home free from that day. Raises ValidationError while a household of the scheme lives in it on that day."""
    locked = _lock_unit(unit)
    if Occupancy.objects.running(on=on).filter(unit=locked).exists():
        raise ValidationError({"on": "Un ménage du dispositif y habite encore ce jour-là : enregistrez d'abord sa sortie dans son dossier."})
    return make_available(unit=locked, on=on, by=by)


def _record_allocation(occupancy: Occupancy, was_tenant: bool | None, quota: int | None) -> None:
    """Write down what the State's register asks, as it is on the day of the lease."""
    household, unit = Household.objects.get(pk=occupancy.household_id), occupancy.unit
    record = AllocationRecord(
        occupancy=occupancy,
        application_number=household.application_number,
        landlord_siren=unit.landlord.siret[:9],
        lease_on=occupancy.starts_on,
        was_tenant=was_tenant,
        rpls_id=unit.rpls_id,
        address=unit.address[:500],
        typology=unit.typology,
        living_area=unit.living_area,
        main_rent=unit.main_rent,
        has_collective_agreement=household.has_collective_agreement,
        is_dalo=household.is_dalo,
        quota=quota if quota is not None else unit.quota,
    )
    record.full_clean()
    record.save()


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
        stages.move(household=proposal.household, action=StageAction.RETURN_TO_SEARCH, on=on, by=by, reason="La proposition est close sans bail.")
    trace(instance=household, action="wagtail.edit", by=by, proposal=proposal.pk)
    return proposal
