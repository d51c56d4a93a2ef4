"""Every public page: in French, light, accessible by construction, open to all."""

import gc
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views.csrf import csrf_failure
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Site

from pages.models import ContentPage, HomePage
from partners.models import DirectoryEntry
from tests.site.pages.reading import Reading

HEAVIEST_PAGE = 60_000
HOME_QUERIES = 9
ADDRESSES = [
    "/",
    "/dispositif/",
    "/parcours/",
    *(f"/parcours/{slug}/" for slug in ("reperer", "diagnostiquer", "orienter", "rechercher", "proposer", "loger", "evaluer")),
    "/annuaire/",
    "/annuaire/alfadi/",
    "/professionnels/",
    "/publics/",
    "/actualites/",
    "/actualites/le-site-de-solive-ouvre/",
    "/chiffres-cles/",
    "/telecharger/",
    "/questions/",
    "/contact/",
    "/recherche/",
    "/plan-du-site/",
    "/accessibilite/",
    "/donnees-personnelles/",
    "/mentions-legales/",
]


@pytest.fixture
def alfadi(make_entry: Callable[..., DirectoryEntry]) -> DirectoryEntry:
    return make_entry("alfadi", "ALFADI", town="Rennes", phone="02 99 00 00 00")


def test_every_page_of_the_tree_is_walked(home: HomePage) -> None:
    pages = Page.objects.live().descendant_of(home, inclusive=True)
    assert {page.get_url() for page in pages} == set(ADDRESSES) - {"/annuaire/alfadi/"}


@pytest.mark.usefixtures("home", "alfadi")
def test_each_page_reads_well(client: Client, subtests: pytest.Subtests) -> None:
    for address in ADDRESSES:
        with subtests.test(address):
            answer = client.get(address)
            assert answer.status_code == 200
            page = Reading(answer.content.decode())
            assert page.language == "fr"
            assert page.levels.count(1) == 1
            assert page.levels[0] == 1
            assert page.skipped_levels == []
            assert page.images_without_alternative == 0
            assert page.english_words == []
            assert page.inline_code == []
            assert "Aller au contenu" in page.text


@pytest.mark.usefixtures("home", "alfadi")
def test_each_page_is_light_and_asks_nothing_of_others(client: Client, subtests: pytest.Subtests) -> None:
    for address in ADDRESSES:
        with subtests.test(address):
            content = client.get(address).content
            resources = Reading(content.decode()).resources
            assert [resource for resource in resources if not resource.startswith("/static/")] == []
            weights = [Path(str(finders.find(resource.removeprefix("/static/")))).stat().st_size for resource in resources]
            assert len(content) + sum(weights) < HEAVIEST_PAGE


def test_the_style_sheet_stands_alone() -> None:
    style = Path(str(finders.find("pages/site.css"))).read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style


def test_the_front_page_costs_few_queries(
    home: HomePage, client: Client, django_assert_max_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    Site.clear_site_root_paths_cache()
    with django_assert_max_num_queries(HOME_QUERIES):
        assert client.get("/").status_code == 200


def test_the_menu_marks_where_one_is(home: HomePage, client: Client) -> None:
    assert '<a href="/parcours/" aria-current="page">' in client.get("/parcours/").content.decode()
    assert '<a href="/parcours/" aria-current="true">' in client.get("/parcours/loger/").content.decode()


def test_a_draft_step_leaves_the_beams(home: HomePage, client: Client) -> None:
    Page.objects.get(slug="orienter").specific.unpublish()
    assert client.get("/parcours/orienter/").status_code == 404
    text = Reading(client.get("/parcours/loger/").content.decode()).text
    assert "Étape 5 sur 6" in text


def test_an_unknown_address_is_told_in_french(home: HomePage, client: Client) -> None:
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    page = Reading(answer.content.decode())
    assert "Cette page n’existe pas" in page.text
    assert page.english_words == []


@pytest.mark.parametrize("template", ["500.html", "403.html"])
def test_an_error_page_needs_neither_request_nor_database(template: str) -> None:
    page = Reading(render_to_string(template))
    assert page.language == "fr"
    assert page.levels == [1]
    assert page.english_words == []


def test_a_refused_form_is_told_in_french() -> None:
    answer = csrf_failure(RequestFactory().post("/"))
    assert answer.status_code == 403
    assert "Rien n’est enregistré" in answer.content.decode()


def test_a_door_to_a_page_that_is_gone_is_not_shown(home: HomePage, client: Client) -> None:
    Page.objects.get(slug="professionnels").delete()
    Page.objects.get(slug="dispositif").unpublish()
    page = client.get("/").content.decode()
    assert "Je cherche un partenaire" in page
    assert "Je suis un professionnel" not in page
    assert "Comprendre le dispositif" not in page


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_image_is_described_and_open_to_all_but_its_original_is_not(home: HomePage, client: Client) -> None:
    image = Image.objects.create(title="Plan", file=get_test_image_file())
    contact = ContentPage.objects.get(slug="publics")
    contact.body.append(("illustration", {"image": image, "alternative": "Le plan d'accès au GIE", "caption": ""}))
    contact.save_revision().publish()
    page = client.get("/publics/").content.decode()
    assert 'alt="Le plan d&#x27;accès au GIE"' in page
    picture = re.search(r"<img[^>]+>", page)
    assert picture
    assert all(part in picture[0] for part in ('loading="lazy"', "width=", "height=", "srcset="))
    source = re.search(r' src="(/media/images/[^"]+\.webp)"', picture[0])
    assert source
    for address, status in ((source[1], 200), (image.file.url, 302), (f"/media/images/../{image.file.name}", 400)):
        answer = client.get(address)
        answer.close()
        assert answer.status_code == status
    gc.collect()


def test_robots_and_map(home: HomePage, alfadi: DirectoryEntry, client: Client) -> None:
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /gestion/" in robots
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    sitemap = client.get("/sitemap.xml").content.decode()
    assert sitemap.count("<url>") == len(ADDRESSES)
    assert "/annuaire/alfadi/</loc>" in sitemap
    assert client.get("/favicon.ico")["Location"] == "/static/pages/favicon.svg"
