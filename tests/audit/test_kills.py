"""SIGKILL to the web server, the worker and the database in the middle of a deed: it is done whole, or not at all, and can be done again."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest

from tests.audit.deeds import DEEDS, Deed, is_published, public_title, wait_until
from tests.audit.house import LOST, Answer, House, Visitor
from tests.audit.invariants import INVARIANTS

pytestmark = pytest.mark.audit

INSTANTS = 3
"""How many times each deed is interrupted by each kill."""
EXPECTED = {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE, LOST}
"""What may be answered while something is killed: the page, « revenez dans un instant », or nothing at all."""
VICTIMS = ("postmaster", "session", "web", "worker")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"))
    try:
        house.start()
        yield house
    finally:
        house.stop()


@pytest.fixture(scope="module", autouse=True)
def _report() -> Iterator[None]:
    yield
    deeds = f"{tally['kills']} · deeds left whole: {tally['whole']}, undone: {tally['nothing']}"
    print(f"\nkills survived: {deeds} · invariants checked: {tally['checked']}")


tally: Counter[str] = Counter()


def broken() -> list[str]:
    found = []
    for invariant in INVARIANTS:
        tally["checked"] += 1
        found += [f"{invariant.__name__}: {what}" for what in invariant()]
    return found


def how_long(deed: Deed, visitor: Visitor) -> float:
    """Seconds from the click to the end of the deed, when nothing is killed."""
    about = deed.prepare(visitor)
    begun = time.monotonic()
    answer = deed.act(visitor, about)
    assert answer.status == HTTPStatus.OK, (answer.status, answer.body[:2_000])
    wait_until(lambda: deed.is_done(about), lambda: deed.name, visitor.house)
    return time.monotonic() - begun


def interrupt(house: House, deed: Deed, victim: str, visitor: Visitor, after: float) -> Any:
    """Ask for the deed, kill ``victim`` that many seconds later, set the house up again; return what the deed was about."""
    about = deed.prepare(visitor)
    answers: list[Answer] = []
    asked = threading.Thread(target=lambda: answers.append(deed.act(visitor, about)))
    asked.start()
    time.sleep(after)
    house.kill(victim)
    asked.join()
    assert answers[0].status in EXPECTED, (answers[0].status, answers[0].body[:2_000])
    house.mend()
    return about


def finish(deed: Deed, visitor: Visitor, about: Any) -> None:
    """Do what a person does who finds the deed undone, until it is done."""

    def is_done() -> bool:
        if deed.is_done(about):
            return True
        deed.again(visitor, about)
        return deed.is_done(about)

    wait_until(is_done, lambda: deed.name, visitor.house)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_nothing_is_left_half_done(house: House, deed: Deed, settings, django_db_blocker) -> None:
    settings.EXCHANGE_WORKER_LATE_SECONDS = 10
    seed = time.time_ns()
    chance = random.Random(seed)
    with django_db_blocker.unblock(), house.entered():
        assert broken() == [], "before anything was killed"
        visitor = Visitor(house).sign_in()
        seconds = how_long(deed, visitor)
        print(f"\n{deed.name}: {seconds:.2f} s; seed {seed}")
        for victim in (name for name in VICTIMS if name != "worker" or deed.is_the_workers):
            for _ in range(INSTANTS):
                after = chance.uniform(0, seconds)
                about = interrupt(house, deed, victim, visitor, after)
                where = f"{deed.name}, {victim} killed after {after:.3f} s"
                assert broken() == [], where
                is_whole = deed.is_done(about)
                finish(deed, visitor, about)
                assert broken() == [], f"{where}, then done again"
                if deed.is_done is is_published:
                    wait_until(
                        lambda about=about: public_title(visitor) == about[1],
                        lambda about=about, where=where: f"{where}: {about[1]} on the public page, which reads {public_title(visitor)},",
                        house,
                    )
                tally.update(kills=1, whole=is_whole, nothing=not is_whole)


def test_something_was_killed() -> None:
    """A run that killed nothing proves nothing."""
    assert tally["kills"] > 0
