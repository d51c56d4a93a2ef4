"""What an officer makes of a report: likeness, attaching, opening, dismissing, each done once."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from access.enums import Role
from households import actions
from households.actions.reports import fillings
from households.enums import ReportStatus, Stage
from households.likeness import similar_cases
from households.models import Household, HouseholdReport, Person
from tests.factories import BETTON, HouseholdFactory, PersonFactory, UnitFactory, UserFactory, member, name_on_case
from tests.households.conftest import report
from tests.households.test_concurrency import together

pytestmark = pytest.mark.django_db
NUMBER = "035011300000135001"


@pytest.fixture
def officer(db):
    return UserFactory()


def alike(found, officer):
    return [(likeness.household, likeness.rank) for likeness in similar_cases(report=found, user=officer)]


def test_the_application_number_comes_before_the_name(neotoa, officer):
    by_number = HouseholdFactory(application_number=NUMBER)
    by_name = PersonFactory(last_name="EXEMPLE", first_name="anais", birth_date=date(1970, 5, 10)).household
    found = report(neotoa, application_number=NUMBER)
    assert alike(found, officer) == [(by_number, 0), (by_name, 1)]
    first, second = similar_cases(report=found, user=officer)
    assert first.reasons[0] == "Même numéro unique."
    assert second.reasons == ("Même nom, même prénom et même date de naissance.",)


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("Le Gall", "Anne-Marie"),
        ("LE GALL", "anne marie"),
        ("Anne-Marie", "Le Gall"),
        ("Gall", "Marie Anne Le"),
        ("Lé Gàll", "Ânne-Marïe"),
        ("Le Gall épouse Cœur", "Anne-Marie"),
    ],
)
def test_accents_case_and_word_order_are_forgiven(neotoa, officer, last, first):
    household = PersonFactory(last_name=last, first_name=first, birth_date=date(1980, 1, 2)).household
    found = report(neotoa, last_name="Le Gall", first_name="Anne-Marie", birth_date=date(1980, 1, 2))
    assert alike(found, officer) == [(household, 1)]


def test_who_is_not_alike(neotoa, officer):
    for fields in (
        {"first_name": "Anaïs", "birth_date": date(1971, 5, 10)},
        {"first_name": "Bruno", "birth_date": None},
        {"last_name": "Exemplet", "first_name": "Anaïs"},
        {"last_name": "Autre", "first_name": "Anaïs", "birth_date": date(1970, 5, 10)},
    ):
        PersonFactory(**fields)
    assert alike(report(neotoa), officer) == []
    sibling = PersonFactory(first_name="Bruno", birth_date=date(1970, 5, 10)).household
    undated = PersonFactory(first_name="Anaïs", birth_date=None).household
    assert alike(report(neotoa, "SIG-2"), officer) == [(sibling, 2), (undated, 3)]


def test_a_confidential_case_is_alike_only_to_the_people_named_on_it(neotoa, officer):
    household = HouseholdFactory(application_number=NUMBER, confidential=True)
    PersonFactory(household=household, first_name="Anaïs", birth_date=date(1970, 5, 10))
    found = report(neotoa, application_number=NUMBER)
    assert alike(found, officer) == []
    with pytest.raises(ValidationError, match="n'existe pas"):
        actions.attach_report(report=found, household=household, fill=[], by=officer)
    found.refresh_from_db()
    assert found.is_waiting
    name_on_case(household, officer)
    assert alike(found, officer) == [(household, 0)]


def test_looking_for_likeness_takes_as_many_queries_for_two_cases_as_for_twenty(neotoa, officer):
    found, counts = report(neotoa), []
    for rows in (2, 18):
        for _ in range(rows):
            PersonFactory(first_name="Anaïs", birth_date=date(1970, 5, 10))
        with CaptureQueriesContext(connection) as queries:
            assert similar_cases(report=found, user=officer)
        counts.append(len(queries))
    assert counts == [2, 2]


def test_attaching_fills_only_the_blanks_that_are_ticked(neotoa, officer):
    household = HouseholdFactory(seniority_on=date(2010, 1, 1), is_dalo=False, size=1)
    person = PersonFactory(household=household, last_name="exemple", first_name="ANAIS", phone="0299000000")
    found = report(neotoa, application_number=NUMBER, applied_on=date(2013, 1, 1), phone="0601020304", size=4, is_dalo=True, commune_id=BETTON)
    offered = fillings(report=found, household=household)
    assert [(filling.name, filling.shown) for filling in offered] == [("household.application_number", NUMBER), ("person.birth_date", "10/05/1970")]
    fill = ["household.application_number", "household.seniority_on", "person.phone", "household.size", "n'importe quoi"]
    before = Household.objects.filter(pk=household.pk).values().get()
    actions.attach_report(report=found, household=household, fill=fill, by=officer)
    after = Household.objects.filter(pk=household.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"application_number", "search_key"}
    person.refresh_from_db()
    assert (person.phone, person.birth_date) == ("0299000000", None)
    found.refresh_from_db()
    assert (found.status, found.household, found.decided_by) == (ReportStatus.ATTACHED, household, officer)


def test_a_case_without_anybody_takes_the_person_reported(neotoa, officer):
    household = HouseholdFactory()
    found = report(neotoa)
    assert [filling.name for filling in fillings(report=found, household=household)] == ["person"]
    actions.attach_report(report=found, household=household, fill=["person"], by=officer)
    person = household.people.get()
    assert (person.last_name, person.kinship, person.birth_date) == ("Exemple", "holder", date(1970, 5, 10))


def test_a_closed_case_takes_the_link_and_nothing_else(neotoa, officer):
    household = HouseholdFactory(stage=Stage.CLOSED, closing_reason="moved")
    found = report(neotoa, application_number=NUMBER)
    assert fillings(report=found, household=household) == []
    actions.attach_report(report=found, household=household, fill=["person", "household.application_number"], by=officer)
    household.refresh_from_db()
    assert (household.application_number, household.people.count(), household.reports.count()) == ("", 0, 1)


def test_opening_a_case_takes_over_what_the_landlord_declares(neotoa, officer):
    unit = UnitFactory(landlord=neotoa)
    found = report(
        neotoa,
        entry_door="maintenance",
        unit=unit,
        reason="eviction_threat",
        application_number=NUMBER,
        applied_on=date(2013, 1, 1),
        size=3,
        is_pdalpd=True,
    )
    household = actions.open_case_from_report(report=found, commune=found.commune, by=officer)
    found.refresh_from_db()
    assert (found.status, found.household, found.unit) == (ReportStatus.OPENED, household, unit)
    assert (household.entry_door, household.report_reason, household.reported_by, household.size) == ("maintenance", "eviction_threat", neotoa, 3)
    assert (household.seniority_on, household.is_pdalpd, household.stage) == (date(2013, 1, 1), True, Stage.IDENTIFIED)
    assert household.reported_on is not None
    assert household.people.get().full_name == "Anaïs Exemple"
    assert household.team.get().user == officer


def test_a_number_that_another_case_bears_leaves_the_report_waiting(neotoa, officer):
    HouseholdFactory(application_number=NUMBER)
    found = report(neotoa, application_number=NUMBER)
    with pytest.raises(ValidationError, match=r"Le dossier MEN-\d+ porte déjà ce numéro unique"):
        actions.open_case_from_report(report=found, commune=found.commune, by=officer)
    found.refresh_from_db()
    assert found.is_waiting
    assert Household.objects.count() == 1
    assert not Person.objects.exists()


def test_dismissing_takes_a_reason_of_the_list(neotoa, officer):
    found = report(neotoa)
    for reason in ("", "parce que"):
        with pytest.raises(ValidationError, match="motif"):
            actions.dismiss_report(report=found, reason=reason, by=officer)
    actions.dismiss_report(report=found, reason="duplicate", by=officer)
    found.refresh_from_db()
    assert (found.status, found.dismissal_reason) == (ReportStatus.DISMISSED, "duplicate")


def test_what_is_dealt_with_is_not_dealt_with_again(neotoa, officer):
    found, household = report(neotoa), HouseholdFactory()
    actions.dismiss_report(report=found, reason="duplicate", by=officer)
    for again in (
        lambda: actions.dismiss_report(report=found, reason="other", by=officer),
        lambda: actions.attach_report(report=found, household=household, fill=["person"], by=officer),
        lambda: actions.open_case_from_report(report=found, commune=found.commune, by=officer),
    ):
        with pytest.raises(ValidationError, match="déjà traité : écarté"):
            again()
    assert Household.objects.count() == 1


def test_a_report_changed_meanwhile_is_read_again_first(neotoa, officer):
    found, household = report(neotoa), HouseholdFactory()
    seen = found.updated_at
    HouseholdReport.objects.update(phone="0601020304", updated_at="2030-01-01T00:00Z")
    with pytest.raises(ValidationError, match="vient de modifier"):
        actions.attach_report(report=found, household=household, fill=[], by=officer, seen_at=seen)
    with pytest.raises(ValidationError, match="vient de modifier"):
        actions.open_case_from_report(report=found, commune=found.commune, by=officer, seen_at=seen)


def test_the_journal_holds_codes_and_no_name(neotoa, officer):
    household = HouseholdFactory()
    actions.attach_report(report=report(neotoa), household=household, fill=["person"], by=officer)
    actions.open_case_from_report(report=report(neotoa, "SIG-2"), commune=household.commune, by=officer)
    actions.dismiss_report(report=report(neotoa, "SIG-3"), reason="duplicate", by=officer)
    lines = [f"{entry.label} {entry.data}" for entry in ModelLogEntry.objects.all()]
    assert len(lines) >= 5
    assert not [line for line in lines if "Exemple" in line or "Anaïs" in line]


def test_reports_are_seen_by_the_gie_and_by_those_who_work_for_their_sender(neotoa, archipel):
    found = report(neotoa)
    see = {role: HouseholdReport.objects.visible_to(member(role, neotoa)).filter(pk=found.pk).exists() for role in Role}
    assert {role for role, sees in see.items() if sees} == {Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.PRESCRIBER}
    assert not HouseholdReport.objects.visible_to(member(Role.LANDLORD_REFERENT, archipel)).exists()


@pytest.mark.django_db(transaction=True)
def test_two_officers_open_one_report_and_one_case_is_opened(neotoa):
    found = report(neotoa)
    officers = [UserFactory(), UserFactory()]
    commune = found.commune
    outcomes = together(*(lambda by=by: actions.open_case_from_report(report=found, commune=commune, by=by) for by in officers))
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert "déjà traité" in next(outcome for outcome in outcomes if outcome)
    assert (Household.objects.count(), Person.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_reports_of_one_number_open_one_case(neotoa, archipel):
    found = [report(neotoa, application_number=NUMBER), report(archipel, application_number=NUMBER)]
    officer, commune = UserFactory(), found[0].commune
    outcomes = together(*(lambda item=item: actions.open_case_from_report(report=item, commune=commune, by=officer) for item in found))
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert "porte déjà ce numéro unique" in next(outcome for outcome in outcomes if outcome)
    assert (Household.objects.count(), HouseholdReport.objects.waiting().count()) == (1, 1)
