"""A prescriber reports a household and is told its state, nothing else."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from access.enums import Role
from households import actions
from households.enums import Stage
from households.likeness import similar_cases
from households.models import Household, HouseholdReport
from tests.factories import FOUGERES, HouseholdFactory, OrganisationFactory, PersonFactory, UserFactory, member
from tests.households.test_concurrency import together

pytestmark = pytest.mark.django_db
ADD, LIST = "/gestion/signalements/prescripteur/ajouter/", "/gestion/signalements/prescripteur/"
DATA = {
    "last_name": "Canari",
    "first_name": "Anaïs",
    "birth_date": "1980-05-10",
    "entry_door": "access",
    "reason": "leaving_shelter",
    "commune": FOUGERES,
    "application_number": "035 2015 0000 0000 0012",
}


@pytest.fixture
def siao():
    return OrganisationFactory(kind="prescriber", name="SIAO")


@pytest.fixture
def prescriber(siao):
    return member(Role.PRESCRIBER, siao)


@pytest.fixture
def signed_in(client, prescriber):
    client.force_login(prescriber)
    return client


def declared(**fields):
    values = {"entry_door": "access", "last_name": "Canari", "first_name": "Anaïs", "birth_date": date(1980, 5, 10), "reason": "overdue"}
    return HouseholdReport(**{**values, **fields})


def test_a_report_reaches_the_officers_inbox_and_is_matched_with_known_cases(signed_in, siao, prescriber):
    data = {**DATA, "application_number": "035201500000000012"}
    assert signed_in.post(ADD, data).status_code == 302
    report = HouseholdReport.objects.get()
    assert (report.organisation, report.imported_by, report.status) == (siao, prescriber, "received")
    known = PersonFactory(last_name="CANARI", first_name="anais", birth_date=date(1980, 5, 10)).household
    officer = UserFactory()
    assert [likeness.household for likeness in similar_cases(report=report, user=officer)] == [known]
    inbox = Client()
    inbox.force_login(officer)
    assert "Canari" in inbox.get("/gestion/signalements/boite/").content.decode()
    assert inbox.get(f"/gestion/signalements/{report.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": ""}, "Motif</a> : "),
        ({"last_name": ""}, "Nom</a> : "),
        ({"birth_date": "2099-01-01"}, "dans l&#x27;avenir"),
        ({"application_number": "12"}, "18 caractères"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(signed_in, changes, message):
    page = signed_in.post(ADD, {**DATA, "application_number": "", **changes}).content.decode()
    assert message in page
    assert "Anaïs" in page
    assert not HouseholdReport.objects.exists()


def test_the_form_says_that_nothing_sensitive_is_asked(signed_in):
    page = signed_in.get(ADD).content.decode()
    assert "N'écrivez rien de sensible" in page
    assert "CNIL" in page


def test_the_same_form_sent_twice_makes_one_report(signed_in):
    data = {**DATA, "application_number": ""}
    for _ in range(2):
        assert signed_in.post(ADD, data).status_code == 302
    assert HouseholdReport.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_makes_one_report():
    by = member(Role.PRESCRIBER, OrganisationFactory(kind="prescriber"))
    assert together(*(lambda: actions.report_household(report=declared(), by=by) for _ in range(2))) == [None, None]
    assert HouseholdReport.objects.count() == 1


def test_a_person_a_colleague_reported_is_not_reported_again(siao, prescriber):
    actions.report_household(report=declared(), by=prescriber)
    with pytest.raises(ValidationError, match="déjà signalé cette personne"):
        actions.report_household(report=declared(last_name="CANARI", first_name="Anais"), by=member(Role.PRESCRIBER, siao))
    actions.report_household(report=declared(birth_date=date(1981, 5, 10)), by=member(Role.PRESCRIBER, siao))


@pytest.mark.parametrize(
    ("stage", "fields", "expected"),
    [
        (Stage.IDENTIFIED, {}, "En cours d&#x27;examen"),
        (Stage.TO_ORIENT, {}, "En cours d&#x27;examen"),
        (Stage.SEARCHING, {}, "Pris en charge"),
        (Stage.HOUSED, {}, "Pris en charge"),
        (Stage.IDENTIFIED, {"is_confidential": True}, "Pris en charge"),
    ],
)
def test_the_state_follows_the_case_and_says_no_more(signed_in, prescriber, stage, fields, expected):
    report = actions.report_household(report=declared(reference="Dossier 7"), by=prescriber)
    household = HouseholdFactory(stage=stage, **fields)
    HouseholdReport.objects.update(status="opened", household=household, decided_at=timezone.now())
    page = signed_in.get(LIST).content.decode()
    assert expected in page
    assert "Dossier 7" in page
    for hidden in ("Canari", "Anaïs", household.reference):
        assert hidden not in page
        assert hidden not in signed_in.get("/gestion/").content.decode()
    assert signed_in.get(f"/gestion/dossiers/{household.pk}/").status_code == 404
    assert signed_in.get(f"/gestion/signalements/{report.pk}/").status_code == 404


def test_a_declined_report_says_why(signed_in, prescriber):
    report = actions.report_household(report=declared(), by=prescriber)
    assert "Reçu" in signed_in.get(LIST).content.decode()
    actions.dismiss_report(report=report, reason="out_of_scope", by=UserFactory())
    assert "hors du dispositif" in signed_in.get(LIST).content.decode()


def test_a_prescriber_sees_the_reports_of_the_own_organisation_only(signed_in):
    actions.report_household(report=declared(reference="Ailleurs"), by=member(Role.PRESCRIBER, OrganisationFactory(kind="prescriber")))
    assert "Ailleurs" not in signed_in.get(LIST).content.decode()
    for path in ("signalements/boite/", "signalements/envoyes/", "menages/dossiers/", "logements/parc/"):
        assert signed_in.get(f"/gestion/{path}").status_code == 404
    assert not Household.objects.visible_to(signed_in.get(LIST).wsgi_request.user).exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PRESCRIBER])
def test_the_form_exists_for_prescribers_only(client, role):
    client.force_login(member(role, OrganisationFactory()))
    assert client.get(ADD).status_code == 404
    assert client.post(ADD, DATA).status_code == 404
    assert client.get(LIST).status_code == 404
