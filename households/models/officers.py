"""Who has followed a case, one after another."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from households.models.cases import Household


class OfficerChange(models.Model):
    """A case passed from one officer of the GIE to another, or was given to one or taken from one. Never edited."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="officer_changes", verbose_name="ménage")
    former = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="chargé d'avant")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="chargé du dossier")
    changed_on = models.DateField("le")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "changement de chargé de dossier"
        verbose_name_plural = "changements de chargé de dossier"
        ordering = ("changed_on", "pk")
        indexes: ClassVar = [models.Index(fields=["household", "changed_on"], name="officer_change_history")]

    def __str__(self) -> str:
        return f"Changement de chargé de {self.household}"
