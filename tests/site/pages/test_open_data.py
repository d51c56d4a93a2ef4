"""What other sites read: published things only, in the published formats, and nothing to write."""

import csv
import io
import json
import re

import fastjsonschema
import pytest
from data_inclusion.schema.v1.services import Service
from data_inclusion.schema.v1.structures import Structure
from django.test import Client
from wagtail.models import Page

from access.enums import Role
from pages.api import api
from pages.models import HomePage
from pages.open_data import COLUMNS
from partners.actions import store_document
from partners.models import DirectoryEntry
from tests.factories import UserFactory

BASE = "/api/v1/"


@pytest.fixture
def entries(home: HomePage, make_entry) -> None:
    make_entry(
        "ape2a",
        "APE2A",
        mission="=Accompagne des ménages.",
        services="Diagnostic social.\nVisites à domicile",
        audiences=["all", "tenants"],
        know_hows=["accompagnement", "aller-vers"],
        territories=["200072452"],
        postcode="35300",
        town="Fougères",
        insee_code="35115",
        latitude="48.351000",
        longitude="-1.204000",
        phone="02 99 00 00 00",
        email="contact@ape2a.fr",
        website="https://ape2a.example",
    )
    make_entry("siao-35", "SIAO 35", is_departmental=True, audiences=["families"])
    make_entry("brouillon", "Brouillon", is_published=False, mission="Secret.")


def clients() -> list[Client]:
    """A visitor, and a member of the GIE's staff."""
    signed_in = Client()
    signed_in.force_login(UserFactory(role=Role.GIE_STAFF))
    return [Client(), signed_in]


@pytest.mark.usefixtures("entries")
class TestReading:
    def test_published_pages_only_whoever_asks(self) -> None:
        draft = Page.objects.get(slug="loger")
        draft.specific.unpublish()
        for client in clients():
            answer = client.get(f"{BASE}pages/?nombre=100").json()
            titles = [page["titre"] for page in answer["pages"]]
            assert answer["total"] == len(titles) == Page.objects.live().filter(depth__gt=1).count()
            assert "Loger et accompagner" not in titles
            assert client.get(f"{BASE}pages/{draft.pk}/").status_code == 404

    def test_a_page_gives_its_text(self, client: Client) -> None:
        page = client.get(f"{BASE}pages/{Page.objects.get(slug='dispositif').pk}/").json()
        assert page["adresse"].endswith("/dispositif/")
        assert "Pourquoi Solive existe" in page["texte"]
        assert "<" not in page["texte"]

    def test_published_partners_only_with_the_directory_s_filters(self) -> None:
        for client in clients():
            assert [found["id"] for found in client.get(f"{BASE}partenaires/").json()["partenaires"]] == ["ape2a", "siao-35"]
            assert [found["id"] for found in client.get(f"{BASE}partenaires/?lieu=Vitré").json()["partenaires"]] == ["siao-35"]
            assert [found["id"] for found in client.get(f"{BASE}partenaires/?savoir_faire=aller-vers").json()["partenaires"]] == ["ape2a"]
            assert client.get(f"{BASE}partenaires/ape2a/").json()["commune"] == "Fougères"
            assert client.get(f"{BASE}partenaires/brouillon/").status_code == 404
            for door in ("annuaire.csv", "data-inclusion/structures.json", "data-inclusion/services.json"):
                assert "Secret" not in client.get(BASE + door).content.decode()

    @pytest.mark.parametrize("bounds", ["depuis=-5&nombre=0", "depuis=999", "nombre=100000"])
    def test_bounds_are_kept(self, client: Client, bounds: str) -> None:
        assert client.get(f"{BASE}pages/?{bounds}").status_code == 200

    def test_there_is_nothing_to_write_whoever_asks(self) -> None:
        doors = ["pages/", f"pages/{Page.objects.last().pk}/", "partenaires/", "partenaires/ape2a/", "annuaire.csv"]
        for client in clients():
            for door in doors:
                for method in (client.post, client.put, client.patch, client.delete):
                    answer = method(BASE + door, "{}", content_type="application/json", headers={"Authorization": "Bearer x"})
                    assert answer.status_code == 405, (door, method)
        assert client.get("/api/v3/pages/").status_code == 404

    def test_the_description_tells_every_door_and_only_reading(self, client: Client) -> None:
        described = client.get(f"{BASE}openapi.json").json()
        assert described["openapi"].startswith("3.")
        assert {method for doors in described["paths"].values() for method in doors} == {"get"}
        page = client.get(BASE).content.decode()
        assert all(address in page for address in described["paths"])
        assert api.docs_url is None

    @pytest.mark.parametrize(
        ("door", "path"),
        [
            ("pages/?nombre=100", "/api/v1/pages/"),
            ("pages/{page}/", "/api/v1/pages/{pk}/"),
            ("partenaires/", "/api/v1/partenaires/"),
            ("partenaires/ape2a/", "/api/v1/partenaires/{slug}/"),
            ("data-inclusion/structures.json", "/api/v1/data-inclusion/structures.json"),
            ("data-inclusion/services.json", "/api/v1/data-inclusion/services.json"),
        ],
    )
    def test_answers_validate_against_the_description(self, door: str, path: str) -> None:
        for client in clients():
            described = client.get(f"{BASE}openapi.json").json()
            schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            validate = fastjsonschema.compile({**schema, "components": described["components"]})
            answer = client.get(BASE + door.format(page=Page.objects.get(slug="dispositif").pk)).json()
            validate(answer)
            spoilt = {**answer[0], "id": 5} if isinstance(answer, list) else {**answer, "total": "x", "titre": None, "nom": None}
            with pytest.raises(fastjsonschema.JsonSchemaException):
                validate([spoilt] if isinstance(answer, list) else spoilt)

    def test_a_partner_s_files_are_told_by_their_addresses(self, client: Client) -> None:
        entry = DirectoryEntry.objects.get(slug="ape2a")
        document = store_document(organisation=entry.organisation, title="Plaquette", content=b"%PDF-1.4 %%EOF", by=UserFactory(role=Role.GIE_STAFF))
        entry.documents.add(document)
        found = client.get(f"{BASE}partenaires/ape2a/").json()
        assert (found["logo"], found["latitude"], found["longitude"]) == (None, 48.351, -1.204)
        assert client.get(found["documents"][0]["lien"]).content == b"%PDF-1.4 %%EOF"


