"""What every answer tells the browser, whatever it is: page, screen, file, answer of the API, error."""

import json

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import OperationalError
from django.urls import reverse
from wagtail.documents.models import Document

from access.browser_policy import BACK_OFFICE_POLICY, EDITOR_POLICY
from access.enums import Role
from access.throttle import DEVICE_COOKIE
from pages.middleware import PUBLIC_POLICY
from pages.models import SchemePage
from pages.seeding import seed_site
from tests.factories import PASSWORD, UserFactory
from tests.site.config.test_public_addresses import addresses
from tests.site.config.test_settings import COMPLETE, run_python

pytestmark = pytest.mark.django_db
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(role=Role.GIE_STAFF))
    client.raise_request_exception = False
    return client


def missing(answer) -> dict[str, str | None]:
    """The rules that an answer does not tell."""
    wrong = {name: answer.get(name) for name, value in EVERYWHERE.items() if answer.get(name) != value}
    for name, word in (("Permissions-Policy", "camera=()"), ("Content-Security-Policy", "default-src 'none'")):
        if word not in answer.get(name, ""):
            wrong[name] = answer.get(name)
    return wrong


def test_every_address_says_what_the_browser_may_not_do(staff):
    seed_site()
    told, walked = {}, sorted(set(addresses()))
    for address in walked:
        answer = staff.get(f"/{address}")
        if wrong := missing(answer):
            told[address, answer.status_code] = wrong
        if "unsafe" in answer["Content-Security-Policy"] and not address.startswith(("gestion/pages/", "gestion/block-preview/")):
            told[address, "unsafe"] = answer["Content-Security-Policy"]
        is_page = answer.get("Content-Type", "").startswith("text/html") and answer.status_code not in (301, 302)
        if is_page and answer.get("X-Frame-Options") != "SAMEORIGIN":
            told[address, "frame"] = answer.get("X-Frame-Options")
    assert told == {}
    assert len(walked) > 150


def test_a_signed_in_screen_is_kept_by_no_cache(staff):
    """What a shared computer shows of a case must not come back from its browser's disk."""
    kept = [
        (address, answer.get("Cache-Control"))
        for address in sorted(set(addresses()))
        if address.startswith(("gestion/", "documents/")) and not address.startswith(("gestion/sprite", "gestion/jsi18n"))
        if (answer := staff.get(f"/{address}")).status_code == 200 and "no-store" not in answer.get("Cache-Control", "")
    ]
    assert kept == []


def test_pages_errors_and_the_back_office_have_the_policy_of_their_kind(staff, client, monkeypatch):
    seed_site()
    page = SchemePage.objects.get()
    assert client.get("/dispositif/")["Content-Security-Policy"] == PUBLIC_POLICY
    assert client.get("/nulle-part/")["Content-Security-Policy"] == PUBLIC_POLICY
    assert staff.get(reverse("wagtailadmin_home"))["Content-Security-Policy"] == BACK_OFFICE_POLICY
    assert staff.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))["Content-Security-Policy"] == EDITOR_POLICY
    assert "script-src 'self';" in EDITOR_POLICY
    assert "unsafe" not in PUBLIC_POLICY + BACK_OFFICE_POLICY


@pytest.mark.parametrize(("failure", "status"), [(RuntimeError("rompu"), 500), (OperationalError("base"), 503)])
def test_errors_of_ours_say_it_too(staff, monkeypatch, failure, status):
    def fail(*args, **kwargs):
        raise failure

    monkeypatch.setattr("wagtail.admin.views.home.HomeView.get", fail)
    answer = staff.get(reverse("wagtailadmin_home"))
    assert answer.status_code == status
    assert missing(answer) == {}


def test_a_form_from_elsewhere_is_refused_with_the_same_rules(client):
    client.handler.enforce_csrf_checks = True
    answer = client.post(reverse("wagtailadmin_login"), {"username": "a@b.fr", "password": "x"})
    assert answer.status_code == 403
    assert missing(answer) == {}


def test_another_host_is_refused(client):
    assert client.get("/", headers={"Host": "ailleurs.example"}).status_code == 400


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(client):
    user = UserFactory(role=Role.GIE_STAFF)
    client.get(reverse("wagtailadmin_login"))
    client.post(reverse("wagtailadmin_login"), {"username": user.email, "password": PASSWORD})
    assert set(client.cookies) == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, DEVICE_COOKIE}
    for cookie in client.cookies.values():
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax"), cookie.key


PRODUCTION = """
import django, json, os
from django.conf import settings
django.setup()
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
from django.test import RequestFactory
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
answer = SecurityMiddleware(lambda request: HttpResponse())(RequestFactory().get("/", HTTP_X_FORWARDED_PROTO="https", HTTP_HOST="solive.example"))
names = "SESSION_COOKIE_NAME SESSION_COOKIE_SECURE SESSION_COOKIE_DOMAIN SESSION_COOKIE_PATH CSRF_COOKIE_NAME CSRF_COOKIE_SECURE CSRF_COOKIE_PATH"
print(json.dumps({**dict(answer.items()), **{name: getattr(settings, name) for name in names.split()}}))
"""


def test_production_passes_the_framework_s_own_check_and_speaks_https_only(tmp_path):
    done = run_python(PRODUCTION, DJANGO_SETTINGS_MODULE="config.settings.production", SOLIVE_VAR=str(tmp_path), **COMPLETE)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    for kind in ("SESSION", "CSRF"):
        assert told[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert (told[f"{kind}_COOKIE_SECURE"], told[f"{kind}_COOKIE_PATH"]) == (True, "/")


def test_a_document_of_the_site_opens_nothing(staff):
    document = Document.objects.create(title="Plaquette", file=ContentFile(b"%PDF-1.7 essai", name="plaquette.pdf"))
    answer = staff.get(document.url)
    assert (answer.status_code, b"".join(answer)) == (200, b"%PDF-1.7 essai")
    answer.close()
    assert missing(answer) == {}
