"""Aller vers: who went to meet a household, when, and whether it was met."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.utils import timezone

from access.enums import Role
from households.enums import MEETS, OutreachKind
from households.models.cases import Household
from households.models.needs import HouseholdScopedQuerySet
from partners.models import Organisation, own_organisations


class OutreachContactQuerySet(HouseholdScopedQuerySet):
    """Seen by the GIE and the operators of the case; a landlord's referent never sees any."""

    def met(self) -> "OutreachContactQuerySet":
        return self.filter(is_met=True)

    def with_note_for(self, user: Any, *, on: date | None = None) -> Any:
        """Adds ``readable_note``: the note for the GIE and for the operator that wrote it, nothing for anybody else."""
        if getattr(user, "role", None) == Role.GIE_STAFF:
            return self.annotate(readable_note=F("note"))
        own = own_organisations(user, on or timezone.localdate())
        return self.annotate(readable_note=Case(When(organisation__in=own, then=F("note")), default=Value(""), output_field=CharField()))


class OutreachContact(models.Model):
    """A visit, call, letter or attempt. ``organisation`` is the one it was made for, empty when an officer belongs to none.

    ``note`` is read through ``with_note_for`` and nowhere else.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="outreach", verbose_name="ménage")
    kind = models.CharField("contact", max_length=8, choices=OutreachKind)
    is_met = models.BooleanField("ménage rencontré", default=False)
    contacted_on = models.DateField("le")
    note = models.CharField("note", max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="outreach", verbose_name="pour le compte de")

    objects = OutreachContactQuerySet.as_manager()

    class Meta:
        verbose_name = "contact"
        verbose_name_plural = "contacts"
        ordering = ("-contacted_on", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["household", "-contacted_on"], condition=Q(is_met=True), name="outreach_last_met"),
            models.Index(fields=["-contacted_on", "-id"], name="outreach_latest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_met=False) | Q(kind__in=sorted(MEETS)),
                name="outreach_met",
                violation_error_message="Une tentative ou un courrier n'est pas une rencontre : choisissez « visite » ou « appel ».",
            )
        ]

    def __str__(self) -> str:
        return f"Contact avec {self.household}"
