"""The directory shows what is published, and finds it whatever the accents."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.enums import Role
from catalogue.models import Epci
from pages.department_map import department_map
from pages.directory import DirectorySearch
from pages.models import HomePage
from partners.enums import Audience, OrganisationKind
from partners.models import DirectoryEntry, KnowHow, OrganisationName

Make = Callable[..., DirectoryEntry]


RENNES_METROPOLE, FOUGERES_AGGLOMERATION, VITRE = "243500139", "200072452", "200039022"


@pytest.fixture
def entries(home: HomePage, make_entry: Make) -> None:
    make_entry("alfadi", "ALFADI", area="Rennes Métropole", audiences=[Audience.ISOLATED], know_hows=["aller-vers"])
    make_entry("fougeres-habitat", "Fougères Habitat", kind=OrganisationKind.LANDLORD, audiences=[Audience.ALL])
    make_entry("spip-35", "SPIP 35", kind=OrganisationKind.JUSTICE_SERVICE, audiences=[Audience.LEAVING_PRISON], mission="Suit des peines.")
    make_entry("brouillon", "Fiche non publiée", is_published=False, territories=[FOUGERES_AGGLOMERATION])
    make_entry("ancienne", "Organisation fermée", is_active=False, territories=[FOUGERES_AGGLOMERATION])


@pytest.fixture
def spread(home: HomePage, make_entry: Make) -> None:
    """An operator in Fougères, one in Rennes and Vitré, one everywhere, and one that is not published."""
    make_entry("ape2a", "APE2A", territories=[FOUGERES_AGGLOMERATION], know_hows=["accompagnement"])
    make_entry("ais-35", "AIS 35", territories=[RENNES_METROPOLE, VITRE], know_hows=["accompagnement", "sortie-de-prison"])
    make_entry("aaa-siao", "A SIAO 35", kind=OrganisationKind.PRESCRIBER, is_departmental=True, know_hows=["hebergement"])
    make_entry("brouillon", "Fiche non publiée", is_published=False, territories=[FOUGERES_AGGLOMERATION])


def names(**query: str) -> list[str]:
    return [entry.organisation.name for entry in DirectorySearch.from_query(query).entries()]


@pytest.mark.usefixtures("entries")
class TestDirectory:
    def test_only_published_entries_of_active_organisations_show(self, client: Client) -> None:
        assert names() == ["ALFADI", "Fougères Habitat", "SPIP 35"]
        page = client.get("/annuaire/").content.decode()
        assert "3 partenaires" in page
        assert "Fiche non publiée" not in page
        assert "Organisation fermée" not in page

    def test_any_other_entry_does_not_exist(self, client: Client) -> None:
        slugs = ("brouillon", "ancienne", "inconnue")
        assert [client.get(f"/annuaire/{slug}/").status_code for slug in slugs] == [404, 404, 404]

    def test_the_search_forgives(self, subtests: pytest.Subtests) -> None:
        for typed, found in (
            ("fougere", ["Fougères Habitat"]),
            ("FOUGÈRES habitat", ["Fougères Habitat"]),
            ("metropole", ["ALFADI"]),
            ("peines", ["SPIP 35"]),
            ("bailleur", ["Fougères Habitat"]),
            ("isolées", ["ALFADI"]),
            ("bailleur rennes", []),
            ("100 %", []),
            ("\x00alfadi", ["ALFADI"]),
        ):
            with subtests.test(typed):
                assert names(q=typed) == found

    def test_filters_narrow_together(self) -> None:
        assert names(nature="landlord") == ["Fougères Habitat"]
        assert names(public="leaving_prison") == ["Fougères Habitat", "SPIP 35"]
        assert names(nature="justice_service", public="leaving_prison") == ["SPIP 35"]
        assert names(nature="justice_service", public="families") == []

    def test_an_unknown_filter_is_set_aside(self, client: Client) -> None:
        assert names(nature="xxx", public="yyy") == ["ALFADI", "Fougères Habitat", "SPIP 35"]
        assert client.get("/annuaire/?page=zzz&nature=xxx&inconnu=1").status_code == 200

    def test_a_search_without_result_says_what_to_do(self, client: Client) -> None:
        page = client.get("/annuaire/?q=zzz").content.decode()
        assert "Aucun partenaire ne répond à cette recherche" in page
        assert "Voir tout l’annuaire" in page

    def test_what_was_typed_is_shown_and_escaped(self, client: Client) -> None:
        page = client.get("/annuaire/", {"q": '"><script>x</script>'}).content.decode()
        assert "<script>x" not in page
        assert "&quot;&gt;&lt;script&gt;" in page

    def test_the_list_costs_the_same_for_more_entries(
        self, client: Client, make_entry: Make, django_assert_num_queries: Callable[..., AbstractContextManager[object]]
    ) -> None:
        client.get("/annuaire/")
        with CaptureQueriesContext(connection) as few:
            client.get("/annuaire/")
        for number in range(18):
            make_entry(f"association-{number}", f"Association {number}")
        with django_assert_num_queries(len(few)):
            client.get("/annuaire/")

    def test_a_long_list_is_cut_in_pages(self, client: Client, make_entry: Make) -> None:
        for number in range(30):
            make_entry(f"association-{number:02}", f"Association {number:02}")
        first = client.get("/annuaire/?q=association").content.decode()
        assert "30 partenaires" in first
        assert 'href="?q=association&amp;page=2"' in first
        assert client.get("/annuaire/?q=association&page=2").content.decode().count('<p class="tag">') == 6


@pytest.mark.usefixtures("spread")
class TestPlaces:
    def test_a_commune_leads_to_the_partners_of_its_epci_then_to_those_of_the_whole_departement(self, subtests: pytest.Subtests) -> None:
        for typed in ("Fougères", "fougere", "FOUGERES", "35300", "Lécousse", "lecouse", FOUGERES_AGGLOMERATION, "Fougères Agglomération"):
            with subtests.test(typed):
                assert names(lieu=typed) == ["APE2A", "A SIAO 35"]

    def test_a_former_commune_leads_where_it_went(self) -> None:
        assert DirectorySearch(place="Saint-Georges-de-Chesné").place_names == ["Fougères Agglomération"]

    def test_saint_is_understood_however_it_is_written(self, subtests: pytest.Subtests) -> None:
        for typed in ("Saint-Malo", "st malo", "SAINT MALO", "35400"):
            with subtests.test(typed):
                assert DirectorySearch(place=typed).place_names == ["Pays de Saint Malo Agglomération"]

    def test_the_text_finds_places_too(self, subtests: pytest.Subtests) -> None:
        for typed, found in (
            ("fougere", ["APE2A", "A SIAO 35"]),
            ("accompagnement à Fougères", ["APE2A"]),
            ("prison vitré", ["AIS 35"]),
            ("prison fougères", []),
            ("hebergement saint-malo", ["A SIAO 35"]),
        ):
            with subtests.test(typed):
                assert names(q=typed) == found

    def test_an_unknown_place_is_told_and_finds_nobody(self, client: Client) -> None:
        page = client.get("/annuaire/?lieu=Lyon").content.decode()
        assert names(lieu="Lyon") == []
        assert "Nous ne connaissons pas «&nbsp;Lyon&nbsp;»" in page
        assert 'aria-invalid="true"' in page

    def test_slips_are_mended_and_told(self, client: Client) -> None:
        page = client.get("/annuaire/?q=acompagnemment+fougrees").content.decode()
        assert "Voici ce que donne" in page
        assert "«&nbsp;accompagnement fougeres&nbsp;»" in page
        assert "APE2A" in page

    def test_what_resembles_nothing_is_not_mended(self) -> None:
        assert DirectorySearch(text="xqzw").corrected() is None

    def test_know_how_narrows_and_an_unknown_one_is_set_aside(self) -> None:
        assert names(**{"savoir-faire": "sortie-de-prison"}) == ["AIS 35"]
        assert names(**{"savoir-faire": "inconnu"}) == ["A SIAO 35", "AIS 35", "APE2A"]

    def test_each_tile_of_the_map_counts_and_leads_to_what_the_list_shows(self, client: Client, subtests: pytest.Subtests) -> None:
        drawn = department_map(DirectorySearch(know_how="accompagnement"))
        assert drawn.others == []
        assert len({(tile.x, tile.y) for tile in drawn.tiles}) == 18
        for tile in drawn.tiles:
            with subtests.test(tile.name):
                found = DirectorySearch.from_query(QueryDict(tile.query)).entries()
                assert tile.count == found.count()

    def test_a_chosen_tile_leads_back_to_the_whole_departement(self) -> None:
        tile = next(tile for tile in department_map(DirectorySearch(place=FOUGERES_AGGLOMERATION)).tiles if tile.is_chosen)
        assert (tile.name, tile.query) == ("Fougères Agglomération", "")


def test_an_epci_that_the_drawing_does_not_know_stays_reachable(home: HomePage, make_entry: Make, client: Client) -> None:
    Epci.objects.create(siren="999999999", name="CC du Pays nouveau", kind="CC")
    make_entry("alfadi", "ALFADI", territories=["999999999"])
    assert '<a href="/annuaire/?lieu=999999999">Pays nouveau (1)</a>' in client.get("/annuaire/").content.decode()


def test_the_taxonomy_is_the_staff_s(signed_in: Callable[[Role], Client]) -> None:
    client = signed_in(Role.GIE_STAFF)
    answer = client.post(
        "/gestion/partenaires/savoir-faire/ajouter/", {"name": "Habitat adapté", "code": "habitat-adapte", "meaning": "", "is_in_use": "on"}
    )
    assert answer.status_code == 302
    assert KnowHow.objects.get(code="habitat-adapte").name == "Habitat adapté"
    assert signed_in(Role.SUPPORT_WORKER).get("/gestion/partenaires/savoir-faire/").status_code == 404


def test_a_card_for_the_address_book(home: HomePage, make_entry: Make, client: Client) -> None:
    make_entry(
        "ape2a",
        "APE2A",
        mission="Accompagne ; « aller vers », " + "é" * 60,
        phone="02 99 00 00 00",
        town="Fougères",
        postcode="35300",
        address="1, rue X",
    )
    make_entry("brouillon", "Brouillon", is_published=False)
    answer = client.get("/annuaire/ape2a/carte-de-visite/")
    assert answer["Content-Type"] == "text/vcard; charset=utf-8"
    raw = answer.content.decode()
    assert all(len(line.encode()) <= 75 for line in raw.split("\r\n"))
    lines = raw.replace("\r\n ", "").split("\r\n")
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:4.0"]
    assert "ADR;TYPE=work:;;1\\, rue X;Fougères;;35300;France" in lines
    assert "TEL;VALUE=uri;TYPE=work:tel:0299000000" in lines
    assert any(line.startswith("NOTE:Accompagne \\; « aller vers »\\, é") for line in lines)
    assert client.get("/annuaire/brouillon/carte-de-visite/").status_code == 404


def test_an_empty_directory_says_why(home: HomePage, client: Client) -> None:
    assert "Les premières fiches arrivent" in client.get("/annuaire/").content.decode()


def test_an_entry_says_how_to_reach_its_organisation(home: HomePage, make_entry: Make, client: Client) -> None:
    entry = make_entry(
        "ais-35", "AIS 35", services="Diagnostic social\n\nVisites", phone="02 99 00 00 00", website="https://ais.example", verified_on="2015-03-03"
    )
    OrganisationName.objects.create(organisation=entry.organisation, name="Accueil Insertion Social", starts_on="2000-01-01", ends_on="2013-12-31")
    page = client.get("/annuaire/ais-35/").content.decode()
    assert 'href="tel:0299000000"' in page
    assert "<li>Diagnostic social</li><li>Visites</li>" in page
    assert "Fiche vérifiée le 3 mars 2015 par l’organisme." in page
    assert "Accueil Insertion Social, depuis le 1er janvier 2000, jusqu’au 31 décembre 2013" in page


def test_an_entry_whose_address_changes_is_still_found_at_the_old_one(home: HomePage, make_entry: Make, client: Client) -> None:
    entry = make_entry("ais", "AIS 35")
    for slug in ("ais-35", "ais", "ais-35", "ais-ille-et-vilaine"):
        entry.slug = slug
        entry.save()
    for old in ("ais", "ais-35"):
        answer = client.get(f"/annuaire/{old}/", follow=True)
        assert (answer.redirect_chain[-1], answer.status_code) == (("/annuaire/ais-ille-et-vilaine/", 301), 200)
