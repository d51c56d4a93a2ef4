"""Files as they come from systems that no sample shows."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from catalogue.exchange.engine import check, confirm
from catalogue.models import Unit
from tests.catalogue.conftest import upload
from tests.catalogue.test_rpls import FIRST, home

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line", [home(), home().removesuffix(";"), f"{home()};"], ids=["63 fields", "62 fields", "64 fields"])
def test_a_declaration_a_field_short_or_long(neotoa, encoding, line):
    entry = check(landlord=neotoa, upload=upload(f"{FIRST}\r\n{line}\r\n".encode(encoding), "rpls.txt"), by=None)
    assert (entry.layout, entry.created, entry.errors) == ("rpls_declaration", 1, 0)


@pytest.mark.parametrize("written", ["1\u202f412,50\u00a0€", "1\u00a0412,5", "1 412.50", "1.412,50"])
def test_amounts_written_as_text(neotoa, written):
    content = f"Réf. lgt\tCP\tVille\tType\tLoyer HC\tCharges ; eau\t\t\r\nA1\t35000\tRennes\tT3\t{written}\t;\t\t\r\n\t\t\t\t\t\t\t\r\n".encode(
        "utf-16"
    )
    entry = check(landlord=neotoa, upload=upload(content), by=None)
    confirm(unit_import=entry, by=None)
    assert Unit.objects.get().main_rent == Decimal("1412.50")


HEAD = "reference;code_postal;commune;code_insee;typologie;loyer"
HOME = "A1;35000;Rennes;35238;T3;412,50"


@pytest.mark.parametrize(
    "total",
    ["Total;;;;25;", "TOTAL;25;25;25;25;10 312,50", ";;Total;;25;", "Sous-total Rennes;;;;12;", "Grand total :;;;;;1", "Total : 25 logements;;;;;"],
)
def test_a_total_is_skipped_whatever_it_counts(neotoa, total):
    entry = check(landlord=neotoa, upload=upload(f"{HEAD}\n{HOME}\n{total}\n"), by=None)
    assert (entry.rows, entry.skipped, entry.errors) == (1, 1, 0)


@pytest.mark.parametrize("line", ["TOTAL-01;35000;Rennes;35238;T3;", "Total;35000;Rennes;35238;T3;", "TOTAL-01;35000;Rennes;35238;;"])
def test_a_home_is_no_total(neotoa, line):
    entry = check(landlord=neotoa, upload=upload(f"{HEAD}\n{line}\n"), by=None)
    assert (entry.rows, entry.skipped) == (1, 0)


def test_headings_merged_over_two_rows(neotoa):
    sheet = (book := openpyxl.Workbook()).active
    for row in (
        ["reference", "Adresse", "", "", "typologie"],
        ["", "code_postal", "commune", "code_insee", ""],
        ["A1", 35000, "Rennes", 35238, "T3"],
    ):
        sheet.append(row)
    for merged in ("A1:A2", "B1:D1", "E1:E2"):
        sheet.merge_cells(merged)
    entry = check(landlord=neotoa, upload=upload(saved(book), "parc.xlsx"), by=None)
    assert (entry.created, entry.errors, entry.findings.count()) == (1, 0, 0)


def test_what_a_spreadsheet_could_not_work_out_clears_nothing(neotoa):
    confirm(unit_import=check(landlord=neotoa, upload=upload(f"{HEAD}\n{HOME}"), by=None), by=None)
    sheet = (book := openpyxl.Workbook()).active
    sheet.append(HEAD.split(";"))
    sheet.append(["A1", 35000, "Rennes", 35238, "T3", "#REF!"])
    sheet.append(["A2", 35000, "Rennes", 35238, "T3", "=400+12"])
    sheet.append([date(2015, 12, 3), 35000, "Rennes", 35238, "T3", 412.5])
    sheet["F2"].data_type = "e"
    entry = check(landlord=neotoa, upload=upload(saved(book), "parc.xlsx"), by=None)
    assert [(finding.row, finding.code) for finding in entry.findings.all()] == [(2, "formula"), (3, "formula"), (4, "damaged_id")]
    confirm(unit_import=entry, by=None, skip_errors=True)
    assert Unit.objects.get().main_rent == Decimal("412.50")


def test_parts_of_an_address_in_columns_of_their_own_are_listed_and_not_refused(neotoa):
    entry = check(landlord=neotoa, upload=upload(f"{HEAD};Résidence;Bâtiment\n{HOME};Les Lilas;B\n"), by=None)
    assert [(finding.code, finding.column) for finding in entry.findings.all()] == [("unmapped_column", "Bâtiment")]
    confirm(unit_import=entry, by=None)
    assert Unit.objects.get().address_extra == "Les Lilas"


def saved(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
