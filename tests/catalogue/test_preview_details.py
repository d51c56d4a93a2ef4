"""What a preview tells beside its classes: totals, findings by kind, homes that the scheme holds for occupied."""

from html import unescape

import pytest
from django.urls import reverse

from access.enums import Role
from catalogue.exchange.engine import check, confirm
from catalogue.models import Unit
from tests.catalogue.conftest import account, upload
from tests.factories import HouseholdFactory, OccupancyFactory

pytestmark = pytest.mark.django_db
HEAD = "reference;code_postal;commune;code_insee;typologie;occupation"


def take(landlord, *lines, head=HEAD):
    return check(landlord=landlord, upload=upload("\n".join([head, *lines])), by=None)


def read(client, entry, name="entry", **query):
    return unescape(client.get(reverse(f"stock_exchange:{name}", args=[entry.pk]), query).content.decode()).replace("\u00a0", " ")


def test_rows_are_counted_by_commune_and_by_typology(client, officer, neotoa):
    confirm(unit_import=take(neotoa, "A1;35000;Rennes;35238;T3;loué", "A2;35000;Rennes;35238;T2;loué"), by=None)
    entry = take(neotoa, "A1;35000;Rennes;35238;T3;loué", "A2;35000;Rennes;35238;T4;loué", "B1;35300;Fougères;35115;T4;loué", "B2;35300;X;99999;T4;")
    assert entry.totals == {"commune": [["Fougères", 1, 0, 0], ["Rennes", 0, 1, 1]], "typology": [["T3", 0, 0, 1], ["T4", 1, 1, 0]]}
    client.force_login(officer)
    assert "Par commune (2)" in read(client, entry)


def test_findings_are_counted_by_kind_and_narrowed(client, officer, neotoa, settings):
    settings.EXCHANGE_MAX_FINDINGS = 3
    lines = [f"LOGEMENT-{number};35000;Rennes;35238;T99;loué" for number in range(4)]
    entry = take(neotoa, *lines, "B1;35000;Renes;35238;T3;loué")
    assert entry.found["row"] == {"unknown_typology": 4}
    assert entry.found["notice"] == {"insee_commune_mismatch": 1}
    assert (entry.finding_count, entry.findings.count()) == (5, 3)
    client.force_login(officer)
    assert "seuls les premiers sont gardés" in read(client, entry)
    page = read(client, entry, "findings", portee="row", nature="unknown_typology", q="LOGEMENT-1")
    assert "1 constat" in page
    assert "LOGEMENT-2" not in page
    assert "Aucun constat ne répond" in read(client, entry, "findings", colonne="étage\x00")
    whole = b"".join(client.get(reverse("stock_exchange:mend", args=[entry.pk])).streaming_content).decode()
    assert whole.count("n'est pas une typologie") == 4
    assert "désigne Rennes" in whole


@pytest.mark.parametrize(("said", "count"), [("vacant", 1), ("travaux", 1), ("loué", 0), ("association", 0), ("", 0)])
def test_a_home_said_free_that_the_scheme_holds_for_occupied(neotoa, said, count):
    confirm(unit_import=take(neotoa, "A1;35000;Rennes;35238;T3;loué"), by=None)
    before = OccupancyFactory(unit=Unit.objects.get())
    entry = take(neotoa, f"A1;35000;Rennes;35238;T3;{said}")
    findings = list(entry.findings.filter(code="occupation_mismatch"))
    assert len(findings) == count
    assert entry.errors == 0
    for finding in findings:
        told = f"{finding.message} {finding.hint}"
        assert "le dispositif tient ce logement pour occupé" in told
        assert before.household.reference not in told
    before.refresh_from_db()
    assert before.ends_on is None


def test_a_confidential_household_is_never_betrayed_by_its_home(neotoa):
    confirm(unit_import=take(neotoa, "A1;35000;Rennes;35238;T3;loué"), by=None)
    OccupancyFactory(unit=Unit.objects.get(), household=HouseholdFactory(is_confidential=True))
    assert not take(neotoa, "A1;35000;Rennes;35238;T3;vacant").findings.filter(code="occupation_mismatch").exists()


@pytest.mark.parametrize(
    ("written", "kept", "code"),
    [
        ("PLUS", "plus", None),
        ("PLA LM/TS", "pla", "value_normalised"),
        ("LLTS", "plai", "value_normalised"),
        ("PPLS", "pls", "value_normalised"),
        ("13", "", "value_normalised"),
        ("77", "", "value_normalised"),
        ("Prêt de ma tante", None, "unknown_code"),
    ],
)
def test_financing_as_rpls_writes_it(neotoa, written, kept, code):
    head = "REFLGT;DEPCOM;CODEPOSTAL;LIBCOM;NBPIECE;FINAN"
    entry = take(neotoa, f"A1;35238;35000;Rennes;3;{written}", head=head)
    assert entry.layout == "rpls_published"
    assert list(entry.findings.values_list("code", flat=True)) == ([code] if code else [])
    if kept is not None:
        confirm(unit_import=entry, by=None)
        assert Unit.objects.get().initial_financing == kept


def test_the_journal_is_in_the_menu_of_those_who_exchange(client, officer, neotoa):
    client.force_login(officer)
    assert reverse("stock_exchange:journal") in client.get(reverse("logements_parc_modeladmin_index")).content.decode()
    client.force_login(account(Role.SUPPORT_WORKER, email="x@exemple.fr"))
    assert reverse("stock_exchange:journal") not in client.get(reverse("wagtailadmin_home")).content.decode()
