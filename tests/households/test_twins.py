"""A household already followed is not followed twice, and nobody learns from a refusal what they may not see."""

from datetime import date
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.log_actions import registry as log_registry

from households import actions
from households.likeness import likely_twins
from households.models import DistinctHouseholds, Household, Person
from tests.factories import BETTON, HouseholdFactory, PersonFactory, UserFactory, name_on_case
from tests.households.conftest import report
from tests.households.test_case_page import household_form
from tests.households.test_concurrency import together

pytestmark = pytest.mark.django_db
TWINS = "/gestion/dossiers/doublons/"
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


def described(last="Le Gall", first="Anaïs", birth="1980-01-02", **changes):
    person = {"kinship": "holder", "last_name": last, "first_name": first, "birth_date": birth, "phone": "", "email": "", "id": ""}
    rows = {f"people-0-{name}": value for name, value in person.items()}
    return household_form(**{"people-TOTAL_FORMS": 1}, **rows, **changes)


@pytest.fixture
def known(db):
    return PersonFactory(last_name="LE GALL", first_name="Anais", birth_date=date(1980, 1, 2)).household


def test_a_household_like_another_is_shown_before_it_is_written(client, officer, known):
    page = screen(client.post(ADD, described()))
    assert "Ce ménage est peut-être déjà suivi" in page
    assert "Même nom, même prénom et même date de naissance." in page
    assert reverse("households:case", args=[known.pk]) in page
    assert "Créer quand même" in page
    assert 'value="Le Gall"' in page
    assert Household.objects.count() == 1


def test_creating_all_the_same_is_noted_and_the_pair_is_not_proposed_again(client, officer, known):
    assert [(twins.first, twins.rank) for twins in pairs_with_a_copy(client, known)] == [(known, 1)]
    client.post(ADD, described(first="Anaïs", distinct=[known.pk, Household.objects.latest("pk").pk]))
    created = Household.objects.latest("pk")
    assert DistinctHouseholds.objects.filter(first=known, second=created, told_by=officer).exists()
    assert [entry.data["told_apart_from"] for entry in log_registry.get_logs_for_instance(created) if "told_apart_from" in (entry.data or {})]
    assert created not in {case for twins in likely_twins(user=officer) for case in twins.cases}


def pairs_with_a_copy(client, known):
    PersonFactory(last_name="Le Gall", first_name="Anaïs", birth_date=date(1980, 1, 2))
    return likely_twins(user=UserFactory())


@pytest.mark.parametrize("told", [{"distinct": "abc"}, {"distinct": "0"}, {"distinct": "9" * 30}, {"envoi": "x"}])
def test_what_the_page_did_not_show_is_no_answer_to_it(client, officer, known, told):
    assert "peut-être déjà suivi" in screen(client.post(ADD, described(**told)))
    assert Household.objects.count() == 1


def test_a_case_out_of_sight_changes_nothing_of_what_is_shown(client, officer):
    """The same form, sent where a confidential case resembles it and where none does, meets the same answer."""
    hidden = HouseholdFactory(confidential=True)
    PersonFactory(last_name="Le Gall", first_name="Anaïs", birth_date=date(1980, 1, 2), household=hidden)
    answers = [client.post(ADD, described(last=last)) for last in ("Le Gall", "Autre")]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert hidden not in {case for twins in likely_twins(user=officer) for case in twins.cases}
    assert not DistinctHouseholds.objects.exists()


def test_a_form_sent_twice_leads_both_times_to_its_one_case(client, officer):
    form = described(envoi="8f8b0dd6-6b0c-4c1e-9c3e-0b9f8f2a7f11")
    first, second = client.post(ADD, form), client.post(ADD, form)
    assert first.url == second.url
    assert Household.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_identical_forms_sent_at_once_make_one_household():
    officer = UserFactory()

    def write():
        household = Household(entry_door="access", commune_id=BETTON, opened_on=date(2015, 1, 5))
        household.people = [Person(last_name="Le Gall", first_name="Anaïs", birth_date=date(1980, 1, 2))]
        actions.open_household(household=household, by=officer, told_apart=())

    outcomes = together(write, write)
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert Household.objects.count() == 1


@pytest.mark.parametrize(
    ("one", "other", "rank"),
    [
        (("Le Gall", "Anaïs", date(1980, 1, 2)), ("LE GALL", "anais", date(1980, 1, 2)), 1),
        (("Le Gall", "Anaïs", date(1980, 1, 2)), ("Le Gall", "Ana", date(1980, 1, 2)), 2),
        (("Le Gall", "Anaïs", date(1980, 1, 2)), ("Le Gall", "Anaïs", None), 3),
        (("Le Gall", "Anaïs", None), ("Le Gall", "Anaïs", None), None),
        (("Le Gall", "Anaïs", date(1980, 1, 2)), ("Le Gall", "Anaïs", date(1981, 1, 2)), None),
        (("Le Gall", "Anaïs", date(1980, 1, 2)), ("Kermarrec", "Anaïs", date(1980, 1, 2)), None),
    ],
)
def test_likely_twins_are_listed_with_their_reason(client, officer, one, other, rank):
    households = [PersonFactory(last_name=last, first_name=first, birth_date=birth).household for last, first, birth in (one, other)]
    assert [(twins.cases, twins.rank) for twins in likely_twins(user=officer)] == ([(tuple(households), rank)] if rank else [])
    page = screen(client.get(TWINS))
    assert ("Ce sont deux ménages" in page) == bool(rank)
    client.post(reverse("households:tell_apart"), {"premier": households[1].pk, "second": households[0].pk})
    assert likely_twins(user=officer) == []


def test_the_list_takes_as_many_queries_for_one_pair_as_for_many(client, officer):
    client.get(TWINS)
    counts = []
    for pairs in (1, 6):
        for number in range(pairs):
            for _ in range(2):
                PersonFactory(last_name=f"Nom{number}{pairs}", birth_date=date(1980, 1, 2))
        with CaptureQueriesContext(connection) as queries:
            client.get(TWINS)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("typed", [{"garder": "MEN-99999", "reunir": "x\x00"}, {"garder": "", "reunir": "MEN-1"}, {"garder": "'\"%_", "reunir": ""}])
def test_a_reference_nobody_follows_is_told(client, officer, typed):
    assert "Vous ne suivez aucun dossier de référence" in unescape(client.get(TWINS, typed).content.decode())


def test_two_references_lead_to_the_two_cases(client, officer, known):
    other = HouseholdFactory()
    answer = client.get(TWINS, {"garder": known.reference.lower(), "reunir": f" {other.reference} "})
    assert answer.url == reverse("households:compare", args=[known.pk, other.pk])
