"""Rows that meet one another by thousands cost no more than others."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.exchange.engine import check, confirm
from catalogue.models import Unit
from tests.catalogue.conftest import upload

pytestmark = pytest.mark.django_db
HEAD = "reference;code_postal;commune;code_insee;typologie;N° RPLS"


def look(landlord, *lines):
    return check(landlord=landlord, upload=upload("\n".join([HEAD, *lines])), by=None)


def test_one_reference_on_thousands_of_rows_names_a_few_of_them(neotoa):
    entry = look(neotoa, *["X;35000;Rennes;35238;T3;"] * 3_000)
    assert (entry.errors, entry.found["row"]) == (3_000, {"duplicate_in_file": 3_000})
    first, second = entry.findings.all()[:2]
    assert first.message.replace("\u00a0", " ") == "La référence « X » figure aussi aux lignes 3, 4, 5, 6, 7…"
    assert second.message.replace("\u00a0", " ") == "La référence « X » figure aussi aux lignes 2, 4, 5, 6, 7…"


def test_both_rows_are_named_when_there_are_two(neotoa):
    entry = look(neotoa, "X;35000;Rennes;35238;T3;", "x;35000;Rennes;35238;T3;")
    assert [finding.message.partition("figure ")[2] for finding in entry.findings.all()] == ["aussi à la ligne 3.", "aussi à la ligne 2."]


@pytest.mark.parametrize("homes", [3, 60])
def test_a_column_of_rpls_ids_that_slipped_is_told_at_once(neotoa, homes):
    line = "A{};35000;Rennes;35238;{};R{}"
    confirm(unit_import=look(neotoa, *(line.format(number, "T3", number) for number in range(homes))), by=None)
    slipped = [line.format(number, "T3", number + 1) for number in range(homes - 1)]
    with CaptureQueriesContext(connection) as asked:
        entry = look(neotoa, *slipped, line.format(homes - 1, "T99", homes))
    assert entry.found["row"] == {"rpls_id_taken": homes - 1, "unknown_typology": 1}
    assert sum("rpls_id = s.rpls_id" in query["sql"] for query in asked) == 1
    assert Unit.objects.filter(landlord=neotoa).count() == homes


def test_ids_exchanged_between_homes_of_one_file_are_taken(neotoa):
    line = "A{};35000;Rennes;35238;T3;R{}"
    confirm(unit_import=look(neotoa, *(line.format(number, number) for number in range(5))), by=None)
    entry = look(neotoa, *(line.format(number, (number + 1) % 5) for number in range(5)))
    assert (entry.errors, entry.changed) == (0, 5)
    confirm(unit_import=entry, by=None)
    assert dict(Unit.objects.values_list("reference", "rpls_id")) == {f"A{number}": f"R{(number + 1) % 5}" for number in range(5)}
