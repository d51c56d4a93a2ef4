"""Connections under way, what was tried to open one, and what was being typed when one ended."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from access.enums import Ending, Guess
from access.models.accounts import SENSITIVE_ROLES, User
from access.models.second_factor import SecondFactor


class SignInQuerySet(models.QuerySet["SignIn"]):
    def with_user_facts(self) -> "SignInQuerySet":
        """Tells, beside each connection, whether its person has a second factor now."""
        proved = SecondFactor.objects.filter(user=OuterRef("user"), confirmed_at__isnull=False)
        return self.annotate(has_factor=Exists(proved))

    def standing(self, *, user: User, at: datetime | None = None) -> "SignInQuerySet":
        """The connections of this person that a click would still find open."""
        at = at or timezone.now()
        return self.filter(
            user=user,
            password_mark=password_mark(user),
            last_seen_at__gt=at - idle_limit(user),
            began_at__gt=at - timedelta(hours=settings.SESSION_LIFETIME_HOURS),
        )

    def spent(self, *, at: datetime) -> "SignInQuerySet":
        """Those past the longest life a connection may have."""
        return self.filter(began_at__lte=at - timedelta(hours=settings.SESSION_LIFETIME_HOURS))


class SignIn(models.Model):
    """One connection of one person, from one browser. The session holds its number; without this row, the session opens nothing.

    ``proved_at`` is when the second factor was given, ``confirmed_at`` when the person last proved to be there (password or code);
    ``password_mark`` tells the password it was opened under.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ins", verbose_name="compte")
    device = models.CharField("appareil", max_length=80)
    password_mark = models.CharField("marque du mot de passe", max_length=16)
    began_at = models.DateTimeField("ouverte le", default=timezone.now)
    last_seen_at = models.DateTimeField("vue le", default=timezone.now)
    proved_at = models.DateTimeField("double authentification le", null=True, blank=True)
    confirmed_at = models.DateTimeField("identité confirmée le", default=timezone.now)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = "connexion"
        verbose_name_plural = "connexions"
        ordering: ClassVar = ["-last_seen_at"]

    def __str__(self) -> str:
        return f"Connexion n° {self.pk}"

    def ending(self, *, user: User, has_factor: bool, at: datetime) -> Ending | None:
        """Why this connection may not go on at that instant; None when it may."""
        if at - self.began_at >= timedelta(hours=settings.SESSION_LIFETIME_HOURS):
            return Ending.TOO_OLD
        if at - self.last_seen_at >= idle_limit(user):
            return Ending.IDLE
        if self.proved_at is None and (has_factor or user.must_have_second_factor):
            return Ending.UNPROVED
        return None

    def is_fresh(self, *, at: datetime) -> bool:
        """Whether the person proved to be there lately enough for a change of the account."""
        return at - self.confirmed_at < timedelta(minutes=settings.STEP_UP_MINUTES)


def idle_limit(user: User) -> timedelta:
    """How long a connection of this person may stay without a click."""
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES if user.role in SENSITIVE_ROLES else settings.SESSION_IDLE_MINUTES_OTHERS)


def password_mark(user: User) -> str:
    """Changes with the password, and tells nothing of it."""
    return user.get_session_auth_hash()[:16]


class TryQuerySet(models.QuerySet["Try"]):
    def since(self, at: datetime) -> "TryQuerySet":
        return self.filter(at__gt=at)


class Try(models.Model):
    """One try that failed, or one link asked for. ``account`` and ``source`` are marks of the address typed and of where it came from."""

    guess = models.CharField("objet", max_length=10, choices=Guess)
    account = models.CharField("marque du compte", max_length=64)
    source = models.CharField("marque de la provenance", max_length=64)
    is_known_device = models.BooleanField("appareil connu", default=False)
    at = models.DateTimeField("le", default=timezone.now)

    objects = TryQuerySet.as_manager()

    class Meta:
        verbose_name = "essai"
        verbose_name_plural = "essais"
        indexes: ClassVar = [
            models.Index(fields=["account", "at"], name="try_account"),
            models.Index(fields=["source", "at"], name="try_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_guess_display()}, {self.at:%d/%m/%Y}"


class HeldForm(models.Model):
    """A form sent as its connection had ended, kept sealed for its person, who finds it again once signed in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="compte")
    path = models.CharField("adresse", max_length=500)
    sealed = models.TextField("champs, chiffrés")
    had_files = models.BooleanField("contenait des fichiers", default=False)
    held_at = models.DateTimeField("gardé le", default=timezone.now)

    class Meta:
        verbose_name = "saisie gardée"
        verbose_name_plural = "saisies gardées"

    def __str__(self) -> str:
        return f"Saisie gardée n° {self.pk}"

    def is_over(self, *, at: datetime) -> bool:
        return at - self.held_at >= timedelta(minutes=settings.HELD_FORM_MINUTES)
