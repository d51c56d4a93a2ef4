"""Guessing is slowed down, the same way for any address, and never at the expense of the account's owner."""

import re
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from access.actions import lift_lock
from access.enums import Guess, Role
from access.housekeeping import purge_traces_of_sign_in
from access.letters import send_lock_notice
from access.models import Try, User
from access.throttle import DEVICE_COOKIE, LIMITS, client_address, network_of, waiting_words
from tests.factories import PASSWORD, UserFactory
from tests.site.access.conftest import give_password

pytestmark = pytest.mark.django_db
FAILURES = LIMITS[Guess.PASSWORD].both[0]
STRANGERS = LIMITS[Guess.PASSWORD].account[0]


def fail(client: Client, user, times: int = FAILURES, **more: str) -> None:
    for _ in range(times):
        assert give_password(client, user, "faux", **more).status_code == 200


def count_strangers(user, times: int) -> None:
    """As many failures on the account, each from another place."""
    for number in range(times):
        assert Client(REMOTE_ADDR=f"10.1.{number // 250}.{number % 250}").post("/gestion/login/", {"username": user.email, "password": "faux"})


def test_after_a_few_failures_one_waits_even_with_the_right_password(client):
    user = UserFactory(role=Role.COMMITTEE)
    fail(client, user)
    answer = give_password(client, user)
    assert answer.status_code == 429
    assert re.search(r"attendez \d+\u00a0minute", answer.content.decode())
    assert 0 < int(answer["Retry-After"]) <= 900
    assert client.get("/gestion/").status_code == 302


def test_the_wait_ends(client):
    user = UserFactory(role=Role.COMMITTEE)
    fail(client, user)
    Try.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert give_password(client, user).status_code == 302


def test_an_address_nobody_bears_waits_like_any_other(client):
    user = UserFactory()
    answers = {}
    for address in (user.email, "personne@nulle-part.example"):
        visitor = Client(REMOTE_ADDR="10.0.0.1" if address == user.email else "10.0.0.2")
        statuses = [visitor.post("/gestion/login/", {"username": address, "password": "faux"}) for _ in range(FAILURES + 1)]
        answers[address] = [(answer.status_code, answer.content.decode().partition('role="status"')[2].partition("<form")[0]) for answer in statuses]
    known, unknown = answers.values()
    assert known == unknown
    assert known[-1][0] == 429


def test_letter_case_and_spaces_make_no_other_account(client):
    user = UserFactory()
    for address in (user.email, user.email.upper(), f" {user.email}", user.email.title(), f"{user.email} "):
        client.post("/gestion/login/", {"username": address, "password": "faux"})
    assert give_password(client, user).status_code == 429


def test_a_success_forgets_the_failures_from_the_same_place_only(client):
    user = UserFactory(role=Role.COMMITTEE)
    fail(client, user, FAILURES - 1)
    fail(Client(REMOTE_ADDR="10.0.0.9"), user, 2)
    assert give_password(client, user).status_code == 302
    assert Try.objects.count() == 2


def test_a_stranger_locks_strangers_out_and_not_the_usual_desk(client):
    user = UserFactory(role=Role.COMMITTEE)
    assert give_password(client, user).status_code == 302
    client.post("/gestion/logout/")
    assert DEVICE_COOKIE in client.cookies
    count_strangers(user, STRANGERS)
    assert give_password(Client(REMOTE_ADDR="10.9.9.9"), user).status_code == 429
    assert give_password(client, user).status_code == 302


def test_a_known_desk_answers_for_its_own_failures(client):
    user = UserFactory(role=Role.COMMITTEE)
    give_password(client, user)
    client.post("/gestion/logout/")
    fail(client, user)
    assert give_password(client, user).status_code == 429


@pytest.mark.parametrize("cookie", ["faux", "eyJhIjoxfQ:1abc:zzz", ""])
def test_a_forged_desk_is_a_stranger(client, cookie):
    user = UserFactory(role=Role.COMMITTEE)
    count_strangers(user, STRANGERS)
    client.cookies[DEVICE_COOKIE] = cookie
    assert give_password(client, user).status_code == 429


def test_a_desk_known_to_one_account_is_a_stranger_to_another(client):
    own, target = UserFactory(role=Role.COMMITTEE), UserFactory(role=Role.COMMITTEE)
    give_password(client, own)
    client.post("/gestion/logout/")
    count_strangers(target, STRANGERS)
    assert give_password(client, target).status_code == 429


