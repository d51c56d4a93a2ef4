"""Accounts open by invitation and close on a day; nobody learns from them who exists."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from access.actions import close_connections, close_leavers, invite, record_review, reset_second_factor, save_account
from access.enums import Role
from access.letters import invitation_tokens, send_password_link
from access.models import JournalEntry, SignIn, User
from households.models import Household
from tests.factories import HouseholdFactory, UserFactory
from tests.site.access.conftest import Enrolled, give_password

CREATE = "/gestion/comptes/ajouter/"
CHOSEN = "une-phrase-que-je-retiens"
NEW = {"email": "Nour.Velle@Solive.example", "first_name": "Nour", "last_name": "Velle", "role": "committee", "is_active": "on"}


@pytest.fixture
def administrator(db: None) -> User:
    return UserFactory(role=Role.ADMINISTRATOR)


def invited(administrator: User, **fields) -> User:
    account = User(**{"email": "nour@solive.example", "first_name": "Nour", "last_name": "Velle", "role": Role.COMMITTEE, **fields})
    save_account(account=account, by=administrator)
    return User.objects.get(pk=account.pk)


def link_to(account: User) -> str:
    mail.outbox.clear()
    send_password_link(account=account.pk)
    found = re.search(r"https?://[^/]+(/gestion/invitation/\S+)", str(mail.outbox[0].body))
    assert found
    return found[1]


def choose(client: Client, link: str):
    form = client.get(link, follow=True)
    return client.post(form.request["PATH_INFO"], {"new_password1": CHOSEN, "new_password2": CHOSEN}, follow=True)


@pytest.mark.django_db(transaction=True)
def test_a_person_is_invited_chooses_a_password_and_signs_in(client, run_jobs):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    page = client.get(CREATE).content.decode()
    assert "password" not in page.partition("<form")[2].partition("</form>")[0]
    answer = client.post(CREATE, NEW)
    account = User.objects.get(email="nour.velle@solive.example")
    assert answer["Location"] == f"/gestion/comptes/fiche/{account.pk}/"
    assert account.awaits_password
    run_jobs()
    message = mail.outbox[0]
    assert (message.to, message.subject) == (["nour.velle@solive.example"], "Solive : votre compte vous attend")
    assert "pendant 7 jours" in str(message.body)
    link = re.search(r"https?://[^/]+(/gestion/invitation/\S+)", str(message.body))
    assert link
    visitor = Client()
    assert "Bienvenue dans Solive" in visitor.get(link[1], follow=True).content.decode()
    assert "Votre mot de passe est enregistré" in choose(visitor, link[1]).content.decode()
    assert give_password(visitor, account, CHOSEN)["Location"] == "/gestion/"


@pytest.mark.django_db
def test_a_weak_first_password_is_refused(client, administrator):
    form = client.get(link_to(invited(administrator)), follow=True)
    for weak in ("court", "motdepasse12", "nour@solive.example", "123456789012"):
        client.post(form.request["PATH_INFO"], {"new_password1": weak, "new_password2": weak})
    assert User.objects.get(email="nour@solive.example").awaits_password == (not User.objects.get(email="nour@solive.example").has_usable_password())
    assert not User.objects.get(email="nour@solive.example").check_password("court")


@pytest.mark.django_db
def test_an_invitation_serves_once(client, administrator):
    link = link_to(invited(administrator))
    choose(client, link)
    assert "Ce lien ne sert plus" in Client().get(link, follow=True).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["age", "sent again", "closed", "left", "other address"])
def test_an_invitation_dies(client, administrator, change):
    account = invited(administrator)
    link = link_to(account)
    assert "Bienvenue" in Client().get(link, follow=True).content.decode()
    if change == "age":
        User.objects.filter(pk=account.pk).update(invited_at=account.invited_at - timedelta(days=7))
    elif change == "sent again":
        invite(account=account, by=administrator)
    elif change == "closed":
        User.objects.filter(pk=account.pk).update(is_active=False)
    elif change == "left":
        User.objects.filter(pk=account.pk).update(leaves_on=timezone.localdate())
    else:
        User.objects.filter(pk=account.pk).update(email="autre@solive.example")
    assert "Ce lien ne sert plus" in client.get(link, follow=True).content.decode()


@pytest.mark.django_db
def test_the_link_of_one_account_opens_no_other(client, administrator):
    mine = link_to(invited(administrator))
    other = link_to(invited(administrator, email="autre@solive.example"))
    crossed = "/".join([*mine.split("/")[:-2], other.split("/")[-2], ""])
    assert "Ce lien ne sert plus" in client.get(crossed, follow=True).content.decode()


@pytest.mark.django_db
def test_a_link_to_reset_opens_no_invitation_and_the_other_way_round(client, administrator):
    account = invited(administrator)
    number, token = link_to(account).split("/")[-3:-1]
    assert "Ce lien ne sert plus" in client.get(f"/gestion/password_reset/confirm/{number}/{token}/", follow=True).content.decode()
    assert not invitation_tokens.check_token(UserFactory(), invitation_tokens.make_token(UserFactory()))


@pytest.mark.django_db
def test_who_forgot_the_invitation_gets_it_again_by_the_page_of_the_forgotten_password(administrator):
    account = invited(administrator)
    User.objects.filter(pk=account.pk).update(invited_at=account.invited_at - timedelta(days=30))
    link = link_to(User.objects.get(pk=account.pk))
    assert "Bienvenue" in Client().get(link, follow=True).content.decode()


@pytest.mark.django_db
def test_an_invitation_is_sent_again_from_the_account(client, administrator):
    account = invited(administrator)
    client.force_login(administrator)
    page = client.get(f"/gestion/comptes/fiche/{account.pk}/").content.decode()
    assert "Renvoyer l’invitation" in page
    before = account.invited_at
    assert "est partie" in client.post(f"/gestion/acces/comptes/{account.pk}/inviter/", follow=True).content.decode()
    assert User.objects.get(pk=account.pk).invited_at > before


@pytest.mark.django_db
def test_who_has_a_password_is_not_invited(client, administrator):
    account = UserFactory()
    client.force_login(administrator)
    assert "a déjà un mot de passe" in client.post(f"/gestion/acces/comptes/{account.pk}/inviter/", follow=True).content.decode()


@pytest.mark.django_db
def test_nothing_is_sent_to_a_closed_account(administrator):
    for fields in ({"is_active": False}, {"leaves_on": timezone.localdate()}):
        send_password_link(account=UserFactory(**fields).pk)
    send_password_link(account=0)
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_leaver_is_out_on_the_day_by_rule_alone(client):
    user = UserFactory(leaves_on=timezone.localdate() + timedelta(days=1))
    HouseholdFactory()
    client.force_login(user)
    assert client.get("/gestion/").status_code == 200
    assert Household.objects.visible_to(user).exists()
    User.objects.filter(pk=user.pk).update(leaves_on=timezone.localdate())
    assert client.get("/gestion/").status_code == 302
    assert give_password(client, user).status_code == 200
    assert client.get("/gestion/").status_code == 302
    user.refresh_from_db()
    assert user.is_active
    assert not Household.objects.visible_to(user).exists()
    assert not User.objects.choosable_by(UserFactory()).filter(pk=user.pk).exists()


@pytest.mark.django_db
def test_a_leaver_reads_the_same_refusal_as_a_wrong_password(client):
    user = UserFactory(leaves_on=timezone.localdate())
    pages = [
        give_password(client, user, **more).content.decode().partition('role="status"')[2].partition("<form")[0]
        for more in ({}, {"password": "faux"})
    ]
    assert pages[0] == pages[1] != ""


@pytest.mark.django_db
def test_the_accounts_of_leavers_are_marked_closed_and_their_connections_end():
    gone, staying = UserFactory(leaves_on=timezone.localdate()), UserFactory(leaves_on=timezone.localdate() + timedelta(days=1))
    for user in (gone, staying):
        Client().force_login(user)
    assert close_leavers(on=timezone.localdate()) == 1
    assert list(SignIn.objects.values_list("user", flat=True)) == [staying.pk]
    assert close_leavers(on=timezone.localdate()) == 0
    gone.refresh_from_db()
    assert not gone.is_active


@pytest.mark.django_db
def test_closing_an_account_ends_its_connections(client, administrator):
    user = UserFactory(role=Role.COMMITTEE)
    theirs = Client()
    theirs.force_login(user)
    client.force_login(administrator)
    sent = {"email": user.email, "first_name": user.first_name, "last_name": user.last_name, "role": user.role}
    assert client.post(f"/gestion/comptes/modifier/{user.pk}/", sent).status_code == 302
    assert theirs.get("/gestion/").status_code == 302
    assert not SignIn.objects.filter(user=user).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"role": Role.COMMITTEE}, {"is_active": False}, {"leaves_on": timezone.localdate()}])
def test_an_administrator_neither_closes_nor_demotes_the_own_account(administrator, change):
    for name, value in change.items():
        setattr(administrator, name, value)
    with pytest.raises(ValidationError, match="propre compte"):
        save_account(account=administrator, by=administrator)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_an_administrator_is_told_that_an_address_is_taken(client, role):
    taken = UserFactory(email="prise@solive.example")
    client.force_login(UserFactory(role=role))
    answers = [client.post(CREATE, NEW | {"email": email}) for email in (taken.email, "libre@solive.example")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.django_db
def test_an_administrator_is_told_that_an_address_is_taken(client, administrator):
    UserFactory(email="nour.velle@solive.example")
    client.force_login(administrator)
    assert "Un compte existe déjà avec cette adresse" in client.post(CREATE, NEW).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_change_of_address_is_told_at_both_and_the_queue_names_neither(run_jobs):
    account, administrator = UserFactory(email="avant@solive.example"), UserFactory(role=Role.ADMINISTRATOR)
    account.email = "apres@solive.example"
    save_account(account=account, by=administrator)
    assert "avant@" not in str(list(ProcrastinateJob.objects.values_list("args", flat=True)))
    run_jobs()
    assert {message.to[0] for message in mail.outbox} == {"avant@solive.example", "apres@solive.example"}


DEEDS = {
    "invitation": (lambda account, by: invite(account=account, by=by), "user", "changed", "invited_at"),
    "role": (lambda account, by: change(account, by, role=Role.FUNDER), "user", "changed", "role"),
    "closing": (lambda account, by: change(account, by, is_active=False), "user", "changed", "is_active"),
    "second factor": (lambda account, by: reset_second_factor(account=account, by=by), "secondfactor", "removed", "confirmed_at"),
    "connections": (lambda account, by: close_connections(account=account, by=by), "signin", "removed", "began_at"),
}


def change(account: User, by: User, **fields: object) -> None:
    for name, value in fields.items():
        setattr(account, name, value)
    save_account(account=account, by=by)


@pytest.mark.parametrize("deed", DEEDS)
def test_what_the_administrator_does_is_in_the_journal_field_by_field_and_no_secret_is(administrator, deed):
    account = Enrolled(UserFactory(role=Role.COMMITTEE)).user
    Client().force_login(account)
    if deed == "invitation":
        account.set_unusable_password()
        account.save()
    act, record, what, field = DEEDS[deed]
    act(account, administrator)
    entry = JournalEntry.objects.get()
    assert (entry.actor, entry.kind, entry.subject_kind, entry.subject_id) == (administrator, "change", "account", account.pk)
    told = {(line["record"], line["what"]): line["fields"] for line in entry.touched}
    assert field in told[record, what]
    assert not {"secret", "candidate", "password", "password_mark"} & {name for names in told.values() for name in names}


def test_a_review_of_access_is_in_the_journal(administrator):
    review = record_review(by=administrator, remark="Deux départs.")
    entry = JournalEntry.objects.get()
    assert (entry.actor, entry.subject_kind, entry.subject_id) == (administrator, "access_review", review.pk)
    assert {"accounts", "remark"} <= set(entry.touched[0]["fields"])
