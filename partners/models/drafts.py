"""Proposed versions of directory entries: what an organisation writes, and the GIE reads over before it is published."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from partners.enums import OPEN_DRAFTS, DraftAction, DraftStatus
from partners.models.entries import DirectoryEntry, EntryContent
from partners.models.organisations import Organisation, of_own_organisation


class EntryDraftQuerySet(ScopedQuerySet):
    visibility = Visibility(
        {
            Role.GIE_STAFF: everything,
            Role.LANDLORD_REFERENT: of_own_organisation("entry__organisation"),
            Role.SUPPORT_WORKER: of_own_organisation("entry__organisation"),
            Role.PROFILE_EDITOR: of_own_organisation("entry__organisation"),
        }
    )

    def under_way(self) -> "EntryDraftQuerySet":
        return self.filter(status__in=OPEN_DRAFTS)

    def to_read_over(self) -> "EntryDraftQuerySet":
        return self.filter(status=DraftStatus.SUBMITTED)


class EntryDraft(EntryContent):
    """A version of an entry that is not published. ``revision`` grows at each save, so that two people never write over each other unseen."""

    entry = models.ForeignKey(DirectoryEntry, models.CASCADE, related_name="drafts", verbose_name="fiche")
    status = models.CharField("état", max_length=10, choices=DraftStatus, default=DraftStatus.DRAFT, editable=False)
    revision = models.PositiveIntegerField("révision", default=0, editable=False)
    message = models.TextField("message du GIE", max_length=2_000, blank=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="modifiée par")
    updated_at = models.DateTimeField("modifiée le", default=timezone.now)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="envoyée par")
    submitted_at = models.DateTimeField("envoyée le", null=True, blank=True)

    objects = EntryDraftQuerySet.as_manager()

    class Meta:
        verbose_name = "version proposée"
        verbose_name_plural = "versions proposées"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(status__in=OPEN_DRAFTS),
                name="entry_draft_one_under_way",
                violation_error_message="Une version de cette fiche est déjà en préparation.",
            )
        ]

    def __str__(self) -> str:
        return f"Version proposée : {self.entry.organisation}"

    @property
    def organisation(self) -> Organisation:
        return self.entry.organisation


class EntryDraftMove(models.Model):
    """One line of a version's story: who did what, when, and what the GIE said."""

    draft = models.ForeignKey(EntryDraft, models.CASCADE, related_name="moves", verbose_name="version")
    action = models.CharField("action", max_length=10, choices=DraftAction)
    status = models.CharField("état atteint", max_length=10, choices=DraftStatus)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="par")
    at = models.DateTimeField("le", default=timezone.now)
    message = models.TextField("message", blank=True)

    class Meta:
        verbose_name = "étape d'une version"
        verbose_name_plural = "étapes d'une version"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_action_display()}, le {self.at:%d/%m/%Y}"
