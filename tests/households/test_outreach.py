"""Aller vers: who may note and read what, and « sans nouvelles depuis N jours »."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from access.enums import Role
from catalogue.models import MeasureKind
from households import actions
from households.enums import Stage
from households.models import Household, OutreachContact
from partners.models import Membership
from tests.factories import (
    ConventionFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    OutreachContactFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
STARTED = date(2015, 1, 1)


@pytest.fixture
def operator():
    return OrganisationFactory(name="APE2A")


@pytest.fixture
def worker(operator):
    return member(Role.SUPPORT_WORKER, operator)


@pytest.fixture
def household(operator):
    return SupportMeasureFactory(convention=ConventionFactory(partner=operator), starts_on=STARTED, planned_ends_on=date(2030, 12, 31)).household


def silent(household, on, days=45):
    found, of_all = (Household.objects.without_contact_since(days, on=on, of_all=asked).filter(pk=household.pk).exists() for asked in (False, True))
    assert found == of_all
    return found


@pytest.mark.parametrize(("day", "expected"), [(date(2015, 2, 14), False), (date(2015, 2, 15), True)])
def test_without_any_meeting_the_days_count_from_the_start_of_the_support(household, day, expected):
    """45 days after 2015-01-01: 2015-02-15."""
    assert silent(household, day) is expected


@pytest.mark.parametrize(("day", "expected"), [(date(2015, 4, 14), False), (date(2015, 4, 15), True)])
def test_a_meeting_starts_the_count_again(household, day, expected):
    """45 days after 2015-03-01: 2015-04-15."""
    OutreachContactFactory(household=household, contacted_on=date(2015, 1, 20))
    OutreachContactFactory(household=household, contacted_on=date(2015, 3, 1))
    assert silent(household, day) is expected


@pytest.mark.parametrize("kind", ["attempt", "letter", "visit"])
def test_a_contact_that_met_nobody_does_not_count(household, kind):
    OutreachContactFactory(household=household, kind=kind, is_met=False, contacted_on=date(2015, 3, 1))
    assert silent(household, date(2015, 3, 2))


def test_a_meeting_yet_to_come_does_not_count(household):
    OutreachContactFactory(household=household, contacted_on=date(2015, 6, 1))
    assert silent(household, date(2015, 3, 2))


def test_only_a_household_supported_and_on_the_road_is_expected_to_be_met(household):
    assert silent(household, date(2016, 1, 1))
    assert not silent(household, date(2031, 1, 1))
    Household.objects.update(stage=Stage.SUSPENDED, suspended_from=Stage.HOUSED)
    assert not silent(household, date(2016, 1, 1))
    management = SupportMeasureFactory(kind=MeasureKind.objects.get(code="adapted_management"))
    assert not silent(management.household, date(2016, 1, 1))


def test_the_day_of_the_last_meeting_is_told(household):
    seen = Household.objects.with_silence(on=date(2015, 5, 1))
    assert (seen.get().last_met_on, seen.get().silent_since) == (None, STARTED)
    OutreachContactFactory(household=household, contacted_on=date(2015, 4, 1))
    assert (seen.get().last_met_on, seen.get().silent_since) == (date(2015, 4, 1),) * 2


def test_a_contact_is_noted_for_the_own_organisation(household, operator, worker):
    contact = actions.record_outreach(
        contact=OutreachContact(household=household, kind="visit", is_met=True, contacted_on=date(2015, 3, 1), note="Porte ouverte."), by=worker
    )
    assert (contact.organisation, contact.made_by) == (operator, worker)


def test_nobody_notes_for_an_organisation_that_is_not_the_own(household, worker):
    Membership.objects.create(user=worker, organisation=OrganisationFactory(), starts_on=date(2014, 1, 1))
    for organisation in (None, OrganisationFactory()):
        contact = OutreachContact(household=household, kind="visit", contacted_on=date(2015, 3, 1), organisation=organisation)
        with pytest.raises(ValidationError, match="laquelle de vos organisations"):
            actions.record_outreach(contact=contact, by=worker)


def test_an_attempt_or_a_letter_meets_nobody(household, worker):
    for kind in ("attempt", "letter"):
        contact = OutreachContact(household=household, kind=kind, is_met=True, contacted_on=date(2015, 3, 1))
        with pytest.raises(ValidationError, match="n'est pas une rencontre"):
            actions.record_outreach(contact=contact, by=worker)
    assert not OutreachContact.objects.exists()


def test_nothing_is_noted_on_a_closed_case(household, worker):
    Household.objects.update(stage=Stage.CLOSED, closing_reason="moved")
    with pytest.raises(ValidationError, match="clos"):
        actions.record_outreach(contact=OutreachContact(household=household, kind="visit", contacted_on=date(2015, 3, 1)), by=worker)


def test_a_note_is_read_by_the_gie_and_the_operator_that_wrote_it(household, operator, worker):
    other = OrganisationFactory()
    SupportMeasureFactory(
        household=household,
        kind=MeasureKind.objects.get(code="adapted_management"),
        convention=ConventionFactory(partner=other),
        planned_ends_on=date(2030, 12, 31),
    )
    OutreachContactFactory(household=household, organisation=operator, note="Porte ouverte.")
    seen = {
        user: [contact.readable_note for contact in OutreachContact.objects.visible_to(user).with_note_for(user)]
        for user in (UserFactory(), worker, member(Role.SUPPORT_WORKER, other))
    }
    assert list(seen.values()) == [["Porte ouverte."], ["Porte ouverte."], [""]]


def test_a_referent_sees_no_outreach_at_all(client, household, operator):
    landlord = OrganisationFactory(landlord=True)
    OccupancyFactory(household=household, unit=UnitFactory(landlord=landlord))
    OutreachContactFactory(household=household, organisation=operator, note="Canari-Zyx", contacted_on=timezone.localdate())
    client.force_login(member(Role.LANDLORD_REFERENT, landlord))
    page = client.get(f"/gestion/dossiers/{household.pk}/").content.decode()
    listed = client.get("/gestion/menages/dossiers/?contact=sans")
    for hidden in ("Canari-Zyx", "Aller vers", "Noter un contact", "Sans nouvelles", "Rencontré"):
        assert hidden not in page
        assert hidden not in listed.content.decode()
    assert listed.context["paginator"].count == 1, "the filter is no oracle"
    assert client.get(f"/gestion/dossiers/{household.pk}/contact/").status_code == 404
    assert client.post(f"/gestion/dossiers/{household.pk}/contact/", {"kind": "visit", "met": "oui"}).status_code == 404
    assert client.get("/gestion/menages/contacts/").status_code == 404


def test_a_worker_notes_a_visit_with_three_answers(client, household, operator, worker):
    client.force_login(worker)
    today = timezone.localdate()
    form = client.get(f"/gestion/dossiers/{household.pk}/contact/")
    assert form.context["form"]["contacted_on"].value() in (today, today.isoformat())
    client.post(f"/gestion/dossiers/{household.pk}/contact/", {"kind": "visit", "met": "oui", "contacted_on": today.isoformat()})
    contact = OutreachContact.objects.get()
    assert (contact.kind, contact.is_met, contact.contacted_on, contact.organisation) == ("visit", True, today, operator)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"met": "oui"}, "Touchez une des quatre réponses"),
        ({"kind": "visit"}, "Dites si le ménage a été rencontré"),
        ({"kind": "attempt", "met": "oui"}, "pas une rencontre"),
        ({"kind": "visit", "met": "oui", "contacted_on": "2099-01-01"}, "dans l&#x27;avenir"),
        ({"kind": "visit", "met": "oui", "contacted_on": "hier"}, "date valide"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, household, worker, data, message):
    client.force_login(worker)
    answer = client.post(f"/gestion/dossiers/{household.pk}/contact/", {"contacted_on": "2015-03-01", "note": "Volets fermés", **data})
    assert message in answer.content.decode()
    assert "Volets fermés" in answer.content.decode()
    assert not OutreachContact.objects.exists()


def test_the_list_keeps_those_without_news_and_leads_to_noting_a_contact(client, household, worker):
    met = SupportMeasureFactory(planned_ends_on=date(2030, 12, 31)).household
    OutreachContactFactory(household=met, contacted_on=timezone.localdate())
    HouseholdFactory()
    client.force_login(UserFactory())
    listed = client.get("/gestion/menages/dossiers/?contact=sans")
    assert [row.pk for row in listed.context["object_list"]] == [household.pk]
    assert f"/gestion/dossiers/{household.pk}/contact/" in listed.content.decode()


def test_the_case_page_says_for_how_long_nobody_was_met(client, household, worker):
    client.force_login(worker)
    assert "Sans nouvelles depuis" in client.get(f"/gestion/dossiers/{household.pk}/").content.decode()
    OutreachContactFactory(household=household, contacted_on=timezone.localdate())
    assert "Sans nouvelles depuis" not in client.get(f"/gestion/dossiers/{household.pk}/").content.decode()
