"""Signing in, and choosing a new password, in French and in the look of the site."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from access.enums import Role
from access.models import User

PASSWORD = "une-solive-porte-le-plancher"


@pytest.fixture
def claire(db: None) -> User:
    return User.objects.create_user(email="claire@solive.example", password=PASSWORD, first_name="Claire", last_name="Essai", role=Role.GIE_STAFF)


def test_the_sign_in_page_is_ours(db: None, client: Client) -> None:
    page = client.get("/gestion/login/").content.decode()
    for words in ("Bonjour, connectez", "Adresse électronique", "Mot de passe", "Mot de passe oublié", "Se connecter"):
        assert words in page
    assert "<title>Connexion - Solive</title>" in re.sub(r"\s+(?=<)|(?<=>)\s+", "", page)
    for foreign in ("Password", "Sign in", "Wagtail</h1>"):
        assert foreign not in page
    assert 'autocomplete="current-password"' in page


def test_the_right_password_opens(claire: User, client: Client) -> None:
    answer = client.post("/gestion/login/", {"username": "Claire@Solive.example", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/gestion/").status_code == 200


def test_a_wrong_password_says_the_same_for_any_address(claire: User, client: Client) -> None:
    messages = []
    for address in ("claire@solive.example", "personne@solive.example"):
        page = client.post("/gestion/login/", {"username": address, "password": "faux"}).content.decode()
        messages.append(re.findall(r'<li class="error">(.*?)</li>', page))
    assert messages[0] == messages[1] != []


def test_a_closed_account_stays_out(claire: User, client: Client) -> None:
    User.objects.filter(pk=claire.pk).update(is_active=False)
    assert client.post("/gestion/login/", {"username": claire.email, "password": PASSWORD}).status_code == 200
    assert client.get("/gestion/").status_code == 302


@pytest.mark.parametrize("address", ["/gestion/sprite/", "/gestion/jsi18n/", "/gestion/password_reset/", "/gestion/password_reset/done/"])
def test_what_the_sign_in_page_needs_is_open(db: None, client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_forgotten_password_is_replaced(client: Client, run_jobs) -> None:
    claire = User.objects.create_user(email="claire@solive.example", password=PASSWORD, first_name="Claire", last_name="Essai", role=Role.GIE_STAFF)
    assert "Recevoir le lien" in client.get("/gestion/password_reset/").content.decode()
    sent = client.post("/gestion/password_reset/", {"email": claire.email}, follow=True)
    assert "Regardez vos courriels" in sent.content.decode()
    assert mail.outbox == []
    run_jobs()

    message = mail.outbox.pop()
    assert message.subject == "Solive : choisir un nouveau mot de passe"
    assert message.body.startswith("Bonjour Claire,")
    link = re.search(r"https?://[^/]+(/gestion/password_reset/confirm/\S+)", str(message.body))
    assert link

    form = client.get(link[1], follow=True)
    assert "Choisissez votre mot de passe" in form.content.decode()
    short = client.post(form.request["PATH_INFO"], {"new_password1": "court", "new_password2": "court"})
    assert "au minimum 12 caractères" in short.content.decode()
    done = client.post(form.request["PATH_INFO"], {"new_password1": PASSWORD[::-1], "new_password2": PASSWORD[::-1]}, follow=True)
    assert "Votre mot de passe est enregistré" in done.content.decode()
    assert Client().login(username=claire.email, password=PASSWORD[::-1])
    assert "Ce lien ne sert plus" in Client().get(link[1], follow=True).content.decode()
    run_jobs()
    assert [message.subject for message in mail.outbox] == ["Solive : votre mot de passe a changé"]


@pytest.mark.django_db(transaction=True)
def test_an_unknown_address_learns_nothing(client: Client, run_jobs) -> None:
    """The same page, the same queries and one job each; only the worker knows, and it alone writes."""
    User.objects.create_user(email="claire@solive.example", password=PASSWORD, first_name="Claire", last_name="Essai", role=Role.GIE_STAFF)
    pages, queries = [], []
    for email in ("claire@solive.example", "personne@solive.example"):
        with CaptureQueriesContext(connection) as captured:
            pages.append(client.post("/gestion/password_reset/", {"email": email}, follow=True).content.decode().partition("<main")[2])
        queries.append([query["sql"].split(" ")[0] for query in captured])
    assert pages[0] == pages[1] != ""
    assert queries[0] == queries[1]
    assert ProcrastinateJob.objects.filter(task_name="access.send_password_link").count() == 2
    run_jobs()
    assert len(mail.outbox) == 1


def test_a_worn_link_says_what_to_do(db: None, client: Client) -> None:
    page = client.get("/gestion/password_reset/confirm/x/y/").content.decode()
    assert "Ce lien ne sert plus" in page
    assert "Recevoir un nouveau lien" in page
