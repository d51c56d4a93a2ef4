"""From a home proposed to a home occupied."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet
from catalogue.models import Operation, Unit
from households.enums import FAVOURABLE_CAL, CalDecision, OccupancyEnd, ProposalAnswer, RefusalReason, TenureKind, WithdrawalReason
from households.models.cases import Household, of_visible_cases
from partners.models import Dated, Organisation, own_organisation_ids, own_organisations, period


def landlord_of_home() -> Any:
    """The landlord of ``unit``, filled and kept by the database whatever writes the row."""
    return models.ForeignKey(
        Organisation, models.PROTECT, editable=False, blank=True, related_name="+", db_index=False, verbose_name="bailleur du logement"
    )


class HousingQuerySet(ScopedQuerySet):
    """Proposals and occupancies: a landlord sees those on its own homes, staff and support workers those of the cases they see.

    ``landlord`` is the home's, written by the database: what a landlord asks of its homes is read in one index, not home by home.
    """

    def visible_to(self, user: Any, *, on: date | None = None) -> Any:
        role = getattr(user, "role", None)
        if role not in (Role.GIE_STAFF, Role.SUPPORT_WORKER, Role.LANDLORD_REFERENT):
            return self.none()
        seen = self.filter(of_visible_cases(user, on))
        if role == Role.LANDLORD_REFERENT:
            return seen.filter(landlord__in=own_organisation_ids(user, on or timezone.localdate()))
        return seen


class ProposalQuerySet(HousingQuerySet):
    def open(self) -> "ProposalQuerySet":
        return self.filter(closed_on__isnull=True)

    def awaiting_answer(self) -> "ProposalQuerySet":
        """Open, and the household has not said yet."""
        return self.open().filter(answer=ProposalAnswer.PENDING)

    def awaiting_commission(self) -> "ProposalQuerySet":
        """Open, not refused, and the allocation commission has not decided yet."""
        return self.open().filter(cal_decision="")

    def awaiting_lease(self) -> "ProposalQuerySet":
        """Open, and granted by the commission: the lease is to be signed."""
        return self.open().filter(cal_decision__in=FAVOURABLE_CAL)


class Proposal(models.Model):
    """A home proposed to a household. The landlord's allocation commission (CAL) decides; the household may refuse."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="proposals", verbose_name="ménage")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="proposals", verbose_name="logement")
    landlord = landlord_of_home()
    proposed_on = models.DateField("proposé le")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="proposé par")
    answer = models.CharField("réponse du ménage", max_length=10, choices=ProposalAnswer, default=ProposalAnswer.PENDING)
    answered_on = models.DateField("répondu le", null=True, blank=True)
    refusal_reason = models.CharField("motif du refus", max_length=15, choices=RefusalReason, blank=True)
    cal_decision = models.CharField("décision de la CAL", max_length=12, choices=CalDecision, blank=True)
    cal_on = models.DateField("CAL du", null=True, blank=True)
    cal_rank = models.PositiveSmallIntegerField("rang", null=True, blank=True)
    cal_reason = models.CharField("motif de la CAL", max_length=200, blank=True)
    withdrawal_reason = models.CharField("motif du retrait", max_length=12, choices=WithdrawalReason, blank=True)
    closed_on = models.DateField("close le", null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition"
        verbose_name_plural = "propositions"
        ordering = ("-proposed_on", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["unit"], condition=Q(closed_on__isnull=True), name="proposal_open_unit"),
            models.Index(fields=["proposed_on"], condition=Q(closed_on__isnull=True), name="proposal_open_since"),
            models.Index(fields=["-proposed_on", "-id"], name="proposal_latest"),
            models.Index(fields=["landlord", "closed_on"], include=["household"], name="proposal_of_landlord"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawal_reason="") | Q(closed_on__isnull=False),
                name="proposal_withdrawn_closed",
                violation_error_message="Une proposition retirée est close.",
            ),
            models.UniqueConstraint(
                fields=["household", "unit"],
                condition=Q(closed_on__isnull=True),
                name="proposal_once_open",
                violation_error_message="Ce logement est déjà proposé à ce ménage.",
            ),
            models.CheckConstraint(
                condition=Q(cal_decision="") ^ Q(cal_on__isnull=False),
                name="proposal_cal_date",
                violation_error_message="Indiquez à la fois la décision de la CAL et sa date.",
            ),
            models.CheckConstraint(
                condition=~Q(answer=ProposalAnswer.REFUSED) | ~Q(refusal_reason=""),
                name="proposal_refusal_reason",
                violation_error_message="Indiquez le motif du refus.",
            ),
        ]

    def __str__(self) -> str:
        return f"Proposition de {self.unit} à {self.household}"

    @property
    def is_granted(self) -> bool:
        return self.cal_decision in FAVOURABLE_CAL

    @property
    def waits_for(self) -> str:
        """What an open proposal waits for, in words; nothing once it is closed."""
        if self.closed_on is not None:
            return ""
        if self.is_granted:
            return "le bail"
        return "la réponse du ménage" if self.answer == ProposalAnswer.PENDING else "la décision de la CAL"


