"""How far a file has come, and what the worker may be asked to do with it."""

from typing import Final

from django.db import models


class ImportStatus(models.TextChoices):
    """How far a file has come. Nothing is written before it is confirmed."""

    RECEIVED = "received", "à lire"
    CHECKED = "checked", "à confirmer"
    REFUSED = "refused", "refusé"
    CONFIRMED = "confirmed", "enregistré"
    UNDONE = "undone", "annulé"


WRITTEN: Final = (ImportStatus.CONFIRMED, ImportStatus.UNDONE)
"""The states of a file whose changes were written once, be they taken back since."""


class WorkKind(models.TextChoices):
    """What the worker may be asked to do with a file."""

    CHECK = "check", "lecture"
    CONFIRM = "confirm", "enregistrement"
    UNDO = "undo", "annulation"


GOALS: Final = {
    WorkKind.CHECK: frozenset(ImportStatus) - {ImportStatus.RECEIVED},
    WorkKind.CONFIRM: frozenset(WRITTEN),
    WorkKind.UNDO: frozenset({ImportStatus.UNDONE}),
}
"""The states that say a work is done, whoever did it."""
