"""A household already followed is not followed twice, and nobody learns from a refusal what they may not see."""

from datetime import date
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from households import actions
from households.models import Household
from tests.factories import BETTON, HouseholdFactory, PersonFactory, UserFactory, name_on_case
from tests.households.conftest import report
from tests.households.test_case_page import household_form

pytestmark = pytest.mark.django_db
ADD = "/gestion/menages/dossiers/ajouter/"
NUMBER = "035011300000135001"
CANARY = "Canari-Zyx"
NEUTRAL = "Ce numéro unique ne peut pas être enregistré ici."


@pytest.fixture
def officer(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def hidden(db):
    """A confidential case on which nobody is named."""
    household = HouseholdFactory(confidential=True, application_number=NUMBER)
    PersonFactory(household=household, last_name=CANARY, birth_date=date(1980, 3, 12))
    return household


def screen(answer):
    """The screen itself, as a person reads it."""
    return unescape(answer.content.decode()).partition('<div class="solive-screen')[2].partition("</main>")[0]


def edit(household):
    return f"/gestion/menages/dossiers/modifier/{household.pk}/"


def link(household):
    return f'<a href="{reverse("households:case", args=[household.pk])}">{household.reference}</a>'


def test_a_number_borne_by_a_case_in_sight_names_it(client, officer):
    known, other = HouseholdFactory(application_number=NUMBER), HouseholdFactory()
    for address in (ADD, edit(other)):
        shown = screen(client.post(address, household_form(application_number=NUMBER)))
        assert f"Le dossier {link(known)} porte déjà ce numéro unique." in shown
        assert NEUTRAL not in shown
    other.refresh_from_db()
    assert (Household.objects.count(), other.application_number) == (2, "")


def test_a_number_borne_by_a_case_out_of_sight_tells_nothing_of_it(client, officer, hidden):
    other = HouseholdFactory()
    for address in (ADD, edit(other)):
        shown = screen(client.post(address, household_form(application_number=NUMBER)))
        assert NEUTRAL in shown
        assert "déléguée à la protection des données" in shown
        for told in (hidden.reference, CANARY, "confidentiel ", "autre dossier", "porte déjà", f"dossiers/{hidden.pk}/"):
            assert told not in shown, told
    other.refresh_from_db()
    assert (Household.objects.count(), other.application_number) == (2, "")


def test_whoever_is_named_on_the_confidential_case_reads_its_reference(client, officer, hidden):
    name_on_case(hidden, officer)
    assert link(hidden) in screen(client.post(ADD, household_form(application_number=NUMBER)))


def test_a_case_keeps_its_own_number(client, officer):
    known = HouseholdFactory(application_number=NUMBER)
    client.post(edit(known), household_form(application_number=NUMBER, size=3))
    known.refresh_from_db()
    assert known.size == 3


def test_a_report_that_fills_or_opens_a_case_tells_nothing_of_a_case_out_of_sight(client, officer, hidden, neotoa):
    household, found = HouseholdFactory(), report(neotoa, application_number=NUMBER)
    seen = {"vu": found.updated_at.isoformat()}
    attach, opening = reverse("reports:attach", args=[found.pk, household.pk]), reverse("reports:open", args=[found.pk])
    answers = [
        client.post(attach, {"remplir": "household.application_number", **seen}, follow=True),
        client.post(opening, {"commune": BETTON, **seen}),
    ]
    for answer in answers:
        whole = unescape(answer.content.decode())
        assert NEUTRAL in whole
        for told in (hidden.reference, CANARY, "porte déjà", f"dossiers/{hidden.pk}/"):
            assert told not in whole, told
    assert client.post(attach, seen).url == reverse("households:case", args=[household.pk])


def test_a_report_that_fills_a_number_borne_in_sight_names_the_case(officer, neotoa):
    known, found = HouseholdFactory(application_number=NUMBER), report(neotoa, application_number=NUMBER)
    with pytest.raises(ValidationError, match=known.reference):
        actions.attach_report(report=found, household=HouseholdFactory(), fill=["household.application_number"], by=officer)
