"""The transaction in which cases are written to. What they wait for is worked out anew at its end, and the journal tells what changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from access.journal.recording import tracing
from households.models import Household
from households.next_action import refresh

_written: ContextVar[set[int] | None] = ContextVar("written_cases", default=None)


@contextmanager
def case_write() -> Iterator[None]:
    """One transaction, all or nothing; one within another belongs to the outer one. Also the decorator of every action on a case."""
    with transaction.atomic(), tracing():
        if _written.get() is not None:
            yield
            return
        cases: set[int] = set()
        token = _written.set(cases)
        try:
            yield
            if cases:
                refresh(cases)
        finally:
            _written.reset(token)


def lock(household: Household) -> Household:
    """The household as the database holds it now, locked until the transaction ends. Every write on a case starts here.

    Raises RuntimeError outside ``case_write``.
    """
    written(household)
    locked: Household = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    return locked


def written(household: Household) -> None:
    """Tell that a case is written to. Raises RuntimeError outside ``case_write``."""
    cases = _written.get()
    if cases is None:
        raise RuntimeError("A case is written to inside households.writing.case_write.")
    cases.add(household.pk)
