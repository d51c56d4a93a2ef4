"""The journal of exports: what left the site as a file, for whom, and how it had been chosen."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from access.enums import ExportFormat, ExportOutcome, Role
from access.visibility import ScopedQuerySet, Visibility, everything


class ExportQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.DPO: everything})


class Export(models.Model):
    """One file produced from a list, be it empty or broken off. Written once: the database refuses to change or delete it.

    ``subject`` is the stable code of the list and ``subject_label`` its name that day; ``narrowing`` holds the filters, the search and the
    order as data, ``narrowing_words`` as the reader saw them. ``rows`` counts data rows, ``size`` bytes; of a file broken off, those
    produced until then.
    """

    exported_at = models.DateTimeField("exporté le", default=timezone.now, editable=False)
    exported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
        help_text="Vide pour un échange programmé.",
    )
    subject = models.CharField("code de la liste", max_length=50)
    subject_label = models.CharField("liste", max_length=100)
    narrowing = models.JSONField("choix, en données", default=dict)
    narrowing_words = models.TextField("choix", blank=True)
    file_format = models.CharField("format", max_length=4, choices=ExportFormat)
    outcome = models.CharField("issue", max_length=10, choices=ExportOutcome)
    rows = models.PositiveIntegerField("lignes")
    size = models.PositiveBigIntegerField("taille (octets)")

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = "export"
        verbose_name_plural = "exports"
        ordering = ("-exported_at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["-exported_at", "-id"], name="export_recent"),
            models.Index(fields=["subject", "-exported_at"], name="export_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_label}, {date_format(localtime(self.exported_at), 'j F Y, H:i')}"
