"""What happens to an operation, from its start to the homes it brings."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from access.actions import trace
from access.journal.recording import tracing
from catalogue import roads
from catalogue.actions.stock import lock_unit
from catalogue.enums import DeclaredOccupation, FinancingDecisionKind, OperationKind, OperationStage
from catalogue.models import FinancingDecision, Operation, Unit

DECIDED_BY_KIND: Final = {
    OperationKind.PLAI_LABELLING: FinancingDecisionKind.PLAI_LABEL,
    OperationKind.RECLASSIFICATION: FinancingDecisionKind.RECLASSIFICATION,
}
"""The kinds of operation that end in a decision on the financing of existing homes."""


@transaction.atomic
@tracing()
def open_operation(*, operation: Operation, by: Any) -> Operation:
    """Start an operation at the first step of its road. Raises ValidationError when a field or a constraint is not met."""
    roads.start(operation)
    trace(instance=operation, action="wagtail.create", by=by)
    return operation


@transaction.atomic
@tracing()
def plan_steps(*, operation: Operation, planned: Mapping[str, date | None], by: Any) -> Operation:
    """Set the planned day of the steps still to be done. Raises ValidationError when they are not in order."""
    locked = roads.lock(operation)
    roads.require_under_way(locked)
    steps = [step for step in locked.steps.all() if step.done_on is None and step.step in planned]
    latest: date | None = None
    for step in steps:
        step.planned_on = planned[step.step]
        if latest and step.planned_on and step.planned_on < latest:
            raise ValidationError({step.step: "Cette étape est prévue avant la précédente."})
        latest = step.planned_on or latest
        step.save(update_fields=["planned_on"])
    trace(instance=operation, action="wagtail.edit", by=by, planned=len(steps))
    return locked


@transaction.atomic
@tracing()
def advance_operation(*, operation: Operation, step: str, on: date, by: Any) -> Operation:
    """Declare a step done on that day; delivery is another matter, since it brings homes."""
    if step == OperationStage.DELIVERY:
        raise ValidationError("La livraison se constate avec la liste des logements livrés.", code="guard")
    advanced = roads.advance(operation, step=step, on=on)
    trace(instance=operation, action="wagtail.edit", by=by, done=step)
    return advanced


@transaction.atomic
@tracing()
def abandon_operation(*, operation: Operation, reason: str, on: date, by: Any) -> Operation:
    """Give an operation up, for that reason."""
    abandoned = roads.abandon(operation, reason=reason, on=on)
    trace(instance=operation, action="wagtail.edit", by=by, abandoned=reason)
    return abandoned


@transaction.atomic
@tracing()
def deliver_operation(
    *, operation: Operation, on: date, by: Any, created: Iterable[Unit] = (), existing: Iterable[Unit] = (), decision: str = ""
) -> Operation:
    """The operation brings its homes: those of ``created`` are born with it, those of ``existing`` are earmarked.

    A labelling or a re-classification writes a dated decision (``decision`` is its reference) beside the initial financing of each.
    Raises ValidationError when it is not at its delivery, brings no home, or a home is not its landlord's.
    """
    locked = roads.lock(operation)
    roads.require_under_way(locked)
    brought = []
    for unit in created:
        unit.landlord, unit.commune = locked.landlord, unit.commune if unit.commune_id else locked.commune
        unit.declared_occupation, unit.available_on = DeclaredOccupation.VACANT, on
        brought.append(unit)
    for unit in existing:
        if unit.landlord_id != locked.landlord_id:
            raise ValidationError(f"Le logement {unit} n'est pas au bailleur de l'opération.", code="landlord")
        brought.append(lock_unit(unit))
    for unit in brought:
        unit.is_earmarked, unit.mobilisation_mode = True, locked.mobilisation_mode
        unit.full_clean()
        unit.save()
        trace(instance=unit, action="wagtail.edit", by=by, operation=locked.pk)
        kind = DECIDED_BY_KIND.get(OperationKind(locked.kind))
        if kind:
            taken = FinancingDecision(unit=unit, kind=kind, decided_on=on, reference=decision, operation=locked)
            taken.full_clean()
            taken.save()
    locked.units.add(*brought)
    delivered = roads.advance(operation, step=OperationStage.DELIVERY, on=on)
    trace(instance=operation, action="wagtail.edit", by=by, delivered=len(brought))
    return delivered
