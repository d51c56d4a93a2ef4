"""The scheme sheet and the State's opinion of it."""

from django.db import models


class SheetPart(models.TextChoices):
    """The free texts of the scheme sheet, in its order. Source: the call for projects' own form."""

    PLACE = "place", "localisation"
    CARRIER = "carrier", "porteur du projet"
    PURPOSE = "purpose", "descriptif et objectifs"
    PUBLICS = "publics", "caractéristiques des publics"
    TYPOLOGY = "typology", "typologie des logements"
    RESERVATION = "reservation", "réservation et attribution des logements"
    HOMES_PLACE = "homes_place", "localisation des logements"
    METHOD = "method", "méthode de l'accompagnement"
    MANAGEMENT = "management", "complémentarité avec la gestion locative"
    ADHESION = "adhesion", "adhésion des ménages"
    OFFER = "offer", "mobilisation de l'offre d'accompagnement"
    RELATION = "relation", "relation entre bailleurs et opérateurs"
    FITNESS = "fitness", "adéquation aux besoins"
    CALENDAR = "calendar", "calendrier"


class OpinionLevel(models.TextChoices):
    DEPARTMENT = "department", "service départemental (DDCS ou DDT)"
    REGION = "region", "niveau régional (DREAL avec DRJSCS)"


class Reproducibility(models.TextChoices):
    WEAK = "weak", "faible"
    MEDIUM = "medium", "moyen"
    STRONG = "strong", "fort"


class Verdict(models.TextChoices):
    FAVOURABLE = "favourable", "favorable"
    UNFAVOURABLE = "unfavourable", "défavorable"
