"""The abnormally long waiting time, as the prefect's orders set it."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from access import scope
from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.models import Territory
from partners.models import Dated, period


def add_months(day: date, months: int) -> date:
    """``day`` plus whole months; the last day of the month stands in for a day that does not exist, as in PostgreSQL."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


class DelayRuleQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything})

    def in_force(self, *, on: date) -> "DelayRuleQuerySet":
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


def rules_by_commune(on: date) -> Mapping[str, "DelayRule"]:
    """The rule in force on that day for each commune, by INSEE code: that of the most specific territory. Worked out once by a request that only reads."""
    memory = scope.memory()
    if memory is None:
        return _rules_by_commune(on)
    if ("delay rules", on) not in memory:
        memory["delay rules", on] = _rules_by_commune(on)
    found: Mapping[str, DelayRule] = memory["delay rules", on]
    return found


def _rules_by_commune(on: date) -> Mapping[str, "DelayRule"]:
    rules = {rule.territory_id: rule for rule in DelayRule.objects.in_force(on=on).select_related("territory")}
    most_specific_first = list(Territory.objects.in_force(on=on).filter(pk__in=rules).most_specific_first().values_list("pk", flat=True))
    communes: dict[int, list[str]] = defaultdict(list)
    for territory, commune in Territory.communes.through.objects.filter(territory__in=most_specific_first).values_list("territory", "commune"):
        communes[territory].append(commune)
    return {commune: rules[territory] for territory in reversed(most_specific_first) for commune in communes[territory]}


class DelayRule(Dated):
    """The délai anormalement long of a territory, in months, set by prefect's order (CCH, article L. 441-1-4)."""

    territory = models.ForeignKey(Territory, models.PROTECT, related_name="delay_rules", verbose_name="territoire")
    months = models.PositiveSmallIntegerField("délai (mois)")
    starts_on = models.DateField("en vigueur depuis le")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)
    order_reference = models.CharField("arrêté préfectoral", max_length=150, help_text="Référence de l'arrêté qui fixe ce délai.")

    objects = DelayRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "délai anormalement long"
        verbose_name_plural = "délais anormalement longs"
        ordering = ("territory__name", "-starts_on")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="delay_rule_dates",
                violation_error_message="La fin de la règle précède son début.",
            ),
            ExclusionConstraint(
                name="delay_rule_no_overlap",
                expressions=[(F("territory"), RangeOperators.EQUAL), (period(), RangeOperators.OVERLAPS)],
                violation_error_message="Une autre règle vaut déjà pour ce territoire à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.months} mois, {self.territory}, depuis le {self.starts_on:%d/%m/%Y}"

    def limit(self, seniority_on: date) -> date:
        """The last day of the normal wait of a demand of that seniority; it is overdue from the next day on."""
        return add_months(seniority_on, self.months)
