"""Public pages: how much sooner a kept page is answered than one drawn anew."""

from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from pages import cache
from pages.seeding import seed_site
from tests.factories import DirectoryEntryFactory

ROUNDS = 40
LEAST_RATIO = 5
HOME_QUERIES = 9


def seconds(client, address: str, *, anew: bool) -> float:
    started = perf_counter()
    for _ in range(ROUNDS):
        if anew:
            cache._renew()
        assert client.get(address).status_code == 200
    return (perf_counter() - started) / ROUNDS


@pytest.mark.benchmark
@pytest.mark.django_db
def test_kept_pages_are_answered_at_least_five_times_sooner(page_cache, client):
    seed_site()
    for _ in range(15):
        DirectoryEntryFactory(territories=["243500139"])
    for address in ("/", "/dispositif/", "/annuaire/"):
        client.get(address)
        anew, kept = seconds(client, address, anew=True), seconds(client, address, anew=False)
        print(f"{address:14} à neuf {anew * 1000:6.1f} ms · gardée {kept * 1000:6.2f} ms · {anew / kept:5.1f} ×")  # noqa: T201
        assert anew / kept >= LEAST_RATIO
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) == 0
    cache._renew()
    Site.clear_site_root_paths_cache()
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert len(queries) <= HOME_QUERIES
