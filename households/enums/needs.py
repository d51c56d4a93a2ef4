"""What a household needs, and how far it has come."""

from django.db import models


class DiagnosisStatus(models.TextChoices):
    DRAFT = "draft", "en cours"
    COMPLETED = "completed", "terminé"


class NeedLevel(models.TextChoices):
    """The grade of a need, and of the measure that meets it."""

    NONE = "none", "aucun"
    LIGHT = "light", "léger"
    REINFORCED = "reinforced", "renforcé"
    INTENSIVE = "intensive", "intensif"


class NeedScale(models.TextChoices):
    """The scales on which needs are named. They are never added up."""

    HOUSING = "housing", "logement"
    LIVING = "living", "mode de vie"
    SUPPORT = "support", "accompagnement"
    MANAGEMENT = "management", "gestion locative adaptée"


class EvaluationResult(models.TextChoices):
    FAVOURABLE = "favourable", "favorable"
    MIXED = "mixed", "mitigée"
    UNFAVOURABLE = "unfavourable", "défavorable"


class Recommendation(models.TextChoices):
    CONTINUE = "continue", "poursuivre"
    ADJUST = "adjust", "ajuster"
    STOP = "stop", "arrêter"
    REORIENT = "reorient", "réorienter"


class Grade(models.IntegerChoices):
    """How a criterion of the evaluation grid is met."""

    STRUGGLING = 1, "en grande difficulté"
    FRAGILE = 2, "fragile"
    ON_THE_WAY = 3, "en bonne voie"
    ACQUIRED = 4, "acquis"


class HouseholdFeeling(models.IntegerChoices):
    """How the household itself says it is."""

    BAD = 1, "ça ne va pas"
    HARD = 2, "c'est difficile"
    FAIR = 3, "ça va plutôt bien"
    GOOD = 4, "ça va bien"
