"""Persons' rights, and the end of what is kept."""

from django.db import models


class RequestKind(models.TextChoices):
    """What a person may ask about the data held on them (RGPD, articles 15 to 21)."""

    ACCESS = "access", "accès à ses données"
    RECTIFICATION = "rectification", "rectification"
    OBJECTION = "objection", "opposition"
    ERASURE = "erasure", "effacement"


class ObjectionScope(models.TextChoices):
    """What a person objects to."""

    SHARING = "sharing", "au partage d'informations entre partenaires"
    SUPPORT = "support", "à l'accompagnement"


class RequestOutcome(models.TextChoices):
    """How a request ended."""

    GRANTED = "granted", "satisfaite"
    PARTIAL = "partial", "satisfaite en partie"
    REFUSED = "refused", "refusée, motif donné à la personne"
    NOTHING_HELD = "nothing_held", "aucune donnée détenue"


class AnonymisedKind(models.TextChoices):
    """What leaves the active base."""

    CASE = "household", "dossier"
    REPORT = "report", "signalement"
