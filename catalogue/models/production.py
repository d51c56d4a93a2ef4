"""Operations that bring homes to the scheme, and the decisions taken on a home's financing."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, GeneratedField, OuterRef, Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from access.enums import Role
from access.text import Folded
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.enums import (
    COVERING,
    OVER,
    AbandonReason,
    FinancingDecisionKind,
    FinancingSource,
    FundingStatus,
    MobilisationMode,
    OperationKind,
    OperationStage,
    Typology,
)
from catalogue.models.money import Funding
from catalogue.models.places import Commune
from catalogue.models.stock import Unit
from partners.models import Organisation, of_own_organisation

FLAGGED_SURCHARGE: Final = Decimal(20)
"""A surcharge of this percentage or more is flagged. Source: the call for projects, one-off new builds."""

MODE_OF_KIND: Final = {
    OperationKind.NEW_BUILD: MobilisationMode.NEW_BUILD,
    OperationKind.PLAI_LABELLING: MobilisationMode.EXISTING,
    OperationKind.ADAPTATION: MobilisationMode.ADAPTATION,
    OperationKind.RECLASSIFICATION: MobilisationMode.RECLASSIFIED,
}
"""How the homes of each kind of operation come to the scheme; a labelled home is an existing one as it is."""


class OperationQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("landlord")})

    def under_way(self) -> "OperationQuerySet":
        return self.exclude(stage__in=OVER)

    def late(self, *, on: date) -> "OperationQuerySet":
        """Under way, and past the planned day of the step they are at."""
        return self.under_way().filter(Exists(OperationStep.objects.filter(operation=OuterRef("pk"), step=OuterRef("stage"), planned_on__lt=on)))


def cost_field(label: str, help_text: str = "") -> "models.DecimalField[Any, Any]":
    return models.DecimalField(label, max_digits=11, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)], help_text=help_text)


class Operation(ClusterableModel):
    """Production, adaptation, labelling or re-classification of homes by a landlord. Costs are in euros, for the whole operation.

    ``stage`` is written by ``catalogue.roads`` and by nothing else.
    """

    landlord = models.ForeignKey(
        Organisation, models.PROTECT, related_name="operations", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur"
    )
    name = models.CharField("nom", max_length=120, help_text="Par exemple « Quatre modulaires à Fougères ».")
    kind = models.CharField("nature", max_length=20, choices=OperationKind)
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="operations", verbose_name="commune")
    home_count = models.PositiveSmallIntegerField("nombre de logements", default=1, validators=[MinValueValidator(1), MaxValueValidator(500)])
    typologies = ArrayField(
        models.CharField(max_length=5, choices=Typology),
        verbose_name="typologies prévues",
        default=list,
        blank=True,
        help_text="Vide : pas encore su.",
    )
    is_modular = models.BooleanField("construction modulaire", default=False)
    opened_on = models.DateField("lancée le")
    reference_cost = cost_field("coût de référence (€)", "Ce que coûterait une opération courante de même taille.")
    planned_cost = cost_field("coût prévu (€)")
    actual_cost = cost_field("coût réel (€)", "Une fois les comptes arrêtés.")

    stage = models.CharField("étape", max_length=12, choices=OperationStage, editable=False)
    delivered_on = models.DateField("livrée le", null=True, blank=True, editable=False)
    abandoned_on = models.DateField("abandonnée le", null=True, blank=True, editable=False)
    abandon_reason = models.CharField("motif d'abandon", max_length=12, choices=AbandonReason, blank=True, editable=False)
    units = models.ManyToManyField(Unit, blank=True, related_name="operations", verbose_name="logements livrés", editable=False)
    search_key = GeneratedField(expression=Folded("name"), output_field=models.TextField(), db_persist=True)

    objects = OperationQuerySet.as_manager()

    class Meta:
        verbose_name = "opération"
        verbose_name_plural = "opérations"
        ordering = ("-opened_on", "-pk")
        indexes: ClassVar = [
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="operation_search"),
            models.Index(fields=["commune"], condition=~Q(stage__in=OVER), name="operation_under_way"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "name"], name="operation_name_unique", violation_error_message="Ce bailleur a déjà une opération de ce nom."
            ),
            models.CheckConstraint(
                condition=Q(home_count__gte=1), name="operation_home_count", violation_error_message="Une opération compte au moins un logement."
            ),
            models.CheckConstraint(
                condition=Q(stage=OperationStage.DELIVERED) ^ Q(delivered_on__isnull=True),
                name="operation_delivered_on",
                violation_error_message="Seule une opération livrée a une date de livraison.",
            ),
            models.CheckConstraint(
                condition=(Q(stage=OperationStage.ABANDONED) & Q(abandoned_on__isnull=False) & ~Q(abandon_reason=""))
                | (~Q(stage=OperationStage.ABANDONED) & Q(abandoned_on__isnull=True, abandon_reason="")),
                name="operation_abandoned",
                violation_error_message="Une opération abandonnée a une date et un motif, une autre n'en a pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_over(self) -> bool:
        return self.stage in OVER

    @property
    def mobilisation_mode(self) -> MobilisationMode:
        """How the homes come to the scheme."""
        return MODE_OF_KIND[OperationKind(self.kind)]

    @property
    def known_cost(self) -> Decimal | None:
        """The actual cost once known, else the planned one, in euros."""
        return self.actual_cost if self.actual_cost is not None else self.planned_cost

    def financing_on(self, on: date) -> list[tuple["OperationFunding", str, bool]]:
        """The lines of the financing plan, each with its step on that day and whether its money is settled (committed, notified or paid)."""
        lines = list(self.financing.select_related("funding__funder"))
        followed = dict(Funding.objects.filter(pk__in={line.funding_id for line in lines}).with_status(on=on).values_list("pk", "status"))
        steps = [followed.get(line.funding_id) or line.status for line in lines]
        return [(line, str(FundingStatus(step).label), step in COVERING) for line, step in zip(lines, steps, strict=True)]

    @property
    def surcharge(self) -> Decimal | None:
        """How much the operation costs beyond its reference, as an exact percentage of it; None when either cost is unknown."""
        if not self.reference_cost or self.known_cost is None:
            return None
        return (self.known_cost - self.reference_cost) * 100 / self.reference_cost

    @property
    def has_high_surcharge(self) -> bool:
        """Whether the surcharge is of 20 % or more, without any rounding."""
        return self.surcharge is not None and self.surcharge >= FLAGGED_SURCHARGE

    @property
    def delivery_planned_on(self) -> date | None:
        """The day planned for the delivery; None while nobody knows."""
        return next((step.planned_on for step in self.steps.all() if step.step == OperationStage.DELIVERY), None)

    @property
    def current_step(self) -> "OperationStep | None":
        """The step under way; None once delivered or abandoned."""
        return next((step for step in self.steps.all() if step.step == self.stage), None)


class OperationFunding(models.Model):
    """One line of an operation's financing plan, in euros: a co-funding followed elsewhere, whose step counts, or another source named here."""

    operation = ParentalKey(Operation, on_delete=models.CASCADE, related_name="financing", verbose_name="opération")
    source = models.CharField("nature", max_length=10, choices=FinancingSource)
    funding = models.ForeignKey(
        Funding,
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"is_investment": True},
        related_name="operations",
        verbose_name="cofinancement suivi",
        help_text="Un financement d'investissement (FNDOLLTS, par exemple) : son étape est celle que l'on y note.",
    )
    label = models.CharField("financeur ou prêteur", max_length=150, blank=True)
    status = models.CharField("étape", max_length=10, choices=FundingStatus, blank=True)
    amount = models.DecimalField("montant (€)", max_digits=11, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = "ligne de financement"
        verbose_name_plural = "plan de financement"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(funding__isnull=False, label="", status="") | (Q(funding__isnull=True) & ~Q(label="") & ~Q(status="")),
                name="operation_funding_named",
                violation_error_message="Choisissez un cofinancement suivi, ou nommez le financeur et dites où en est la demande : l'un ou l'autre.",
            )
        ]

    def __str__(self) -> str:
        return self.label or str(self.funding)


