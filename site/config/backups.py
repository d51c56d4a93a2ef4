"""Backups: the whole database and the files people sent, in one encrypted file that the standard ``age`` tool can open too.

What goes in is one moment of the database (a snapshot that the dump and the count of its rows share) and every file that moment may name: files
are listed before the dump and again after it. Nothing is written in clear on the disk. The site needs only the public key, so that whoever
takes the server cannot read its backups; the private key stays with people, elsewhere.

A backup is proved by restoring it: into a database of its own, whose tables are compared with what was noted, row for row.
"""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final, cast

import psycopg
import pyrage
from psycopg import sql
from psycopg.conninfo import make_conninfo

from config.database import Account, Accounts, create_database, drop_database
from config.postgres import binaries_folder

BLOCK: Final = 4 << 20
MANIFEST: Final = "manifest.json"
DUMP_FOLDER: Final = "database/"
MEDIA_FOLDER: Final = "media/"
PARTIAL: Final = ".part"

Tables = dict[str, tuple[int, str]]
"""For each table: how many rows, and a digest of them that does not depend on their order."""


class BackupFailed(Exception):
    """The backup or the restoration did not come to its end; the message says what to do. Nothing that was there before has changed."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds, as counted when it was made."""

    made_at: str
    application: str
    tables: Tables
    files: int

    def __str__(self) -> str:
        rows = sum(count for count, _digest in self.tables.values())
        return f"{len(self.tables)} tables, {rows} lignes, {self.files} fichier{'s' if self.files > 1 else ''}"


def new_key(path: Path) -> str:
    """Write a new private key at ``path``, readable by its owner alone, and return the public key. Raises BackupFailed when the file exists."""
    identity = pyrage.x25519.Identity.generate()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BackupFailed(f"La clé n'a pas pu être écrite : {path} existe déjà, ou son dossier n'est pas accessible.") from error
    with os.fdopen(handle, "w") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def read_key(path: Path) -> Any:
    """The private key kept at ``path``. Raises BackupFailed when there is none."""
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        return pyrage.x25519.Identity.from_str(next(line for line in lines if line and not line.startswith("#")))
    except (OSError, UnicodeDecodeError, StopIteration, pyrage.IdentityError) as error:
        raise BackupFailed(f"{path} ne contient pas de clé privée : donnez le fichier écrit par « manage.py backup --new-key ».") from error


def make(accounts: Accounts, media: Path, output: Path, recipient: str) -> Manifest:
    """Write the backup at ``output``, for whoever holds the private key of ``recipient``; return what it holds.

    Raises BackupFailed; ``output`` then keeps what it was.
    """
    try:
        public = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise BackupFailed("La clé publique n'est pas valable : elle commence par « age1 ».") from error
    partial = output.with_name(output.name + PARTIAL)
    try:
        with _owner_only(partial) as file, _snapshot(accounts.owner) as (snapshot, tables):
            made = Manifest(datetime.now(UTC).isoformat(timespec="seconds"), accounts.application.user, tables, 0)
            made = _encrypt(file, public, lambda stream: _fill(stream, accounts.owner, snapshot, media, made))
        partial.replace(output)
    except OSError as error:
        raise BackupFailed(f"La sauvegarde n'a pas pu être écrite dans {output} : {error.strerror or error}.") from error
    finally:
        partial.unlink(missing_ok=True)
    return made


def verify(accounts: Accounts, source: Path, identity: Any, media: Path) -> Manifest:
    """Restore the backup into a database of its own, compare, and drop it; return what it holds.

    ``media`` is an empty folder that receives the files. Raises BackupFailed when what comes back is not what was noted.
    """
    scratch = f"{accounts.owner.name}_verification"
    _may_create(accounts)
    drop_database(accounts, scratch)
    try:
        return restore_into(accounts, scratch, source, identity, media)
    finally:
        drop_database(accounts, scratch)


def restore(accounts: Accounts, source: Path, identity: Any, media: Path) -> tuple[Manifest, str]:
    """Put the backup in the place of the database and of the files; return what it holds, and the name under which the former ones are kept.

    The backup is first restored beside them and compared: when anything is amiss, BackupFailed is raised and nothing has changed.
    """
    live, stamp = accounts.owner.name, datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    beside, former = f"{live}_restauration", f"{live}_avant_{stamp}"
    new_media, former_media = media.with_name(f"{media.name}.restauration"), media.with_name(f"{media.name}.avant-{stamp}")
    _may_create(accounts)
    drop_database(accounts, beside)
    if new_media.exists():
        raise BackupFailed(f"Le dossier {new_media} est resté d'une restauration interrompue : supprimez-le, puis recommencez.")
    try:
        manifest = restore_into(accounts, beside, source, identity, new_media)
    except BackupFailed:
        drop_database(accounts, beside)
        raise
    _rename(accounts, (live, former), (beside, live))
    if media.exists():
        media.rename(former_media)
    new_media.rename(media)
    return manifest, former


