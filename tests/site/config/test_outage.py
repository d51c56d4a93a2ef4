"""The database down, the disk full: a kind page, and nothing written half-way."""

import errno

import psycopg
import pytest
from django.conf import settings
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

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    sent = SimpleUploadedFile("convention.pdf", b"%PDF-1.7", content_type="application/pdf")
    answer = client.post(reverse("wagtaildocs:add"), {"title": "Convention", "file": sent, "collection": "1"})
    assert answer.status_code == 503
    assert not Document.objects.exists()


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
    answer = client.post(reverse("wagtailadmin_pages:copy", args=[root.pk]), {})
    assert answer.status_code == 400
    assert "Cet envoi est arrivé incomplet" in answer.content.decode()
    assert Page.objects.count() == 2


def test_a_line_that_names_a_record_by_what_is_no_number_is_told_so(client):
    household = HouseholdFactory()
    client.force_login(UserFactory(role=Role.GIE_STAFF))
    lines = {"people-TOTAL_FORMS": 1, "people-INITIAL_FORMS": 1, "people-0-id": "2015-01-01"}
    assert client.post(f"/gestion/menages/dossiers/modifier/{household.pk}/", lines).status_code == 400
