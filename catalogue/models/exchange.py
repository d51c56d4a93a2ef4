"""The journal of stock files: who sent which file, what it said, what it changed."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from access.enums import Role
from access.exchange.findings import Finding, Level
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.enums import WRITTEN, ChangeKind, ImportStatus
from catalogue.models.stock import Unit
from partners.models import Organisation, of_own_organisation

COMPRESSION: Final = 1
BLOCK: Final = 1 << 20


class UnitImportQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("landlord")})


class UnitImport(models.Model):
    """One stock file sent for a landlord, with what its check found. Counts are rows of the file, except ``absent``: homes that it leaves out.

    ``written`` is the number of homes created or changed in the end; ``fingerprint`` sums up what confirming would write.
    """

    landlord = models.ForeignKey(
        Organisation, models.PROTECT, related_name="unit_imports", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="envoyé par",
        help_text="Vide pour un envoi programmé.",
    )
    uploaded_at = models.DateTimeField("envoyé le", default=timezone.now, editable=False)
    file_name = models.CharField("fichier", max_length=255)
    file_size = models.PositiveBigIntegerField("taille (octets)")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    layout = models.CharField("format", max_length=30, blank=True)
    status = models.CharField("état", max_length=10, choices=ImportStatus, default=ImportStatus.CHECKED)

    rows = models.PositiveIntegerField("lignes", default=0)
    created = models.PositiveIntegerField("à créer", default=0)
    changed = models.PositiveIntegerField("à modifier", default=0)
    unchanged = models.PositiveIntegerField("inchangés", default=0)
    skipped = models.PositiveIntegerField("lignes vides ou de total", default=0)
    absent = models.PositiveIntegerField("absents du fichier", default=0)
    errors = models.PositiveIntegerField("lignes en erreur", default=0)
    notices = models.PositiveIntegerField("lignes avec remarque", default=0)
    written = models.PositiveIntegerField("logements enregistrés", default=0)
    finding_count = models.PositiveIntegerField("constats", default=0)
    unknown_headings = ArrayField(models.TextField(), verbose_name="titres inconnus", default=list, blank=True)
    fingerprint = models.CharField("empreinte des changements", max_length=100, blank=True, editable=False)

    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="enregistré par"
    )
    confirmed_at = models.DateTimeField("enregistré le", null=True, blank=True)
    skipped_errors = models.BooleanField("lignes en erreur laissées de côté", default=False)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="annulé par")
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)

    objects = UnitImportQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier patrimoine reçu"
        verbose_name_plural = "fichiers patrimoine reçus"
        ordering = ("-pk",)
        indexes: ClassVar = [models.Index(fields=["landlord", "-id"], name="unit_import_landlord")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=WRITTEN, confirmed_at__isnull=False) | (~Q(status__in=WRITTEN) & Q(confirmed_at__isnull=True, written=0)),
                name="unit_import_confirmed",
                violation_error_message="Seul un fichier enregistré porte une date d'enregistrement.",
            ),
            models.CheckConstraint(
                condition=Q(status=ImportStatus.UNDONE, undone_at__isnull=False) | (~Q(status=ImportStatus.UNDONE) & Q(undone_at__isnull=True)),
                name="unit_import_undone",
                violation_error_message="Seul un import annulé porte une date d'annulation.",
            ),
        ]

    def __str__(self) -> str:
        return f"Import {self.pk}"

    @property
    def writable(self) -> int:
        """How many homes confirming would create or change."""
        return self.created + self.changed

    @property
    def is_pending(self) -> bool:
        return self.status == ImportStatus.CHECKED

    @property
    def can_be_undone(self) -> bool:
        """Whether the import wrote something that still stands; whether it can be taken back depends on what happened to it since."""
        return self.status == ImportStatus.CONFIRMED and self.written > 0


class ImportedFileQuerySet(models.QuerySet[Any]):
    def expired(self, *, at: Any) -> "ImportedFileQuerySet":
        """Files whose time of keeping is over."""
        return self.filter(kept_until__lte=at)


class ImportedFile(models.Model):
    """The file as it came, kept for a while beside its journal, with its rows as they were understood. Refused files are not kept.

    ``packed_rows`` are the lines to stage again when the preview is confirmed; ``staged_fields`` names their fields, in order.
    """

    unit_import = models.OneToOneField(UnitImport, models.CASCADE, related_name="file", primary_key=True, verbose_name="import")
    packed = models.BinaryField("contenu comprimé")
    packed_rows = models.BinaryField("lignes comprises, comprimées", default=b"")
    staged_fields = ArrayField(models.CharField(max_length=30), verbose_name="champs des lignes", default=list)
    kept_until = models.DateTimeField("gardé jusqu'au", db_index=True)

    objects = ImportedFileQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier reçu"
        verbose_name_plural = "fichiers reçus"

    def __str__(self) -> str:
        return f"Fichier de l'import {self.unit_import_id}"

    @staticmethod
    def pack(content: bytes) -> bytes:
        return zlib.compress(content, COMPRESSION)

    def content(self) -> bytes:
        return zlib.decompress(self.packed)

    def rows(self) -> Iterator[bytes]:
        """The lines to stage, in blocks."""
        unpacker = zlib.decompressobj()
        waiting = bytes(self.packed_rows)
        while waiting:
            yield unpacker.decompress(waiting, BLOCK)
            waiting = unpacker.unconsumed_tail


class RowPacker:
    """Keeps lines compressed as they pass on their way to the database."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(COMPRESSION)
        self._packed = bytearray()

    def passing(self, blocks: Iterable[str]) -> Iterator[bytes]:
        for block in blocks:
            data = block.encode()
            self._packed += self._packer.compress(data)
            yield data

    def packed(self) -> bytes:
        """All that passed; to be asked once, at the end."""
        return bytes(self._packed + self._packer.flush())


class ImportFindingQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("unit_import__landlord")})

    def stopping(self) -> "ImportFindingQuerySet":
        """What keeps a row, or the whole file, from being taken."""
        return self.exclude(level=Level.NOTICE)

    def notices(self) -> "ImportFindingQuerySet":
        return self.filter(level=Level.NOTICE)


class ImportFinding(models.Model):
    """One thing said about a file, where it stands, and what to do about it."""

    unit_import = models.ForeignKey(UnitImport, models.CASCADE, related_name="findings", verbose_name="import")
    level = models.CharField("portée", max_length=10, choices=Level)
    code = models.CharField("code", max_length=40)
    row = models.PositiveIntegerField("ligne", null=True)
    column = models.TextField("colonne", blank=True)
    cell = models.CharField("cellule", max_length=20, blank=True)
    reference = models.CharField("référence", max_length=100, blank=True)
    value = models.CharField("valeur", max_length=100, blank=True)
    message = models.TextField("constat")
    hint = models.TextField("que faire", blank=True)

    objects = ImportFindingQuerySet.as_manager()

    class Meta:
        verbose_name = "constat"
        verbose_name_plural = "constats"
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["unit_import", "level", "id"], name="import_finding_level")]

    def __str__(self) -> str:
        return f"{self.code} ligne {self.row}"

    def as_dict(self) -> dict[str, Any]:
        """The finding as the command line prints it."""
        return {name: getattr(self, name) for name in Finding.__dataclass_fields__}


class UnitChangeQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("unit_import__landlord")})


class UnitChange(models.Model):
    """What a file does to one home. ``fields`` maps the name of a field to its value before and after."""

    unit_import = models.ForeignKey(UnitImport, models.CASCADE, related_name="changes", verbose_name="import")
    kind = models.CharField("nature", max_length=10, choices=ChangeKind)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, related_name="+", verbose_name="logement")
    row = models.PositiveIntegerField("ligne", null=True)
    reference = models.CharField("référence", max_length=50)
    fields = models.JSONField("champs", default=dict)

    objects = UnitChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "changement"
        verbose_name_plural = "changements"
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["unit_import", "kind", "id"], name="unit_change_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"


class WrittenUnits(models.Model):
    """Every home that an import created, or changed, with a mark of each as the import left it: another mark later tells that it changed since."""

    unit_import = models.ForeignKey(UnitImport, models.CASCADE, related_name="written_units", verbose_name="import")
    kind = models.CharField("nature", max_length=10, choices=ChangeKind)
    unit_ids = ArrayField(models.BigIntegerField(), verbose_name="logements")
    marks = ArrayField(models.BigIntegerField(), verbose_name="marques")

    class Meta:
        verbose_name = "logements écrits par un import"
        verbose_name_plural = "logements écrits par un import"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit_import", "kind"],
                name="written_units_unique",
                violation_error_message="Les logements de cet import sont déjà notés.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, import {self.unit_import_id}"
