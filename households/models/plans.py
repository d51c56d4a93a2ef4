"""What the scheme plans: households and homes by quarter; and the what-if scenarios beside the plan."""

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.enums import MobilisationMode
from catalogue.models import MeasureKind, Territory
from partners.models import Organisation


class ScenarioQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything})


class Scenario(ClusterableModel):
    """The plan, or a what-if beside it: who comes in when, at what prices, with what further money."""

    name = models.CharField("nom", max_length=100, unique=True, error_messages={"unique": "Un scénario porte déjà ce nom."})
    is_plan = models.BooleanField(
        "c'est le plan", default=False, help_text="Le plan est celui auquel le réalisé et les scénarios se comparent. Il est unique."
    )
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    note = models.TextField("hypothèses", blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = "scénario"
        verbose_name_plural = "plan et scénarios"
        ordering = ("-is_plan", "name")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="scenario_dates", violation_error_message="La fin du scénario précède son début."
            ),
            models.UniqueConstraint(
                fields=["is_plan"],
                condition=Q(is_plan=True),
                name="scenario_one_plan",
                violation_error_message="Un autre scénario est déjà le plan : décochez-le d'abord.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Intake(models.Model):
    """Households and homes that come in during a quarter; for costs they count from its first day."""

    scenario = ParentalKey(Scenario, on_delete=models.CASCADE, related_name="intakes", verbose_name="scénario")
    quarter_on = models.DateField("trimestre", help_text="Un jour du trimestre : le premier jour est retenu.")
    territory = models.ForeignKey(Territory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="territoire")
    landlord = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur"
    )
    mode = models.CharField("mobilisation", max_length=12, choices=MobilisationMode, blank=True)
    households = models.PositiveIntegerField("ménages", default=0, validators=[MaxValueValidator(100_000)])
    homes = models.PositiveIntegerField("logements", default=0, validators=[MaxValueValidator(100_000)])

    class Meta:
        verbose_name = "entrée prévue"
        verbose_name_plural = "entrées prévues"
        ordering = ("quarter_on", "pk")

    def __str__(self) -> str:
        return f"{self.quarter_on:%m/%Y} : {self.households} ménages, {self.homes} logements"

    def clean(self) -> None:
        if self.quarter_on:
            self.quarter_on = date(self.quarter_on.year, (self.quarter_on.month - 1) // 3 * 3 + 1, 1)
        if not self.households and not self.homes:
            raise ValidationError("Indiquez un nombre de ménages ou de logements.")


class ScenarioPrice(models.Model):
    """A price supposed from a day on, in euros, in place of the scheme's."""

    scenario = ParentalKey(Scenario, on_delete=models.CASCADE, related_name="prices", verbose_name="scénario")
    kind = models.ForeignKey(MeasureKind, models.PROTECT, related_name="+", verbose_name="mesure")
    amount = models.DecimalField("montant (€)", max_digits=9, decimal_places=2, validators=[MinValueValidator(0)])
    starts_on = models.DateField("à partir du")

    class Meta:
        verbose_name = "tarif supposé"
        verbose_name_plural = "tarifs supposés"
        ordering = ("kind", "starts_on")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["scenario", "kind", "starts_on"],
                name="scenario_price_once",
                violation_error_message="Cette mesure change déjà de tarif ce jour-là.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} : {self.amount} € à partir du {self.starts_on:%d/%m/%Y}"


class ScenarioFunding(models.Model):
    """Money supposed beyond what is committed, in euros, for one year; it may pay for every measure."""

    scenario = ParentalKey(Scenario, on_delete=models.CASCADE, related_name="fundings", verbose_name="scénario")
    funder = models.CharField("financeur", max_length=150)
    year = models.PositiveSmallIntegerField("année", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    amount = models.DecimalField("montant (€)", max_digits=11, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = "financement supposé"
        verbose_name_plural = "financements supposés"
        ordering = ("year", "funder")

    def __str__(self) -> str:
        return f"{self.funder}, {self.year} : {self.amount} €"