class OccupancyQuerySet(HousingQuerySet):
    def running(self, *, on: date) -> "OccupancyQuerySet":
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def in_scheme(self, *, on: date) -> "OccupancyQuerySet":
        return self.running(on=on).filter(Q(left_scheme_on__isnull=True) | Q(left_scheme_on__gt=on))

    def of_landlords(self, user: Any, on: date) -> "OccupancyQuerySet":
        return self.filter(landlord__in=own_organisations(user, on))


class Occupancy(Dated):
    """A household lives in a home from one day to another. A home is never occupied twice at once, nor a household housed twice."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="occupancies", verbose_name="ménage")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="occupancies", verbose_name="logement")
    landlord = landlord_of_home()
    tenure = models.CharField("titre d'occupation", max_length=20, choices=TenureKind)
    starts_on = models.DateField("entrée le")
    ends_on = models.DateField("sortie le", null=True, blank=True)
    end_reason = models.CharField("motif de la sortie", max_length=12, choices=OccupancyEnd, blank=True)
    planned_slide_on = models.DateField(
        "glissement prévu le", null=True, blank=True, help_text="Pour un bail glissant : quand le bail passe au ménage."
    )
    left_scheme_on = models.DateField("sorti du dispositif le", null=True, blank=True)

    objects = OccupancyQuerySet.as_manager()

    class Meta:
        verbose_name = "occupation"
        verbose_name_plural = "occupations"
        ordering = ("-starts_on", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["-starts_on", "-id"], name="occupancy_latest"),
            models.Index(fields=["landlord"], include=["household", "starts_on", "ends_on"], name="occupancy_of_landlord"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="occupancy_dates",
                violation_error_message="La sortie précède l'entrée.",
            ),
            models.CheckConstraint(
                condition=~Q(tenure=TenureKind.SLIDING_LEASE) | Q(planned_slide_on__isnull=False),
                name="occupancy_slide_date",
                violation_error_message="Indiquez la date de glissement prévue d'un bail glissant.",
            ),
            ExclusionConstraint(
                name="occupancy_unit_once",
                expressions=[(F("unit"), RangeOperators.EQUAL), (period(), RangeOperators.OVERLAPS)],
                violation_error_message="Ce logement est déjà occupé à ces dates.",
            ),
            ExclusionConstraint(
                name="occupancy_household_once",
                expressions=[(F("household"), RangeOperators.EQUAL), (period(), RangeOperators.OVERLAPS)],
                violation_error_message="Ce ménage occupe déjà un logement à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} dans {self.unit}"

    @property
    def tenure_since(self) -> date:
        """The first day of the present tenure."""
        past = list(self.past_tenures.all())
        return max(item.ends_on for item in past) + timedelta(days=1) if past else self.starts_on


class PastTenure(Dated):
    """A tenure under which a household lived in its home until it changed: the sub-letting years of a sliding lease, for one."""

    occupancy = models.ForeignKey(Occupancy, models.CASCADE, related_name="past_tenures", verbose_name="occupation")
    tenure = models.CharField("titre d'occupation", max_length=20, choices=TenureKind)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")

    class Meta:
        verbose_name = "titre d'occupation passé"
        verbose_name_plural = "titres d'occupation passés"
        ordering = ("starts_on",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="past_tenure_dates",
                violation_error_message="La fin du titre précède son début.",
            ),
            ExclusionConstraint(
                name="past_tenure_no_overlap",
                expressions=[(F("occupancy"), RangeOperators.EQUAL), (period(), RangeOperators.OVERLAPS)],
                violation_error_message="Deux titres d'occupation se chevauchent.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tenure_display()} du {self.starts_on:%d/%m/%Y} au {self.ends_on:%d/%m/%Y}"


class AllocationRecordQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any, *, on: date | None = None) -> Any:
        """Staff see the records of the cases they see, a landlord's referent those of the own homes."""
        if getattr(user, "role", None) not in (Role.GIE_STAFF, Role.LANDLORD_REFERENT):
            return self.none()
        return self.filter(occupancy__in=Occupancy.objects.visible_to(user, on=on).values("pk"))

    def complete(self) -> "AllocationRecordQuerySet":
        """Holds all that the register asks."""
        described = ~Q(address="") & ~Q(typology="") & Q(living_area__isnull=False, main_rent__isnull=False)
        known = Q(was_tenant__isnull=False, quota__isnull=False) & ~Q(application_number="") & ~Q(landlord_siren="")
        return self.filter(known & (~Q(rpls_id="") | described))

    def to_complete(self) -> "AllocationRecordQuerySet":
        """Lacks something that the register asks."""
        return self.exclude(pk__in=self.complete().values("pk"))


