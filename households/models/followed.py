"""Households whose support runs, seen through what is next to be evaluated."""

from datetime import date, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from catalogue.enums import MeasureCode
from households.enums import Stage
from households.models.cases import Household, HouseholdQuerySet
from households.models.needs import Evaluation
from households.models.support import SupportMeasure


class FollowedHouseholdQuerySet(HouseholdQuerySet):
    def with_support(self, *, on: date) -> "FollowedHouseholdQuerySet":
        """Adds ``supported_since``, the first day of the support that runs on that day, and ``last_evaluated_on``, as known on it."""
        supported = SupportMeasure.objects.running(on=on).filter(household=OuterRef("pk"), kind__code=MeasureCode.SUPPORT)
        evaluated = Evaluation.objects.filter(household=OuterRef("pk"), evaluated_on__lte=on).order_by("-evaluated_on")
        return self.annotate(
            supported_since=Subquery(supported.values("starts_on")[:1]), last_evaluated_on=Subquery(evaluated.values("evaluated_on")[:1])
        )

    def evaluation_due_within(self, days: int, *, on: date) -> "FollowedHouseholdQuerySet":
        """Housed households whose next evaluation, as kept on the support that runs on that day, is due on it or at most so many days later.

        A household has one support at a time: it is told once.
        """
        running = Q(measures__kind__code=MeasureCode.SUPPORT, measures__starts_on__lte=on) & (
            Q(measures__ended_on__gte=on) | Q(measures__ended_on__isnull=True, measures__planned_ends_on__gte=on)
        )
        due = Q(measures__evaluation_due_on__lte=on + timedelta(days=days))
        housed: Any = self.filter(running & due, stage__in=[Stage.HOUSED, Stage.STABILISED])
        return housed.annotate(evaluation_due_on=F("measures__evaluation_due_on"))


class FollowedHousehold(Household):
    """A household seen through its support: the same record, in the list of evaluations to come."""

    objects = FollowedHouseholdQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = "évaluation à faire"
        verbose_name_plural = "évaluations à faire"
