"""The second factor: demanded of whom, enrolled how, and closed against every way around it."""

from datetime import timedelta

import pyotp
import pytest
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode

from access import secrecy
from access.actions import prove, renew_recovery_codes, reset_second_factor
from access.enums import Guess, Role
from access.models import SENSITIVE_ROLES, RecoveryCode, SecondFactor, SignIn, User
from access.throttle import LIMITS
from tests.factories import PASSWORD, UserFactory
from tests.site.access.conftest import Enrolled, age, give_password
from tests.site.config.test_public_addresses import PUBLIC, SIGN_IN, addresses

pytestmark = pytest.mark.django_db
CODE, ENROL = "/gestion/connexion/code/", "/gestion/connexion/application/"


def key_of(page: str) -> str:
    """The key to type that an enrolment page shows."""
    return page.partition('class="gate-key">')[2].partition("<")[0].replace(" ", "")


def test_whoever_opens_cases_accounts_or_the_journal_must_have_one():
    assert {Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER, Role.DPO, Role.ADMINISTRATOR} == SENSITIVE_ROLES


@pytest.mark.parametrize("role", Role)
def test_the_password_alone_opens_where_nothing_more_is_demanded(client, compulsory, role):
    user = UserFactory(role=role)
    answer = give_password(client, user)
    assert answer["Location"] == (ENROL if role in SENSITIVE_ROLES else "/gestion/")
    assert client.get("/gestion/").status_code == (302 if role in SENSITIVE_ROLES else 200)


def test_where_it_is_optional_the_password_opens(client):
    assert give_password(client, UserFactory())["Location"] == "/gestion/"
    assert client.get("/gestion/").status_code == 200


def test_the_first_sign_in_enrols_shows_the_codes_once_and_opens(client, compulsory):
    user = UserFactory()
    give_password(client, user, next="/gestion/menages/dossiers/")
    page = client.get(ENROL).content.decode()
    assert "<svg" in page
    assert "http" not in page.partition("<svg")[2].partition("</svg>")[0].replace("http://www.w3.org/2000/svg", "")
    key = key_of(page)
    assert key_of(client.get(ENROL).content.decode()) == key
    done = client.post(ENROL, {"code": pyotp.TOTP(key).now()})
    shown = done.content.decode()
    assert shown.count("<li>") == 10
    assert "/gestion/menages/dossiers/" in shown
    assert "no-store" in done["Cache-Control"]
    assert client.get("/gestion/").status_code == 200
    assert SignIn.objects.get().proved_at is not None
    assert key not in client.get("/gestion/acces/securite/").content.decode()


def test_a_wrong_code_enrols_nothing(client, compulsory):
    user = UserFactory()
    give_password(client, user)
    client.get(ENROL)
    answer = client.post(ENROL, {"code": "000000"})
    assert "pas le bon" in answer.content.decode()
    assert not User.objects.get(pk=user.pk).has_second_factor
    assert client.get("/gestion/").status_code == 302


def test_the_code_opens(client, enrolled):
    assert give_password(client, enrolled.user)["Location"] == CODE
    assert client.get(CODE).status_code == 200
    answer = client.post(CODE, {"code": f"{enrolled.code()[:3]} {enrolled.code()[3:]}"})
    assert answer["Location"] == "/gestion/"
    assert client.get("/gestion/").status_code == 200


@pytest.fixture
def still(monkeypatch) -> None:
    """Time stands still in the middle of a half-minute, however slow the machine."""
    now = timezone.now()
    middle = now.replace(second=15 if now.second < 30 else 45, microsecond=0)
    monkeypatch.setattr("django.utils.timezone.now", lambda: middle)


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_a_clock_half_a_minute_off_is_forgiven(still, enrolled, drift):
    assert prove(user=enrolled.user, code=enrolled.code(drift))


@pytest.mark.parametrize("drift", [-4, -3, 3, 4])
def test_a_clock_two_minutes_off_is_not(still, enrolled, drift):
    assert not prove(user=enrolled.user, code=enrolled.code(drift))