class AllocationRecord(models.Model):
    """What the State's register asks when a demand is struck off because a home was allocated, as it was on the day of the lease.

    Without an RPLS id, the address, typology, area (square metres) and rent (euros a month, charges excluded) stand for it.
    """

    occupancy = models.OneToOneField(Occupancy, models.CASCADE, related_name="allocation", verbose_name="occupation")
    application_number = models.CharField("numéro unique", max_length=18, blank=True)
    landlord_siren = models.CharField("SIREN du bailleur", max_length=9, blank=True)
    lease_on = models.DateField("date du bail")
    was_tenant = models.BooleanField("déjà locataire du parc social", null=True, blank=True)
    rpls_id = models.CharField("identifiant RPLS", max_length=10, blank=True)
    address = models.CharField("adresse", max_length=500, blank=True)
    typology = models.CharField("typologie", max_length=5, blank=True)
    living_area = models.DecimalField("surface habitable (m²)", max_digits=6, decimal_places=2, null=True, blank=True)
    main_rent = models.DecimalField("loyer hors charges (€/mois)", max_digits=7, decimal_places=2, null=True, blank=True)
    has_collective_agreement = models.BooleanField("accords collectifs", default=False)
    is_dalo = models.BooleanField("DALO", default=False)
    quota = models.PositiveSmallIntegerField("contingent", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(7)])

    objects = AllocationRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "attribution"
        verbose_name_plural = "attributions"
        ordering = ("-lease_on", "-pk")

    def __str__(self) -> str:
        return f"Attribution du {self.lease_on:%d/%m/%Y}"

    @property
    def missing(self) -> list[str]:
        """What the register asks and is not known, in words."""
        without_id = not self.rpls_id
        asked = (
            (not self.application_number, "le numéro unique de la demande"),
            (not self.landlord_siren, "le SIREN du bailleur"),
            (self.was_tenant is None, "déjà locataire ou non"),
            (without_id and not self.address, "l'adresse"),
            (without_id and not self.typology, "la typologie"),
            (without_id and self.living_area is None, "la surface"),
            (without_id and self.main_rent is None, "le loyer"),
            (self.quota is None, "le contingent"),
        )
        return [words for is_missing, words in asked if is_missing]


class OperationPlace(models.Model):
    """An operation is meant for a household: one of the homes it will bring."""

    operation = models.ForeignKey(Operation, models.CASCADE, related_name="places", verbose_name="opération")
    household = models.ForeignKey(Household, models.CASCADE, related_name="operation_places", verbose_name="ménage")
    noted_on = models.DateField("depuis le")
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="noté par")

    class Meta:
        verbose_name = "ménage destinataire"
        verbose_name_plural = "ménages destinataires"
        ordering = ("noted_on", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operation", "household"],
                name="operation_place_once",
                violation_error_message="Cette opération est déjà destinée à ce ménage.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation} pour {self.household}"