def restore_into(accounts: Accounts, name: str, source: Path, identity: Any, media: Path) -> Manifest:
    """Restore the backup into database ``name``, created for it, and its files into ``media``; return what it holds.

    Raises BackupFailed when the key does not open it, a part is missing, or the rows are not those noted.
    """
    target = replace(accounts.owner, name=name)
    media.mkdir(parents=True, exist_ok=True)
    create_database(accounts, name)
    _grant_nothing_yet(accounts, target)
    try:
        with source.open("rb") as file:
            manifest = _decrypt(file, identity, lambda stream: _empty(stream, target, media))
    except OSError as error:
        raise BackupFailed(f"La sauvegarde {source} ne se lit pas : {error.strerror or error}.") from error
    if manifest.application != accounts.application.user:
        raise BackupFailed(
            f"Cette sauvegarde donne ses droits au compte {manifest.application}, et l'application se connecte ici comme "
            f"{accounts.application.user} : restaurez sous le même nom de compte."
        )
    with target.connect() as connection:
        found = tables_of(connection)
    differing = sorted(table for table in {*found, *manifest.tables} if found.get(table) != manifest.tables.get(table))
    if differing:
        raise BackupFailed(f"Ce qui est revenu n'est pas ce qui avait été sauvegardé : {', '.join(differing)}.")
    return manifest


def _grant_nothing_yet(accounts: Accounts, target: Account) -> None:
    """Let no right be given by default while tables come back: the dump holds each table's own rights, and those that later tables get."""
    with target.connect() as connection:
        for things in ("TABLES", "SEQUENCES"):
            statement = sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON {} FROM {}")
            connection.execute(statement.format(sql.SQL(things), sql.Identifier(accounts.application.user)))


def tables_of(connection: psycopg.Connection[Any]) -> Tables:
    """Every table that ``connection`` reaches: its rows counted, and digested whatever their order."""
    names = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")]
    found: Tables = {}
    for name in names:
        query = sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(found::text, 0)::numeric), 0)::text FROM {} AS found")
        row = connection.execute(query.format(sql.Identifier("public", name))).fetchone()
        found[name] = cast(tuple[int, str], row)
    return found


@contextmanager
def _snapshot(owner: Account) -> Iterator[tuple[str, Tables]]:
    """One moment of the database, held while it is dumped: its name for other connections, and its tables."""
    with owner.connect() as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield cast(tuple[str], row)[0], tables_of(connection)


