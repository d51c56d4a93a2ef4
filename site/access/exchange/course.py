"""The course of a file, whatever it holds: received, checked, confirmed, undone. Screens, commands and the worker take this one path.

``check`` reads a file, compares it with the database and keeps what it found in the journal; it writes no record. ``confirm`` makes sure
that it would write what was shown, and writes it whole or not at all; else the kept file is read anew, and shows another preview. A room
makes its own course by saying how its files are examined, written and taken back.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Final, NamedTuple, Protocol

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from psycopg import Cursor, sql

from access.actions import trace
from access.exchange.findings import FileRefused, Finding, FindingLog, clip
from access.exchange.journal import FileImport
from access.exchange.limits import Limits
from access.exchange.progress import RESTORING, Progress, silent
from access.exchange.states import WRITTEN, ImportStatus
from access.exchange.titles import heading_key

BLOCK: Final = 1 << 20
PIECE: Final = 1 << 20
FINDINGS_AT_ONCE: Final = 2_000
LISTED: Final = 500
"""The most records that are named when they stand in the way of an undo."""


class BinaryReader(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A file received. ``content`` stops just beyond the size limit, so that a huge file is told without being held."""

    name: str
    content: bytes
    size: int
    sha256: str


class ConfirmRefused(Exception):
    """Nothing was written; the message says why and what to do, in French."""


class PreviewOutdated(ConfirmRefused):
    """The data changed since the preview; the import now carries a new one."""


class Outdated(Exception):
    """What would be written is not, or no longer, what the preview shows."""


class Blocking(NamedTuple):
    """A record that keeps an import from being undone, and why, in French."""

    reference: str
    reason: str


@dataclass(frozen=True)
class UndoPlan:
    """What undoing would do: records to remove, records to restore, and the first that stand in the way."""

    removed: int
    restored: int
    blocking: tuple[Blocking, ...]


class UndoRefused(Exception):
    """Nothing was undone; the message says why, ``blocking`` which records stand in the way."""

    def __init__(self, message: str, blocking: tuple[Blocking, ...] = ()) -> None:
        super().__init__(message)
        self.blocking = blocking


@dataclass(kw_only=True)
class Examination:
    """What one reading of a file found: what confirming would write, and everything there is to say. Counts are as in the journal."""

    layout: str
    rows: int
    skipped: int
    created: int
    changed: int
    unchanged: int
    absent: int
    errors: int
    fingerprint: str
    log: FindingLog
    unknown_headings: list[str] = field(default_factory=list)
    totals: dict[str, Any] = field(default_factory=dict)

    def describe(self, entry: Any) -> None:
        """Make the journal entry say what was found, in place of what it said before."""
        for name in ("layout", "rows", "skipped", "created", "changed", "unchanged", "absent", "errors", "fingerprint", "unknown_headings", "totals"):
            setattr(entry, name, getattr(self, name))
        entry.notices, entry.finding_count, entry.found = len(self.log.noticed_rows), self.log.total, self.log.counts()
        entry.save()
        entry.findings.all().delete()
        keep_findings(entry, self.log.in_file_order())

    def keep(self, entry: Any, kept: Any) -> None:
        """Keep, beside the file, what the preview and the confirmation need."""


def keep_findings(entry: Any, findings: Iterable[Finding]) -> None:
    """Store findings with their import."""
    model, link = entry.findings.model, entry.findings.field.name
    model.objects.bulk_create((model(**{link: entry}, **finding.as_dict()) for finding in findings), batch_size=FINDINGS_AT_ONCE)


def store_bytes(record: Any, name: str, value: bytes | bytearray) -> None:
    """Write bytes to a field of a record, piece by piece, on a cursor that binds on the server: in a statement, all at once, they weigh thrice."""
    column = sql.Identifier(record._meta.get_field(name).column)
    statement = sql.SQL("UPDATE {} SET {} = {} || %b WHERE {} = %s")
    table, key = sql.Identifier(record._meta.db_table), sql.Identifier(record._meta.pk.column)
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:
        for start in range(0, max(len(value), 1), PIECE):
            before = column if start else sql.SQL("''::bytea")
            cursor.execute(statement.format(table, column, before, key), [bytes(value[start : start + PIECE]), record.pk])