def test_one_place_may_not_try_every_account_in_turn():
    most = LIMITS[Guess.PASSWORD].source[0]
    prowler = Client(REMOTE_ADDR="10.7.7.7")
    for number in range(most):
        prowler.post("/gestion/login/", {"username": f"compte{number}@solive.example", "password": "faux"})
    assert give_password(prowler, UserFactory()).status_code == 429
    assert give_password(Client(REMOTE_ADDR="10.7.7.8"), UserFactory(role=Role.COMMITTEE)).status_code == 302


def test_what_is_counted_names_nobody():
    user = UserFactory()
    fail(Client(REMOTE_ADDR="10.4.4.4"), user, 1)
    kept = str(list(Try.objects.values()))
    assert user.email not in kept
    assert "10.4.4.4" not in kept


def test_the_administrator_lifts_the_wait(client):
    user, administrator = UserFactory(role=Role.COMMITTEE), UserFactory(role=Role.ADMINISTRATOR)
    fail(client, user)
    assert lift_lock(account=user, by=administrator) == FAILURES
    assert give_password(client, user).status_code == 302


def test_links_are_asked_for_a_few_times_an_hour_without_a_word_of_it(client):
    user = UserFactory()
    most = LIMITS[Guess.RESET].both[0]
    pages = {client.post("/gestion/password_reset/", {"email": user.email}, follow=True).content.partition(b"<main")[2] for _ in range(most + 3)}
    assert len(pages) == 1
    assert ProcrastinateJob.objects.filter(task_name="access.send_password_link").count() == most


def test_old_tries_are_purged():
    Try.objects.create(guess=Guess.PASSWORD, account="a", source="b", at=timezone.now() - timedelta(days=2))
    Try.objects.create(guess=Guess.PASSWORD, account="a", source="b")
    purge_traces_of_sign_in(at=timezone.now())
    assert Try.objects.count() == 1


@pytest.mark.parametrize(
    ("hops", "forwarded", "seen"),
    [
        (0, "1.2.3.4", "127.0.0.1"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (1, "", "127.0.0.1"),
        (2, "1.2.3.4", "127.0.0.1"),
    ],
)
def test_an_address_is_believed_as_far_as_our_own_servers_wrote_it(settings, hops, forwarded, seen):
    settings.FORWARDING_PROXIES = hops
    assert client_address(RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})) == seen


def test_a_visitor_holds_a_whole_network_of_the_sixth_version():
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9") != network_of("2001:db8:1:3::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("n'importe quoi") == "n'importe quoi"


@pytest.mark.parametrize(("seconds", "words"), [(1, "1\u00a0minute"), (61, "2\u00a0minutes"), (900, "15\u00a0minutes"), (86_400, "24\u00a0heures")])
def test_the_wait_reads_as_people_say_it(seconds, words):
    assert waiting_words(seconds) == words


def test_a_password_in_the_place_of_an_address_is_no_failure(client):
    answer = client.post("/gestion/login/", {"username": "", "password": PASSWORD})
    assert answer.status_code == 200
    assert not Try.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_told_once_a_day_and_the_queue_names_nobody(client, mailoutbox, run_jobs):
    user = UserFactory(role=Role.COMMITTEE)
    fail(client, user)
    job = ProcrastinateJob.objects.get(task_name="access.send_lock_notice")
    assert job.args == {"account": user.pk}
    fail(Client(REMOTE_ADDR="10.9.9.9"), user)
    run_jobs()
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [([user.email], "Solive : des essais de connexion ont échoué sur votre compte")]
    assert "Personne n'y est entré ainsi" in mailoutbox[0].body
    User.objects.filter(pk=user.pk).update(lock_told_on=timezone.localdate() - timedelta(days=1))
    send_lock_notice(account=user.pk, on=timezone.localdate())
    assert len(mailoutbox) == 2


@pytest.mark.django_db(transaction=True)
def test_an_address_nobody_bears_asks_the_worker_as_much(client, mailoutbox, run_jobs):
    for _ in range(FAILURES):
        client.post("/gestion/login/", {"username": "personne@nulle-part.example", "password": "faux"})
    assert ProcrastinateJob.objects.get(task_name="access.send_lock_notice").args == {"account": 0}
    run_jobs()
    assert mailoutbox == []


def test_a_closed_account_is_told_nothing(mailoutbox):
    send_lock_notice(account=UserFactory(is_active=False).pk, on=timezone.localdate())
    assert mailoutbox == []


def test_wrong_codes_are_told_too(client, enrolled):
    give_password(client, enrolled.user)
    for _ in range(LIMITS[Guess.CODE].both[0]):
        client.post("/gestion/connexion/code/", {"code": "000000"})
    assert ProcrastinateJob.objects.filter(task_name="access.send_lock_notice", args__account=enrolled.user.pk).count() == 1
