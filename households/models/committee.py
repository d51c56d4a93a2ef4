"""The orientation and evaluation committee: its sessions, their agenda, and what it decides of cases."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from access.enums import Role
from access.visibility import ScopedQuerySet
from households.enums import AgendaKind, CommitteeOutcome, MeasureEnd, NeedLevel, SessionState
from households.models.cases import CaseMember, Household
from households.models.needs.evaluations import Evaluation
from households.models.needs.scoped import HouseholdScopedQuerySet

SEATED = (Role.COMMITTEE, Role.GIE_STAFF)


class CommitteeSessionQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any, *, on: date | None = None) -> Any:
        """GIE staff see every session, a committee member the own ones."""
        role = getattr(user, "role", None) if getattr(user, "may_sign_in", False) else None
        if role == Role.GIE_STAFF:
            return self.all()
        return self.filter(members=user) if role == Role.COMMITTEE else self.none()

    def closed(self) -> "CommitteeSessionQuerySet":
        return self.filter(state=SessionState.CLOSED)

    def to_come(self, *, on: date) -> "CommitteeSessionQuerySet":
        """Not closed yet, and held that day or later."""
        return self.exclude(state=SessionState.CLOSED).filter(held_on__gte=on)


class CommitteeSession(models.Model):
    """One meeting: planned, held (its decisions are being recorded), then closed, when its minutes are final."""

    held_on = models.DateField("date")
    starts_at = models.TimeField("heure", null=True, blank=True)
    place = models.CharField("lieu", max_length=150, blank=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="committee_sessions",
        limit_choices_to={"role__in": SEATED, "is_active": True},
        verbose_name="membres convoqués",
    )
    attendees = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name="présents", editable=False)
    state = models.CharField("état", max_length=10, choices=SessionState, default=SessionState.PLANNED, editable=False)
    closed_at = models.DateTimeField("close le", null=True, blank=True, editable=False)

    objects = CommitteeSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "séance du comité"
        verbose_name_plural = "séances du comité"
        ordering = ("-held_on", "-pk")

    def __str__(self) -> str:
        return f"Comité du {self.held_on:%d/%m/%Y}"


class AgendaItem(models.Model):
    """A case on the agenda of a session: to be oriented, or its evaluation to be reviewed."""

    session = models.ForeignKey(CommitteeSession, models.CASCADE, related_name="items", verbose_name="séance")
    household = models.ForeignKey(Household, models.PROTECT, related_name="agenda_items", verbose_name="ménage")
    kind = models.CharField("objet", max_length=12, choices=AgendaKind)
    evaluation = models.ForeignKey(Evaluation, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name="évaluation")
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "point de l'ordre du jour"
        verbose_name_plural = "points de l'ordre du jour"
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "household"], name="agenda_item_once", violation_error_message="Ce dossier est déjà à l'ordre du jour."
            )
        ]

    def __str__(self) -> str:
        return f"{self.household}, {self.get_kind_display()}"

    def is_open_to(self, user: Any) -> bool:
        """Whether the user may read the sheet: a confidential case stays with the people named on it."""
        return not self.household.is_confidential or CaseMember.objects.filter(household=self.household_id, user=user).exists()


class CommitteeDecision(models.Model):
    """What the orientation and evaluation committee decided for a case, in a session or noted from elsewhere."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="committee_decisions", verbose_name="ménage")
    item = models.OneToOneField(AgendaItem, models.PROTECT, null=True, blank=True, editable=False, related_name="decision", verbose_name="séance")
    decided_on = models.DateField("décidé le")
    outcome = models.CharField("décision", max_length=12, choices=CommitteeOutcome)
    support_level = models.CharField("accompagnement décidé", max_length=12, choices=NeedLevel, default=NeedLevel.NONE)
    management_level = models.CharField("gestion locative adaptée décidée", max_length=12, choices=NeedLevel, default=NeedLevel.NONE)
    end_reason = models.CharField("motif de l'arrêt", max_length=12, choices=MeasureEnd, blank=True)
    note = models.CharField("précision", max_length=200, blank=True, help_text="Sans nom de personne ni donnée de santé.")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="enregistrée par")

    objects = HouseholdScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "décision du comité"
        verbose_name_plural = "décisions du comité"
        ordering = ("-decided_on", "-pk")

    def __str__(self) -> str:
        return f"Décision du comité pour {self.household}"
