"""Writing to the journal: what a request opened, what a transaction changed, what left as a file."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection, models
from django.http import HttpRequest, HttpResponseBase

from access.enums import EntryKind
from access.journal.sealing import Subject, seal
from access.journal.tracked import Tracked, record_of, tracked
from access.models import JournalEntry
from access.models.journal import reference_of
from access.scope import aggregate

START: Final = "SELECT set_config('solive.tracing', 'on', true), set_config('solive.changes', '', true)"
STOP: Final = "SELECT current_setting('solive.changes', true), set_config('solive.tracing', '', true), set_config('solive.changes', '', true)"
OPERATIONS: Final = {"INSERT": "added", "UPDATE": "changed", "DELETE": "removed"}


@dataclass
class _Told:
    """What the write actions tell of the transaction under way."""

    actors: dict[Subject, Any] = field(default_factory=dict)
    references: dict[Subject, str] = field(default_factory=dict)
    actor: Any = None


_told: ContextVar[_Told | None] = ContextVar("told_changes", default=None)
_request: ContextVar[HttpRequest | None] = ContextVar("request_under_way", default=None)


class JournalMiddleware:
    """Writes to the journal what a page, a file or an answer showed of cases, once it has been shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _request.set(request)
        try:
            response = self.get_response(request)
            opened = getattr(request, "consulted", None)
            if opened and response.status_code == 200:
                door = request.resolver_match.view_name if request.resolver_match else request.path[:100]
                record_consultations(by=request.user, opened=opened, door=door)
        finally:
            _request.reset(token)
        return response


def consulted(request: HttpRequest, kind: str, instance: Any) -> None:
    """Note that the request opens a record; the journal tells it once, when the answer shows it."""
    known: dict[Subject, str] = request.__dict__.setdefault("consulted", {})
    known[kind, instance.pk] = reference_of(instance)


def record_consultations(*, by: Any, opened: Mapping[Subject, str], door: str) -> None:
    """Write that somebody opened these records, told with the references people know them by: one INSERT."""
    JournalEntry.objects.bulk_create(
        JournalEntry(actor=by, kind=EntryKind.CONSULTATION, subject_kind=kind, subject_id=pk, reference=reference, door=door)
        for (kind, pk), reference in opened.items()
    )


def record_change(*, instance: models.Model, by: Any) -> None:
    """Tell who makes the change under way on a record. Does nothing outside ``tracing``."""
    told = _told.get()
    if told is None:
        return
    found = tracked(instance._meta.db_table)
    if found is not None and not found.path:
        subject = (found.kind, instance.pk)
        told.actors[subject] = by
        told.references[subject] = reference_of(instance)
    told.actor = told.actor or by


@contextmanager
def tracing() -> Iterator[None]:
    """Follow field by field what is written meanwhile, and write it to the journal at the end. Inside a transaction; one within another is one.

    The database itself notes the rows, so that no way of writing escapes: save, update, bulk, cascade.
    """
    if _told.get() is not None:
        yield
        return
    told = _Told()
    token = _told.set(told)
    try:
        with connection.cursor() as cursor:
            cursor.execute(START)
        yield
        with connection.cursor() as cursor:
            cursor.execute(STOP)
            noted = cursor.fetchone()[0]
        if noted:
            _write(told, [json.loads(line) for line in noted.split("\n") if line])
    finally:
        _told.reset(token)


@contextmanager
def untraced() -> Iterator[None]:
    """Write without telling the journal: invented data, and what makes the journal forget. Also a decorator."""
    token = _told.set(_Told())
    try:
        yield
    finally:
        _told.reset(token)


@aggregate("the case that a changed row belongs to")
def _write(told: _Told, rows: list[dict[str, Any]]) -> None:
    subjects = _Subjects(rows)
    touched: dict[Subject, list[dict[str, Any]]] = defaultdict(list)
    values: dict[Subject, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        found = tracked(row["table"])
        if found is None:
            continue
        changed = _changed(found, row["old"], row["new"])
        subject = subjects.of(found, row)
        if not changed or subject is None:
            continue
        name, pk = found.model._meta.model_name, (row["new"] or row["old"])[found.model._meta.pk.column]
        touched[subject].append({"record": name, "id": pk, "what": OPERATIONS[row["op"]], "fields": list(changed)})
        values[subject].setdefault(f"{name} {pk}", []).append(changed)
    sealed = seal(values)
    JournalEntry.objects.bulk_create(
        JournalEntry(
            actor=told.actors.get(subject) or told.actor or _reader(),
            kind=EntryKind.CHANGE,
            subject_kind=subject[0],
            subject_id=subject[1],
            reference=told.references.get(subject) or subjects.reference(subject),
            door=_door(),
            touched=told_of,
            sealed=sealed[subject],
        )
        for subject, told_of in touched.items()
    )


def _changed(found: Tracked, old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, list[Any]]:
    """Field names with the values before and after; of a row added or removed, the fields that hold something."""
    before, after = old or {}, new or {}
    pairs = {name: [before.get(column), after.get(column)] for column, name in found.columns.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1] and not all(value in (None, "") for value in pair)}


class _Subjects:
    """Which record each noted row belongs to, as it was told by the rows themselves or, failing that, by the database."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._noted: dict[tuple[str, Any], dict[str, Any]] = {}
        for row in rows:
            held = row["new"] or row["old"]
            self._noted[row["table"], held.get("id")] = held
        self._asked: dict[tuple[str, Any], Any] = {}

    def of(self, found: Tracked, row: dict[str, Any]) -> Subject | None:
        held, model = row["new"] or row["old"], found.model
        if not found.path:
            return found.kind, held[model._meta.pk.column]
        for step, name in enumerate(found.path):
            field: Any = model._meta.get_field(name)
            parent_id = held.get(field.column)
            if parent_id is None:
                return None
            if step == len(found.path) - 1:
                return found.kind, parent_id
            model = field.related_model
            held = self._noted.get((model._meta.db_table, parent_id)) or self._ask(model, parent_id)
        return None

    def _ask(self, model: type[models.Model], pk: Any) -> dict[str, Any]:
        key = (model._meta.db_table, pk)
        if key not in self._asked:
            columns = [one for one in model._meta.concrete_fields if one.is_relation]
            values = model._base_manager.filter(pk=pk).values_list(*(one.attname for one in columns)).first() or ()
            self._asked[key] = dict(zip((one.column for one in columns), values, strict=False))
        return self._asked[key]

    def reference(self, subject: Subject) -> str:
        record = record_of(*subject)
        return reference_of(record) if record is not None else f"{subject[0]} {subject[1]}"


def _reader() -> Any:
    request = _request.get()
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def _door() -> str:
    request = _request.get()
    return request.resolver_match.view_name if request is not None and request.resolver_match else ""
