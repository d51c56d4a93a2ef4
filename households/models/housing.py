"""From a home proposed to a home occupied."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from access.enums import Role
from access.visibility import ScopedQuerySet
from catalogue.models import Unit
from households.enums import FAVOURABLE_CAL, CalDecision, OccupancyEnd, ProposalAnswer, RefusalReason, TenureKind
from households.models.cases import Household
from partners.models import Dated, own_organisations, period


class HousingQuerySet(ScopedQuerySet):
    """Proposals and occupancies: a landlord sees those on its own homes, staff and support workers those of the cases they see."""

    def visible_to(self, user: Any, *, on: date | None = None) -> Any:
        role = getattr(user, "role", None)
        if role not in (Role.GIE_STAFF, Role.SUPPORT_WORKER, Role.LANDLORD_REFERENT):
            return self.none()
        seen = self.filter(household__in=Household.objects.visible_to(user, on=on).values("pk"))
        if role == Role.LANDLORD_REFERENT:
            return seen.filter(unit__in=Unit.objects.visible_to(user, on=on).values("pk"))
        return seen


class ProposalQuerySet(HousingQuerySet):
    def open(self) -> "ProposalQuerySet":
        return self.filter(closed_on__isnull=True)


class Proposal(models.Model):
    """A home proposed to a household. The landlord's allocation commission (CAL) decides; the household may refuse."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="proposals", verbose_name="ménage")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="proposals", verbose_name="logement")
    proposed_on = models.DateField("proposé le")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="proposé par")
    answer = models.CharField("réponse du ménage", max_length=10, choices=ProposalAnswer, default=ProposalAnswer.PENDING)
    answered_on = models.DateField("répondu le", null=True, blank=True)
    refusal_reason = models.CharField("motif du refus", max_length=15, choices=RefusalReason, blank=True)
    cal_decision = models.CharField("décision de la CAL", max_length=12, choices=CalDecision, blank=True)
    cal_on = models.DateField("CAL du", null=True, blank=True)
    cal_rank = models.PositiveSmallIntegerField("rang", null=True, blank=True)
    cal_reason = models.CharField("motif de la CAL", max_length=200, blank=True)
    closed_on = models.DateField("close le", null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition"
        verbose_name_plural = "propositions"
        ordering = ("-proposed_on", "-pk")
        constraints: ClassVar = [
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


class OccupancyQuerySet(HousingQuerySet):
    def running(self, *, on: date) -> "OccupancyQuerySet":
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def in_scheme(self, *, on: date) -> "OccupancyQuerySet":
        return self.running(on=on).filter(Q(left_scheme_on__isnull=True) | Q(left_scheme_on__gt=on))

    def of_landlords(self, user: Any, on: date) -> "OccupancyQuerySet":
        return self.filter(unit__landlord__in=own_organisations(user, on))


class Occupancy(Dated):
    """A household lives in a home from one day to another. A home is never occupied twice at once, nor a household housed twice."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="occupancies", verbose_name="ménage")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="occupancies", verbose_name="logement")
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
