"""The one thing each open case waits for, worked out by ``households.next_action`` and kept so that lists need not work it out."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet
from catalogue.models import Epci
from households.enums import LANDLORD_ACTIONS, AwaitedParty, PendingKind
from households.models.cases import CaseMember, Household, of_visible_cases
from partners.models import Organisation, own_organisations


class PendingActionQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any, *, on: date | None = None) -> Any:
        """Staff and support workers see what the cases they see wait for; a landlord's referent what waits on the own stock, and nothing else."""
        role = getattr(user, "role", None)
        if role not in (Role.GIE_STAFF, Role.SUPPORT_WORKER, Role.LANDLORD_REFERENT) or not user.may_sign_in:
            return self.none()
        if role == Role.GIE_STAFF:
            return self.filter(Q(is_confidential=False) | Q(household__in=CaseMember.objects.filter(user=user).values("household")))
        seen = self.filter(of_visible_cases(user, on))
        if role == Role.LANDLORD_REFERENT:
            return seen.filter(kind__in=LANDLORD_ACTIONS, landlord__in=own_organisations(user, on or timezone.localdate()))
        return seen

    def followed_by(self, user: Any) -> "PendingActionQuerySet":
        """Those of the cases the user holds as their officer, and those the user is to do."""
        return self.filter(Q(officer=user) | Q(owner=user))

    def late(self, *, on: date) -> "PendingActionQuerySet":
        return self.filter(due_on__lt=on)

    def awaited_from(self, user: Any, *, on: date) -> "PendingActionQuerySet":
        """Those the user is to do: as the person named, or as a member of the organisation when nobody is."""
        own = own_organisations(user, on)
        party = {Role.SUPPORT_WORKER: AwaitedParty.OPERATOR, Role.LANDLORD_REFERENT: AwaitedParty.LANDLORD}.get(user.role, AwaitedParty.GIE)
        unnamed = Q(owner__isnull=True, awaited=party)
        if party == AwaitedParty.OPERATOR:
            unnamed &= Q(operator__in=own)
        elif party == AwaitedParty.LANDLORD:
            unnamed &= Q(landlord__in=own)
        return self.filter(Q(owner=user) | unnamed)


class PendingAction(models.Model):
    """What a case waits for, since when, by when, and from whom: ``owner`` is the person, when one is named, ``awaited`` the party.

    ``landlord``, ``operator``, ``epci``, ``officer`` and ``is_confidential`` are the case's at present. Derived data: ``households.next_action.refresh`` writes it
    and nothing else does.
    """

    household = models.OneToOneField(Household, models.CASCADE, primary_key=True, related_name="pending", verbose_name="ménage")
    kind = models.CharField("à faire", max_length=24, choices=PendingKind)
    since_on = models.DateField("attend depuis le")
    due_on = models.DateField("avant le")
    awaited = models.CharField("attendu de", max_length=10, choices=AwaitedParty)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="pending_actions", verbose_name="personne")
    landlord = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+", verbose_name="bailleur")
    operator = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+", verbose_name="opérateur")
    epci = models.ForeignKey(Epci, models.SET_NULL, null=True, related_name="+", verbose_name="territoire")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name="chargé du dossier"
    )
    is_confidential = models.BooleanField("dossier confidentiel", default=False)

    objects = PendingActionQuerySet.as_manager()

    class Meta:
        verbose_name = "action attendue"
        verbose_name_plural = "actions attendues"
        ordering = ("due_on", "household_id")
        indexes: ClassVar = [
            models.Index(fields=["due_on", "household"], name="pending_due"),
            models.Index(fields=["owner", "due_on"], name="pending_owner_due"),
            models.Index(fields=["landlord", "due_on"], name="pending_landlord_due"),
            models.Index(fields=["operator", "due_on"], name="pending_operator_due"),
            models.Index(fields=["epci", "due_on"], name="pending_epci_due"),
            models.Index(fields=["officer", "due_on"], name="pending_officer_due"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.household_id}"

    def is_late(self, on: date) -> bool:
        return self.due_on < on

    def days_late(self, on: date) -> int:
        """Days since it was due; negative while it is not."""
        return (on - self.due_on).days

    def days_waiting(self, on: date) -> int:
        """Days since the case began to wait for it; negative when it is foreseen for later."""
        return (on - self.since_on).days

    @property
    def awaited_name(self) -> str:
        """Who is to do it: the person, else the organisation."""
        if self.owner is not None:
            return str(self.owner.get_full_name())
        organisation = {AwaitedParty.OPERATOR: self.operator, AwaitedParty.LANDLORD: self.landlord}.get(AwaitedParty(self.awaited))
        return organisation.name if organisation else "le GIE"
