"""A landlord's referent sends a messy file, mends it from what is given back, confirms, undoes; and sees nothing of another landlord."""

from pathlib import Path

import pytest

from access.enums import Role
from catalogue.exchange.engine import check, confirm
from catalogue.models import Unit, UnitImport
from tests.browser.test_main_job import sign_in
from tests.catalogue.conftest import upload
from tests.factories import OrganisationFactory, member

MESSY = "\r\n".join(
    [
        "Patrimoine au 1er janvier;;;;;",
        "Réf. logement;CP;Ville;Type;Loyer HC;Volets",
        '"ARC-1";35300;Fougères;t 3;412,50 €;oui',
        ";;;;;",
        "'ARC-2;35300;Fougere;T99;3 000\u00a0000;non",
        "ARC-3;35000;Rennes;F2;350;oui",
        "Total;;;;762,50;",
    ]
)


@pytest.fixture
def archipel(db):
    return OrganisationFactory(landlord=True, code="archipel-habitat", name="Archipel Habitat")


def send(page, path):
    page.goto("/gestion/echanges/envoyer/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Envoyer et voir l'aperçu").click()
    page.get_by_text("Rien n'est encore enregistré").wait_for()


def test_a_messy_file_is_mended_confirmed_and_undone(open_page, archipel, tmp_path: Path):
    sent = tmp_path / "parc messy.csv"
    sent.write_bytes(MESSY.encode("cp1252"))
    page = open_page()
    sign_in(page, member(Role.LANDLORD_REFERENT, archipel))

    page.get_by_role("button", name="Logements").click()
    page.get_by_role("link", name="Fichiers reçus").click()
    page.get_by_role("heading", name="Fichiers patrimoine").wait_for()
    send(page, sent)
    assert not Unit.objects.exists()
    page.get_by_role("cell", name="« T99 » n'est pas une typologie.").wait_for()
    assert "Vouliez-vous dire « Fougères » ?" in page.locator("main").inner_text().replace("\u00a0", " ")
    page.get_by_role("link", name="typologie inconnue").click()
    page.get_by_role("heading", name="Constats").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Télécharger mon fichier").click()
    given_back = waiting.value.path().read_text(encoding="utf-8-sig")
    assert "Anomalies;Que faire" in given_back

    mended = tmp_path / "parc corrigé.csv"
    mended.write_text(given_back.replace("T99", "T4").replace("Fougere;", "Fougères;").replace("3 000\u00a0000", "430"), encoding="utf-8")
    send(page, mended)
    page.get_by_role("button", name="Enregistrer 3 changements").click()
    page.get_by_text("3 logements enregistrés").wait_for()
    assert sorted(Unit.objects.values_list("reference", "typology")) == [("ARC-1", "T3"), ("ARC-2", "T4"), ("ARC-3", "T2")]

    page.get_by_role("link", name="Annuler l'import…").click()
    page.get_by_role("button", name="Annuler cet import").click()
    page.get_by_text("Cet import est annulé").wait_for()
    assert not Unit.objects.exists()


def test_nothing_of_another_landlord_is_seen_nor_guessed(open_page, archipel):
    other = OrganisationFactory(landlord=True, code="neotoa", name="Néotoa")
    content = "reference;code_postal;commune;typologie\nNEO-1;35000;Rennes;T3"
    theirs = confirm(unit_import=check(landlord=other, upload=upload(content, "parc_neotoa.csv"), by=None), by=None)
    page = open_page()
    sign_in(page, member(Role.LANDLORD_REFERENT, archipel))
    page.goto("/gestion/echanges/")
    assert "neotoa" not in page.locator("main").inner_text().lower()
    page.goto("/gestion/echanges/envoyer/")
    assert page.locator("select[name=landlord] option").all_inner_texts() == ["Choisissez un bailleur", "Archipel Habitat"]
    for door in ("", "constats/", "annuler/", "absents/", "colonnes/", "fichier/", "a-corriger/"):
        assert page.request.get(f"/gestion/echanges/{theirs.pk}/{door}").status == 404, door
    assert UnitImport.objects.count() == 1
