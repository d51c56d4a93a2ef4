"""The file as it came, the file with its findings, and the purge of both."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from access.exchange.annotated import as_csv
from access.exchange.downloads import with_findings
from catalogue.exchange.desk import STOCK_DESK
from catalogue.exchange.engine import check
from catalogue.models import ImportedFile, UnitImport
from catalogue.tasks import purge_imported_files
from tests.catalogue.conftest import SAMPLES, landlord, sample, upload

pytestmark = pytest.mark.django_db
HEAD = "reference;code_postal;commune;code_insee;typologie;etage"


def mended(client, entry):
    answer = client.get(reverse("stock_exchange:mend", args=[entry.pk]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    return b"".join(answer.streaming_content)


def facts(entry, *places):
    return (
        *(entry.layout, entry.rows, entry.skipped, entry.created, entry.changed, entry.errors, entry.fingerprint),
        list(entry.findings.values_list("row", "code", "cell", "column", *places)),
    )


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("stock_findings.csv", "espacil-habitat"),
        ("stock_cp1252_excel.csv", "archipel-habitat"),
        ("rpls_published.csv", "fougeres-habitat"),
        ("rpls_declaration.txt", "emeraude-habitation"),
        ("stock_titled.xlsx", "aiguillon-construction"),
    ],
)
def test_the_file_given_back_says_the_same(client, officer, name, owner):
    client.force_login(officer)
    entry = check(landlord=landlord(owner), upload=sample(name), by=None)
    content = mended(client, entry)
    again = check(landlord=landlord(owner), upload=upload(content, name), by=None)
    assert facts(again, "reference", "value") == facts(entry, "reference", "value")
    assert facts(check(landlord=landlord(owner), upload=upload(mended(client, again), name), by=None)) == facts(entry)


def test_what_is_wrong_stands_beside_each_row(client, officer):
    client.force_login(officer)
    entry = check(landlord=landlord("espacil-habitat"), upload=sample("stock_findings.csv"), by=None)
    content = mended(client, entry).decode()
    assert content.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(content[1:], newline=""), delimiter=";"))
    sent = list(csv.reader(io.StringIO((SAMPLES / "stock_findings.csv").read_text(), newline=""), delimiter=";"))
    assert [row[:-2] for row in rows] == [row + [""] * (len(rows[0]) - 2 - len(row)) for row in sent]
    assert rows[0][-2:] == ["Anomalies", "Que faire"]
    assert rows[1][-2:] == ["", ""]
    assert rows[2][-2].replace("\u00a0", " ") == "typologie : « T99 » n'est pas une typologie."
    assert rows[2][-1] == "Indiquez T1 à T6, par exemple T3."
    assert rows[11][-2].count("n'est pas un") == 2


def test_once_mended_it_is_taken(client, officer, neotoa):
    client.force_login(officer)
    entry = check(landlord=neotoa, upload=upload(f"{HEAD}\nA1;35000;Rennes;35238;T99;-1\nA2;35000;Rennes;35238;T2;-;en trop"), by=None)
    content = mended(client, entry).decode()
    again = check(landlord=neotoa, upload=upload(content.replace("A1;35000;Rennes;35238;T99", "A1;35000;Rennes;35238;T3")), by=None)
    assert (again.created, [finding.code for finding in again.findings.all()]) == (1, ["extra_cells"])


def test_formulas_are_harmless(client, officer, neotoa):
    client.force_login(officer)
    lines = ['=1+1;35000;"\tRennes";35238;T3;-2', "+33 2;35000;@SUM(A1);35238;T99;-", "-x;35000;Rennes;35238;T3;+4"]
    content = mended(client, check(landlord=neotoa, upload=upload("\n".join([HEAD, *lines])), by=None)).decode()
    rows = list(csv.reader(io.StringIO(content[1:], newline=""), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["#FORMULE =1+1", "+33 2", "'-x"]
    assert [row[2] for row in rows[1:]] == ["Rennes", "#FORMULE @SUM(A1)", "Rennes"]
    assert [row[5] for row in rows[1:]] == ["-2", "-", "+4"]


def test_a_formula_left_as_it_is_does_not_become_a_value(client, officer, neotoa):
    client.force_login(officer)
    entry = check(landlord=neotoa, upload=upload(f"{HEAD}\n=A1;35000;Rennes;35238;T3;2"), by=None)
    again = check(landlord=neotoa, upload=upload(mended(client, entry)), by=None)
    assert (again.created, [finding.code for finding in again.findings.all()]) == (0, ["formula"])


def test_a_workbook_comes_back_as_a_workbook(client, officer, neotoa):
    client.force_login(officer)
    book = openpyxl.Workbook()
    book.active.append(["Réf.", "CP", "Ville", "Type", "Loyer"])
    book.active.append(["A1", 35000, "Rennes", "T99", 412.5])
    target = io.BytesIO()
    book.save(target)
    content = mended(client, check(landlord=neotoa, upload=upload(target.getvalue(), "parc.xlsx"), by=None))
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]
    assert rows[0] == ["Réf.", "CP", "Ville", "Type", "Loyer", "Anomalies", "Que faire"]
    assert rows[1][:5] == ["A1", 35000, "Rennes", "T99", 412.5]


def test_the_original_is_a_download_byte_for_byte(client, referent, neotoa):
    client.force_login(referent)
    entry = check(landlord=neotoa, upload=upload("<script>alert(1)</script>;x\n" + HEAD + "\nA1;35000;Rennes;35238;T3;", "pièce <b>.html"), by=None)
    answer = client.get(reverse("stock_exchange:original", args=[entry.pk]))
    assert answer.content.startswith(b"<script>")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert answer["Content-Disposition"].startswith("attachment; ")


def test_files_are_purged_past_their_day_and_the_journal_stays(client, officer, neotoa):
    client.force_login(officer)
    old, recent = (check(landlord=neotoa, upload=sample("stock_simple.csv"), by=None) for _ in range(2))
    ImportedFile.objects.filter(pk=old.pk).update(kept_until=timezone.now() - timedelta(seconds=1))
    for door in ("original", "mend"):
        assert client.get(reverse(f"stock_exchange:{door}", args=[old.pk])).status_code == 404
    purge_imported_files(timestamp=0)
    assert list(ImportedFile.objects.values_list("pk", flat=True)) == [recent.pk]
    assert UnitImport.objects.count() == 2
    assert "Télécharger le fichier reçu" not in client.get(reverse("stock_exchange:entry", args=[old.pk])).content.decode()
    assert "Télécharger le fichier reçu" in client.get(reverse("stock_exchange:entry", args=[recent.pk])).content.decode()


CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="'\ufeff＝＋－＠"), max_size=8),
    st.sampled_from(["", "NC", "-", "+3", "T3", "35000", "Rennes", "A1", "Total", "''", "'=x", "3,5E+09", "=1+1", "@x", " =2", "#REF!"]),
)


@settings(max_examples=50)
@given(rows=st.lists(st.lists(CELLS, max_size=8), max_size=6))
def test_whatever_the_file_it_comes_back_with_the_same_meaning(neotoa, rows):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";").writerows([HEAD.split(";"), *rows])
    sent = buffer.getvalue().encode()
    entry = check(landlord=neotoa, upload=upload(sent), by=None)
    if entry.is_pending:
        again = check(landlord=neotoa, upload=upload(b"".join(as_csv(with_findings(STOCK_DESK, entry, sent)))), by=None)
        assert facts(again) == facts(entry)
