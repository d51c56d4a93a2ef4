"""Support of the household and adapted management of the home."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet
from catalogue.enums import MeasureCode
from catalogue.models import Convention, MeasureKind, Unit
from households.enums import MeasureChangeKind, MeasureEnd, NeedLevel
from households.models.cases import Household, of_visible_cases
from partners.models import Dated, period


def until(day: date) -> Q:
    """Measures whose last day, real or else planned, is ``day`` or later."""
    return Q(ended_on__gte=day) | Q(ended_on__isnull=True, planned_ends_on__gte=day)


class SupportMeasureQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any, *, on: date | None = None) -> Any:
        """Staff and support workers see the measures of their cases; a landlord the adapted management of the homes it sees."""
        role = getattr(user, "role", None)
        if role not in (Role.GIE_STAFF, Role.SUPPORT_WORKER, Role.LANDLORD_REFERENT):
            return self.none()
        seen = self.filter(of_visible_cases(user, on))
        return seen.filter(kind__code=MeasureCode.ADAPTED_MANAGEMENT) if role == Role.LANDLORD_REFERENT else seen

    def running(self, *, on: date) -> "SupportMeasureQuerySet":
        """Measures that run on that day; one whose planned end is past no longer does."""
        return self.filter(starts_on__lte=on).filter(until(on))

    def unended(self) -> "SupportMeasureQuerySet":
        return self.filter(ended_on__isnull=True)

    def with_level(self, *, on: date) -> "SupportMeasureQuerySet":
        """Adds ``present_level``: the intensity on that day, the last one changed to by then or else that of the start."""
        changed = MeasureChange.objects.filter(measure=OuterRef("pk"), kind=MeasureChangeKind.LEVEL, starts_on__lte=on).order_by("-starts_on")
        return self.annotate(present_level=Coalesce(Subquery(changed.values("level")[:1]), "level"))

    def most_at_once(self, first: date, last: date) -> tuple[int, date]:
        """How many of these measures run at once at the most, from ``first`` to ``last`` included, and the first day it comes to that."""
        spans = self.filter(starts_on__lte=last).filter(until(first)).values_list("starts_on", Coalesce("ended_on", "planned_ends_on"))
        steps: dict[date, int] = defaultdict(int)
        for starts_on, ends_on in spans:
            steps[max(starts_on, first)] += 1
            if ends_on < last:
                steps[ends_on + timedelta(days=1)] -= 1
        running, most, day = 0, 0, first
        for step in sorted(steps):
            running += steps[step]
            if running > most:
                most, day = running, step
        return most, day


class SupportMeasure(Dated):
    """Support (per household) or adapted management (per home), graded and dated, under a convention."""

    date_pairs: ClassVar = (("starts_on", "planned_ends_on"), ("starts_on", "ended_on"))

    household = models.ForeignKey(Household, models.PROTECT, related_name="measures", verbose_name="ménage")
    kind = models.ForeignKey(
        MeasureKind, models.PROTECT, related_name="measures", limit_choices_to={"code__in": ["support", "adapted_management"]}, verbose_name="mesure"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="measures", verbose_name="logement")
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="measures", verbose_name="convention")
    referent = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="référent")
    level = models.CharField(
        "intensité", max_length=12, choices=NeedLevel, default=NeedLevel.LIGHT, help_text="Celle du début ; chaque changement ensuite a sa date."
    )
    scope = models.CharField("étendue", max_length=200, blank=True)
    objectives = models.CharField("objectifs", max_length=300, blank=True)
    methods = models.CharField("méthodes", max_length=300, blank=True, help_text="Par exemple : aller vers, visites à domicile.")
    starts_on = models.DateField("début")
    planned_ends_on = models.DateField("fin prévue")
    ended_on = models.DateField("fin réelle", null=True, blank=True)
    end_reason = models.CharField("motif de fin", max_length=12, choices=MeasureEnd, blank=True)

    evaluation_due_on = models.DateField("à évaluer avant le", null=True, blank=True, editable=False)
    """Of a support, the day the next evaluation is due while it runs. Derived data: ``households.next_action.refresh`` writes it."""

    objects = SupportMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "mesure"
        verbose_name_plural = "mesures"
        ordering = ("-starts_on", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["-starts_on", "-id"], name="measure_latest"),
            models.Index(fields=["evaluation_due_on", "household"], condition=Q(evaluation_due_on__isnull=False), name="measure_evaluation_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(planned_ends_on__gte=F("starts_on")) & (Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on"))),
                name="measure_dates",
                violation_error_message="La fin de la mesure précède son début.",
            ),
            ExclusionConstraint(
                name="measure_household_once",
                expressions=[
                    (F("household"), RangeOperators.EQUAL),
                    (F("kind"), RangeOperators.EQUAL),
                    (period("starts_on", Coalesce("ended_on", "planned_ends_on")), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Une mesure de ce type court déjà pour ce ménage à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} de {self.household}"

    @property
    def last_day(self) -> date:
        """The last day the measure runs: the real end, else the planned one."""
        return self.ended_on or self.planned_ends_on


class MeasureSuspension(Dated):
    """Days a measure stands still, both ends included; open when no end is known yet."""

    measure = models.ForeignKey(SupportMeasure, models.CASCADE, related_name="suspensions", verbose_name="mesure")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au", null=True, blank=True)
    is_with_case = models.BooleanField("avec le dossier", default=False, help_text="Elle reprend quand le dossier reprend.")

    class Meta:
        verbose_name = "suspension"
        verbose_name_plural = "suspensions"
        ordering = ("starts_on",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="suspension_dates",
                violation_error_message="La fin de la suspension précède son début.",
            ),
            ExclusionConstraint(
                name="suspension_no_overlap",
                expressions=[(F("measure"), RangeOperators.EQUAL), (period(), RangeOperators.OVERLAPS)],
                violation_error_message="Cette mesure est déjà suspendue à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"Suspension de {self.measure}"


class MeasureChange(models.Model):
    """A dated change in a running measure: of intensity, of referent, of planned end. Never edited."""

    measure = models.ForeignKey(SupportMeasure, models.CASCADE, related_name="changes", verbose_name="mesure")
    kind = models.CharField("changement", max_length=10, choices=MeasureChangeKind)
    starts_on = models.DateField("à partir du")
    from_level = models.CharField("intensité avant", max_length=12, choices=NeedLevel, blank=True)
    level = models.CharField("intensité", max_length=12, choices=NeedLevel, blank=True)
    referent = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="référent")
    from_ends_on = models.DateField("fin prévue avant", null=True, blank=True)
    planned_ends_on = models.DateField("fin prévue", null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")
    made_at = models.DateTimeField("enregistré le", default=timezone.now)

    class Meta:
        verbose_name = "changement de mesure"
        verbose_name_plural = "changements de mesure"
        ordering = ("starts_on", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["measure", "starts_on"],
                condition=Q(kind=MeasureChangeKind.LEVEL),
                name="measure_change_level_once",
                violation_error_message="L'intensité change déjà ce jour-là.",
            ),
            models.CheckConstraint(
                condition=Q(kind=MeasureChangeKind.LEVEL) ^ Q(level=""),
                name="measure_change_level",
                violation_error_message="Indiquez la nouvelle intensité.",
            ),
            models.CheckConstraint(
                condition=Q(kind=MeasureChangeKind.PROLONGED) ^ Q(planned_ends_on__isnull=True),
                name="measure_change_end",
                violation_error_message="Indiquez la nouvelle fin prévue.",
            ),
        ]

    def __str__(self) -> str:
        return f"Changement de {self.measure}"