def stored_bytes(record: Any, name: str) -> Iterator[bytes]:
    """The bytes of a field of a record, piece by piece."""
    table, key = sql.Identifier(record._meta.db_table), sql.Identifier(record._meta.pk.column)
    column, start = sql.Identifier(record._meta.get_field(name).column), 1
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:
        statement = sql.SQL("SELECT substring({} FROM %s FOR %s) FROM {} WHERE {} = %s").format(column, table, key)
        while found := cursor.execute(statement, [start, PIECE, record.pk], binary=True).fetchone():
            if not found[0]:
                return
            yield bytes(found[0])
            start += PIECE


def receive(handle: BinaryReader, name: str, limits: Limits) -> Upload:
    """Read a file handle to its end, holding no more of it than the limit allows."""
    content = handle.read(limits.size + 1)
    digest, size, whole = hashlib.sha256(), len(content), memoryview(content)
    for start in range(0, size, BLOCK):
        digest.update(whole[start : start + BLOCK])
    while size > limits.size and (block := handle.read(BLOCK)):
        digest.update(block)
        size += len(block)
    short_name = name.replace("\\", "/").rpartition("/")[2]
    return Upload(clip(short_name, 255) or "sans nom", content, size, digest.hexdigest())


def rows_in_error(count: int) -> str:
    return "une ligne est en erreur" if count == 1 else f"{count} lignes sont en erreur"


