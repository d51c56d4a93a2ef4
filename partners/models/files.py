"""The logo and the documents that go with a directory entry, kept in the database so that each door can tell who asks."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from partners.enums import FileKind
from partners.models.organisations import Organisation, of_own_organisation


class EntryFileQuerySet(ScopedQuerySet):
    visibility = Visibility(
        {
            Role.GIE_STAFF: everything,
            Role.LANDLORD_REFERENT: of_own_organisation("organisation"),
            Role.SUPPORT_WORKER: of_own_organisation("organisation"),
            Role.PROFILE_EDITOR: of_own_organisation("organisation"),
        }
    )

    def light(self) -> "EntryFileQuerySet":
        """The files without their bytes."""
        return self.defer("content")


class EntryFile(models.Model):
    """A logo (WebP, made here from what was sent) or a document (PDF). Its content never changes: another content is another file."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="entry_files", verbose_name="organisation")
    kind = models.CharField("nature", max_length=10, choices=FileKind)
    title = models.CharField("titre", max_length=120)
    content = models.BinaryField("contenu")
    media_type = models.CharField("format", max_length=40)
    size = models.PositiveIntegerField("taille", help_text="En octets.")
    width = models.PositiveIntegerField("largeur", null=True)
    height = models.PositiveIntegerField("hauteur", null=True)
    created_at = models.DateTimeField("reçu le", default=timezone.now)

    objects = EntryFileQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier de fiche"
        verbose_name_plural = "fichiers de fiche"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.title
