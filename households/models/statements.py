"""What an operator says it did and asks to be paid: its periodic statement, line by line."""

from datetime import date, timedelta
from typing import Any, ClassVar, Final

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.models import MeasureKind
from households.enums import WRITABLE_STATEMENTS, LineStatus, StatementStatus
from partners.enums import OrganisationKind
from partners.models import Organisation, of_own_organisation

MONTHS: Final = [
    (number, name)
    for number, name in enumerate(
        ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"), start=1
    )
]


class StatementQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.SUPPORT_WORKER: of_own_organisation("operator")})

    def with_total(self) -> "StatementQuerySet":
        """Adds ``stated``: the sum of the lines, in euros."""
        return self.annotate(stated=Coalesce(Sum("lines__amount"), Value(0), output_field=models.DecimalField()))


class Statement(models.Model):
    """An operator's statement for whole months of one year. Two statements of an operator never share a month."""

    operator = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="statements",
        limit_choices_to={"kind__in": [OrganisationKind.OPERATOR, OrganisationKind.ASSOCIATION, OrganisationKind.LANDLORD]},
        verbose_name="opérateur",
    )
    reference = models.CharField(
        "votre référence", max_length=40, blank=True, help_text="Le numéro de votre facture ou de votre état, si vous en avez un."
    )
    year = models.PositiveSmallIntegerField("année", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    first_month = models.PositiveSmallIntegerField("du mois de", choices=MONTHS)
    last_month = models.PositiveSmallIntegerField("au mois de", choices=MONTHS)
    status = models.CharField("état", max_length=10, choices=StatementStatus, default=StatementStatus.DRAFT, editable=False)
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="préparé par")
    sent_at = models.DateTimeField("envoyé le", null=True, editable=False)
    settled_on = models.DateField("réglé le", null=True, editable=False)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = "relevé d'opérateur"
        verbose_name_plural = "relevés des opérateurs"
        ordering = ("-year", "-first_month", "operator__name", "pk")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(first_month__lte=F("last_month")), name="statement_months", violation_error_message="Le dernier mois précède le premier."
            ),
            models.CheckConstraint(
                condition=Q(status=StatementStatus.SETTLED) ^ Q(settled_on__isnull=True),
                name="statement_settled_on",
                violation_error_message="Un relevé réglé a sa date de règlement.",
            ),
            ExclusionConstraint(
                name="statement_months_once",
                expressions=[
                    (F("operator"), RangeOperators.EQUAL),
                    (F("year"), RangeOperators.EQUAL),
                    (Func(F("first_month"), F("last_month"), Value("[]"), function="int4range"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Un autre relevé de cet opérateur couvre déjà l'un de ces mois : complétez-le plutôt.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator}, {self.period}" if self.operator_id else "nouveau relevé"

    @property
    def period(self) -> str:
        """« janvier à mars 2015 »."""
        names = dict(MONTHS)
        months = names[self.first_month] if self.first_month == self.last_month else f"{names[self.first_month]} à {names[self.last_month]}"
        return f"{months} {self.year}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.first_month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year + self.last_month // 12, self.last_month % 12 + 1, 1) - timedelta(days=1)

    @property
    def is_writable(self) -> bool:
        return self.status in WRITABLE_STATEMENTS


class StatementLine(models.Model):
    """What the operator states for one household and one kind of measure over the months of the statement. Days both included; euros."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="lines", verbose_name="relevé")
    household_reference = models.CharField("référence du ménage", max_length=12, help_text="Par exemple : MEN-00042.")
    kind = models.ForeignKey(MeasureKind, models.PROTECT, related_name="+", verbose_name="mesure")
    starts_on = models.DateField("du", null=True, blank=True)
    ends_on = models.DateField("au", null=True, blank=True)
    amount = models.DecimalField("montant (€)", max_digits=9, decimal_places=2, validators=[MinValueValidator(0)])
    status = models.CharField("état", max_length=10, choices=LineStatus, default=LineStatus.TO_CHECK, editable=False)
    expected_amount = models.DecimalField("attendu à l'acceptation (€)", max_digits=9, decimal_places=2, null=True, editable=False)
    """What the engine expected on the day the line was accepted: the past does not change afterwards."""
    note = models.CharField("motif", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "ligne de relevé"
        verbose_name_plural = "lignes de relevé"
        ordering = ("household_reference", "kind", "pk")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["statement", "household_reference", "kind"],
                name="statement_line_once",
                violation_error_message="Ce ménage a déjà une ligne pour cette mesure : additionnez les deux montants.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.household_reference}, {self.kind}"

    def clean(self) -> None:
        self.household_reference = self.household_reference.strip().upper()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "La fin précède le début."})
        for name in ("starts_on", "ends_on"):
            day = getattr(self, name)
            if day and not self.statement.first_day <= day <= self.statement.last_day:
                raise ValidationError(
                    {name: f"Cette date est hors du relevé, qui va du {self.statement.first_day:%d/%m/%Y} au {self.statement.last_day:%d/%m/%Y}."}
                )
