"""The papers of conventions: the text each kind of partner signs, and what was signed, kept out of everybody else's sight."""

from hashlib import sha256
from typing import Any, ClassVar, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.convention_words import unknown_words
from catalogue.enums import ConventionPartner
from catalogue.models.offer import Amendment, Convention

LARGEST: Final = 10 * 1024 * 1024
"""The largest signed document kept, in bytes."""
PDF_SIGNATURE: Final = b"%PDF-"


class ConventionTextQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything})


class ConventionText(models.Model):
    """The text from which conventions with one kind of partner are generated. Words between braces are filled in for each convention."""

    partner_kind = models.CharField(
        "convention avec",
        max_length=10,
        choices=ConventionPartner,
        unique=True,
        error_messages={"unique": "Ce texte existe déjà : modifiez-le."},
    )
    body = models.TextField("texte")

    objects = ConventionTextQuerySet.as_manager()

    class Meta:
        verbose_name = "texte de convention"
        verbose_name_plural = "textes de convention"
        ordering = ("partner_kind",)

    def __str__(self) -> str:
        return f"Convention avec {self.get_partner_kind_display()}"

    def clean(self) -> None:
        if said := unknown_words(self.body):
            raise ValidationError({"body": said})


class ConventionDocument(models.Model):
    """A signed document, in the database: as private as its convention. Never edited; a wrong one is withdrawn, and its bytes with it."""

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="documents", verbose_name="convention")
    amendment = models.ForeignKey(Amendment, models.CASCADE, null=True, blank=True, related_name="documents", verbose_name="avenant")
    name = models.CharField("nom du fichier", max_length=150)
    content = models.BinaryField("contenu")
    size = models.PositiveIntegerField("octets", editable=False)
    digest = models.CharField("empreinte", max_length=64, editable=False)
    kept_at = models.DateTimeField("déposé le", default=timezone.now)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="déposé par")
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "document signé"
        verbose_name_plural = "documents signés"
        ordering = ("kept_at", "pk")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["convention", "digest"],
                condition=Q(withdrawn_at__isnull=True),
                name="convention_document_once",
                violation_error_message="Ce document est déjà joint à la convention.",
            )
        ]

    def __str__(self) -> str:
        return f"document de {self.convention}"

    def clean(self) -> None:
        content = bytes(self.content)
        if not content.startswith(PDF_SIGNATURE):
            raise ValidationError({"content": "Ce fichier n'est pas un PDF : numérisez le document signé en PDF, puis envoyez-le de nouveau."})
        if len(content) > LARGEST:
            raise ValidationError({"content": f"Ce fichier dépasse {LARGEST // 1024 // 1024} Mo : numérisez-le en plus petit."})
        if self.amendment is not None and self.amendment.convention_id != self.convention_id:
            raise ValidationError("Cet avenant est celui d'une autre convention.")
        self.size, self.digest = len(content), sha256(content).hexdigest()
