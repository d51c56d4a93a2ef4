"""The road of an operation: one table of steps for each kind. Nothing else writes an operation's stage.

Source: the call for projects (land, negotiation, suitable building; or an existing home to label, adapt or re-classify).
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from catalogue.enums import OVER, OperationKind, OperationStage
from catalogue.models import Operation, OperationStep

ROADS: Final[Mapping[str, tuple[OperationStage, ...]]] = {
    OperationKind.NEW_BUILD: (
        OperationStage.LAND_SEARCH,
        OperationStage.NEGOTIATION,
        OperationStage.DESIGN,
        OperationStage.WORKS,
        OperationStage.DELIVERY,
    ),
    OperationKind.PLAI_LABELLING: (OperationStage.SELECTION, OperationStage.REQUEST, OperationStage.DECISION, OperationStage.DELIVERY),
    OperationKind.ADAPTATION: (OperationStage.SURVEY, OperationStage.DESIGN, OperationStage.WORKS, OperationStage.DELIVERY),
    OperationKind.RECLASSIFICATION: (OperationStage.SELECTION, OperationStage.REQUEST, OperationStage.DECISION, OperationStage.DELIVERY),
}
"""The steps of each kind, in order. The last one, delivery, is what brings the homes."""


def lock(operation: Operation) -> Operation:
    """The operation as the database holds it now, locked until the transaction ends."""
    return Operation.objects.select_for_update(of=("self",)).get(pk=operation.pk)


def require_under_way(operation: Operation) -> None:
    """Raise ValidationError once the operation is delivered or abandoned."""
    if operation.stage in OVER:
        raise ValidationError(f"Cette opération est {operation.get_stage_display()} : elle ne change plus.", code="stage")


def start(operation: Operation) -> None:
    """Put a new operation at the first step of its road and lay out its steps."""
    road = ROADS[operation.kind]
    operation.stage = road[0]
    operation.full_clean()
    operation.save()
    OperationStep.objects.bulk_create(OperationStep(operation=operation, step=step, position=position) for position, step in enumerate(road, 1))


@transaction.atomic
def advance(operation: Operation, *, step: str, on: date) -> Operation:
    """Declare ``step`` done on that day: the operation moves to the next one, or is delivered after the last.

    Raises ValidationError when it is not at that step, the day precedes an earlier step or the start, or the last step brings no home;
    nothing is written then.
    """
    locked = lock(operation)
    require_under_way(locked)
    if step != locked.stage:
        raise ValidationError(f"L'opération est à l'étape « {locked.get_stage_display()} » : elle a changé depuis l'affichage.", code="stage")
    steps = list(locked.steps.all())
    current = next(item for item in steps if item.step == step)
    earliest = max([locked.opened_on, *(item.done_on for item in steps if item.done_on)])
    if on < earliest:
        raise ValidationError(f"Cette date précède ce qui est déjà fait, le {earliest:%d/%m/%Y} : vérifiez-la.", code="chronology")
    following = [item for item in steps if item.position > current.position]
    if not following and not locked.units.exists():
        raise ValidationError("La livraison se constate avec la liste des logements livrés.", code="guard")
    current.done_on = on
    current.save(update_fields=["done_on"])
    locked.stage = following[0].step if following else OperationStage.DELIVERED
    locked.delivered_on = None if following else on
    locked.save(update_fields=["stage", "delivered_on"])
    operation.stage, operation.delivered_on = locked.stage, locked.delivered_on
    return locked


@transaction.atomic
def abandon(operation: Operation, *, reason: str, on: date) -> Operation:
    """Give the operation up on that day, for that reason. Raises ValidationError once it is delivered or abandoned."""
    locked = lock(operation)
    require_under_way(locked)
    if on < locked.opened_on:
        raise ValidationError({"on": f"Cette date précède le lancement, le {locked.opened_on:%d/%m/%Y}."})
    locked.stage, locked.abandoned_on, locked.abandon_reason = OperationStage.ABANDONED, on, reason
    locked.full_clean()
    locked.save()
    operation.stage, operation.abandoned_on, operation.abandon_reason = locked.stage, locked.abandoned_on, locked.abandon_reason
    return locked
