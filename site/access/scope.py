"""In whose name the database is asked: the second wall, beneath ``visible_to``.

Row-level security reads four settings of the session, ``solive.role``, ``solive.user``, ``solive.day`` and ``solive.months``; nothing but this
module writes them, and never from what a client sends. Without a scope, a protected table shows no row and takes none.

- A request runs in one transaction, in the scope of whoever signed in (``RequestScopeMiddleware``); an anonymous visitor has none.
- Background jobs and commands declare theirs: ``with scope.system("…")``.
- ``scope.aggregate("…")`` reads everything and writes nothing: for the few places that count, or check, over what the reader may not see.

The wall stops a forgotten filter, a wrong join, a screen that asks too much. It does not stop whoever runs statements of their own choosing in
the application's session, who could set these settings too.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.backends.signals import connection_created
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils import timezone
from psycopg.pq import TransactionStatus

SYSTEM: Final = "system"
AGGREGATE: Final = "aggregate"

NAMES: Final = ("solive.role", "solive.user", "solive.day", "solive.months")
_READ: Final = "SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in NAMES)
_WRITE: Final = "SELECT " + ", ".join(f"set_config('{name}', %s, %s)" for name in NAMES)


class Values(NamedTuple):
    """The settings, as text: ``role`` is an account's, ``system`` or ``aggregate``; all are empty for nobody."""

    role: str = ""
    user: str = ""
    day: str = ""
    months: str = ""


NOBODY: Final = Values()

_process: ContextVar[Values] = ContextVar("scope of this job or command", default=NOBODY)
_request: "ContextVar[_RequestTransaction | None]" = ContextVar("the request under way", default=None)


@contextmanager
def user(person: Any, *, on: date | None = None) -> Iterator[None]:
    """The scope of an account on a day, today unless told; nobody's for a visitor or an account that is closed."""
    is_known = person.is_authenticated and person.may_sign_in
    with _declared(Values(str(person.role), str(person.pk), *_today(on)) if is_known else NOBODY):
        yield


@contextmanager
def system(reason: str) -> Iterator[None]:
    """The scope of the house's own work: jobs, commands, data worked out from the rest. ``reason`` says which, for whoever reads the code."""
    with _declared(Values(SYSTEM, "", *_today())):
        yield


@contextmanager
def aggregate(reason: str) -> Iterator[None]:
    """Reads everything, writes nothing; for what is counted or checked over more than the reader sees, and shown to nobody row by row."""
    with _declared(Values(AGGREGATE, "", *_today())):
        yield


@contextmanager
def nobody() -> Iterator[None]:
    """The scope of whoever has none."""
    with _declared(NOBODY):
        yield


@contextmanager
def restored(values: Values) -> Iterator[None]:
    """A scope that stood before, for a look from there."""
    with _declared(values):
        yield


def current() -> Values:
    """The scope the database knows at present."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        found = connection.connection.execute(_READ).fetchone()
    return Values(*found)


def at_the_end(write: Callable[[], Any]) -> None:
    """Do ``write`` when the request's transaction is over, even when it was undone; at once outside a request."""
    under_way = _request.get()
    if under_way is None:
        write()
    else:
        under_way.afterwards.append(write)


def memory() -> dict[Any, Any] | None:
    """What a request that only reads may remember until its answer, for what is asked of the database many times; None everywhere else."""
    under_way = _request.get()
    return under_way.memory if under_way is not None else None


def _today(on: date | None = None) -> tuple[str, str]:
    return (on or timezone.localdate()).isoformat(), str(settings.SUPPORT_ACCESS_MONTHS)


@contextmanager
def _declared(values: Values) -> Iterator[None]:
    """Inside a transaction, for the rest of it at most; outside, for this session and those opened meanwhile, as a job or a command needs."""
    is_local = connection.in_atomic_block
    before, token = current(), None if is_local else _process.set(values)
    _set(values, is_local=is_local)
    try:
        yield
    finally:
        if token is not None:
            _process.reset(token)
        _restore(before, is_local=is_local)


def _set(values: Values, *, is_local: bool) -> None:
    """Straight to the driver: a scope must be left even when Django takes no more statements before the transaction is undone."""
    with connection.wrap_database_errors:
        connection.connection.execute(_WRITE, [part for value in values for part in (value, is_local)])


def _restore(before: Values, *, is_local: bool) -> None:
    """Come back to the scope before. A transaction that failed does so by itself when it is undone, a lost connection had only this one."""
    session = connection.connection
    if session is None or session.closed or session.info.transaction_status == TransactionStatus.INERROR:
        return
    try:
        _set(before, is_local=is_local)
    except (OperationalError, InterfaceError):
        session.close()


def _follow_process(connection: Any, **kwargs: Any) -> None:
    """A session opened by a job or a command is in its scope."""
    if _process.get() != NOBODY:
        connection.connection.execute(_WRITE, [part for value in _process.get() for part in (value, False)])


connection_created.connect(_follow_process, dispatch_uid="access.scope")


class _RequestTransaction:
    """The one transaction of a request, in the scope of who asks."""

    def __init__(self, person: Any, *, only_reads: bool) -> None:
        self.person = person
        self.memory: dict[Any, Any] | None = {} if only_reads else None
        self.afterwards: list[Callable[[], Any]] = []
        self._stack = ExitStack()

    def begin(self) -> None:
        """Open both. A transaction whose scope could not be set is left at once: its thread would answer nothing any more."""
        self._stack.enter_context(transaction.atomic())
        try:
            self._stack.enter_context(user(self.person))
        except BaseException:
            self.undo()
            raise

    def end(self) -> None:
        self._stack.close()

    def undo(self) -> None:
        if connection.in_atomic_block:
            transaction.set_rollback(True)
        self._stack.close()


class RequestScopeMiddleware:
    """One transaction for each request of whoever signed in, in that person's scope; undone when the view fails or the answer is an error of ours.

    Comes after the one that knows who asks. A visitor without a session costs no query. An answer that is streamed is produced in a scope of
    its own, which only reads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        under_way = _RequestTransaction(request.user, only_reads=request.method in ("GET", "HEAD"))
        token = _request.set(under_way)
        try:
            answer = self._answer(request, under_way)
        finally:
            _request.reset(token)
            for write in under_way.afterwards:
                write()
        if answer.streaming and not isinstance(answer, FileResponse):
            answer.streaming_content = streamed(request.user, answer.streaming_content)  # type: ignore[attr-defined]
        return answer

    def _answer(self, request: HttpRequest, under_way: _RequestTransaction) -> HttpResponseBase:
        under_way.begin()
        try:
            answer = self.get_response(request)
        except BaseException:
            under_way.undo()
            raise
        if answer.status_code >= 500:
            under_way.undo()
        else:
            under_way.end()
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Undo what a view that failed had written, before the page that tells it is drawn."""
        under_way = _request.get()
        if under_way is not None:
            under_way.undo()
            under_way.begin()


def streamed(person: Any, content: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of an answer, produced in the scope of who asked."""
    with transaction.atomic(), user(person):
        yield from content
