"""The review of access: who may see what, looked over now and then by somebody who answers for it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from access.enums import Role
from access.models.accounts import User, UserQuerySet
from access.visibility import Rule, ScopedQuerySet, Visibility, everything

REVIEWERS: dict[Role, Rule] = {Role.DPO: everything, Role.ADMINISTRATOR: everything}


class ReviewedAccountQuerySet(UserQuerySet):
    visibility = Visibility(REVIEWERS)


class ReviewedAccount(User):
    """An account as the review of access shows it: what it opens, never what is inside."""

    objects = ReviewedAccountQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        verbose_name = "accès"
        verbose_name_plural = "accès"


class AccessReviewQuerySet(ScopedQuerySet):
    visibility = Visibility(REVIEWERS)


class AccessReview(models.Model):
    """One review done: by whom, when, what it found, and what its author had to say. Written once."""

    reviewed_at = models.DateTimeField("faite le", default=timezone.now, editable=False)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    accounts = models.PositiveIntegerField("comptes ouverts")
    without_factor = models.PositiveIntegerField("comptes sensibles sans double authentification")
    idle = models.PositiveIntegerField("comptes ouverts inutilisés")
    remark = models.TextField("remarque", max_length=2_000, blank=True, help_text="Sans nom de ménage. Par exemple : « Trois comptes fermés. »")

    objects = AccessReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "revue des accès"
        verbose_name_plural = "revues des accès"
        ordering: ClassVar = ["-reviewed_at"]

    def __str__(self) -> str:
        return f"Revue n° {self.pk}"
