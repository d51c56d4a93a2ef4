"""The database down, the disk full: a kind page, and nothing written half-way."""

import errno

import psycopg
import pytest
from django.conf import settings
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.urls import reverse
from wagtail.admin.views.home import HomeView
from wagtail.documents.models import Document
from wagtail.models import Page, Site

from access import scope
from access.enums import Role
from config.outage import is_outage
from pages import cache
from pages.models import SchemePage
from pages.seeding import seed_site
from tests.factories import HouseholdFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client):
    client.raise_request_exception = False
    return client


def no_database(*args, **kwargs):
    raise OperationalError("connection to server at 10.0.0.7 failed: secret-host")


def test_the_database_down_is_told_kindly_and_says_when_to_come_back(client, monkeypatch):
    client.force_login(UserFactory(role=Role.GIE_STAFF))
    monkeypatch.setattr(connection, "cursor", no_database)
    answer = client.get(reverse("wagtailadmin_home"))
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "n’a pas été enregistré, ni en entier ni à moitié" in page
    assert "secret-host" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("place", "name"), [(HomeView, "get"), (scope, "_today")])
def test_the_database_lost_in_the_middle_of_a_page_is_told_and_the_next_page_answers(client, monkeypatch, place, name):
    """Whether the page itself meets it, or the scope in which it is drawn."""
    client.force_login(UserFactory(role=Role.GIE_STAFF))
    do, lost = getattr(place, name), []

    def lose(*args, **kwargs):
        if not lost:
            lost.append(connection.connection.info.backend_pid)
            with settings.DATABASE_ACCOUNTS.administrator.connect("postgres") as admin:
                admin.execute("SELECT pg_terminate_backend(%s, 5000)", lost)
        return do(*args, **kwargs)

    monkeypatch.setattr(place, name, lose)
    assert client.get(reverse("wagtailadmin_home")).status_code == 503
    assert client.get(reverse("wagtailadmin_home")).status_code == 200


def test_what_the_driver_itself_says_of_an_outage_is_one():
    assert is_outage(psycopg.errors.AdminShutdown())
    assert not is_outage(psycopg.errors.UniqueViolation())


def test_a_page_already_kept_still_answers_the_public(client, page_cache, monkeypatch):
    seed_site()
    cache._renew()
    assert client.get("/").status_code == 200
    monkeypatch.setattr(connection, "cursor", no_database)
    assert client.get("/").status_code == 200


def test_a_full_disk_writes_nothing_half(client, monkeypatch):
    client.force_login(UserFactory(role=Role.GIE_STAFF))
    monkeypatch.setattr(FileSystemStorage, "_save", full)
    sent = SimpleUploadedFile("convention.pdf", b"%PDF-1.7", content_type="application/pdf")
    answer = client.post(reverse("wagtaildocs:add"), {"title": "Convention", "file": sent, "collection": "1"})
    assert answer.status_code == 503
    assert not Document.objects.exists()


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_with_a_full_disk_the_public_still_reads(client, page_cache, monkeypatch):
    seed_site()
    cache._renew()
    monkeypatch.setattr(FileBasedCache, "set", full)
    monkeypatch.setattr(FileBasedCache, "add", full)
    for _ in range(2):
        assert client.get("/dispositif/").status_code == 200


def test_with_a_full_disk_nothing_is_published_half(client, page_cache, monkeypatch):
    seed_site()
    client.force_login(UserFactory(role=Role.GIE_STAFF))
    draft = SchemePage.objects.get()
    before, draft.title = draft.title, "Titre neuf"
    draft.save_revision()
    monkeypatch.setattr(FileBasedCache, "set", full)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    assert client.post(f"{address}?id={draft.pk}&next=/gestion/").status_code == 503
    assert SchemePage.objects.get().title == before


def test_a_cache_that_cannot_be_left_behind_after_the_change_does_not_deny_it(page_cache, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(FileBasedCache, "clear", full)
    with django_capture_on_commit_callbacks(execute=True):
        cache.renew()
    assert cache.generation() is None


def test_any_other_failure_is_ours_and_tells_nothing(client, monkeypatch):
    client.force_login(UserFactory(role=Role.GIE_STAFF))

    def wrong(*args, **kwargs):
        raise RuntimeError("MEN-00042 Dupont")

    monkeypatch.setattr("wagtail.admin.views.home.HomeView.get", wrong)
    answer = client.get(reverse("wagtailadmin_home"))
    assert answer.status_code == 500
    assert "Dupont" not in answer.content.decode()


def test_a_form_that_lacks_what_its_page_sends_is_told_so_and_changes_nothing(client):
    client.force_login(UserFactory(role=Role.GIE_STAFF))
    root = Site.objects.get().root_page
    for name, numbers in (("wagtailadmin_pages:copy", [root.pk]), ("wagtailadmin_choose_page_external_link", [])):
        answer = client.post(reverse(name, args=numbers), {})
        assert (answer.status_code, "Cet envoi est arrivé incomplet" in answer.content.decode()) == (400, True), name
    assert Page.objects.count() == 2


def test_a_line_that_names_a_record_by_what_is_no_number_is_told_so(client):
    household = HouseholdFactory()
    client.force_login(UserFactory(role=Role.GIE_STAFF))
    lines = {"people-TOTAL_FORMS": 1, "people-INITIAL_FORMS": 1, "people-0-id": "2015-01-01"}
    assert client.post(f"/gestion/menages/dossiers/modifier/{household.pk}/", lines).status_code == 400
