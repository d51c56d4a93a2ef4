"""How long the scheme's costs take over a hundred thousand households, each total at once, beside a bare sum over the same measures.

The reference is one statement that multiplies each measure's days by a constant, without prices, suspensions, years nor rounding: what reading
the table costs. The bound is 2 s, on the machine it was set on; there the reference took BARE_MS, and its time in this run scales the bound.
"""

import logging

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from households.ledger import GROUPINGS, Ledger
from households.models import SupportMeasure
from tests.benchmarks.bench_lists import HOUSEHOLDS, analyse, best

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db(transaction=True)]
BARE_MS, BOUND_MS = 14.0, 2000.0
YEARS = 5


def bare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind_id, SUM((COALESCE(ended_on, planned_ends_on) - starts_on + 1) * 4.11) FROM households_supportmeasure GROUP BY kind_id"
        )
        cursor.fetchall()


def test_every_total_within_two_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    logging.disable(logging.CRITICAL)
    with override_settings(DEMO_DATA_ALLOWED=True):
        call_command("seed_demo", "--units", str(HOUSEHOLDS), "--households", str(HOUSEHOLDS))
    analyse()
    measures = SupportMeasure.objects.all()
    first = measures.order_by("starts_on").values_list("starts_on", flat=True)[0].year
    ledger = Ledger(first, first + YEARS - 1)
    reference = best(bare)
    bound = BOUND_MS * max(1.0, reference / BARE_MS)
    taken = {name: best(lambda name=name: ledger.totals(name, "year")) for name in GROUPINGS}
    with capsys.disabled():
        print(f"\n{measures.count()} mesures, {ledger.count()} lignes ; somme nue : {reference:.0f} ms ; borne : {bound:.0f} ms")  # noqa: T201
        for name, milliseconds in sorted(taken.items(), key=lambda row: -row[1]):
            print(f"  {milliseconds:7.0f} ms  {milliseconds / reference:5.1f} x  par {name} et par année")  # noqa: T201
    assert ledger.total() == sum(ledger.totals("kind").values())
    assert max(taken.values()) <= bound
