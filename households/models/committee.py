"""What the orientation and evaluation committee decides of cases."""

from django.conf import settings
from django.db import models

from households.enums import CommitteeOutcome, NeedLevel
from households.models.cases import Household
from households.models.needs.scoped import HouseholdScopedQuerySet


class CommitteeDecision(models.Model):
    """What the orientation and evaluation committee decided for a case."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="committee_decisions", verbose_name="ménage")
    decided_on = models.DateField("décidé le")
    outcome = models.CharField("décision", max_length=12, choices=CommitteeOutcome)
    support_level = models.CharField("accompagnement décidé", max_length=12, choices=NeedLevel, default=NeedLevel.NONE)
    management_level = models.CharField("gestion locative adaptée décidée", max_length=12, choices=NeedLevel, default=NeedLevel.NONE)
    note = models.CharField("précision", max_length=200, blank=True, help_text="Sans nom de personne ni donnée de santé.")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="enregistrée par")

    objects = HouseholdScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "décision du comité"
        verbose_name_plural = "décisions du comité"
        ordering = ("-decided_on", "-pk")

    def __str__(self) -> str:
        return f"Décision du comité pour {self.household}"
