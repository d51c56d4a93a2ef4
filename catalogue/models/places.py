"""Communes, EPCIs and the territories the scheme's rules speak of."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, GeneratedField, Q

from access.enums import Role
from access.text import Folded
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.enums import FormerCommuneKind
from partners.models import Dated

PUBLIC_KNOWLEDGE = Visibility(dict.fromkeys(Role, everything))
"""Names of places are nobody's secret: every account sees them."""


class PlaceQuerySet(ScopedQuerySet):
    visibility = PUBLIC_KNOWLEDGE


class Epci(models.Model):
    """A grouping of communes (métropole, agglomération, communauté de communes)."""

    siren = models.CharField("SIREN", max_length=9, primary_key=True)
    name = models.CharField("nom", max_length=150)
    kind = models.CharField("nature", max_length=10)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "EPCI"
        verbose_name_plural = "EPCI"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Commune(models.Model):
    """A commune of the département, by its INSEE code. Source: @etalab/decoupage-administratif 6.0.0 (MIT)."""

    insee_code = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=100)
    postcodes = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux", default=list)
    epci = models.ForeignKey(Epci, models.PROTECT, null=True, related_name="communes", verbose_name="EPCI")
    population = models.PositiveIntegerField("population", default=0)
    search_key = GeneratedField(expression=Folded("name"), output_field=models.TextField(), db_persist=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "communes"
        ordering = ("search_key",)

    def __str__(self) -> str:
        return self.name


class FormerCommune(models.Model):
    """A merged commune whose old INSEE code or name still comes in files, with the commune it became."""

    insee_code = models.CharField("ancien code INSEE", max_length=5)
    name = models.CharField("nom", max_length=100)
    kind = models.CharField("nature", max_length=12, choices=FormerCommuneKind)
    successor = models.ForeignKey(Commune, models.CASCADE, related_name="former_communes", verbose_name="commune actuelle")

    class Meta:
        verbose_name = "ancienne commune"
        verbose_name_plural = "anciennes communes"
        ordering = ("name",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["insee_code", "name"], name="former_commune_unique")]

    def __str__(self) -> str:
        return self.name


class TerritoryQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything})

    def in_force(self, *, on: date) -> "TerritoryQuerySet":
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def most_specific_first(self) -> "TerritoryQuerySet":
        """Where rules differ the most specific territory wins: the one with the fewest communes."""
        return self.annotate(size=Count("communes")).order_by("size", "pk")


class Territory(Dated):
    """A named, dated set of communes: the département, an EPCI, or any set that staff define."""

    name = models.CharField("nom", max_length=150)
    communes = models.ManyToManyField(Commune, related_name="territories", verbose_name="communes")
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = "territoire"
        verbose_name_plural = "territoires"
        ordering = ("name",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="territory_dates",
                violation_error_message="La fin du territoire précède son début.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def covers(self, commune: Any) -> bool:
        return self.communes.filter(pk=commune.pk).exists()
