"""What the journal costs a page, and how long its verification and the notices of retention take at volume; printed, and held to bounds."""

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from access import scope
from access.enums import Role
from access.journal import chain
from access.models import JournalEntry
from households.models import Household, RetentionNotice
from households.privacy.retention import give_notices
from tests.factories import HouseholdFactory, UserFactory

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]

ENTRIES, PART = 1_000_000, 100_000
CASES = 100_000
ROUNDS = 30
MOST_RATIO = 1.25
VERIFY_SECONDS, NOTICE_SECONDS = 180, 60
"""A command run by hand, and a job of the night: what a person, or a night, may wait."""
JOURNAL = "access.journal.recording.JournalMiddleware"
FILL = """
INSERT INTO access_journalentry (at, kind, subject_kind, subject_id, reference, door, touched)
SELECT now(), 'consultation', 'household', n, 'MEN-' || lpad(n::text, 5, '0'), 'households:case', '[]' FROM generate_series(1, %s) AS n
"""


def timed(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def test_the_journal_costs_a_page_little(settings) -> None:
    case = HouseholdFactory()
    address = reverse("households:case", args=[case.pk])
    without = [name for name in settings.MIDDLEWARE if name != JOURNAL]
    clients, times = {}, {"with": [], "without": []}
    for name, middleware in (("with", settings.MIDDLEWARE), ("without", without)):
        settings.MIDDLEWARE = middleware
        clients[name] = Client()
        clients[name].force_login(UserFactory(role=Role.GIE_STAFF))
        assert clients[name].get(address).status_code == 200
    for _ in range(ROUNDS):
        for name, client in clients.items():
            times[name].append(timed(lambda client=client: client.get(address)) * 1_000)
    assert JournalEntry.objects.count() == ROUNDS + 1, "one line for each page shown with the journal"
    told = {name: statistics.median(found) for name, found in times.items()}
    ratio = told["with"] / told["without"]
    print(f"\ncase page: {told['with']:.1f} ms with the journal, {told['without']:.1f} ms without; ratio {ratio:.3f}")
    assert ratio < MOST_RATIO


def test_a_million_lines_are_closed_and_verified_in_bearable_time() -> None:
    with connection.cursor() as cursor:
        for _ in range(ENTRIES // PART):
            cursor.execute(FILL, [PART])
            chain.close_batches(settled=timedelta(0))
    seconds = timed(lambda: call_command("verify_journal"))
    print(f"\nverify_journal: {ENTRIES} lines in {seconds:.1f} s")
    assert chain.verify().entries == ENTRIES
    assert seconds < VERIFY_SECONDS


def test_notices_over_a_hundred_thousand_cases_are_given_within_a_night() -> None:
    today = date(2027, 1, 15)
    with scope.system("seeding"):
        call_command("seed_demo", "--households", str(CASES), "--today", "2024-06-15")
    given: list[int] = []
    seconds = timed(lambda: given.append(give_notices(on=today)))
    again = timed(lambda: given.append(give_notices(on=today)))
    print(f"\ngive_notices: {given[0]} of {Household.objects.count()} cases in {seconds:.1f} s; run again, {given[1]} in {again:.1f} s")
    assert given[0] == RetentionNotice.objects.count() > 0
    assert given[1] == 0
    assert seconds < NOTICE_SECONDS
