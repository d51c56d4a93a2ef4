"""The transaction in which cases are written to. What they wait for is worked out anew at its end, and the journal tells what changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import transaction

from access import scope
from access.journal.recording import tracing
from households.models import Household
from households.next_action import refresh


@dataclass
class _Write:
    """A write under way: who asked for it, and the cases written to."""

    asker: scope.Values
    cases: set[int] = field(default_factory=set)


_under_way: ContextVar[_Write | None] = ContextVar("write_under_way", default=None)


@contextmanager
def case_write() -> Iterator[None]:
    """One transaction, all or nothing; one within another belongs to the outer one. Also the decorator of every action on a case.

    An action weighs the whole of a case, of a home and of a convention, beyond what whoever asks may read: it runs in the house's own scope. The
    cases it locks must be open to whoever asks.
    """
    with transaction.atomic():
        if _under_way.get() is not None:
            yield
            return
        write = _Write(scope.current())
        token = _under_way.set(write)
        try:
            with scope.system("a write to cases"), tracing():
                yield
                if write.cases:
                    refresh(write.cases)
        finally:
            _under_way.reset(token)


def lock(household: Household) -> Household:
    """The household as the database holds it now, locked until the transaction ends. Every write on a case starts here.

    Raises Household.DoesNotExist when the case is closed to whoever asks, RuntimeError outside ``case_write``.
    """
    write = _writing()
    if household.pk not in write.cases:
        with scope.restored(write.asker):
            Household.objects.only("pk").get(pk=household.pk)
    written(household)
    locked: Household = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    return locked


def written(household: Household) -> None:
    """Tell that a case is written to. Raises RuntimeError outside ``case_write``."""
    _writing().cases.add(household.pk)


def _writing() -> _Write:
    write = _under_way.get()
    if write is None:
        raise RuntimeError("A case is written to inside households.writing.case_write.")
    return write
