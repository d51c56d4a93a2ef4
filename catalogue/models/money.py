"""Who pays for the scheme: each funder's contribution, where it stands, and how much of it falls in each year."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, combinations
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.enums import COVERING, FundingStatus
from catalogue.models.offer import MeasureKind
from partners.models import Organisation, of_own_organisation

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Contribution:
    """What one funding brings to one year, in euros, and the codes of the measures it may pay for."""

    funding_id: int
    funder_id: int
    year: int
    amount: Decimal
    codes: frozenset[str]


def coverage(costs: Mapping[str, Decimal], contributions: Iterable[Contribution]) -> Decimal:
    """How much of one year's costs, in euros by code of measure, the contributions of that year can pay: each only what it may fund.

    The most that can be paid is the least, over every set of measures, of their cost plus the contributions that may fund something else
    (maximum flow, minimum cut). It never exceeds what is contributed, nor what is spent.
    """
    given, codes = list(contributions), list(costs)
    every_set = chain.from_iterable(combinations(codes, size) for size in range(len(codes) + 1))
    return min(
        sum((costs[code] for code in chosen), ZERO) + sum((item.amount for item in given if not (item.codes & costs.keys()) <= set(chosen)), ZERO)
        for chosen in every_set
    )


class FundingQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.FUNDER: of_own_organisation("funder")})

    def with_status(self, *, on: date) -> "FundingQuerySet":
        """Adds ``status`` (a FundingStatus, « not met » before any step) and ``status_on``, as of that day."""
        latest = FundingStep.objects.filter(funding=OuterRef("pk"), reached_on__lte=on).order_by("-reached_on", "-pk")
        return self.annotate(
            status=Coalesce(Subquery(latest.values("status")[:1]), Value(FundingStatus.NOT_MET.value)),
            status_on=Subquery(latest.values("reached_on")[:1]),
        )

    def with_total(self) -> "FundingQuerySet":
        """Adds ``total``: all years, in euros."""
        amounts = FundingAmount.objects.filter(funding=OuterRef("pk")).order_by().values("funding").annotate(total=Sum("amount"))
        return self.annotate(total=Coalesce(Subquery(amounts.values("total")), Value(ZERO), output_field=models.DecimalField()))

    def covering(self, *, on: date) -> "FundingQuerySet":
        """Committed, notified or paid on that day. Source: the scheme's steering rules."""
        return self.with_status(on=on).filter(status__in=COVERING)

    def contributions(self, *, on: date) -> list[Contribution]:
        """What covers running costs on that day, by funding and year, in euros; investment is left out."""
        covering = self.covering(on=on)
        codes: dict[int, set[str]] = {}
        for funding_id, code in covering.exclude(kinds=None).values_list("pk", "kinds__code"):
            codes.setdefault(funding_id, set()).add(code)
        amounts = FundingAmount.objects.filter(funding__in=codes).order_by("year", "funding")
        return [
            Contribution(funding_id, funder_id, year, amount, frozenset(codes[funding_id]))
            for funding_id, funder_id, year, amount in amounts.values_list("funding_id", "funding__funder_id", "year", "amount")
        ]


class Funding(ClusterableModel):
    """One contribution of one funder: what it may pay for, how much each year, and the steps reached with dates and notes."""

    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="fundings", verbose_name="financeur")
    name = models.CharField("intitulé", max_length=150, help_text="Par exemple : Fonds de solidarité pour le logement.")
    kinds = ParentalManyToManyField(
        MeasureKind,
        blank=True,
        related_name="fundings",
        verbose_name="peut financer",
        help_text="Ce que ce financement peut payer, parmi les dépenses courantes.",
    )
    is_investment = models.BooleanField(
        "investissement", default=False, help_text="Finance des travaux ou une construction (FNDOLLTS, par exemple) : hors des dépenses courantes."
    )
    deadline_on = models.DateField("date limite", null=True, blank=True, help_text="Dernier jour pour déposer la demande ou la pièce attendue.")
    contact = models.CharField("interlocuteur", max_length=150, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)

    objects = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = "cofinancement"
        verbose_name_plural = "cofinancements"
        ordering = ("funder__name", "name", "pk")

    def __str__(self) -> str:
        return self.name


class FundingStep(models.Model):
    """A step reached with a funder, on a day, with what was said."""

    funding = ParentalKey(Funding, on_delete=models.CASCADE, related_name="steps", verbose_name="cofinancement")
    status = models.CharField("étape", max_length=10, choices=FundingStatus)
    reached_on = models.DateField("le")
    note = models.CharField("note", max_length=300, blank=True)

    class Meta:
        verbose_name = "étape"
        verbose_name_plural = "étapes"
        ordering = ("reached_on", "pk")

    def __str__(self) -> str:
        return f"{self.get_status_display()} le {self.reached_on:%d/%m/%Y}"


class FundingAmount(models.Model):
    """What a funding brings to one calendar year, in euros."""

    funding = ParentalKey(Funding, on_delete=models.CASCADE, related_name="amounts", verbose_name="cofinancement")
    year = models.PositiveSmallIntegerField("année", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    amount = models.DecimalField("montant (€)", max_digits=11, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = "montant annuel"
        verbose_name_plural = "montants annuels"
        ordering = ("year",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["funding", "year"], name="funding_amount_once", violation_error_message="Cette année a déjà son montant : corrigez-le."
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="funding_amount_positive", violation_error_message="Un montant ne peut pas être négatif."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} : {self.amount} €"