@contextmanager
def _owner_only(path: Path) -> Iterator[IO[bytes]]:
    """A new file that its owner alone reads, safe on the disk when the block ends."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _encrypt(file: IO[bytes], recipient: Any, fill: Callable[[IO[bytes]], Manifest]) -> Manifest:
    """Encrypt into ``file`` what ``fill`` writes, as it comes."""
    reader, writer = os.pipe()
    failures: list[BaseException] = []

    def seal() -> None:
        try:
            with os.fdopen(reader, "rb") as stream:
                pyrage.encrypt_io(stream, file, [recipient])
        except (OSError, pyrage.EncryptError) as error:
            failures.append(error)

    sealing = threading.Thread(target=seal)
    sealing.start()
    try:
        with os.fdopen(writer, "wb") as stream:
            made = fill(stream)
    except BrokenPipeError as error:
        raise BackupFailed("La sauvegarde n'a pas pu être écrite jusqu'au bout : vérifiez la place libre sur le disque.") from error
    finally:
        sealing.join()
    if failures:
        raise BackupFailed("La sauvegarde n'a pas pu être écrite jusqu'au bout : vérifiez la place libre sur le disque.") from failures[0]
    return made


def _decrypt(file: IO[bytes], identity: Any, empty: Callable[[IO[bytes]], Manifest]) -> Manifest:
    """Give ``empty`` what ``file`` holds, decrypted as it comes. What was altered on the way is refused, not read."""
    reader, writer = os.pipe()
    failures: list[BaseException] = []

    def unseal() -> None:
        try:
            with os.fdopen(writer, "wb") as stream:
                pyrage.decrypt_io(file, stream, [identity])
        except (OSError, pyrage.DecryptError) as error:
            failures.append(error)

    unsealing = threading.Thread(target=unseal)
    unsealing.start()
    try:
        with os.fdopen(reader, "rb") as stream:
            manifest = empty(stream)
            while stream.read(BLOCK):
                pass
    except (tarfile.TarError, EOFError, KeyError, ValueError) as error:
        unsealing.join()
        raise _unreadable() from (failures[0] if failures else error)
    finally:
        unsealing.join()
    if failures:
        raise _unreadable() from failures[0]
    return manifest


def _unreadable() -> BackupFailed:
    return BackupFailed("Cette sauvegarde ne s'ouvre pas : elle a été faite pour une autre clé, ou elle est incomplète.")


def _fill(stream: IO[bytes], owner: Account, snapshot: str, media: Path, manifest: Manifest) -> Manifest:
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        seen: set[Path] = set()
        _add_files(archive, media, seen)
        for number, block in enumerate(_dump(owner, snapshot)):
            _add(archive, f"{DUMP_FOLDER}{number:08d}", block)
        _add_files(archive, media, seen)
        manifest = replace(manifest, files=len(seen))
        _add(archive, MANIFEST, json.dumps(manifest.__dict__).encode())
    return manifest


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    facts = tarfile.TarInfo(name)
    facts.size = len(content)
    archive.addfile(facts, BytesIO(content))


def _add_files(archive: tarfile.TarFile, media: Path, seen: set[Path]) -> None:
    for path in sorted(media.rglob("*")) if media.exists() else ():
        if path in seen or not path.is_file():
            continue
        try:
            archive.add(path, f"{MEDIA_FOLDER}{path.relative_to(media)}", recursive=False)
        except FileNotFoundError:
            continue  # removed meanwhile: the snapshot, older than the removal or not, is served by what the second listing finds
        seen.add(path)


def _dump(owner: Account, snapshot: str) -> Iterator[bytes]:
    command = [str(binaries_folder() / "pg_dump"), "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--dbname={_conninfo(owner)}"]
    with tempfile.TemporaryFile() as told:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, env=_environment(owner)) as dump:
            output = cast(IO[bytes], dump.stdout)
            while block := output.read(BLOCK):
                yield block
        if dump.returncode != 0:
            raise BackupFailed(f"La base n'a pas pu être lue jusqu'au bout :\n{_said(told)}")


def _empty(stream: IO[bytes], target: Account, media: Path) -> Manifest:
    """Hand the dump over to ``pg_restore``, put the files in place; return the manifest."""
    manifest: Manifest | None = None
    command = [str(binaries_folder() / "pg_restore"), "--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={_conninfo(target)}"]
    with tempfile.TemporaryFile() as told:
        with (
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told, env=_environment(target)) as loading,
            tarfile.open(fileobj=stream, mode="r|") as archive,
            cast(IO[bytes], loading.stdin) as loaded,
        ):
            for member in archive:
                content = cast(IO[bytes], archive.extractfile(member))
                if member.name.startswith(DUMP_FOLDER):
                    _hand_over(content, loaded)
                elif member.name.startswith(MEDIA_FOLDER):
                    _put_back(content, media, member.name.removeprefix(MEDIA_FOLDER))
                elif member.name == MANIFEST:
                    manifest = _read_manifest(content.read())
        if loading.returncode != 0:
            raise BackupFailed(f"La base n'a pas pu être reconstituée :\n{_said(told)}")
    if manifest is None:
        raise ValueError(MANIFEST)
    return manifest


def _hand_over(content: IO[bytes], loaded: IO[bytes]) -> None:
    """Write a block of the dump to ``pg_restore``; when that has given up, its exit code tells."""
    with suppress(BrokenPipeError):
        loaded.write(content.read())
        loaded.flush()


def _put_back(content: IO[bytes], media: Path, name: str) -> None:
    """Write one file below ``media``. Raises ValueError for a name that leads elsewhere."""
    path = (media / name).resolve()
    if not path.is_relative_to(media.resolve()):
        raise ValueError(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        shutil.copyfileobj(content, file)


def _said(told: IO[bytes]) -> str:
    told.seek(0)
    return told.read().decode(errors="replace").strip()


def _read_manifest(content: bytes) -> Manifest:
    data = json.loads(content)
    return Manifest(**{**data, "tables": {name: (rows, digest) for name, (rows, digest) in data["tables"].items()}})


def _conninfo(account: Account) -> str:
    """How libpq's programs reach the database; the password is in their environment, out of the list of processes."""
    return make_conninfo(dbname=account.name, user=account.user, host=account.host or None, port=account.port or None, **dict(account.options))


def _environment(account: Account) -> dict[str, str]:
    return {**os.environ, **({"PGPASSWORD": account.password} if account.password else {})}


def _may_create(accounts: Accounts) -> None:
    with accounts.administrator.connect() as connection:
        row = connection.execute("SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone()
    if not row or not row[0]:
        raise BackupFailed(
            f"Le compte {accounts.administrator.user} ne peut pas créer de base : donnez-lui ce droit (ALTER ROLE … CREATEDB), "
            "la sauvegarde est d'abord restaurée à côté de la base."
        )


def _rename(accounts: Accounts, *pairs: tuple[str, str]) -> None:
    with accounts.administrator.connect("postgres") as connection, connection.transaction():
        for current, _wanted in pairs:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [current])
        for current, wanted in pairs:
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(current), sql.Identifier(wanted)))