class OperationStep(models.Model):
    """One step of an operation's road, with the day it was planned to end and the day it did."""

    operation = models.ForeignKey(Operation, models.CASCADE, related_name="steps", verbose_name="opération")
    step = models.CharField("étape", max_length=12, choices=OperationStage)
    position = models.PositiveSmallIntegerField("rang")
    planned_on = models.DateField("prévue pour le", null=True, blank=True)
    done_on = models.DateField("faite le", null=True, blank=True)

    class Meta:
        verbose_name = "étape d'opération"
        verbose_name_plural = "étapes d'opération"
        ordering = ("position",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["operation", "step"], name="operation_step_once")]

    def __str__(self) -> str:
        return f"{self.get_step_display()} de l'opération {self.operation_id}"

    def is_late(self, on: date) -> bool:
        """Whether the step is not done on that day although it was planned before."""
        return self.done_on is None and self.planned_on is not None and self.planned_on < on

    @property
    def days_late(self) -> int | None:
        """Days between the planned end and the real one, negative when early; None when either is missing."""
        return None if self.done_on is None or self.planned_on is None else (self.done_on - self.planned_on).days


class FinancingDecisionQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("unit__landlord")})


class FinancingDecision(models.Model):
    """A PLAI label or a re-classification to low rent: a dated decision, beside the initial financing and never over it."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="financing_decisions", verbose_name="logement")
    kind = models.CharField("décision", max_length=20, choices=FinancingDecisionKind)
    decided_on = models.DateField("décidé le")
    reference = models.CharField("référence de la décision", max_length=100, blank=True)
    operation = models.ForeignKey(Operation, models.SET_NULL, null=True, blank=True, related_name="financing_decisions", verbose_name="opération")

    objects = FinancingDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision de financement"
        verbose_name_plural = "décisions de financement"
        ordering = ("-decided_on", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "kind", "decided_on"],
                name="financing_decision_once",
                violation_error_message="Cette décision est déjà enregistrée pour ce logement.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.decided_on:%d/%m/%Y}"
