"""Who writes the public site, and which doors of the framework stay shut."""

import gc
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.admin.menu import admin_menu
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from access.enums import Role
from pages.models import DirectoryPage, HomePage, ProcessPage, SchemePage

SignIn = Callable[[Role], Client]
OTHER_ROLES = [role for role in Role if role != Role.GIE_STAFF]
EDITORIAL_ADDRESSES = [
    "/gestion/pages/",
    "/gestion/api/main/pages/",
    "/gestion/choose-page/",
    "/gestion/images/",
    "/gestion/images/chooser/",
    "/gestion/documents/",
    "/gestion/documents/chooser/",
    "/gestion/redirects/",
]
SHUT_ADDRESSES = [
    "/gestion/reports/site-history/",
    "/gestion/reports/aging-pages/",
    "/gestion/reports/locked/",
    "/gestion/reports/workflow/",
    "/gestion/reports/page-types-usage/",
    "/gestion/workflows/list/",
    "/gestion/collections/",
    "/gestion/failwhale/",
    "/gestion/test404/",
]


def test_gie_staff_edit_every_kind_of_page(home: HomePage, signed_in: SignIn, subtests: pytest.Subtests) -> None:
    client = signed_in(Role.GIE_STAFF)
    for slug in ("accueil", "dispositif", "parcours", "loger", "annuaire", "contact"):
        with subtests.test(slug):
            answer = client.get(reverse("wagtailadmin_pages:edit", args=[Page.objects.get(slug=slug).pk]))
            assert answer.status_code == 200
            assert "Enregistrer le brouillon" in answer.content.decode()


def test_gie_staff_reach_the_editor_s_tools(home: HomePage, signed_in: SignIn) -> None:
    client = signed_in(Role.GIE_STAFF)
    assert {address: client.get(address).status_code for address in EDITORIAL_ADDRESSES} == dict.fromkeys(EDITORIAL_ADDRESSES, 200)


def test_a_form_of_the_editor_that_names_what_is_not_there_is_refused_in_words(home: HomePage, signed_in: SignIn, subtests: pytest.Subtests) -> None:
    client, copy = signed_in(Role.GIE_STAFF), reverse("wagtailadmin_pages:copy", args=[Page.objects.get(slug="dispositif").pk])
    client.raise_request_exception = False
    for parent in ("987654321", "douze", ""):
        with subtests.test(parent):
            answer = client.post(copy, {"new_title": "Copie", "new_slug": "copie", "new_parent_page": parent})
            assert answer.status_code == 400
            assert "Traceback" not in answer.content.decode()
    assert client.post(copy, {}).status_code == 400
    assert not Page.objects.filter(slug="copie").exists()


def test_for_any_other_role_the_editor_does_not_exist(home: HomePage, signed_in: SignIn, subtests: pytest.Subtests) -> None:
    edit = reverse("wagtailadmin_pages:edit", args=[home.pk])
    doors = [*EDITORIAL_ADDRESSES, edit, reverse("wagtailadmin_explore", args=[home.pk]), reverse("wagtailadmin_pages:view_draft", args=[home.pk])]
    for role in OTHER_ROLES:
        with subtests.test(role.value):
            client = signed_in(role)
            assert {door: client.get(door).status_code for door in doors} == dict.fromkeys(doors, 404)
            assert client.post(edit, {"title": "Autre titre"}).status_code == 404


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_files_of_the_site_as_sent_in_are_its_editors_alone(home: HomePage, signed_in: SignIn, subtests: pytest.Subtests) -> None:
    document = get_document_model().objects.create(title="Brouillon", file=ContentFile(b"%PDF-1.4", name="brouillon.pdf"))
    image = get_image_model().objects.create(title="Plan", file=get_test_image_file())
    for role in Role:
        with subtests.test(role.value):
            client = signed_in(role)
            answers = [client.get(address) for address in (document.url, image.file.url)]
            assert [answer.status_code for answer in answers] == [200 if role == Role.GIE_STAFF else 404] * 2
    gc.collect()


def test_a_page_whose_address_changes_leads_on_from_the_old_one(home: HomePage, client: Client, django_capture_on_commit_callbacks) -> None:
    page = SchemePage.objects.get()
    page.slug = "le-dispositif"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    answer = client.get("/dispositif/")
    assert (answer.status_code, answer["Location"]) == (301, "/le-dispositif/")


def test_a_workflow_a_history_and_phone_widths_are_there_for_the_editor(home: HomePage, signed_in: SignIn) -> None:
    page, client = SchemePage.objects.get(), signed_in(Role.GIE_STAFF)
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'data-device-width="375"' in editor
    assert "Soumettre" in editor
    assert client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).status_code == 200


@pytest.mark.parametrize("role", Role)
def test_reports_exist_for_nobody(signed_in: SignIn, role: Role) -> None:
    client = signed_in(role)
    assert {address: client.get(address).status_code for address in SHUT_ADDRESSES} == dict.fromkeys(SHUT_ADDRESSES, 404)


def test_an_anonymous_visitor_is_sent_to_sign_in(db: None, client: Client, subtests: pytest.Subtests) -> None:
    for address in (*EDITORIAL_ADDRESSES, *SHUT_ADDRESSES, "/documents/1/note.pdf", "/media/original_images/x.png"):
        with subtests.test(address):
            answer = client.get(address)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/gestion/login/?next=")


@pytest.mark.parametrize("role", Role)
def test_the_menu_shows_what_the_role_uses(signed_in: SignIn, role: Role) -> None:
    request = signed_in(role).get("/gestion/").wsgi_request
    entries = {item.name for item in admin_menu.menu_items_for_request(request)}
    assert not {"explorer", "images", "documents", "reports", "help"} & entries
    assert ("site" in entries) == (role == Role.GIE_STAFF)


def test_the_pages_entry_leads_below_the_front_page(home: HomePage, signed_in: SignIn) -> None:
    request = signed_in(Role.GIE_STAFF).get("/gestion/").wsgi_request
    site = next(item for item in admin_menu.menu_items_for_request(request) if item.name == "site")
    assert site.render_component(request).menu_items[0].url == reverse("wagtailadmin_explore", args=[home.pk])


def test_the_tree_is_closed(home: HomePage) -> None:
    assert not any(kind.can_create_at(home) for kind in (HomePage, SchemePage, ProcessPage, DirectoryPage))
    assert [kind.__name__ for kind in ProcessPage.allowed_subpage_models()] == ["StepPage"]


def test_the_back_office_wears_the_colours_of_the_site(signed_in: SignIn) -> None:
    content = signed_in(Role.GIE_STAFF).get("/gestion/").content.decode()
    assert "/static/access/backoffice.css" in content
    assert "Bonjour Claire." in content
