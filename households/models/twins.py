"""Two cases that may be one: those that people told apart, and those that they brought together."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet
from households.models.cases import Household


class DistinctHouseholds(models.Model):
    """Somebody looked at two cases that resemble each other and said that they are two households. ``first`` is the older case."""

    first = models.ForeignKey(Household, models.CASCADE, related_name="+", verbose_name="premier dossier")
    second = models.ForeignKey(Household, models.CASCADE, related_name="+", verbose_name="second dossier")
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")
    told_at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "ménages distincts"
        verbose_name_plural = "ménages distincts"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="distinct_households_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="distinct_households_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} et {self.second}, deux ménages"


class HouseholdMergeQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any, *, on: date | None = None) -> Any:
        """GIE staff see the merges into the cases they see."""
        if getattr(user, "role", None) != Role.GIE_STAFF:
            return self.none()
        return self.filter(kept__in=Household.objects.visible_to(user, on=on).values("pk"))

    def standing(self) -> "HouseholdMergeQuerySet":
        """Those that nobody has undone."""
        return self.filter(undone_at__isnull=True)


class HouseholdMerge(models.Model):
    """One case taken into another, and all that it takes to part them again.

    ``journal`` holds what the absorbed case was, what moved, what changed and what was left out, with the values before; ``state`` the marks of
    everything in the case as the merge left it. Both are emptied when the merge is undone.
    """

    kept = models.ForeignKey(Household, models.CASCADE, related_name="merges", verbose_name="dossier gardé")
    absorbed_id = models.BigIntegerField("dossier réuni", editable=False)
    absorbed_reference = models.CharField("référence du dossier réuni", max_length=12)
    merged_on = models.DateField("réuni le")
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par")
    journal = models.JSONField("journal", default=dict, encoder=DjangoJSONEncoder)
    state = models.JSONField("état laissé", default=dict, encoder=DjangoJSONEncoder)

    objects = HouseholdMergeQuerySet.as_manager()

    class Meta:
        verbose_name = "fusion de dossiers"
        verbose_name_plural = "fusions de dossiers"
        ordering = ("-pk",)
        indexes: ClassVar = [models.Index(fields=["absorbed_id"], name="merge_absorbed")]

    def __str__(self) -> str:
        return f"{self.absorbed_reference} réuni à {self.kept}"
