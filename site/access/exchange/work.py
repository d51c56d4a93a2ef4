"""Long work on a file, done by the worker: asked for, followed on screen, found again after a worker was killed.

Whoever works holds a lock of the database's session: when the process dies the lock goes with it, and the journal knows. How far the work
has come is written on a connection of its own, so that it shows before the work itself is committed.
"""

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from psycopg import sql

from access.exchange.course import ConfirmRefused, Course, UndoRefused
from access.exchange.limits import Limits
from access.exchange.states import GOALS, WorkKind
from access.scope import system

TOLD_EVERY: Final = 0.5
"""Seconds between two notes of how far the work has come."""

ZIP_SIGNATURE: Final = b"PK\x03\x04"
SPREADSHEET_WEIGHT: Final = 6
"""A spreadsheet holds about so many times its size in text."""


def is_long(content: bytes) -> bool:
    """Whether a file is so large that the worker reads it."""
    weight = len(content) * (SPREADSHEET_WEIGHT if content.startswith(ZIP_SIGNATURE) else 1)
    return weight > int(settings.EXCHANGE_BACKGROUND_BYTES)


def has_many_rows(rows: int) -> bool:
    """Whether so many rows are written, or taken back, by the worker."""
    return rows > int(settings.EXCHANGE_BACKGROUND_ROWS)


@dataclass(frozen=True)
class Following:
    """A work as its page shows it. ``phase`` is ``waiting``, ``late`` (no worker takes it), ``running`` or ``interrupted``."""

    work: Any
    phase: str

    @property
    def is_alive(self) -> bool:
        """Whether there is something to wait for."""
        return self.phase in ("waiting", "running")


PHASES: Final = {"waiting": "en attente", "late": "en attente", "running": "en cours", "interrupted": "interrompu"}
"""What each phase is called in the journal."""


def follow(course: Course, entry: Any) -> Following | None:
    """The work under way on ``entry``, None when there is none or it is done."""
    return follow_all(course, [entry]).get(entry.pk)


def follow_all(course: Course, entries: Sequence[Any]) -> dict[int, Following]:
    """The works under way, by import; two queries, whatever their number."""
    works = {work.pk: work for work in course.works.objects.filter(pk__in=[entry.pk for entry in entries], ended_at__isnull=True)}
    under_way = [works[entry.pk] for entry in entries if entry.pk in works and entry.status not in GOALS[WorkKind(works[entry.pk].kind)]]
    held = _held(course) if any(work.started_at for work in under_way) else set()
    latest = timezone.now() - timedelta(seconds=settings.EXCHANGE_WORKER_LATE_SECONDS)
    return {work.pk: Following(work, _phase(work, work.pk % 2**31 in held, latest)) for work in under_way}


def _phase(work: Any, is_held: bool, latest: datetime) -> str:
    if work.started_at:
        return "running" if is_held else "interrupted"
    return "late" if work.asked_at < latest else "waiting"


def _held(course: Course) -> set[int]:
    """The imports that a living worker works on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname ="
            " current_database()) AND classid = %s AND objsubid = 2 AND granted",
            [_lock_space(course)],
        )
        return {row[0] for row in cursor.fetchall()}


def _lock_space(course: Course) -> int:
    return course.lock_space + 1_000


@transaction.atomic
def ask(course: Course, entry: Any, kind: WorkKind, *, by: Any, **options: Any) -> None:
    """Have the worker do ``kind`` to ``entry``. Nothing more is asked for while a work is under way; one that was interrupted starts again."""
    course.imports.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
    following = follow(course, entry)
    if following is not None and following.is_alive:
        return
    ticket = uuid.uuid4()
    course.works.objects.update_or_create(
        pk=entry.pk,
        defaults={
            "kind": kind,
            "ticket": ticket,
            "asked_by": by,
            "asked_at": timezone.now(),
            "options": options,
            "started_at": None,
            "ended_at": None,
            "step": "",
            "done": 0,
            "total": 0,
            "told": "",
        },
    )
    app.configure_task(course.task).defer(import_id=entry.pk, ticket=str(ticket))


def ask_again(course: Course, entry: Any, *, by: Any) -> None:
    """Start once more what was interrupted, or what no worker took."""
    work = course.works.objects.filter(pk=entry.pk).first()
    if work is not None and follow(course, entry) is not None:
        ask(course, entry, WorkKind(work.kind), by=by, **work.options)


@system("a file read, written or taken back by the worker")
def perform(course: Course, import_id: int, ticket: str) -> None:
    """Do the work that bears ``ticket``; nothing when it is done, was asked for anew since, or is being done."""
    with _side(course, import_id, ticket) as side:
        work = course.works.objects.filter(pk=import_id, ticket=ticket, ended_at__isnull=True).select_related("asked_by").first()
        if work is None or not side.hold():
            return
        side.start()
        entry, told = course.imports.objects.get(pk=import_id), ""
        limits = Limits.from_settings().with_rows(max(entry.rows + entry.skipped, Limits.from_settings().rows))
        try:
            if work.kind == WorkKind.CHECK:
                course.check_received(entry=entry, limits=limits, progress=side.tell)
            elif work.kind == WorkKind.CONFIRM:
                skip_errors = bool(work.options.get("skip_errors"))
                course.confirm(entry=entry, by=work.asked_by, skip_errors=skip_errors, limits=limits, progress=side.tell)
            else:
                course.undo(entry=entry, by=work.asked_by, progress=side.tell)
        except (ConfirmRefused, UndoRefused) as refusal:
            told = str(refusal)
        side.end(told)


class _Side:
    """A connection beside the one that works: its session holds the lock, and its notes are seen at once."""

    def __init__(self, beside: Any, course: Course, import_id: int, ticket: str) -> None:
        self._beside = beside
        self._course = course
        self._import_id = import_id
        self._ticket = ticket
        self._told_at = 0.0

    def hold(self) -> bool:
        with self._beside.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_lock_space(self._course), self._import_id % 2**31])
            return bool(cursor.fetchone()[0])

    def start(self) -> None:
        self._note(started_at=timezone.now(), done=0, total=0, step="")

    def tell(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told_at >= TOLD_EVERY or not total:
            self._told_at = now
            self._note(step=step, done=done, total=total)

    def end(self, told: str) -> None:
        self._note(ended_at=timezone.now(), told=told)

    def _note(self, **values: Any) -> None:
        table, key = self._course.works._meta.db_table, self._course.works._meta.pk.column
        columns = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in values)
        statement = sql.SQL("UPDATE {} SET {} WHERE {} = %s AND ticket = %s").format(sql.Identifier(table), columns, sql.Identifier(key))
        with self._beside.cursor() as cursor:
            cursor.execute(statement, [*values.values(), self._import_id, self._ticket])


@contextmanager
def _side(course: Course, import_id: int, ticket: str) -> Iterator[_Side]:
    beside = connection.copy()
    try:
        yield _Side(beside, course, import_id, ticket)
    finally:
        beside.close()
