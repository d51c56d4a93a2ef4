"""Public pages are kept and served without a query, never to someone signed in, and an edit shows at once."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import transaction
from django.test import Client

from access.browser_policy import BACK_OFFICE_POLICY
from access.enums import Role
from pages import cache
from pages.middleware import PUBLIC_POLICY
from pages.models import HomePage, NewsIndexPage, NewsPage, SchemePage
from partners.models import DirectoryEntry

pytestmark = pytest.mark.usefixtures("page_cache")
Queries = Callable[..., AbstractContextManager[object]]


@pytest.fixture
def committed(django_capture_on_commit_callbacks) -> Callable[..., AbstractContextManager[object]]:
    """What waits for the end of a transaction is done."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.mark.parametrize(
    "address", ["/", "/dispositif/", "/parcours/loger/", "/annuaire/", "/annuaire/alfadi/", "/actualites/flux/", "/plan-du-site/"]
)
def test_a_kept_page_costs_no_query(home: HomePage, make_entry, client: Client, django_assert_num_queries: Queries, address: str) -> None:
    make_entry("alfadi", "ALFADI")
    first = client.get(address)
    with django_assert_num_queries(0):
        again = client.get(address)
    assert (again.status_code, again.content, again["Content-Type"]) == (200, first.content, first["Content-Type"])
    assert again["Content-Security-Policy"] == PUBLIC_POLICY


def test_a_page_that_did_not_change_is_not_sent_again(home: HomePage, client: Client, django_assert_num_queries: Queries) -> None:
    answer = client.get("/dispositif/")
    assert answer["Cache-Control"] == "no-cache"
    with django_assert_num_queries(0):
        again = client.get("/dispositif/", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_edit_shows_at_once(home: HomePage, client: Client, committed) -> None:
    client.get("/dispositif/")
    page = SchemePage.objects.get()
    page.summary = "Un chapeau tout neuf."
    with committed():
        page.save_revision().publish()
    assert "Un chapeau tout neuf." in client.get("/dispositif/").content.decode()
    with committed():
        page.unpublish()
    assert client.get("/dispositif/").status_code == 404
    assert "Le dispositif" not in client.get("/plan-du-site/").content.decode()


def test_a_change_in_the_directory_shows_at_once(home: HomePage, make_entry, client: Client, committed) -> None:
    entry = make_entry("alfadi", "ALFADI")
    client.get("/annuaire/alfadi/")
    entry.mission = "Une mission neuve."
    with committed():
        entry.save()
    assert "Une mission neuve." in client.get("/annuaire/alfadi/").content.decode()
    entry.is_published = False
    with committed():
        entry.save()
    assert client.get("/annuaire/alfadi/").status_code == 404
    with committed():
        DirectoryEntry.objects.get().delete()


def test_what_was_drawn_before_a_publication_is_never_served_after(home: HomePage, client: Client, committed, monkeypatch) -> None:
    """A slow worker writes its page after another published: it writes it where nobody looks any more."""
    slow, drawn = SchemePage.serve, []

    def serve(self, request, *args, **kwargs):
        answer = slow(self, request, *args, **kwargs).render()
        if not drawn:
            drawn.append(answer)
            cache._renew()
        return answer

    monkeypatch.setattr(SchemePage, "serve", serve)
    client.get("/dispositif/")
    SchemePage.objects.update(summary="Après.")
    assert "Après." in client.get("/dispositif/").content.decode()


@pytest.mark.parametrize("role", [Role.GIE_STAFF, Role.PROFILE_EDITOR])
def test_someone_signed_in_neither_gets_nor_leaves_a_kept_page(home: HomePage, signed_in, client: Client, role: Role) -> None:
    person = signed_in(role)
    client.get("/dispositif/")
    SchemePage.objects.update(summary="Changé sans publier.")
    assert "Changé sans publier." not in client.get("/dispositif/").content.decode()
    assert "Changé sans publier." in person.get("/dispositif/").content.decode()
    assert "Changé sans publier." not in client.get("/dispositif/").content.decode()


@pytest.mark.parametrize("address", ["/contact/", "/recherche/", "/annuaire/?q=alfadi", "/nulle-part/", "/gestion/login/", "/api/v1/pages/"])
def test_forms_searches_errors_and_the_back_office_are_not_kept(home: HomePage, client: Client, address: str) -> None:
    for _ in range(2):
        answer = client.get(address)
        assert "ETag" not in answer.headers


def test_a_draft_seen_in_the_editor_is_not_kept(home: HomePage, signed_in, client: Client) -> None:
    draft = NewsPage(title="Brouillon", slug="brouillon", summary="x", live=False)
    NewsIndexPage.objects.get().add_child(instance=draft)
    assert signed_in(Role.GIE_STAFF).get(f"/gestion/pages/{draft.pk}/view_draft/").status_code == 200
    assert client.get("/actualites/brouillon/").status_code == 404


@pytest.mark.parametrize("address", ["/", "/annuaire/", "/contact/", "/recherche/?q=a", "/nulle-part/", "/api/v1/", "/api/v1/pages/", "/robots.txt"])
def test_nothing_runs_on_a_public_answer_and_nothing_comes_from_elsewhere(home: HomePage, client: Client, address: str) -> None:
    policy = client.get(address)["Content-Security-Policy"]
    assert policy == PUBLIC_POLICY
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy


def test_the_back_office_keeps_its_own_rules(db: None, client: Client) -> None:
    assert client.get("/gestion/login/")["Content-Security-Policy"] == BACK_OFFICE_POLICY


def test_a_server_that_dies_as_it_publishes_leaves_no_old_page(home: HomePage, client: Client, committed) -> None:
    """What waits for the end of the transaction is lost with the process that was to do it."""
    cache._renew()
    client.get("/dispositif/")
    page = SchemePage.objects.get()
    page.summary = "Publié juste avant la panne."
    with transaction.atomic():
        page.save_revision().publish()
        assert "ETag" not in client.get("/dispositif/").headers, "kept while it is changing"
    assert "Publié juste avant la panne." in client.get("/dispositif/").content.decode()
