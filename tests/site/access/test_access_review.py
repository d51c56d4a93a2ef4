"""The review of access: who may see what, what protects it, since when nobody used it; noted as done, by whom."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from access.actions import record_review
from access.enums import Role
from access.models import AccessReview, Export, ReviewedAccount, User
from tests.factories import HouseholdFactory, OrganisationFactory, UserFactory, member, name_on_case
from tests.site.access.conftest import Enrolled

pytestmark = pytest.mark.django_db
LIST, NOTE = "/gestion/revue-des-acces/", "/gestion/acces/revue/"
REVIEWERS = (Role.DPO, Role.ADMINISTRATOR)


@pytest.fixture
def dpo() -> User:
    return UserFactory(role=Role.DPO, last_name="Déléguée", last_seen_on=timezone.localdate())


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("path", [LIST, f"{LIST}?export=csv", f"{LIST}?export=xlsx", NOTE])
def test_only_the_officer_and_the_administrator_review(client, role, path):
    client.force_login(UserFactory(role=role))
    answer = client.get(path)
    assert answer.status_code == (200 if role in REVIEWERS else 404)
    answer.getvalue()
    if path == NOTE and role not in REVIEWERS:
        assert client.post(path, {}).status_code == 404
        assert not AccessReview.objects.exists()


@pytest.mark.parametrize("role", REVIEWERS)
def test_it_tells_what_each_account_opens_and_names_no_case(client, role):
    worker = member(Role.SUPPORT_WORKER, OrganisationFactory(name="Association de la Revue"), last_name="Relue")
    cases = [HouseholdFactory(confidential=True), HouseholdFactory()]
    for case in cases:
        name_on_case(case, worker)
    client.force_login(UserFactory(role=role))
    page = client.get(LIST, {"q": "relue"}).content.decode()
    assert "Association de la Revue" in page
    assert "Dossiers en équipe" in page
    assert ">2</td>" in page
    sheet = client.get(f"{LIST}fiche/{worker.pk}/").content.decode()
    assert "Les ménages que son association diagnostique ou accompagne" in sheet
    for case in cases:
        assert case.reference not in page + sheet


def test_a_membership_that_ended_opens_nothing_any_more(client, dpo):
    worker = member(Role.SUPPORT_WORKER, OrganisationFactory(name="Ancienne association"), last_name="Relue")
    worker.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
    client.force_login(dpo)
    assert "Ancienne association" not in client.get(LIST, {"q": "relue"}).content.decode()


def names(answer) -> set[str]:
    return {account.last_name for account in answer.context["object_list"]}


def test_its_filters_keep_what_they_say(client, dpo):
    today = timezone.localdate()
    UserFactory(last_name="Partie", leaves_on=today, last_seen_on=today)
    UserFactory(last_name="Partante", leaves_on=today + timedelta(days=10), last_seen_on=today)
    UserFactory(last_name="Fermée", is_active=False, last_seen_on=today)
    UserFactory(last_name="Absente", last_seen_on=today - timedelta(days=100))
    UserFactory(last_name="Jamais", role=Role.COMMITTEE)
    awaited = UserFactory(last_name="Invitée", role=Role.COMMITTEE, last_seen_on=today)
    awaited.set_unusable_password()
    awaited.save()
    Enrolled(UserFactory(last_name="Protégée", last_seen_on=today))
    client.force_login(dpo)
    everybody = {"Partie", "Partante", "Fermée", "Absente", "Jamais", "Invitée", "Protégée", "Déléguée"}
    assert names(client.get(LIST)) == everybody
    assert names(client.get(LIST, {"etat": "ferme"})) == {"Partie", "Fermée"}
    assert names(client.get(LIST, {"etat": "ouvert"})) == everybody - {"Partie", "Fermée"}
    assert names(client.get(LIST, {"etat": "depart"})) == {"Partante"}
    assert names(client.get(LIST, {"etat": "invite"})) == {"Invitée"}
    assert names(client.get(LIST, {"double": "oui"})) == {"Protégée"}
    assert names(client.get(LIST, {"double": "sensible"})) == everybody - {"Protégée", "Jamais", "Invitée"}
    assert names(client.get(LIST, {"inutilise": "90"})) == {"Absente"}
    assert names(client.get(LIST, {"inutilise": "jamais"})) == {"Jamais"}
    assert names(client.get(LIST, {"role": "committee", "etat": "ouvert"})) == {"Jamais", "Invitée"}


def test_an_account_that_never_served_is_idle_from_its_creation():
    fresh, old = UserFactory(), UserFactory()
    User.objects.filter(pk=old.pk).update(joined_at=timezone.now() - timedelta(days=91))
    assert list(ReviewedAccount.objects.idle_for(90, on=timezone.localdate()).values_list("pk", flat=True)) == [old.pk]
    assert fresh.last_seen_on is None


def test_it_leaves_as_a_file_told_in_the_journal(client, dpo):
    worker = member(Role.SUPPORT_WORKER, OrganisationFactory(name="=Association"), last_name="Relue", leaves_on=date(2031, 5, 2))
    name_on_case(HouseholdFactory(), worker)
    client.force_login(dpo)
    answer = client.get(LIST, {"q": "relue", "export": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1
    assert rows[0]["Dossiers en équipe"] == "1"
    assert rows[0]["Départ le"] == "02/05/2031"
    assert rows[0]["Double authentification"] == "absente"
    assert not rows[0]["Organisations"].startswith("=")
    line = Export.objects.get()
    assert (line.subject, line.rows, line.exported_by_id) == ("acces", 1, dpo.pk)
    assert client.get(LIST, {"export": "xlsx"}).getvalue().startswith(b"PK")


def test_a_review_is_noted_dated_and_signed(client, dpo):
    UserFactory(last_seen_on=timezone.localdate() - timedelta(days=200))
    client.force_login(dpo)
    assert "Aucune revue n'a encore été notée" in client.get(LIST).content.decode().replace("&#x27;", "'")
    answer = client.post(NOTE, {"remark": "Deux comptes à fermer."}, follow=True)
    assert "La revue est notée" in answer.content.decode()
    review = AccessReview.objects.get()
    assert (review.reviewed_by, review.accounts, review.without_factor, review.idle) == (dpo, 2, 2, 1)
    assert "Dernière revue le" in client.get(LIST).content.decode()
    assert "Deux comptes à fermer." in client.get(NOTE).content.decode()


def test_a_review_is_written_once(dpo):
    review = record_review(by=dpo)
    for change in (lambda: AccessReview.objects.update(remark="autre"), lambda: AccessReview.objects.filter(pk=review.pk).delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_remark_too_long_is_refused_and_not_lost(client, dpo):
    client.force_login(dpo)
    answer = client.post(NOTE, {"remark": "long " * 500})
    assert not AccessReview.objects.exists()
    assert "long long" in answer.content.decode()
