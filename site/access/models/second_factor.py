"""The second factor: a secret shared with the person's authenticator, and recovery codes for the day it is lost."""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.utils import timezone

CANDIDATE_MINUTES: Final = 30


class SecondFactor(models.Model):
    """A person's authenticator (TOTP, RFC 6238). Secrets are sealed; nothing shows the one in use again.

    ``candidate`` is the secret being enrolled: it replaces ``secret`` once a code proves that the person holds it. ``last_step`` is the
    latest half-minute whose code was taken: no code serves twice.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor", verbose_name="compte")
    secret = models.TextField("secret, chiffré", blank=True)
    confirmed_at = models.DateTimeField("activée le", null=True, blank=True)
    last_step = models.BigIntegerField("dernier pas utilisé", default=0)
    candidate = models.TextField("secret en attente, chiffré", blank=True)
    candidate_at = models.DateTimeField("proposé le", null=True, blank=True)

    class Meta:
        verbose_name = "double authentification"
        verbose_name_plural = "doubles authentifications"

    def __str__(self) -> str:
        return f"Double authentification n° {self.pk}"

    def candidate_stands(self, *, at: datetime) -> bool:
        """Whether the secret being enrolled is recent enough to be shown again."""
        return bool(self.candidate) and self.candidate_at is not None and at - self.candidate_at < timedelta(minutes=CANDIDATE_MINUTES)


class RecoveryCodeQuerySet(models.QuerySet["RecoveryCode"]):
    def unused(self) -> "RecoveryCodeQuerySet":
        return self.filter(used_at__isnull=True)


class RecoveryCode(models.Model):
    """A code that stands in for the authenticator once. Only its mark is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes", verbose_name="compte")
    code_mark = models.CharField("marque du code", max_length=64)
    made_at = models.DateTimeField("créé le", default=timezone.now)
    used_at = models.DateTimeField("utilisé le", null=True, blank=True)

    objects = RecoveryCodeQuerySet.as_manager()

    class Meta:
        verbose_name = "code de secours"
        verbose_name_plural = "codes de secours"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "code_mark"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"Code de secours n° {self.pk}"
