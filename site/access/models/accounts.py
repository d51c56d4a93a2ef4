"""Who is asking: accounts and their role."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.db.models import GeneratedField, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from access.enums import FactorState, Role
from access.text import Folded
from access.visibility import ScopedQuerySet, Visibility, everything

SENSITIVE_ROLES = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER, Role.DPO, Role.ADMINISTRATOR})
"""Those whose account opens cases, the journal or the accounts of others."""
AWAITS_PASSWORD = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
"""What the accounts have in common whose person has yet to choose a password."""


class UserQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.ADMINISTRATOR: everything})

    def open(self, *, on: date | None = None) -> "UserQuerySet":
        """The accounts that may sign in on that day (today unless told): active, and whose leaving day has not come."""
        return self.filter(Q(leaves_on__isnull=True) | Q(leaves_on__gt=on or timezone.localdate()), is_active=True)

    def with_second_factor(self) -> "UserQuerySet":
        return self.filter(second_factor__confirmed_at__isnull=False)

    def awaiting_password(self) -> "UserQuerySet":
        return self.filter(AWAITS_PASSWORD)

    def idle_for(self, days: int, *, on: date) -> "UserQuerySet":
        """Those not used for that many days on that day; one that never served counts from its creation."""
        since = on - timedelta(days=days)
        return self.filter(Q(last_seen_on__lte=since) | Q(last_seen_on__isnull=True, joined_at__date__lte=since))

    def choosable_by(self, user: Any) -> "UserQuerySet":
        """GIE staff name any active colleague or partner as referent; everybody else only themselves."""
        active = self.open()
        return active if getattr(user, "role", None) == Role.GIE_STAFF else active.filter(pk=user.pk)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "User":
        """Find an account whatever the letter case of the address typed."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; ``role`` is among ``fields``. The address is kept in lower case; without a password, nobody signs in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, known by e-mail address. What the person sees follows from the role and the organisations joined."""

    email = models.EmailField("adresse électronique", unique=True, error_messages={"unique": "Un compte existe déjà avec cette adresse."})
    first_name = models.CharField("prénom", max_length=100)
    last_name = models.CharField("nom", max_length=100)
    role = models.CharField("rôle", max_length=20, choices=Role)
    is_active = models.BooleanField("actif", default=True, help_text="Décochez pour fermer l'accès sans effacer le compte.")
    leaves_on = models.DateField(
        "départ le",
        null=True,
        blank=True,
        help_text="Ce jour-là, l'accès se ferme de lui-même et la personne est déconnectée. Vide : pas de départ prévu.",
    )
    joined_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    invited_at = models.DateTimeField("invité le", null=True, blank=True, editable=False)
    last_seen_on = models.DateField("vu pour la dernière fois le", null=True, blank=True, editable=False)
    lock_told_on = models.DateField("prévenu d'un blocage le", null=True, blank=True, editable=False)

    search_key = GeneratedField(
        expression=Folded(Concat("last_name", Value(" "), "first_name", Value(" "), "email", output_field=models.TextField())),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        ordering = ("last_name", "first_name")

    def __str__(self) -> str:
        return self.email

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """The address as it is kept: whether it is taken is asked of that one."""
        return super().normalize_username(username).strip().lower()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the account in the one group of its role, which carries the rights on the public pages."""
        self.email = self.normalize_username(self.email)
        super().save(*args, **kwargs)
        if self.role:
            self.groups.set(Group.objects.filter(name=role_group_name(self.role)))

    @property
    def is_staff(self) -> bool:
        """Nobody enters Django's own administration."""
        return False

    @property
    def may_sign_in(self) -> bool:
        """Whether the account is open today. What opens a connection and what keeps one open both ask."""
        return self.is_active and (self.leaves_on is None or timezone.localdate() < self.leaves_on)

    @property
    def awaits_password(self) -> bool:
        """Whether the person has yet to choose a password, by the link of the invitation."""
        return not self.has_usable_password()

    @property
    def invitation_is_over(self) -> bool:
        """Whether the last invitation can no longer be followed, for want of having been followed in time."""
        return self.invited_at is not None and self.invited_at + timedelta(days=settings.INVITATION_DAYS) <= timezone.now()

    @property
    def has_second_factor(self) -> bool:
        factor = getattr(self, "second_factor", None)
        return factor is not None and factor.confirmed_at is not None

    @property
    def must_have_second_factor(self) -> bool:
        """Whether the role opens cases, accounts or the journal, and the site demands a second factor for that."""
        return settings.SECOND_FACTOR_COMPULSORY and self.role in SENSITIVE_ROLES

    @property
    def factor_state(self) -> FactorState:
        if self.has_second_factor:
            return FactorState.ACTIVE
        return FactorState.AWAITED if self.must_have_second_factor else FactorState.NONE

    @property
    def is_gie_staff(self) -> bool:
        return self.role == Role.GIE_STAFF

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name


def role_group_name(role: str) -> str:
    """The name of the group that carries a role's rights on pages, images and documents."""
    label = str(Role(role).label)
    return label[0].upper() + label[1:]
