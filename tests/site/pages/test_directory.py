"""The directory shows what is published, and finds it whatever the accents."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages.directory import DirectorySearch
from pages.models import HomePage
from partners.enums import Audience, OrganisationKind
from partners.models import DirectoryEntry, OrganisationName

Make = Callable[..., DirectoryEntry]


@pytest.fixture
def entries(home: HomePage, make_entry: Make) -> None:
    make_entry("alfadi", "ALFADI", area="Rennes Métropole", audiences=[Audience.ISOLATED])
    make_entry("fougeres-habitat", "Fougères Habitat", kind=OrganisationKind.LANDLORD, audiences=[Audience.ALL])
    make_entry("spip-35", "SPIP 35", kind=OrganisationKind.JUSTICE_SERVICE, audiences=[Audience.LEAVING_PRISON], mission="Suit des peines.")
    make_entry("brouillon", "Fiche non publiée", is_published=False)
    make_entry("ancienne", "Organisation fermée", is_active=False)


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
        assert "30 partenaires trouvés" in first
        assert 'href="?q=association&amp;page=2"' in first
        assert client.get("/annuaire/?q=association&page=2").content.decode().count('<p class="tag">') == 6


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