class Course(ABC):
    """The course of one kind of file. ``lock_space`` is the first number of the advisory lock of a sender's imports; the second is its id."""

    code: ClassVar[str]
    task: ClassVar[str]
    imports: ClassVar[Any]
    files: ClassVar[Any]
    works: ClassVar[Any]
    headings: ClassVar[Any]
    lock_space: ClassVar[int]
    records: ClassVar[tuple[str, str]]
    """What one record is called, and several."""

    heavy: ClassVar[tuple[str, ...]] = ()
    """The fields of a kept file, beside its bytes, that are asked for only when they serve."""

    @abstractmethod
    def examine(self, entry: Any, content: bytes, limits: Limits, progress: Progress) -> AbstractContextManager[Examination]:
        """Read ``content`` and compare it with the database. Must run inside a transaction. Raises FileRefused when it cannot be read."""

    @abstractmethod
    def write(self, entry: Any, kept: Any, *, by: Any, skip_errors: bool, limits: Limits, progress: Progress) -> int:
        """Write what the preview of ``entry`` shows and return how many records were written.

        Runs inside a transaction that an exception undoes. Raises Outdated when it is no longer what was shown, ConfirmRefused when rows are in
        error and ``skip_errors`` is not set.
        """

    @abstractmethod
    def plan(self, entry: Any) -> UndoPlan:
        """What undoing ``entry`` would do as things stand. Raises UndoRefused when it cannot be undone at all."""

    @abstractmethod
    def hold(self, entry: Any) -> None:
        """Keep the records that ``entry`` wrote from changing until the end of the transaction."""

    @abstractmethod
    def take_back(self, entry: Any) -> None:
        """Give back to the records changed what they had, and remove those created."""

    @abstractmethod
    def unknown(self, landlord: Any, headings: Iterable[str]) -> list[str]:
        """Of headings that name no column, those whose meaning is still to be said for ``landlord``."""

    def screen(self, landlord: Any, content: bytes, limits: Limits) -> None:
        """Refuse at once, by FileRefused, a file that must not be kept even for a moment; most kinds of file have none."""
        return

    def check(self, *, landlord: Any, upload: Upload, by: Any, limits: Limits | None = None, progress: Progress = silent) -> Any:
        """Read a file for ``landlord`` and return its journal entry: a preview to confirm, or a refusal with its one finding.

        ``by`` is the account that sends it, None for a scheduled exchange. No record is written, and a refused file is not kept.
        """
        try:
            with transaction.atomic():
                entry = self._received(landlord, upload, by)
                entry.save()
                kept = self._keep(entry, upload.content)
                with self.examine(entry, upload.content, limits or Limits.from_settings(), progress) as found:
                    found.describe(entry)
                    found.keep(entry, kept)
        except FileRefused as refusal:
            entry = self._received(landlord, upload, by)
            self._refuse(entry, refusal)
        return entry

    def receive_only(self, *, landlord: Any, upload: Upload, by: Any, limits: Limits | None = None) -> Any:
        """Keep a file to be checked later, by ``check_received``, and return its journal entry; or its refusal, when it must not be kept."""
        entry = self._received(landlord, upload, by)
        try:
            self.screen(landlord, upload.content, limits or Limits.from_settings())
        except FileRefused as refusal:
            self._refuse(entry, refusal)
            return entry
        with transaction.atomic():
            entry.status = ImportStatus.RECEIVED
            entry.save()
            self._keep(entry, upload.content)
        return entry

    def check_received(self, *, entry: Any, limits: Limits | None = None, progress: Progress = silent) -> Any:
        """Read a file that was only received; one that is checked already is left as it is."""
        limits = limits or Limits.from_settings()
        held = self.imports.objects.select_for_update(of=("self",)).select_related("landlord")
        try:
            with transaction.atomic():
                entry = held.get(pk=entry.pk)
                if entry.status != ImportStatus.RECEIVED:
                    return entry
                kept = self.files.objects.defer("packed", *self.heavy).get(pk=entry.pk)
                with self.examine(entry, kept.content(), limits, progress) as found:
                    entry.status = ImportStatus.CHECKED
                    found.describe(entry)
                    found.keep(entry, kept)
        except FileRefused as refusal:
            with transaction.atomic():
                entry = held.get(pk=entry.pk)
                if entry.status == ImportStatus.RECEIVED:
                    self.files.objects.filter(pk=entry.pk).delete()
                    self._refuse(entry, refusal)
        return entry

    def confirm(self, *, entry: Any, by: Any, skip_errors: bool = False, limits: Limits | None = None, progress: Progress = silent) -> Any:
        """Write what the preview of ``entry`` shows, whole or not at all, and return the journal entry.

        Confirming again, or at the same time, writes nothing more. Raises PreviewOutdated when the data changed since the preview (the entry
        then carries a new preview), ConfirmRefused when rows are in error and ``skip_errors`` is not set, when the file was refused, is not
        read yet, or is no longer kept.
        """
        limits = limits or Limits.from_settings()
        try:
            with transaction.atomic():
                return self._confirm(entry.pk, by, skip_errors, limits, progress)
        except Outdated:
            try:
                with transaction.atomic():
                    self.refresh(entry.pk, limits, progress)
            except FileRefused as refusal:
                raise ConfirmRefused(
                    f"Rien n'est enregistré : des données ont changé depuis l'aperçu, et le fichier n'est plus lu. {refusal}"
                ) from refusal
        raise PreviewOutdated(
            "Rien n'est enregistré : des données ont changé depuis l'aperçu. Voici le nouvel aperçu : relisez-le, puis enregistrez."
        )

    def undo(self, *, entry: Any, by: Any, progress: Progress = silent) -> Any:
        """Undo ``entry``, whole or not at all, and return it; undoing it again does nothing more.

        ``by`` is the account that asks, None for the command line. Raises UndoRefused when it is not one that was written, or when records it
        wrote changed, or serve, since.
        """
        try:
            with transaction.atomic():
                return self._undo(entry.pk, by, progress)
        except IntegrityError as error:
            raise UndoRefused(
                f"Rien n'est annulé : un {self.records[0]} créé par cet import sert ailleurs depuis, ou une valeur à rétablir est prise."
            ) from error

    def refresh(self, import_id: int, limits: Limits, progress: Progress = silent) -> None:
        """Give the entry a preview made anew from the kept file. Must run inside a transaction. Raises FileRefused when the file is no longer read."""
        entry = self.lock(import_id)
        if entry.status == ImportStatus.CHECKED:
            kept = self._kept(entry)
            with self.examine(entry, kept.content(), limits, progress) as found:
                found.describe(entry)
                found.keep(entry, kept)

    def lock(self, import_id: int) -> Any:
        """The entry, held until the end of the transaction together with every other import of its sender."""
        landlord_id = self.imports.objects.values_list("landlord_id", flat=True).get(pk=import_id)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [self.lock_space, landlord_id % 2**31])
        return self.imports.objects.select_for_update(of=("self",)).select_related("landlord").get(pk=import_id)

    @transaction.atomic
    def remember(self, *, entry: Any, meanings: Mapping[str, str], by: Any) -> bool:
        """Keep what headings of ``entry`` mean for its sender (heading to field, "" to leave it), and make its preview anew.

        Returns whether there is a new preview. Raises FileRefused when the file cannot be read that way: nothing is kept then.
        """
        entry = self.lock(entry.pk)
        for heading, name in meanings.items():
            self.headings.objects.update_or_create(
                landlord=entry.landlord,
                heading_key=heading_key(heading),
                defaults={"heading": heading, "field": name, "updated_by": by, "updated_at": timezone.now()},
            )
        trace(instance=entry, action="wagtail.edit", by=by, headings=len(meanings))
        if entry.is_pending and self.files.objects.filter(pk=entry.pk).exists():
            self.refresh(entry.pk, Limits.from_settings().with_rows(max(entry.rows + entry.skipped, Limits.from_settings().rows)))
            return True
        entry.unknown_headings = [heading for heading in entry.unknown_headings if heading not in meanings]
        entry.save(update_fields=["unknown_headings"])
        return False

    def _received(self, landlord: Any, upload: Upload, by: Any) -> Any:
        return self.imports(landlord=landlord, uploaded_by=by, file_name=upload.name, file_size=upload.size, sha256=upload.sha256)

    @transaction.atomic
    def _refuse(self, entry: Any, refusal: FileRefused) -> None:
        entry.status, entry.finding_count = ImportStatus.REFUSED, 1
        entry.unknown_headings = self.unknown(entry.landlord, refusal.unknown_headings)
        entry.save()
        keep_findings(entry, [refusal.finding])

    def _keep(self, entry: Any, content: bytes) -> Any:
        kept = self.files(pk=entry.pk, packed=b"", kept_until=timezone.now() + timedelta(days=settings.EXCHANGE_FILE_KEPT_DAYS))
        kept.save(force_insert=True)
        store_bytes(kept, "packed", self.files.pack(content))
        return kept

    def _kept(self, entry: Any) -> Any:
        if entry.status == ImportStatus.REFUSED:
            raise ConfirmRefused("Rien n'est enregistré : ce fichier est refusé. Corrigez-le, puis envoyez-le de nouveau.")
        if entry.status == ImportStatus.RECEIVED:
            raise ConfirmRefused("Rien n'est enregistré : ce fichier n'est pas encore lu. Attendez son aperçu.")
        kept = self.files.objects.filter(pk=entry.pk).defer("packed", *self.heavy).first()
        if kept is None:
            raise ConfirmRefused("Rien n'est enregistré : le fichier n'est plus gardé. Envoyez-le de nouveau.")
        return kept

    def _confirm(self, import_id: int, by: Any, skip_errors: bool, limits: Limits, progress: Progress) -> Any:
        entry = self.lock(import_id)
        if entry.status in WRITTEN:
            return entry
        written = self.write(entry, self._kept(entry), by=by, skip_errors=skip_errors, limits=limits, progress=progress)
        entry.status = ImportStatus.CONFIRMED
        entry.confirmed_by, entry.confirmed_at = by, timezone.now()
        entry.skipped_errors = bool(entry.errors)
        entry.written = written
        entry.save()
        trace(instance=entry, action="wagtail.edit", by=by, written=written)
        return entry

    def refuse_errors(self, errors: int, *, skip_errors: bool) -> None:
        """Raise ConfirmRefused when rows are in error and nobody said to leave them out."""
        if errors and not skip_errors:
            raise ConfirmRefused(
                f"Rien n'est enregistré : {rows_in_error(errors)}. Corrigez le fichier et renvoyez-le, ou choisissez de laisser ces lignes de côté."
            )

    def _undo(self, import_id: int, by: Any, progress: Progress) -> Any:
        entry = self.lock(import_id)
        if entry.status == ImportStatus.UNDONE:
            return entry
        progress(RESTORING, 0, 0)
        self.hold(entry)
        blocking = self.plan(entry).blocking
        if blocking:
            one, several = self.records
            what = f"{len(blocking)} {several} ont changé ou servent" if len(blocking) > 1 else f"un {one} a changé ou sert"
            named = ", ".join(found.reference for found in blocking[:5])
            raise UndoRefused(f"Rien n'est annulé : {what} depuis cet import ({named}{'…' if len(blocking) > 5 else ''}).", blocking)
        self.take_back(entry)
        entry.status, entry.undone_by, entry.undone_at = ImportStatus.UNDONE, by, timezone.now()
        entry.save(update_fields=["status", "undone_by", "undone_at"])
        trace(instance=entry, action="wagtail.edit", by=by, undone=entry.written)
        return entry


def refuse_unless_confirmed(entry: FileImport) -> None:
    """Raise UndoRefused for an import that wrote nothing, or was undone."""
    if entry.status != ImportStatus.CONFIRMED:
        raise UndoRefused("Cet import n'est pas enregistré : il n'y a rien à annuler.")
