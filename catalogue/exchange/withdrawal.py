"""Homes that a file leaves out: left as they are, or withdrawn from the stock when somebody says so."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from access.actions import trace
from catalogue.enums import ChangeKind, ImportStatus
from catalogue.exchange.engine import STOCK_COURSE
from catalogue.models import Unit, UnitChange, UnitImport


class WithdrawalRefused(Exception):
    """Nothing was withdrawn; the message says why, in French."""


def withdrawable(unit_import: UnitImport) -> Any:
    """The changes of ``unit_import`` that tell of homes it leaves out and that are still in stock."""
    found = UnitChange.objects.filter(unit_import=unit_import, kind=ChangeKind.ABSENT, unit__withdrawn_on__isnull=True, unit__isnull=False)
    return found if unit_import.status in (ImportStatus.CHECKED, ImportStatus.CONFIRMED) else found.none()


@transaction.atomic
def withdraw(*, unit_import: UnitImport, unit_ids: Collection[int] | None, by: Any) -> int:
    """Mark as withdrawn today the homes that ``unit_import`` leaves out: those of ``unit_ids``, or all of them when it is None.

    Returns how many were. Ids of other homes count for nothing. Raises WithdrawalRefused when a later file was written for the landlord since.
    """
    entry = STOCK_COURSE.lock(unit_import.pk)
    if UnitImport.objects.filter(landlord=entry.landlord_id, pk__gt=entry.pk, status=ImportStatus.CONFIRMED).exists():
        raise WithdrawalRefused("Rien n'est retiré : un fichier plus récent est enregistré pour ce bailleur. Partez de ce fichier-là.")
    changes = withdrawable(entry)
    if unit_ids is not None:
        changes = changes.filter(unit_id__in=unit_ids)
    today = timezone.localdate()
    kept = dict(changes.values_list("pk", "unit_id"))
    UnitChange.objects.filter(pk__in=kept).update(fields={"withdrawn_on": [None, today.isoformat()]})
    count = Unit.objects.in_stock().filter(pk__in=kept.values(), landlord=entry.landlord_id).update(withdrawn_on=today, updated_at=timezone.now())
    if count:
        trace(instance=entry, action="wagtail.edit", by=by, withdrawn=count)
    return count
