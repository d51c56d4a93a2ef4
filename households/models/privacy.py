"""Persons' requests about their data, the notices before a case is anonymised, and what has been anonymised."""

from datetime import date, timedelta
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from households.enums import AnonymisedKind, ObjectionScope, RequestKind, RequestOutcome
from households.models.cases import Household, Person
from households.models.reports import HouseholdReport

SOON: Final = timedelta(days=7)


class RightsRequestQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.DPO: everything})

    def open(self) -> "RightsRequestQuerySet":
        """Those that wait for an answer, the first one due first."""
        return self.filter(outcome="").order_by("due_on", "pk")


class RightsRequest(models.Model):
    """What a person asks about the data held on them. Due one month after it is received (RGPD, article 12.3).

    ``person`` and ``household`` say whom it is about, ``report`` when there is no case; none of them when nothing is held.
    ``scope`` says what an objection is to.
    """

    kind = models.CharField("demande", max_length=16, choices=RequestKind)
    received_on = models.DateField("reçue le")
    due_on = models.DateField("à répondre avant le")
    household = models.ForeignKey(Household, models.SET_NULL, null=True, blank=True, related_name="rights_requests", verbose_name="dossier")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="rights_requests", verbose_name="personne")
    report = models.ForeignKey(HouseholdReport, models.SET_NULL, null=True, blank=True, related_name="rights_requests", verbose_name="signalement")
    scope = models.CharField("opposition à", max_length=10, choices=ObjectionScope, blank=True)
    outcome = models.CharField("réponse", max_length=16, choices=RequestOutcome, blank=True)
    answered_on = models.DateField("répondue le", null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="inscrite par")

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d'une personne"
        verbose_name_plural = "demandes des personnes"
        ordering = ("-received_on", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="") ^ Q(answered_on__isnull=False),
                name="rights_request_answered",
                violation_error_message="Une réponse porte sa date.",
            )
        ]

    def __str__(self) -> str:
        return f"Demande {self.pk}" if self.pk else "nouvelle demande"

    @property
    def subject(self) -> str:
        """Whom the request is about, without a name."""
        if self.household is not None:
            return f"{self.household.reference}{f', {self.person.get_kinship_display()}' if self.person else ''}"
        return str(self.report) if self.report is not None else "aucune donnée trouvée"

    def is_late(self, *, on: date) -> bool:
        return not self.outcome and self.due_on < on

    def is_soon(self, *, on: date) -> bool:
        return not self.outcome and on <= self.due_on <= on + SOON


class RetentionNotice(models.Model):
    """The officer of a case was told that it will be anonymised on ``due_on`` unless somebody meets the household first."""

    household = models.OneToOneField(Household, models.CASCADE, primary_key=True, related_name="retention_notice", verbose_name="dossier")
    noticed_on = models.DateField("prévenu le")
    due_on = models.DateField("anonymisé le")

    class Meta:
        verbose_name = "préavis d'anonymisation"
        verbose_name_plural = "préavis d'anonymisation"
        ordering = ("due_on", "pk")

    def __str__(self) -> str:
        return f"Préavis de {self.household}"


class AnonymisationQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.DPO: everything})


class Anonymisation(models.Model):
    """A case or a report that was anonymised: its kind and its number, nothing else. A restored backup replays it from a copy of this list."""

    kind = models.CharField("nature", max_length=10, choices=AnonymisedKind)
    subject_id = models.BigIntegerField("numéro")
    done_at = models.DateTimeField("fait le", default=timezone.now)

    objects = AnonymisationQuerySet.as_manager()

    class Meta:
        verbose_name = "anonymisation"
        verbose_name_plural = "anonymisations"
        ordering = ("-done_at", "-pk")
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["kind", "subject_id"], name="anonymised_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject_id}"
