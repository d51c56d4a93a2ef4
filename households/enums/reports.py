"""Households reported to the scheme, and what became of the reports."""

from django.db import models


class ReportStatus(models.TextChoices):
    """What became of a reported household. A landlord is only ever told the first."""

    RECEIVED = "received", "reçu"
    ATTACHED = "attached", "rattaché"
    OPENED = "opened", "dossier ouvert"
    DISMISSED = "dismissed", "écarté"


class PrescriptionState(models.TextChoices):
    """What a prescriber is told of a report."""

    RECEIVED = "received", "reçu"
    EXAMINED = "examined", "en cours d'examen"
    TAKEN_ON = "taken_on", "pris en charge"
    DECLINED = "declined", "non retenu"


class DismissalReason(models.TextChoices):
    """Why a report leads to no case."""

    DUPLICATE = "duplicate", "signalement en double"
    OUT_OF_SCOPE = "out_of_scope", "hors du dispositif"
    ALREADY_HOUSED = "already_housed", "situation déjà résolue"
    NOT_ENOUGH = "not_enough", "informations insuffisantes"
    WITHDRAWN = "withdrawn", "retiré par son auteur"
    OTHER = "other", "autre"
