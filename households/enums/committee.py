"""The committee, its sessions and what it decides."""

from typing import Final

from django.db import models


class SessionState(models.TextChoices):
    PLANNED = "planned", "prévue"
    HELD = "held", "en cours"
    CLOSED = "closed", "close"


class AgendaKind(models.TextChoices):
    """Why a case comes before the committee."""

    ORIENTATION = "orientation", "orientation"
    EVALUATION = "evaluation", "évaluation"


class CommitteeOutcome(models.TextChoices):
    """What the committee decides: of an orientation, then of an evaluation."""

    FAVOURABLE = "favourable", "orientation favorable"
    ADJOURNED = "adjourned", "ajournée"
    DECLINED = "declined", "non retenue"
    CONTINUE = "continue", "poursuivre l'accompagnement"
    ADJUST = "adjust", "ajuster l'accompagnement"
    STOP = "stop", "arrêter les mesures"
    REORIENT = "reorient", "réorienter : réviser le diagnostic"


ORIENTATION_OUTCOMES: Final = (CommitteeOutcome.FAVOURABLE, CommitteeOutcome.ADJOURNED, CommitteeOutcome.DECLINED)
EVALUATION_OUTCOMES: Final = (
    CommitteeOutcome.CONTINUE,
    CommitteeOutcome.ADJUST,
    CommitteeOutcome.STOP,
    CommitteeOutcome.REORIENT,
    CommitteeOutcome.ADJOURNED,
)
