"""What a household needs, what the committee decides of it, and how it goes."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from access.enums import Role
from access.visibility import ScopedQuerySet
from catalogue.enums import BuildingType, Typology
from catalogue.models import Commune
from households.enums import CommitteeOutcome, DiagnosisStatus, EvaluationResult, NeedLevel, Recommendation
from households.models.cases import Household
from partners.models import Organisation


class HouseholdScopedQuerySet(ScopedQuerySet):
    """Rows visible exactly when their household is, to the roles that read the support of cases."""

    roles: ClassVar = frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER})

    def visible_to(self, user: Any, *, on: date | None = None) -> Any:
        if getattr(user, "role", None) not in self.roles:
            return self.none()
        return self.filter(household__in=Household.objects.visible_to(user, on=on).values("pk"))


class DiagnosisQuerySet(HouseholdScopedQuerySet):
    def completed(self) -> "DiagnosisQuerySet":
        return self.filter(status=DiagnosisStatus.COMPLETED)


class Diagnosis(models.Model):
    """The social diagnosis: needs on three separate scales, housing, support and adapted management."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="diagnoses", verbose_name="ménage")
    operator = models.ForeignKey(
        Organisation, models.PROTECT, related_name="diagnoses", limit_choices_to={"kind__in": ["operator", "gie"]}, verbose_name="établi par"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="rédigé par")
    status = models.CharField("état", max_length=10, choices=DiagnosisStatus, default=DiagnosisStatus.DRAFT, editable=False)
    started_on = models.DateField("commencé le")
    completed_on = models.DateField("terminé le", null=True, blank=True)

    smallest = models.CharField("typologie minimale", max_length=5, choices=Typology, blank=True)
    largest = models.CharField("typologie maximale", max_length=5, choices=Typology, blank=True)
    needs_accessible = models.BooleanField("accessible PMR nécessaire", default=False)
    needs_ground_floor = models.BooleanField("rez-de-chaussée ou ascenseur nécessaire", default=False)
    building_type = models.CharField("type de construction", max_length=10, choices=BuildingType, blank=True)
    needs_outdoor_space = models.BooleanField("espace extérieur nécessaire", default=False)
    has_animals = models.BooleanField("animaux", default=False)
    communes = models.ManyToManyField(Commune, blank=True, related_name="+", verbose_name="communes souhaitées")
    ceiling_rent = models.DecimalField(
        "loyer plafond, charges comprises (€/mois)", max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    support_level = models.CharField("besoin d'accompagnement", max_length=12, choices=NeedLevel, default=NeedLevel.NONE)
    management_level = models.CharField("besoin de gestion locative adaptée", max_length=12, choices=NeedLevel, default=NeedLevel.NONE)

    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        verbose_name = "diagnostic"
        verbose_name_plural = "diagnostics"
        ordering = ("-started_on", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status=DiagnosisStatus.COMPLETED) ^ Q(completed_on__isnull=True),
                name="diagnosis_completed_on",
                violation_error_message="Un diagnostic terminé a une date de fin, un diagnostic en cours n'en a pas.",
            ),
            models.CheckConstraint(
                condition=Q(completed_on__isnull=True) | Q(completed_on__gte=F("started_on")),
                name="diagnosis_dates",
                violation_error_message="La fin du diagnostic précède son début.",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(status=DiagnosisStatus.DRAFT),
                name="diagnosis_one_draft",
                violation_error_message="Un diagnostic est déjà en cours pour ce ménage.",
            ),
        ]

    def __str__(self) -> str:
        return f"Diagnostic de {self.household}"


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


class Evaluation(models.Model):
    """A periodic look at how the household fares, with its own view."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="evaluations", verbose_name="ménage")
    evaluated_on = models.DateField("évalué le")
    result = models.CharField("résultat", max_length=12, choices=EvaluationResult)
    recommendation = models.CharField("proposition", max_length=10, choices=Recommendation)
    household_view = models.CharField("avis du ménage", max_length=300, blank=True)
    evaluated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="évalué par")

    objects = HouseholdScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "évaluation"
        verbose_name_plural = "évaluations"
        ordering = ("-evaluated_on", "-pk")

    def __str__(self) -> str:
        return f"Évaluation de {self.household}"
