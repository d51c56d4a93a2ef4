"""What row-level security costs the lists of the back office over a million homes and a hundred thousand households.

Every list is asked as in ``bench_lists``, whole requests, by each role that reads it, with the policies on and off in one run, turn about; the
shortest time of each counts. Off, the middleware and its transaction stay: what is measured is the policies.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings

from access import scope
from tests.benchmarks.bench_lists import HOUSEHOLDS, READERS, UNITS, analyse, reader, requests
from tests.benchmarks.served import Browser
from tests.site.access.test_row_level_security import protected
from tests.site.access.test_screens import screens

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db(transaction=True)]

BOUND = 1.10
ROUNDS = 4


@contextmanager
def without_policies() -> Iterator[None]:
    """The same database with its policies off; only the owner of the tables may."""
    name = connection.settings_dict["NAME"]

    def turn(word: str) -> None:
        with settings.DATABASE_ACCOUNTS.owner.connect(name) as owner:
            for table in protected():
                owner.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")

    turn("DISABLE")
    try:
        yield
    finally:
        turn("ENABLE")


def spent(browser: Browser, url: str, parameters: dict[str, str]) -> float:
    started = time.perf_counter()
    assert browser.get(url, parameters).status_code == 200
    return (time.perf_counter() - started) * 1_000


def test_row_level_security_costs_the_lists_less_than_a_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    logging.disable(logging.CRITICAL)
    with override_settings(DEMO_DATA_ALLOWED=True), scope.system("seeding"):
        call_command("seed_demo", "--units", str(UNITS), "--households", str(HOUSEHOLDS))
    analyse()
    asked = []
    for screen in screens():
        for role in sorted(screen.readers & READERS.keys()):
            browser = reader(role)
            asked += [(screen, role, name, browser, parameters) for name, parameters in requests(screen, browser)]
    times: dict[int, tuple[list[float], list[float]]] = {place: ([], []) for place in range(len(asked))}
    for number in range(ROUNDS + 1):
        for is_off in (0, 1):
            if is_off:
                with without_policies():
                    taken = [spent(browser, screen.url_helper.index_url, parameters) for screen, _role, _name, browser, parameters in asked]
            else:
                taken = [spent(browser, screen.url_helper.index_url, parameters) for screen, _role, _name, browser, parameters in asked]
            if number:
                for place, one in enumerate(taken):
                    times[place][is_off].append(one)
    best = {place: (min(on), min(off)) for place, (on, off) in times.items()}
    whole_on, whole_off = (sum(pair[side] for pair in best.values()) for side in (0, 1))
    with capsys.disabled():
        print(f"\n{len(asked)} listes : {whole_on:.0f} ms avec les règles, {whole_off:.0f} ms sans, × {whole_on / whole_off:.3f}")  # noqa: T201
        for place in sorted(best, key=lambda found: best[found][1] - best[found][0])[:40]:
            screen, role, name, _browser, _parameters = asked[place]
            on, off = best[place]
            print(f"{screen.base_url_path!s:34} {role.label:30} {name:34} {on:6.0f} ms  {off:6.0f} ms  × {on / off:5.2f}")  # noqa: T201
    assert whole_on < whole_off * BOUND