def test_a_code_never_serves_twice(still, enrolled):
    code = enrolled.code()
    assert prove(user=enrolled.user, code=code)
    assert not prove(user=enrolled.user, code=code)
    assert not prove(user=enrolled.user, code=enrolled.code(-1))


def test_the_code_of_the_enrolment_does_not_open(client, compulsory):
    enrolled = Enrolled(UserFactory())
    SecondFactor.objects.update(last_step=int(timezone.now().timestamp()) // 30 + 1)
    give_password(client, enrolled.user)
    assert "pas le bon" in client.post(CODE, {"code": enrolled.code()}).content.decode()


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "0" * 16, "9" * 40, "' OR 1=1"])
def test_what_is_no_code_is_refused(client, enrolled, code):
    give_password(client, enrolled.user)
    assert client.post(CODE, {"code": code}).status_code == 200
    assert client.get("/gestion/").status_code == 302


def test_a_recovery_code_opens_once(client, enrolled):
    for expected in (302, 200):
        give_password(client, enrolled.user)
        assert client.post(CODE, {"code": enrolled.recovery[0]}).status_code == expected
        client.post("/gestion/logout/")
    assert RecoveryCode.objects.unused().count() == 9


def test_recovery_codes_are_of_no_use_to_another_account(enrolled):
    other = Enrolled(UserFactory())
    assert not prove(user=other.user, code=enrolled.recovery[0])
    assert prove(user=enrolled.user, code=enrolled.recovery[0])


def test_new_recovery_codes_void_the_old_ones(enrolled):
    renewed = renew_recovery_codes(user=enrolled.user)
    assert not prove(user=enrolled.user, code=enrolled.recovery[0])
    assert prove(user=enrolled.user, code=renewed[0])


def test_neither_secret_nor_recovery_code_can_be_read_in_the_database(enrolled):
    rows = str([*SecondFactor.objects.values(), *RecoveryCode.objects.values()])
    assert enrolled.clock.secret not in rows
    assert not any(code.replace("-", "") in rows for code in enrolled.recovery)


