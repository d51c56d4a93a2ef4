"""The cases a partner sees, worked out once by a request that only reads: a page asks for them a dozen times over."""

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import F, Func, Value
from django.utils import timezone

from access import scope

CaseIds = Callable[[Any, date], models.QuerySet[Any, Any]]
"""``ids(user, on)``: a query of household ids, one column."""

_of_partners: dict[str, CaseIds] = {}
_shut_to: list[CaseIds] = []


def register(of_partners: Mapping[Any, CaseIds], *, shut_to: CaseIds) -> None:
    """Say which cases each partner's role leads to, and which are shut to a user all the same."""
    _of_partners.update(of_partners)
    _shut_to[:] = [shut_to]


def shut_cases(user: Any, on: date) -> str:
    """The ids of the few cases shut to a user whatever the role leads to, as an array.

    Read beyond the user's sight: row-level security hides these very cases, and a list could not leave out what it does not find.
    """

    def found() -> str:
        return as_array(_shut_to[0](user, on))

    known = remembered(("shut cases", user.pk, on), found)
    return _in_full(found) if known is None else known


def own_cases(user: Any, on: date | None) -> str | None:
    """The ids of the cases a partner sees on that day, as PostgreSQL writes an array; None where nothing is remembered, and for staff."""
    day, ids = on or timezone.localdate(), _of_partners.get(getattr(user, "role", ""))
    if ids is None:
        return None
    return remembered(("own cases", user.pk, day), lambda: as_array(ids(user, day), but_for=_shut_to[0](user, day)) if user.may_sign_in else "{}")


def remembered(key: Hashable, found: Callable[[], str]) -> str | None:
    """What is ``found`` at most once in a request that only reads; None in any other, where what is written counts at once.

    What is found narrows what is read, under row-level security: worked out under it too, it would be worked out twice.
    """
    memory = scope.memory()
    if memory is None:
        return None
    if key not in memory:
        memory[key] = _in_full(found)
    kept: str = memory[key]
    return kept


def _in_full(found: Callable[[], str]) -> str:
    with scope.aggregate("what narrows a reader's lists"):
        return found()


def among(column: str, ids: str, kind: str = "bigint") -> Func:
    """The condition that a column holds one of many ids, given as one array: the planner knows how many, and looks each row up in a hash."""
    return Func(F(column), Value(ids), template=f"%(expressions)s::{kind}[])", arg_joiner=" = ANY(", output_field=models.BooleanField())


def as_array(ids: models.QuerySet[Any, Any], *, but_for: models.QuerySet[Any, Any] | None = None) -> str:
    """The ids of a query of one column, without those of another: ``{12,57}``, written by PostgreSQL, not read one by one."""
    try:
        statement, parameters = ids.order_by().query.sql_with_params()
        if but_for is not None:
            without, more = but_for.query.sql_with_params()
            statement, parameters = f"SELECT id FROM ({statement}) AS found (id) WHERE id NOT IN ({without})", (*parameters, *more)  # noqa: S608
    except EmptyResultSet:
        return "{}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(array_agg(id), '{{}}')::text FROM ({statement}) AS found (id)", parameters)  # noqa: S608
        return str(cursor.fetchone()[0])
