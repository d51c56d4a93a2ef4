"""Worries and proposed exits: what partners tell the GIE's officer about a housed household."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet
from households.enums import CONCERN_REASONS, ConcernKind, ConcernOutcome, ConcernReason
from households.models.cases import Household, of_visible_cases
from partners.models import Organisation, own_organisations


class ConcernQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any, *, on: date | None = None) -> Any:
        """The GIE and the case's operators read all of a case they see; a landlord's referent what the own landlord wrote."""
        role = getattr(user, "role", None)
        if role not in (Role.GIE_STAFF, Role.SUPPORT_WORKER, Role.LANDLORD_REFERENT):
            return self.none()
        seen = self.filter(of_visible_cases(user, on))
        return seen.filter(organisation__in=own_organisations(user, on or timezone.localdate())) if role == Role.LANDLORD_REFERENT else seen

    def open(self) -> "ConcernQuerySet":
        """Those that wait for the GIE's answer."""
        return self.filter(outcome="")


class Concern(models.Model):
    """A worry, or a proposal that the household leaves the scheme, with the GIE's answer once it has come."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="concerns", verbose_name="ménage")
    kind = models.CharField("nature", max_length=8, choices=ConcernKind)
    reason = models.CharField("motif", max_length=16, choices=ConcernReason)
    note = models.CharField("précision", max_length=200, blank=True)
    raised_on = models.DateField("le")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="concerns", verbose_name="pour")
    outcome = models.CharField("réponse", max_length=10, choices=ConcernOutcome, blank=True)
    answer = models.CharField("réponse en clair", max_length=200, blank=True)
    answered_on = models.DateField("répondu le", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="répondu par")

    objects = ConcernQuerySet.as_manager()

    class Meta:
        verbose_name = "inquiétude ou sortie proposée"
        verbose_name_plural = "inquiétudes et sorties proposées"
        ordering = ("-raised_on", "-pk")
        indexes: ClassVar = [models.Index(fields=["raised_on"], condition=Q(outcome=""), name="concern_open")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="") ^ Q(answered_on__isnull=False),
                name="concern_answered",
                violation_error_message="Une réponse porte sa date.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().capitalize()} sur {self.household}"

    def clean(self) -> None:
        super().clean()
        if self.kind and self.reason and self.reason not in CONCERN_REASONS[ConcernKind(self.kind)]:
            raise ValidationError({"reason": "Ce motif ne va pas avec ce que vous signalez : choisissez-en un de la liste."})
        if self.answered_on and self.answered_on < self.raised_on:
            raise ValidationError({"answered_on": "La réponse précède ce à quoi elle répond."})