@pytest.mark.usefixtures("entries")
class TestExports:
    def test_the_directory_in_the_data_inclusion_schema(self, client: Client) -> None:
        structures = client.get(f"{BASE}data-inclusion/structures.json").json()
        services = client.get(f"{BASE}data-inclusion/services.json").json()
        assert [Structure.model_validate(found, strict=False).id for found in structures] == ["solive--ape2a", "solive--siao-35"]
        found = [Service.model_validate(service) for service in services]
        assert [(service.nom, service.structure_id) for service in found] == [
            ("Diagnostic social", "solive--ape2a"),
            ("Visites à domicile", "solive--ape2a"),
        ]
        assert services[0]["publics"] == ["tous-publics"]
        assert services[0]["zone_eligibilite"] == ["200072452"]

    def test_the_directory_in_the_departement_s_columns(self, client: Client) -> None:
        answer = client.get(f"{BASE}annuaire.csv")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert tuple(rows[0]) == COLUMNS
        assert [row["ID"] for row in rows] == ["ape2a", "siao-35"]
        assert (rows[0]["CODE_INSEE"], rows[0]["LONGITUDE"]) == ("35115", "-1.204000")
        assert rows[0]["PRESENTATION_DETAIL"] == "'=Accompagne des ménages."
        assert rows[0]["LIEN_SOURCE"].endswith("/annuaire/ape2a/")
        assert rows[0]["DATE_MAJ"] == DirectoryEntry.objects.get(slug="ape2a").updated_on.isoformat()

    def test_linked_data_cannot_leave_its_block(self, client: Client) -> None:
        DirectoryEntry.objects.filter(slug="ape2a").update(mission="</script><script>alert(1)</script> & « oui »")
        page = client.get("/annuaire/ape2a/").content.decode()
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
        linked = json.loads(block[1])
        assert linked["description"] == "</script><script>alert(1)</script> & « oui »"
        assert (linked["@type"], linked["address"]["addressLocality"]) == ("Organization", "Fougères")
        assert "<script>alert" not in page

    @pytest.mark.parametrize(
        ("address", "kind"),
        [
            ("/", "Organization"),
            ("/questions/", "FAQPage"),
            ("/parcours/loger/", "WebPage"),
            ("/annuaire/", "CollectionPage"),
            ("/actualites/le-site-de-solive-ouvre/", "NewsArticle"),
            ("/contact/", "ContactPage"),
        ],
    )
    def test_pages_describe_themselves(self, client: Client, address: str, kind: str) -> None:
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get(address).content.decode())
        assert json.loads(block[1])["@type"] == kind

    def test_a_page_tells_the_way_to_it_and_its_one_address(self, client: Client) -> None:
        page = client.get("/parcours/loger/?x=1").content.decode()
        linked = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
        crumbs = linked["breadcrumb"]["itemListElement"]
        assert [(crumb["position"], crumb["name"]) for crumb in crumbs] == [(1, "Accueil"), (2, "Le parcours"), (3, "Loger et accompagner")]
        assert linked["url"] == crumbs[-1]["item"]
        assert f'<link rel="canonical" href="{linked["url"]}">' in page
