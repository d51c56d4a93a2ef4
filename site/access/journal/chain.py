"""The chain of hashes over the journal: closing batches, verifying them, purging whole months.

Lines are written without waiting for each other; a periodic job closes those that are settled into a batch, whose hash takes in the one before.
The hash is keyed with the house's secret, so that the database alone is not enough to make another chain that holds.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.timezone import localtime

from access.journal.sealing import chain_key
from access.models import JournalBatch, JournalEntry, JournalPurge

BEGINNING: Final = "0" * 64
SETTLED: Final = timedelta(minutes=5)
"""How long a line rests before it is closed, beyond the end of every transaction that was open when it was written."""
CHUNK: Final = 2_000
OLDEST_TRANSACTION: Final = """
SELECT min(xact_start) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL
"""


@dataclass(frozen=True)
class Fault:
    """A batch that does not hold any more, and why, in French."""

    batch: int
    reason: str


@dataclass(frozen=True)
class Verdict:
    """What verifying found: how many batches and lines hold, the last hash, the faults."""

    batches: int
    entries: int
    head: str
    faults: tuple[Fault, ...]


def close_batches(*, settled: timedelta = SETTLED) -> list[JournalBatch]:
    """Close the settled lines that no batch holds yet, and return the new batches: one for each month, none without a line."""
    closed = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('solive journal'))")
        cursor.execute(OLDEST_TRANSACTION)
        oldest = cursor.fetchone()[0]
        until = min(moment for moment in (timezone.now() - settled, oldest) if moment is not None)
        while (batch := _next(until)) is not None:
            batch.save(force_insert=True)
            closed.append(batch)
    return closed


def _next(until: datetime) -> JournalBatch | None:
    number, previous, since = _end()
    entries = JournalEntry.objects.filter(at__lt=until)
    if since is not None:
        entries = entries.filter(at__gte=since)
    first = entries.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return None
    edge = min(until, _month_after(first))
    start = since or first
    digest, count = _digest(previous, number + 1, start, edge)
    return JournalBatch(number=number + 1, from_at=start, until_at=edge, entries=count, hash=digest)


def _end() -> tuple[int, str, datetime | None]:
    """Number, hash and end of the last batch; where a purge took it, of the purge."""
    last = JournalBatch.objects.order_by("-number").first()
    if last is not None:
        return last.number, last.hash, last.until_at
    purge = JournalPurge.objects.order_by("-pk").first()
    return (purge.last_number, purge.closing_hash, purge.until_at) if purge else (0, BEGINNING, None)


def _month_after(moment: datetime) -> datetime:
    first = localtime(moment).replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    following = (first + timedelta(days=32)).replace(day=1)
    return timezone.make_aware(following)


def _digest(previous: str, number: int, from_at: datetime, until_at: datetime) -> tuple[str, int]:
    """The hash of a batch and how many lines it holds, as they stand in the database."""
    digest = hmac.new(chain_key(), digestmod=hashlib.sha256)
    digest.update(f"{previous}|{number}|{_instant(from_at)}|{_instant(until_at)}\n".encode())
    count = 0
    for line in _lines(from_at, until_at):
        digest.update(line)
        count += 1
    digest.update(f"{count}".encode())
    return digest.hexdigest(), count


def _lines(from_at: datetime, until_at: datetime) -> Iterator[bytes]:
    names = ("id", "at", "actor", "kind", "subject_kind", "subject_id", "reference", "door", "touched", "sealed")
    rows = JournalEntry.objects.filter(at__gte=from_at, at__lt=until_at).order_by("at", "pk").values_list(*names)
    for row in rows.iterator(chunk_size=CHUNK):
        yield json.dumps([_plain(value) for value in row], sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return _instant(value)
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _instant(moment: datetime) -> str:
    return moment.astimezone(timezone.get_fixed_timezone(0)).isoformat(timespec="microseconds")


def verify() -> Verdict:
    """Work out every batch's hash anew, from the last purge on, and say which do not hold."""
    purge = JournalPurge.objects.order_by("-pk").first()
    number, previous, end = (purge.last_number, purge.closing_hash, purge.until_at) if purge else (0, BEGINNING, None)
    faults: list[Fault] = []
    batches = entries = 0
    for batch in JournalBatch.objects.order_by("number"):
        number += 1
        if batch.number != number:
            faults.append(Fault(number, "ce lot manque."))
            number = batch.number
        if end is not None and batch.from_at != end:
            faults.append(Fault(batch.number, "il ne commence pas où le précédent finit."))
        digest, count = _digest(previous, batch.number, batch.from_at, batch.until_at)
        if not hmac.compare_digest(digest, batch.hash):
            faults.append(Fault(batch.number, _why(count, batch.entries)))
        batches, entries, previous, end = batches + 1, entries + count, batch.hash, batch.until_at
    first = JournalBatch.objects.order_by("number").first()
    if first is not None and JournalEntry.objects.filter(at__lt=first.from_at).exists():
        faults.append(Fault(first.number, "des lignes se trouvent avant le premier lot : elles ont été ajoutées après coup."))
    return Verdict(batches, entries, previous, tuple(faults))


def _why(found: int, closed: int) -> str:
    if found < closed:
        return f"{closed - found} ligne(s) en ont été retirées."
    if found > closed:
        return f"{found - closed} ligne(s) y ont été ajoutées."
    return "une de ses lignes, ou le lot lui-même, a été modifiée."


def knows(head: str) -> bool:
    """Whether a hash noted elsewhere is still one of the chain's."""
    return JournalBatch.objects.filter(hash=head).exists() or JournalPurge.objects.filter(closing_hash=head).exists()


def purge() -> int:
    """Take out of the journal the whole months beyond the setting ``JOURNAL_KEPT_MONTHS``, and return how many lines left.

    Done by the database's own function, the only one that may; only closed batches leave, and the last one's hash stays.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT solive_purge_journal(%s)", [settings.JOURNAL_KEPT_MONTHS])
        return int(cursor.fetchone()[0])
