"""How a household fares, seen periodically."""

from django.conf import settings
from django.db import models

from households.enums import EvaluationResult, Recommendation
from households.models.cases import Household
from households.models.needs.scoped import HouseholdScopedQuerySet


class Evaluation(models.Model):
    """A periodic look at how the household fares, with its own view."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="evaluations", verbose_name="ménage")
    evaluated_on = models.DateField("évalué le")
    result = models.CharField("résultat", max_length=12, choices=EvaluationResult)
    recommendation = models.CharField("proposition", max_length=10, choices=Recommendation)
    household_view = models.CharField("avis du ménage", max_length=300, blank=True)
    evaluated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="évalué par")

    objects = HouseholdScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "évaluation"
        verbose_name_plural = "évaluations"
        ordering = ("-evaluated_on", "-pk")

    def __str__(self) -> str:
        return f"Évaluation de {self.household}"
