"""Connections: listed, closed from afar, ended by time; nothing typed is lost; a fresh proof before what is sensitive."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from access.enums import Role
from access.housekeeping import purge_traces_of_sign_in
from access.models import HeldForm, SignIn, User
from access.sessions import describe
from tests.factories import PASSWORD, UserFactory
from tests.site.access.conftest import Enrolled, give_password

pytestmark = pytest.mark.django_db
SECURITY, CLOSE, CONFIRM, RESUME = (f"/gestion/acces/{path}" for path in ("securite/", "securite/connexions/", "confirmer/", "reprise/"))
CREATE = "/gestion/comptes/ajouter/"
NEW_ACCOUNT = {"email": "nouvelle@solive.example", "first_name": "Nour", "last_name": "Velle", "role": "committee", "is_active": "on"}


@pytest.fixture
def administrator() -> User:
    return UserFactory(role=Role.ADMINISTRATOR)


def back(minutes: float = 0, **fields) -> None:
    """Move every connection into the past."""
    SignIn.objects.update(**{name: timezone.now() - timedelta(minutes=minutes) for name in fields or ("last_seen_at",)})


def test_a_connection_is_listed_with_its_device(client):
    user = UserFactory()
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client.post("/gestion/login/", {"username": user.email, "password": PASSWORD}, headers={"User-Agent": agent})
    page = client.get(SECURITY).content.decode()
    assert "Firefox sur Linux" in page
    assert "Celle-ci" in page


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge sur Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1", "Safari sur iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome sur Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) AppleWebKit/605.1 Version/18 Safari/605.1", "Safari sur Mac"),
        ("curl/8", "Appareil non reconnu"),
        ("<script>alert(1)</script>", "Appareil non reconnu"),
        ("", "Appareil non reconnu"),
    ],
)
def test_a_device_is_named_as_its_owner_would(agent, words):
    assert describe(agent) == words


def test_one_connection_is_closed_and_the_others_stay(client):
    user = UserFactory()
    other = Client()
    other.force_login(user)
    first = SignIn.objects.get()
    client.force_login(user)
    assert client.post(CLOSE, {"connexion": first.pk}, follow=True).status_code == 200
    assert other.get("/gestion/").status_code == 302
    assert client.get("/gestion/").status_code == 200
    assert "fermée, depuis un autre appareil" in other.get("/gestion/login/").content.decode()


def test_all_the_others_are_closed_at_once(client):
    user = UserFactory()
    others = [Client(), Client()]
    for other in others:
        other.force_login(user)
    client.force_login(user)
    assert "2 connexions fermées" in client.post(CLOSE, {"connexion": "autres"}, follow=True).content.decode()
    assert [other.get("/gestion/").status_code for other in others] == [302, 302]
    assert client.get("/gestion/").status_code == 200


@pytest.mark.parametrize("chosen", ["", "abc", "-1", "0", "9" * 40, "²"])
def test_a_connection_that_is_not_ones_own_does_not_exist(client, chosen):
    foreign = Client()
    foreign.force_login(UserFactory())
    client.force_login(UserFactory())
    for number in (chosen, SignIn.objects.order_by("pk").first().pk):
        assert client.post(CLOSE, {"connexion": number}).status_code == 404
    assert foreign.get("/gestion/").status_code == 200


def test_the_administrator_closes_the_connections_of_others(client, administrator):
    user = UserFactory()
    theirs = Client()
    theirs.force_login(user)
    client.force_login(administrator)
    assert "Fermer toutes ses connexions" in client.get(f"/gestion/comptes/fiche/{user.pk}/").content.decode()
    client.post(f"/gestion/acces/comptes/{user.pk}/connexions/")
    assert theirs.get("/gestion/").status_code == 302


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
@pytest.mark.parametrize("deed", ["inviter", "double-authentification", "connexions", "deblocage", "n-importe-quoi"])
def test_nobody_but_the_administrator_acts_on_accounts(client, role, deed):
    target = UserFactory()
    client.force_login(UserFactory(role=role))
    back(60, confirmed_at=True)
    answer = client.post(f"/gestion/acces/comptes/{target.pk}/{deed}/")
    assert answer.status_code == 404
    assert target.email not in answer.content.decode()


def test_signing_out_ends_the_connection(client):
    client.force_login(UserFactory())
    client.post("/gestion/logout/")
    assert not SignIn.objects.exists()


def test_a_session_without_its_connection_opens_nothing(client):
    client.force_login(UserFactory())
    session = client.session
    del session["access_sign_in"]
    session.save()
    assert client.get("/gestion/").status_code == 302


def test_a_session_that_names_the_connection_of_another_opens_nothing(client):
    Client().force_login(UserFactory())
    foreign = SignIn.objects.get()
    client.force_login(UserFactory())
    session = client.session
    session["access_sign_in"] = foreign.pk
    session.save()
    assert client.get("/gestion/").status_code == 302
    assert SignIn.objects.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize(("role", "minutes"), [(Role.SUPPORT_WORKER, 30), (Role.DPO, 30), (Role.COMMITTEE, 120)])
def test_a_connection_left_alone_ends_and_says_so(client, role, minutes):
    client.force_login(UserFactory(role=role))
    back(minutes - 1)
    assert client.get("/gestion/").status_code == 200
    back(minutes + 1)
    answer = client.get("/gestion/acces/securite/")
    assert answer["Location"] == "/gestion/login/?next=/gestion/acces/securite/"
    assert "absent depuis un moment" in client.get(answer["Location"]).content.decode()
    assert "absent depuis un moment" not in client.get(answer["Location"]).content.decode()


def test_a_connection_in_use_ends_all_the_same_after_a_day_of_work(client):
    client.force_login(UserFactory())
    back(12 * 60 + 1, began_at=True)
    assert client.get("/gestion/").status_code == 302
    assert "duré une journée" in client.get("/gestion/login/").content.decode()


def test_a_page_that_asks_by_itself_is_nobody_at_work(client):
    client.force_login(UserFactory())
    back(20)
    before = SignIn.objects.get().last_seen_at
    client.post("/gestion/editing-sessions/1/")
    assert SignIn.objects.get().last_seen_at == before
    client.get("/gestion/")
    assert SignIn.objects.get().last_seen_at > before


def test_what_was_sent_too_late_waits_for_its_person(client):
    user = UserFactory(role=Role.PRESCRIBER)
    client.force_login(user)
    back(200)
    sent = {"household": "Ménage d'essai <b>", "choices": ["a", "b"], "csrfmiddlewaretoken": "x"}
    answer = client.post("/gestion/prescriptions/nouveau/?de=x", sent)
    assert answer.status_code == 302
    assert "est gardé" in client.get(answer["Location"]).content.decode()
    kept = HeldForm.objects.get()
    assert "Ménage" not in kept.sealed
    assert give_password(client, user)["Location"] == RESUME
    page = client.get(RESUME).content.decode()
    assert 'action="/gestion/prescriptions/nouveau/?de=x"' in page
    assert 'name="household" value="Ménage d&#x27;essai &lt;b&gt;"' in page
    assert page.count('name="choices"') == 2
    assert 'value="x"' not in page
    client.post("/gestion/prescriptions/nouveau/?de=x", sent)
    assert not HeldForm.objects.exists()
    assert client.get(RESUME)["Location"] == "/gestion/"


def test_what_was_sent_too_late_is_shown_to_nobody_else(client):
    client.force_login(UserFactory())
    back(200)
    client.post("/gestion/menages/dossiers/ajouter/", {"note": "canari"})
    client.force_login(UserFactory())
    assert client.get(RESUME)["Location"] == "/gestion/"
    assert not HeldForm.objects.exists()


def test_what_was_sent_too_late_can_be_forgotten_and_is_in_time(client):
    user = UserFactory()
    client.force_login(user)
    back(200)
    client.post("/gestion/menages/dossiers/ajouter/", {"note": "canari"})
    give_password(client, user)
    client.post(RESUME)
    assert not HeldForm.objects.exists()
    HeldForm.objects.create(user=user, path="/gestion/", sealed="", held_at=timezone.now() - timedelta(hours=2))
    purge_traces_of_sign_in(at=timezone.now())
    assert not HeldForm.objects.exists()


def test_a_password_is_never_kept(client):
    client.force_login(UserFactory())
    back(200)
    client.post("/gestion/account/", {"password-old_password": PASSWORD, "password-new_password1": "un-nouveau-mot-de-passe"})
    assert not HeldForm.objects.exists()


def test_what_another_site_sends_is_not_kept(client):
    visitor = Client(enforce_csrf_checks=True)
    visitor.force_login(UserFactory())
    back(200)
    assert visitor.post("/gestion/menages/dossiers/ajouter/", {"note": "piège"}).status_code == 403
    assert not HeldForm.objects.exists()


def test_what_is_sensitive_asks_who_is_there_and_then_goes_on(client, administrator):
    client.force_login(administrator)
    back(11, confirmed_at=True)
    assert client.post(CREATE, NEW_ACCOUNT)["Location"] == CONFIRM
    assert "Est-ce bien vous" in client.get(CONFIRM).content.decode()
    assert "pas le bon" in client.post(CONFIRM, {"password": "faux"}).content.decode()
    assert client.post(CONFIRM, {"password": PASSWORD})["Location"] == RESUME
    assert "nouvelle@solive.example" in client.get(RESUME).content.decode()
    assert client.post(CREATE, NEW_ACCOUNT).status_code == 302
    assert User.objects.filter(email="nouvelle@solive.example").exists()


@pytest.mark.parametrize("path", [CREATE, "/gestion/acces/securite/application/"])
def test_a_sensitive_page_asks_first(client, administrator, path):
    client.force_login(administrator)
    back(11, confirmed_at=True)
    answer = client.get(path)
    assert answer["Location"].startswith(f"{CONFIRM}?next=%2Fgestion%2F")
    assert client.post(answer["Location"], {"password": PASSWORD})["Location"] == path
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)"])
def test_the_proof_leads_nowhere_but_to_this_site(client, administrator, elsewhere):
    client.force_login(administrator)
    assert client.post(CONFIRM, {"password": PASSWORD, "next": elsewhere})["Location"] == SECURITY
    assert client.post(f"{CONFIRM}?next={elsewhere}", {"password": PASSWORD})["Location"] == SECURITY


def test_the_proof_is_the_code_where_there_is_one_and_guessing_it_is_slowed_down(client):
    enrolled = Enrolled(UserFactory(role=Role.ADMINISTRATOR))
    client.force_login(enrolled.user)
    SignIn.objects.update(proved_at=timezone.now())
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 200
    for number in range(5):
        client.post(CONFIRM, {"code": f"{number:06d}"})
    assert client.post(CONFIRM, {"code": enrolled.code()}).status_code == 429


def test_guessing_the_password_of_an_open_connection_is_slowed_down(client):
    user = UserFactory()
    client.force_login(user)
    sent = {"name_email-first_name": "Camille", "name_email-last_name": "Fictif", "theme-theme": "system", "theme-density": "default"}
    sent |= {"theme-contrast": "system", "password-new_password1": "un-nouveau-mot-de-passe", "password-new_password2": "un-nouveau-mot-de-passe"}
    for _ in range(5):
        client.post("/gestion/account/", {**sent, "password-old_password": "faux"})
    client.post("/gestion/account/", {**sent, "password-old_password": PASSWORD})
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_changing_the_password_closes_the_other_connections_and_keeps_this_one(client):
    user = UserFactory()
    other = Client()
    other.force_login(user)
    client.force_login(user)
    sent = {"name_email-first_name": "Camille", "name_email-last_name": "Fictif", "theme-theme": "system", "theme-density": "default"}
    sent |= {"theme-contrast": "system", "theme-keyboard_shortcuts": "on", "password-old_password": PASSWORD}
    sent |= {"password-new_password1": "un-nouveau-mot-de-passe", "password-new_password2": "un-nouveau-mot-de-passe"}
    client.post("/gestion/account/", sent)
    assert User.objects.get(pk=user.pk).check_password("un-nouveau-mot-de-passe")
    assert other.get("/gestion/").status_code == 302
    page = client.get(SECURITY).content.decode()
    assert "Celle-ci" in page
    assert 'name="connexion"' not in page
    assert SignIn.objects.count() == 1


def test_the_day_of_the_last_visit_is_known(client):
    user = UserFactory()
    client.force_login(user)
    client.get("/gestion/")
    assert User.objects.get(pk=user.pk).last_seen_on == timezone.localdate()
