"""Two people at once: written once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from catalogue.enums import ImportStatus
from catalogue.exchange.engine import STOCK_COURSE, PreviewOutdated, check, confirm
from catalogue.models import Unit, UnitImport
from tests.catalogue.conftest import landlord, sample

pytestmark = pytest.mark.django_db(transaction=True)


def together(*imports, act=lambda entry: confirm(unit_import=entry, by=None).written):
    barrier = Barrier(len(imports))

    def run(entry):
        try:
            barrier.wait(timeout=30)
            return act(entry)
        except PreviewOutdated:
            return "outdated"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(imports)) as pool:
        return sorted(pool.map(run, imports), key=str)


def test_one_import_confirmed_by_two():
    entry = check(landlord=landlord("neotoa"), upload=sample("stock_simple.csv"), by=None)
    assert together(entry, entry) == [40, 40]
    assert Unit.objects.count() == 40
    assert UnitImport.objects.filter(status=ImportStatus.CONFIRMED).count() == 1


def test_the_same_file_sent_by_two():
    owner = landlord("neotoa")
    entries = [check(landlord=owner, upload=sample("stock_simple.csv"), by=None) for _ in range(2)]
    assert together(*entries) == [40, "outdated"]
    assert Unit.objects.count() == 40


def test_one_import_undone_by_two():
    entry = confirm(unit_import=check(landlord=landlord("neotoa"), upload=sample("stock_simple.csv"), by=None), by=None)
    first, second = together(entry, entry, act=lambda entry: STOCK_COURSE.undo(entry=entry, by=None).undone_at)
    assert first == second
    assert not Unit.objects.exists()
