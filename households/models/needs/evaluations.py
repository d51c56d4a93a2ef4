"""How a household fares, seen periodically."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, DateField, Exists, ExpressionWrapper, F, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest

from catalogue.enums import MeasureCode
from households.enums import EvaluationResult, Grade, HouseholdFeeling, Recommendation, Stage
from households.models.cases import Household
from households.models.needs.scoped import HouseholdScopedQuerySet
from households.models.needs.vocabulary import Criterion
from households.models.support import SupportMeasure, until


class Evaluation(models.Model):
    """A periodic look at how the household fares, with its own view."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="evaluations", verbose_name="ménage")
    evaluated_on = models.DateField("évalué le")
    result = models.CharField("résultat", max_length=12, choices=EvaluationResult)
    recommendation = models.CharField("proposition", max_length=10, choices=Recommendation)
    household_feeling = models.PositiveSmallIntegerField("comment le ménage se sent", choices=HouseholdFeeling, null=True, blank=True)
    household_view = models.CharField("avis du ménage, avec ses mots", max_length=300, blank=True)
    evaluated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="évalué par")

    objects = HouseholdScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "évaluation"
        verbose_name_plural = "évaluations"
        ordering = ("-evaluated_on", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(household_feeling__isnull=True) | Q(household_feeling__in=HouseholdFeeling.values),
                name="evaluation_feeling",
                violation_error_message="Choisissez une réponse de la liste.",
            )
        ]

    def __str__(self) -> str:
        return f"Évaluation de {self.household}"


class EvaluationGrade(models.Model):
    """One line of the grid in one evaluation, from 1 to 4."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="grades", verbose_name="évaluation")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", verbose_name="critère")
    grade = models.PositiveSmallIntegerField("note", choices=Grade)

    class Meta:
        verbose_name = "note"
        verbose_name_plural = "notes"
        ordering = ("criterion__position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["evaluation", "criterion"], name="evaluation_grade_once", violation_error_message="Ce critère est déjà noté."
            ),
            models.CheckConstraint(
                condition=Q(grade__in=Grade.values), name="evaluation_grade_scale", violation_error_message="La note va de 1 à 4."
            ),
        ]

    def __str__(self) -> str:
        return f"Note de l'évaluation {self.evaluation_id}"


def beginning_support(measures: Any) -> Any:
    """Of these support measures, those that follow no other without a day between: with each a support begins; the latest first."""
    before = (
        SupportMeasure.objects.filter(kind__code=MeasureCode.SUPPORT, household=OuterRef("household"), starts_on__lt=OuterRef("starts_on"))
        .annotate(last=Coalesce("ended_on", "planned_ends_on"))
        .filter(last__gte=OuterRef("starts_on") - timedelta(days=1))
    )
    return measures.exclude(Exists(before)).order_by("-starts_on")


def with_evaluation_due(households: Any, *, on: date) -> Any:
    """Adds ``evaluation_due_on``, None for a household without support on that day.

    Due N months (setting EVALUATION_EVERY_MONTHS) after the start of the support, then N months after each evaluation. The support starts
    with the first of the measures that follow each other without a day between them: a convention that changes restarts nothing.
    """
    of_household = SupportMeasure.objects.filter(kind__code=MeasureCode.SUPPORT, starts_on__lte=on, household=OuterRef("pk"))
    starts = beginning_support(of_household)
    evaluated = Evaluation.objects.filter(household=OuterRef("pk"), evaluated_on__lte=on).order_by("-evaluated_on")
    months = Func(Value(settings.EVALUATION_EVERY_MONTHS), function="make_interval", template="%(function)s(months => %(expressions)s)")
    reference = Greatest(Subquery(starts.values("starts_on")[:1]), Subquery(evaluated.values("evaluated_on")[:1]))
    due = Cast(ExpressionWrapper(F("evaluated_from") + months, output_field=models.DateTimeField()), DateField())
    running = Exists(of_household.filter(until(on)))
    return households.annotate(evaluated_from=reference).annotate(
        evaluation_due_on=Case(When(running, then=due), default=None, output_field=DateField())
    )


def due_for_evaluation(households: Any, *, on: date) -> Any:
    """Housed households whose evaluation is due by that day, the longest due first."""
    housed = households.filter(stage__in=[Stage.HOUSED, Stage.STABILISED])
    return with_evaluation_due(housed, on=on).filter(evaluation_due_on__lte=on).order_by("evaluation_due_on", "pk")