def test_a_secret_sealed_under_a_former_key_still_serves(enrolled, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "une-autre-cle", [settings.SECRET_KEY]
    assert prove(user=enrolled.user, code=enrolled.code())
    assert prove(user=enrolled.user, code=enrolled.recovery[0])


def test_a_secret_no_key_opens_refuses_and_does_not_fail(enrolled, settings):
    settings.SECRET_KEY = "une-autre-cle"
    assert not prove(user=enrolled.user, code=enrolled.code())
    with pytest.raises(secrecy.Unreadable):
        secrecy.unseal(SecondFactor.objects.get().secret, purpose="second factor")


def test_guessing_codes_is_slowed_down_then_refused_even_when_right(client, enrolled):
    give_password(client, enrolled.user)
    for number in range(LIMITS[Guess.CODE].both[0]):
        assert client.post(CODE, {"code": f"{number:06d}"}).status_code == 200
    answer = client.post(CODE, {"code": enrolled.code()})
    assert answer.status_code == 429
    assert "attendez" in answer.content.decode()
    assert client.get("/gestion/").status_code == 302


def test_signing_in_again_gives_no_further_guesses(enrolled):
    most = LIMITS[Guess.CODE].account[0]
    for number in range(most):
        prowler = Client(REMOTE_ADDR=f"10.3.0.{number}")
        give_password(prowler, enrolled.user)
        prowler.post(CODE, {"code": "000000"})
    prowler = Client(REMOTE_ADDR="10.3.1.1")
    give_password(prowler, enrolled.user)
    assert prowler.post(CODE, {"code": enrolled.code()}).status_code == 429


def test_between_the_password_and_the_code_nobody_is_signed_in(client, enrolled):
    give_password(client, enrolled.user)
    assert client.get("/gestion/").wsgi_request.user.is_anonymous
    assert not SignIn.objects.exists()


def walk(client: Client) -> int:
    """Every address of the site, GET and POST: closed as to a visitor. Returns how many were walked."""
    own = {CODE.strip("/") + "/", ENROL.strip("/") + "/"}
    walked = [address for address in sorted(set(addresses())) if address not in PUBLIC and address not in own]
    for address in walked:
        for answer in (client.get(f"/{address}"), client.post(f"/{address}", {})):
            is_sign_in = answer.status_code == 302 and answer["Location"].startswith((SIGN_IN, CODE, ENROL))
            assert is_sign_in or answer.status_code in (301, 403, 404, 405), (address, answer.status_code, answer.get("Location"))
    return len(walked)


def test_until_the_code_is_given_every_address_is_closed(client, enrolled):
    give_password(client, enrolled.user)
    assert client.get(CODE).status_code == 200
    assert walk(client) > 250


def test_until_an_authenticator_is_enrolled_every_address_is_closed(client, compulsory):
    give_password(client, UserFactory())
    assert client.get(ENROL).status_code == 200
    assert walk(client) > 250


@pytest.mark.parametrize("state", ["enrolled meanwhile", "demanded meanwhile"])
def test_a_connection_opened_with_the_password_alone_closes_once_more_is_demanded(client, settings, state):
    user = UserFactory()
    client.force_login(user)
    assert client.get("/gestion/").status_code == 200
    if state == "enrolled meanwhile":
        Enrolled(user)
    else:
        settings.SECOND_FACTOR_COMPULSORY = True
    assert client.get("/gestion/menages/dossiers/")["Location"].startswith(SIGN_IN)
    expected = CODE if state == "enrolled meanwhile" else ENROL
    assert client.get(SIGN_IN, follow=True).redirect_chain[-1][0] == expected
    assert not SignIn.objects.exists()


def test_enrolling_again_is_no_way_around_the_code(client, enrolled):
    give_password(client, enrolled.user)
    for answer in (client.get(ENROL), client.post(ENROL, {"code": "000000"})):
        assert answer["Location"] == CODE
    assert SecondFactor.objects.get().candidate == ""


@pytest.mark.parametrize("path", [CODE, ENROL])
def test_without_the_password_the_pages_of_the_code_are_closed(client, enrolled, path):
    assert client.get(path)["Location"] == SIGN_IN
    assert client.post(path, {"code": enrolled.code()})["Location"] == SIGN_IN
    assert client.get("/gestion/").status_code == 302


def test_the_password_given_grows_old(client, enrolled):
    give_password(client, enrolled.user)
    session = client.session
    session["access_pending"] = {**session["access_pending"], "at": timezone.now().timestamp() - 601}
    session.save()
    assert client.post(CODE, {"code": enrolled.code()})["Location"] == SIGN_IN


def test_a_password_changed_meanwhile_voids_the_one_given(client, enrolled):
    give_password(client, enrolled.user)
    enrolled.user.set_password("un-tout-autre-mot-de-passe")
    enrolled.user.save()
    assert client.post(CODE, {"code": enrolled.code()})["Location"] == SIGN_IN


def test_an_account_closed_meanwhile_stays_out(client, enrolled):
    give_password(client, enrolled.user)
    User.objects.update(leaves_on=timezone.localdate())
    assert client.post(CODE, {"code": enrolled.code()})["Location"] == SIGN_IN


def test_the_session_key_changes_with_the_password_and_with_the_code(client, enrolled):
    session = client.session
    session["trace"] = "posée avant"
    session.save()
    client.cookies["sessionid"] = session.session_key
    keys = [session.session_key]
    give_password(client, enrolled.user)
    keys.append(client.cookies["sessionid"].value)
    client.post(CODE, {"code": enrolled.code()})
    keys.append(client.cookies["sessionid"].value)
    assert len(set(keys)) == 3
    assert set(Session.objects.values_list("session_key", flat=True)) == {keys[-1]}


@pytest.mark.parametrize(
    "elsewhere", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "javascript:alert(1)", "http:///ailleurs"]
)
def test_signing_in_leads_nowhere_but_to_this_site(client, enrolled, elsewhere):
    give_password(client, enrolled.user, next=elsewhere)
    assert client.post(CODE, {"code": enrolled.code()})["Location"] == "/gestion/"


def test_signing_in_leads_where_one_was_going(client, enrolled):
    give_password(client, enrolled.user, next="/gestion/menages/dossiers/?q=x")
    assert client.post(CODE, {"code": enrolled.code()})["Location"] == "/gestion/menages/dossiers/?q=x"


