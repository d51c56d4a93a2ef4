"""What a household needs: the social diagnosis and its revisions, and the needs that only the case's team reads."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet
from catalogue.enums import BuildingType, Typology
from catalogue.models import Commune, Epci, NearbyService
from households.enums import DiagnosisStatus, NeedLevel, NeedScale
from households.models.cases import CaseMember, Household
from households.models.needs.scoped import HouseholdScopedQuerySet
from households.models.needs.vocabulary import NeedTopic
from households.models.support import SupportMeasure
from partners.models import Organisation, own_organisations


class DiagnosisQuerySet(HouseholdScopedQuerySet):
    def completed(self) -> "DiagnosisQuerySet":
        return self.filter(status=DiagnosisStatus.COMPLETED)

    def under_way(self) -> "DiagnosisQuerySet":
        return self.filter(status=DiagnosisStatus.DRAFT)


class Diagnosis(models.Model):
    """The social diagnosis: needs on three separate scales, housing, support and adapted management.

    Completed, it never changes; a revision is a diagnosis of its own, copied from the one it ``revises``.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="diagnoses", verbose_name="ménage")
    operator = models.ForeignKey(
        Organisation, models.PROTECT, related_name="diagnoses", limit_choices_to={"kind__in": ["operator", "gie"]}, verbose_name="établi par"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="rédigé par")
    revises = models.OneToOneField("self", models.PROTECT, null=True, blank=True, editable=False, related_name="revised_by", verbose_name="révise")
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
    epcis = models.ManyToManyField(Epci, blank=True, related_name="+", verbose_name="EPCI souhaités")
    communes = models.ManyToManyField(Commune, blank=True, related_name="+", verbose_name="communes souhaitées")
    nearby_services = models.ManyToManyField(NearbyService, blank=True, related_name="+", verbose_name="services à proximité")
    ceiling_rent = models.DecimalField(
        "loyer plafond, charges comprises (€/mois)", max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    support_level = models.CharField("besoin d'accompagnement", max_length=12, choices=NeedLevel, default=NeedLevel.NONE)
    management_level = models.CharField("besoin de gestion locative adaptée", max_length=12, choices=NeedLevel, default=NeedLevel.NONE)
    needs = models.ManyToManyField(NeedTopic, blank=True, related_name="diagnoses", verbose_name="besoins")

    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        verbose_name = "diagnostic"
        verbose_name_plural = "diagnostics"
        ordering = ("-started_on", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["-started_on", "-id"], name="diagnosis_latest"),
            models.Index(fields=["operator", "completed_on"], include=["household"], name="diagnosis_of_operator"),
        ]
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

    @property
    def is_completed(self) -> bool:
        return self.status == DiagnosisStatus.COMPLETED

    def needs_by_scale(self) -> list[tuple[str, list[str]]]:
        """The named needs, by the label of their scale, in the order of the vocabulary; scales without any are left out."""
        topics = sorted(self.needs.all(), key=lambda topic: (topic.position, topic.label))
        named = ((scale.label, [topic.label for topic in topics if topic.scale == scale]) for scale in NeedScale)
        return [(label, labels) for label, labels in named if labels]

    def searched_communes(self) -> set[str]:
        """INSEE codes of the communes where a home may be: those named, and those of the EPCIs named; empty when anywhere will do."""
        epcis = [epci.pk for epci in self.epcis.all()]
        return {commune.pk for commune in self.communes.all()} | set(Commune.objects.filter(epci__in=epcis).values_list("pk", flat=True))


class SensitiveNeedQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any, *, on: date | None = None) -> Any:
        """The needs of the cases the user sees *and* is of: see ``of_own_cases``."""
        day = on or timezone.localdate()
        return self.filter(household__in=Household.objects.visible_to(user, on=day).filter(of_own_cases(user, day)).values("pk"))

    def current(self) -> "SensitiveNeedQuerySet":
        return self.filter(ended_on__isnull=True)


def of_own_cases(user: Any, on: date) -> Q:
    """The households of whose team the user is. Source: the scheme's role table, group « sensitive ».

    GIE staff: those they are named on. Support workers: those they are named on, refer for a measure of the own organisation, or whose
    diagnosis they wrote for it. Nobody else, ever.
    """
    named = Q(Exists(CaseMember.objects.filter(household=OuterRef("pk"), user=user)))
    if user.role == Role.GIE_STAFF:
        return named
    if user.role == Role.SUPPORT_WORKER:
        own = own_organisations(user, on)
        refers = SupportMeasure.objects.filter(household=OuterRef("pk"), referent=user, convention__partner__in=own)
        wrote = Diagnosis.objects.filter(household=OuterRef("pk"), author=user, operator__in=own)
        return named | Q(Exists(refers)) | Q(Exists(wrote))
    return Q(pk__in=[])


class SensitiveNeed(models.Model):
    """A need of health, addiction, violence or justice, coded, in a compartment of its own."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="sensitive_needs", verbose_name="ménage")
    topic = models.ForeignKey(NeedTopic, models.PROTECT, limit_choices_to={"is_sensitive": True}, related_name="+", verbose_name="besoin")
    noted_on = models.DateField("noté le")
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="noté par")
    ended_on = models.DateField("n'est plus d'actualité depuis le", null=True, blank=True)

    objects = SensitiveNeedQuerySet.as_manager()

    class Meta:
        verbose_name = "besoin sensible"
        verbose_name_plural = "besoins sensibles"
        ordering = ("topic__position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["household", "topic"],
                condition=Q(ended_on__isnull=True),
                name="sensitive_need_once",
                violation_error_message="Ce besoin est déjà noté.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("noted_on")),
                name="sensitive_need_dates",
                violation_error_message="La fin du besoin précède le jour où il a été noté.",
            ),
        ]

    def __str__(self) -> str:
        return f"Besoin du dossier {self.household}"
