"""What every journal of received files holds, whatever the files say: who sent which, what it said, what it changed, what is under way.

A room makes its own tables of these: the import points to whom the file is from, the others point to the import as ``findings``, ``file`` and
``work``.
"""

import uuid
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from access.exchange.findings import Code, Finding, Level
from access.exchange.states import WRITTEN, ImportStatus, WorkKind
from access.visibility import ScopedQuerySet

COMPRESSION: Final = 1
BLOCK: Final = 1 << 20


def account(label: str, **options: Any) -> "models.ForeignKey[Any, Any]":
    """A field that names who did something; it outlives the account."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=label, **options)


class FileImport(models.Model):
    """One file sent, with what its check found. Counts are rows of the file, except ``absent``: records that it leaves out.

    ``written`` is the number of records created or changed in the end; ``fingerprint`` sums up what confirming would write; ``found`` counts
    the findings by level and code, also those beyond the first that are kept in full; ``totals`` counts the rows by what they hold.
    """

    uploaded_by = account("envoyé par", help_text="Vide pour un envoi programmé.")
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
    written = models.PositiveIntegerField("enregistrés", default=0)
    finding_count = models.PositiveIntegerField("constats", default=0)
    found = models.JSONField("constats par nature", default=dict, editable=False)
    totals = models.JSONField("totaux", default=dict, editable=False)
    unknown_headings = ArrayField(models.TextField(), verbose_name="titres inconnus", default=list, blank=True)
    fingerprint = models.CharField("empreinte des changements", max_length=100, blank=True, editable=False)

    confirmed_by = account("enregistré par")
    confirmed_at = models.DateTimeField("enregistré le", null=True, blank=True)
    skipped_errors = models.BooleanField("lignes en erreur laissées de côté", default=False)
    undone_by = account("annulé par")
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=WRITTEN, confirmed_at__isnull=False) | (~Q(status__in=WRITTEN) & Q(confirmed_at__isnull=True, written=0)),
                name="%(class)s_confirmed",
                violation_error_message="Seul un fichier enregistré porte une date d'enregistrement.",
            ),
            models.CheckConstraint(
                condition=Q(status=ImportStatus.UNDONE, undone_at__isnull=False) | (~Q(status=ImportStatus.UNDONE) & Q(undone_at__isnull=True)),
                name="%(class)s_undone",
                violation_error_message="Seul un import annulé porte une date d'annulation.",
            ),
        )

    def __str__(self) -> str:
        return f"Import {self.pk}"

    @property
    def writable(self) -> int:
        """How many records confirming would create or change."""
        return self.created + self.changed

    @property
    def is_pending(self) -> bool:
        return self.status == ImportStatus.CHECKED

    @property
    def can_be_undone(self) -> bool:
        """Whether the import wrote something that still stands; whether it can be taken back depends on what happened to it since."""
        return self.status == ImportStatus.CONFIRMED and self.written > 0


class KeptFileQuerySet(models.QuerySet[Any]):
    def expired(self, *, at: Any) -> "KeptFileQuerySet":
        """Files whose time of keeping is over."""
        return self.filter(kept_until__lte=at)


class KeptFile(models.Model):
    """The file as it came, kept for a while beside its journal. Refused files are not kept."""

    packed = models.BinaryField("contenu comprimé")
    kept_until = models.DateTimeField("gardé jusqu'au", db_index=True)

    objects = KeptFileQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"Fichier de l'import {self.pk}"

    @staticmethod
    def pack(content: bytes) -> bytes:
        return zlib.compress(content, COMPRESSION)

    def content(self) -> bytes:
        return zlib.decompress(self.packed)


class FindingQuerySet(ScopedQuerySet):
    def stopping(self) -> "FindingQuerySet":
        """What keeps a row, or the whole file, from being taken."""
        return self.exclude(level=Level.NOTICE)

    def notices(self) -> "FindingQuerySet":
        """What is worth a look, columns left out apart."""
        return self.filter(level=Level.NOTICE).exclude(code=Code.UNMAPPED_COLUMN)


class FileFinding(models.Model):
    """One thing said about a file, where it stands, and what to do about it."""

    level = models.CharField("portée", max_length=10, choices=Level)
    code = models.CharField("code", max_length=40)
    row = models.PositiveIntegerField("ligne", null=True)
    column = models.TextField("colonne", blank=True)
    cell = models.CharField("cellule", max_length=20, blank=True)
    reference = models.CharField("référence", max_length=100, blank=True)
    value = models.CharField("valeur", max_length=100, blank=True)
    message = models.TextField("constat")
    hint = models.TextField("que faire", blank=True)

    class Meta:
        abstract = True
        verbose_name = "constat"
        verbose_name_plural = "constats"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.code} ligne {self.row}"

    def as_dict(self) -> dict[str, Any]:
        """The finding as the command line prints it."""
        return {name: getattr(self, name) for name in Finding.__dataclass_fields__}


class HeadingMeaning(models.Model):
    """The field that a heading of somebody's files feeds; blank when the column is not to be imported.

    ``heading_key`` is the heading reduced to its letters and digits: the form under which headings are compared.
    """

    heading_key = models.CharField("clé du titre", max_length=255)
    heading = models.CharField("titre de colonne", max_length=255)
    field = models.CharField("donnée", max_length=30, blank=True)
    updated_by = account("indiqué par")
    updated_at = models.DateTimeField("indiqué le", default=timezone.now, editable=False)

    class Meta:
        abstract = True
        verbose_name = "titre retenu"
        verbose_name_plural = "titres retenus"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(heading_key=""), name="%(class)s_filled", violation_error_message="Indiquez le titre de la colonne.")
        ]

    def __str__(self) -> str:
        return self.heading


class ImportWork(models.Model):
    """What the worker was last asked to do with a file, and how far it has come.

    Only the job that bears ``ticket`` may do it. ``done`` of ``total`` rows are read in ``step``; ``told`` says why nothing came of it.
    """

    kind = models.CharField("travail", max_length=10, choices=WorkKind)
    ticket = models.UUIDField(default=uuid.uuid4, editable=False)
    asked_by = account("demandé par")
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    options = models.JSONField("choix", default=dict)
    started_at = models.DateTimeField("commencé le", null=True, blank=True)
    ended_at = models.DateTimeField("fini le", null=True, blank=True)
    step = models.CharField("étape", max_length=40, blank=True)
    done = models.PositiveIntegerField("lignes faites", default=0)
    total = models.PositiveIntegerField("lignes en tout", default=0)
    told = models.TextField("issue", blank=True)

    class Meta:
        abstract = True
        verbose_name = "travail sur un fichier"
        verbose_name_plural = "travaux sur des fichiers"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


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

    def packed(self) -> bytearray:
        """All that passed, not copied; to be asked once, at the end."""
        self._packed += self._packer.flush()
        return self._packed


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What a packer kept, in blocks, from its bytes in pieces."""
    unpacker = zlib.decompressobj()
    for piece in pieces:
        waiting = piece
        while waiting:
            yield unpacker.decompress(waiting, BLOCK)
            waiting = unpacker.unconsumed_tail
