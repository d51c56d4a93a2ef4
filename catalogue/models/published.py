"""The figures the scheme shows to everybody: dated snapshots, chosen by staff, without any small count."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything


class PublishedFiguresQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything})

    def current(self) -> "PublishedFigures | None":
        """The snapshot the public reads: the latest one not withdrawn."""
        return self.filter(withdrawn_at__isnull=True).order_by("-published_at", "-pk").first()


class PublishedFigures(models.Model):
    """One snapshot. ``tables`` is a list of ``{"caption", "head", "rows", "total", "note"}``, every cell as text: nothing is computed afterwards."""

    as_of = models.DateField("chiffres au")
    tables = models.JSONField("tableaux")
    published_at = models.DateTimeField("publié le", default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="publié par")
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = PublishedFiguresQuerySet.as_manager()

    class Meta:
        verbose_name = "chiffres publiés"
        verbose_name_plural = "chiffres publiés"
        ordering = ("-published_at", "-pk")
        indexes: ClassVar[list[Any]] = [models.Index(fields=["-published_at"], name="published_figures_latest")]

    def __str__(self) -> str:
        return f"chiffres au {self.as_of:%d/%m/%Y}"