def test_resetting_the_password_is_no_way_around_the_code(client, enrolled):
    number = urlsafe_base64_encode(str(enrolled.user.pk).encode())
    link = f"/gestion/password_reset/confirm/{number}/{default_token_generator.make_token(enrolled.user)}/"
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"new_password1": PASSWORD[::-1], "new_password2": PASSWORD[::-1]})
    assert client.get("/gestion/").status_code == 302
    assert give_password(client, enrolled.user, PASSWORD[::-1])["Location"] == CODE


def test_the_administrator_resets_it_without_seeing_it(client, enrolled):
    administrator = UserFactory(role=Role.ADMINISTRATOR)
    victim = Client()
    victim.force_login(enrolled.user)
    age(SignIn.objects.get(), proved_at=timezone.now())
    assert victim.get("/gestion/").status_code == 200
    client.force_login(administrator)
    page = client.get(f"/gestion/comptes/fiche/{enrolled.user.pk}/").content.decode()
    assert "Réinitialiser" in page
    assert enrolled.clock.secret not in page
    answer = client.post(f"/gestion/acces/comptes/{enrolled.user.pk}/double-authentification/", follow=True)
    assert "réinitialisée" in answer.content.decode()
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert victim.get("/gestion/").status_code == 302
    history = client.get(f"/gestion/comptes/historique/{enrolled.user.pk}/")
    assert administrator.get_full_name() in history.content.decode()


def test_an_administrator_does_not_reset_the_own_one(client):
    own = Enrolled(UserFactory(role=Role.ADMINISTRATOR))
    with pytest.raises(Exception, match="Ma sécurité"):
        reset_second_factor(account=own.user, by=own.user)


@pytest.mark.django_db(transaction=True)
def test_the_person_is_told_of_what_changes(run_jobs):
    enrolled = Enrolled(UserFactory(role=Role.COMMITTEE))
    renew_recovery_codes(user=enrolled.user)
    reset_second_factor(account=enrolled.user, by=UserFactory(role=Role.ADMINISTRATOR))
    run_jobs()
    assert [message.to for message in mail.outbox] == [[enrolled.user.email]] * 3
    assert {message.subject for message in mail.outbox} == {
        "Solive : la double authentification est activée",
        "Solive : vos codes de secours ont changé",
        "Solive : votre double authentification est à refaire",
    }


def test_the_person_gives_it_up_where_the_role_allows(client, compulsory):
    for role, kept in ((Role.COMMITTEE, 0), (Role.GIE_STAFF, 1)):
        SecondFactor.objects.all().delete()
        enrolled = Enrolled(UserFactory(role=role))
        client.force_login(enrolled.user)
        SignIn.objects.filter(user=enrolled.user).update(proved_at=timezone.now())
        assert ("Retirer" in client.get("/gestion/acces/securite/").content.decode()) is (kept == 0)
        client.post("/gestion/acces/securite/application/retirer/")
        assert SecondFactor.objects.count() == kept


def test_another_telephone_takes_over_once_its_code_is_given_and_closes_other_connections(client, enrolled):
    client.force_login(enrolled.user)
    SignIn.objects.update(proved_at=timezone.now())
    elsewhere = Client()
    elsewhere.force_login(enrolled.user)
    page = client.get("/gestion/acces/securite/application/").content.decode()
    key = key_of(page)
    assert key != enrolled.clock.secret
    assert prove(user=enrolled.user, code=enrolled.code())
    shown = client.post("/gestion/acces/securite/application/", {"code": pyotp.TOTP(key).now()}).content.decode()
    assert "codes de secours" in shown
    assert client.get("/gestion/").status_code == 200
    assert elsewhere.get("/gestion/").status_code == 302
    assert not prove(user=enrolled.user, code=enrolled.code(1))


def test_an_offer_left_alone_grows_old(client, compulsory):
    give_password(client, UserFactory())
    client.get(ENROL)
    factor = SecondFactor.objects.get()
    age(factor, candidate_at=timezone.now() - timedelta(minutes=31))
    assert "trop longtemps" in client.post(ENROL, {"code": "000000"}).content.decode()
