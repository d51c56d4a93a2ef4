"""Measures, what partners tell of them, and what operators ask to be paid."""

from typing import Final

from django.db import models


class MeasureEnd(models.TextChoices):
    COMPLETED = "completed", "objectifs atteints"
    CASE_CLOSED = "case_closed", "dossier clos"
    REPLACED = "replaced", "remplacée"
    REFUSED = "refused", "refus du ménage"
    OTHER = "other", "autre"


class MeasureChangeKind(models.TextChoices):
    """What changes in a running measure; the past is never rewritten."""

    LEVEL = "level", "intensité"
    REFERENT = "referent", "référent"
    PROLONGED = "prolonged", "prolongation"


class ConcernKind(models.TextChoices):
    """What a partner tells the GIE's officer about a housed household."""

    WORRY = "worry", "inquiétude"
    EXIT = "exit", "proposition de sortie"


class ConcernReason(models.TextChoices):
    UNPAID_RENT = "unpaid_rent", "loyer impayé"
    NEIGHBOURS = "neighbours", "troubles de voisinage"
    CONDITION = "condition", "état du logement"
    SILENCE = "silence", "plus de nouvelles"
    AUTONOMOUS = "autonomous", "ménage autonome"
    WANTS_TO_LEAVE = "wants_to_leave", "souhait de partir"
    UNFIT_HOME = "unfit_home", "logement inadapté"
    OTHER = "other", "autre"


CONCERN_REASONS: Final = {
    ConcernKind.WORRY: (
        ConcernReason.UNPAID_RENT,
        ConcernReason.NEIGHBOURS,
        ConcernReason.CONDITION,
        ConcernReason.SILENCE,
        ConcernReason.UNFIT_HOME,
        ConcernReason.OTHER,
    ),
    ConcernKind.EXIT: (ConcernReason.AUTONOMOUS, ConcernReason.WANTS_TO_LEAVE, ConcernReason.UNFIT_HOME, ConcernReason.OTHER),
}


class ConcernOutcome(models.TextChoices):
    """The GIE's answer to a worry or a proposed exit."""

    FOLLOWED = "followed", "suite donnée"
    NOTED = "noted", "prise en compte, sans changement"
    DECLINED = "declined", "non retenue"


class StatementStatus(models.TextChoices):
    """Where an operator's statement stands."""

    DRAFT = "draft", "en préparation"
    SENT = "sent", "envoyé au GIE"
    DISPUTED = "disputed", "à corriger"
    ACCEPTED = "accepted", "accepté"
    SETTLED = "settled", "réglé"


WRITABLE_STATEMENTS: Final = frozenset({StatementStatus.DRAFT, StatementStatus.DISPUTED})
"""The operator may still change its lines."""


class LineStatus(models.TextChoices):
    """What the GIE says of one line of a statement."""

    TO_CHECK = "to_check", "à vérifier"
    ACCEPTED = "accepted", "acceptée"
    DISPUTED = "disputed", "contestée"
