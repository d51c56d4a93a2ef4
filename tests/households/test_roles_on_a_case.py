"""What each role reads and writes on a case beyond its own forms: the sheet, the days of the support, what is not possible yet, what closing ends."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.enums import Role
from catalogue.enums import OperationStage
from catalogue.models import Commune, Operation, Territory
from households import actions
from households.enums import ConsentAnswer, ConsentKind, EntryDoor, Stage
from households.models import AllocationRecord, CommitteeSession, Concern, Consent, Diagnosis, Household, OperationPlace
from households.next_action import refresh
from tests.factories import (
    BETTON,
    FOUGERES,
    ConventionFactory,
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OperationFactory,
    OrganisationFactory,
    PersonFactory,
    ProposalFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    delay_rule,
    member,
)
from tests.households.test_case_page import household_form, url

pytestmark = pytest.mark.django_db
SHEET = "/gestion/menages/dossiers/modifier/{}/"
LIST = "/gestion/menages/dossiers/"


@pytest.fixture
def operator():
    return OrganisationFactory()


@pytest.fixture
def worker(operator):
    return member(Role.SUPPORT_WORKER, operator)


@pytest.fixture
def followed(operator):
    """A household in diagnosis by the worker's association, held by an officer."""
    household = HouseholdFactory(stage=Stage.IN_DIAGNOSIS, officer=UserFactory(), monthly_resources=900, opened_on=date(2015, 1, 5))
    DiagnosisFactory(household=household, operator=operator)
    return household


def page_of(client, user, household):
    client.force_login(user)
    return client.get(url(household)).content.decode()


def test_a_worker_writes_identity_situation_and_resources_and_nothing_of_the_entry(client, worker, followed):
    assert "Modifier la fiche" in page_of(client, worker, followed)
    fields = set(client.get(SHEET.format(followed.pk)).context["form"].fields)
    assert fields >= {"size", "monthly_resources", "application_number", "seniority_on", "is_dalo"}
    assert not fields & {"officer", "reported_by", "report_reason", "reported_on", "is_confidential", "opened_on"}
    stranger = UserFactory()
    sent = household_form(size=3, monthly_resources=1100, is_dalo="on", officer=stranger.pk, is_confidential="on", opened_on="2016-01-01")
    answer = client.post(SHEET.format(followed.pk), sent, follow=True)
    assert answer.redirect_chain == [(url(followed), 302)]
    held = Household.objects.get(pk=followed.pk)
    assert (held.size, held.monthly_resources, held.is_dalo) == (3, 1100, True)
    assert (held.officer, held.is_confidential, held.opened_on) == (followed.officer, False, date(2015, 1, 5))


def test_a_worker_adds_a_member_of_the_household(client, worker, followed):
    client.force_login(worker)
    person = {
        "people-TOTAL_FORMS": 1,
        "people-0-kinship": "spouse",
        "people-0-last_name": "Exemple",
        "people-0-first_name": "Sacha",
        "people-0-ORDER": 1,
    }
    client.post(SHEET.format(followed.pk), household_form(size=2, **person))
    assert followed.people.get().full_name == "Sacha Exemple"


def test_resources_that_may_not_be_shared_are_neither_read_nor_overwritten(client, worker, followed):
    Consent.objects.create(household=followed, kind=ConsentKind.SHARING, answer=ConsentAnswer.REFUSED, decided_on=date(2015, 2, 1))
    client.force_login(worker)
    sheet = client.get(SHEET.format(followed.pk))
    assert "monthly_resources" not in sheet.context["form"].fields
    assert "900" not in sheet.content.decode()
    client.post(SHEET.format(followed.pk), household_form(size=2, monthly_resources=1))
    assert Household.objects.get(pk=followed.pk).monthly_resources == 900


def test_the_sheet_of_a_case_out_of_sight_or_closed_is_not_written(client, worker, followed):
    foreign = HouseholdFactory(stage=Stage.SEARCHING)
    client.force_login(worker)
    assert client.post(SHEET.format(foreign.pk), household_form()).status_code == 404
    Household.objects.filter(pk=followed.pk).update(stage=Stage.CLOSED, closing_reason="other", stage_since=timezone.localdate())
    client.post(SHEET.format(followed.pk), household_form(size=7))
    assert Household.objects.get(pk=followed.pk).size == followed.size


@pytest.mark.parametrize("role", [Role.LANDLORD_REFERENT, Role.PRESCRIBER, Role.COMMITTEE, Role.FUNDER, Role.DPO])
def test_no_other_role_writes_the_sheet(client, role):
    landlord = OrganisationFactory(landlord=True)
    household = OccupancyFactory(unit=UnitFactory(landlord=landlord)).household
    client.force_login(member(role, landlord))
    assert client.get(SHEET.format(household.pk)).status_code == 404
    assert client.post(SHEET.format(household.pk), household_form()).status_code == 404


def test_the_history_of_a_case_stays_with_the_gie(client, worker, followed):
    address = f"/gestion/menages/dossiers/historique/{followed.pk}/"
    client.force_login(worker)
    assert client.get(address).status_code == 404
    assert address not in client.get(SHEET.format(followed.pk)).content.decode()
    client.force_login(UserFactory())
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(("stage", "changes"), [(Stage.TO_ORIENT, True), (Stage.SEARCHING, False), (Stage.HOUSED, False)])
def test_the_entry_door_changes_until_the_committee_has_decided(client, stage, changes):
    household = HouseholdFactory(stage=stage, entry_door=EntryDoor.ACCESS)
    client.force_login(UserFactory())
    page = client.post(SHEET.format(household.pk), household_form(entry_door="maintenance"), follow=True).content.decode()
    assert (Household.objects.get().entry_door == EntryDoor.MAINTENANCE) is changes
    assert ("ne change plus" in page) is not changes


def test_a_referent_reads_the_days_of_the_support_and_no_more(client):
    landlord = OrganisationFactory(landlord=True)
    household = OccupancyFactory(unit=UnitFactory(landlord=landlord)).household
    SupportMeasureFactory(
        household=household,
        level="intensive",
        objectives="Objectif-Canari",
        scope="Étendue-Canari",
        starts_on=date(2031, 2, 3),
        planned_ends_on=date(2032, 3, 4),
        convention=ConventionFactory(partner=OrganisationFactory(name="Association-Canari"), ends_on=date(2033, 1, 1)),
    )
    referent = member(Role.LANDLORD_REFERENT, landlord)
    page = page_of(client, referent, household)
    assert "Du 03/02/2031 au 04/03/2032" in page
    assert "Canari" not in page
    assert "intensif" not in page
    Consent.objects.create(household=household, kind=ConsentKind.SHARING, answer=ConsentAnswer.REFUSED, decided_on=date(2015, 2, 1))
    assert "03/02/2031" not in page_of(client, referent, household)


@pytest.mark.parametrize(
    ("stage", "door", "told"),
    [
        (Stage.IN_DIAGNOSIS, "access", ["Présenter au comité", "une fois le diagnostic terminé"]),
        (Stage.TO_ORIENT, "access", ["Lancer la recherche", "une décision favorable du comité"]),
        (Stage.TO_ORIENT, "maintenance", ["Enregistrer le logement occupé", "une décision favorable du comité"]),
        (Stage.HOUSED, "access", ["Déclarer stabilisé", "La dernière évaluation doit être favorable"]),
    ],
)
def test_the_page_says_what_the_next_move_lacks(client, stage, door, told):
    page = page_of(client, UserFactory(), HouseholdFactory(stage=stage, entry_door=door))
    assert all(words in page for words in told)
    assert "Seul un dossier de maintien" not in page
    assert "ne passe pas par la recherche" not in page


def test_a_proposal_under_way_says_what_the_lease_and_the_search_lack(client, worker):
    household = ProposalFactory().household
    page = page_of(client, UserFactory(), household)
    assert "Une proposition est encore ouverte." in page
    assert "enregistrer l&#x27;occupation d&#x27;un logement" in page
    DiagnosisFactory(household=household, operator=worker.memberships.get().organisation)
    assert "Pas encore possible" not in page_of(client, worker, household)


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("bail", "après une décision favorable de la commission"),
        ("cal", "d&#x27;abord proposer un logement"),
        ("evaluation", "une fois qu&#x27;il est logé et accompagné"),
        ("stabiliser", "après une évaluation favorable"),
    ],
)
def test_an_action_asked_for_too_soon_is_told_what_comes_first(client, slug, told):
    client.force_login(UserFactory())
    page = client.post(url(HouseholdFactory(stage=Stage.SEARCHING), f"{slug}/"), {}, follow=True).content.decode()
    assert "à cette étape du dossier, « en recherche »" in page
    assert told in page


def test_closing_ends_what_is_open_around_the_case(client, worker, operator):
    officer, landlord = UserFactory(), OrganisationFactory(landlord=True)
    household = OccupancyFactory(unit=UnitFactory(landlord=landlord), household=HouseholdFactory(stage=Stage.HOUSED)).household
    SupportMeasureFactory(household=household)
    Diagnosis.objects.create(household=household, operator=operator, started_on=date(2015, 2, 1))
    session = CommitteeSession(held_on=date(2015, 9, 1), place="Rennes")
    actions.plan_session(session=session, members=[], by=officer)
    assert session.items.get().household == household
    running, delivered = OperationFactory(), OperationFactory()
    Operation.objects.filter(pk=delivered.pk).update(stage=OperationStage.DELIVERED, delivered_on=date(2015, 6, 1))
    for operation in (running, delivered):
        OperationPlace.objects.create(operation=operation, household=household, noted_on=date(2015, 3, 1))
    concern = Concern.objects.create(household=household, organisation=landlord, kind="worry", reason="other", raised_on=date(2015, 4, 1))
    day = timezone.localdate()
    actions.close_case(household=household, closing_reason="autonomous_lease", on=day, by=officer)
    assert not session.items.exists()
    assert list(household.operation_places.values_list("operation", flat=True)) == [delivered.pk]
    concern.refresh_from_db()
    assert (concern.outcome, concern.answer, concern.answered_on) == ("followed", "Le dossier est clos.", day)
    seen = Household.objects.filter(pk=household.pk)
    assert seen.visible_to(worker, on=day + timedelta(days=80)).exists()
    assert not seen.visible_to(worker, on=day + timedelta(days=100)).exists(), "an unfinished diagnosis opens a closed case for ever to nobody"


def test_those_out_of_time_are_listed_the_longest_overdue_first_with_the_rule_applied(client):
    today = timezone.localdate()
    delay_rule(24)
    alone = Territory.objects.create(name="Fougères seule", starts_on=date(2014, 1, 1))
    alone.communes.set(Commune.objects.filter(pk=FOUGERES))
    delay_rule(12, territory=alone)
    short = HouseholdFactory(commune_id=BETTON, seniority_on=today - timedelta(days=800))
    long = HouseholdFactory(commune_id=FOUGERES, seniority_on=today - timedelta(days=790))
    HouseholdFactory(commune_id=BETTON, seniority_on=today - timedelta(days=600))
    HouseholdFactory(commune_id=BETTON, seniority_on=today - timedelta(days=2000), stage=Stage.CLOSED, closing_reason="other")
    HouseholdFactory(seniority_on=None)
    client.force_login(UserFactory())
    answer = client.get(LIST, {"delai": "hors"})
    assert [household.pk for household in answer.context["object_list"]] == [long.pk, short.pk]
    page = answer.content.decode()
    assert "12 mois, Fougères seule" in page
    assert "24 mois, Département" in page
    assert len(client.get(LIST, {"delai": "dans"}).context["object_list"]) == 1


def test_the_list_asks_as_much_of_the_database_for_two_rules_as_for_one(client):
    delay_rule(24)
    HouseholdFactory(commune_id=BETTON, seniority_on=date(2012, 1, 1))
    client.force_login(UserFactory())

    def count():
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    first = count()
    alone = Territory.objects.create(name="Fougères seule", starts_on=date(2014, 1, 1))
    alone.communes.set(Commune.objects.filter(pk=FOUGERES))
    delay_rule(12, territory=alone)
    for _ in range(5):
        PersonFactory(household=HouseholdFactory(commune_id=FOUGERES, seniority_on=date(2012, 1, 1)))
    assert count() == first


def test_the_home_of_a_worker_begins_with_what_waits_on_that_person(client, worker, operator):
    author = {"author": worker}
    mine = DiagnosisFactory(household=HouseholdFactory(stage=Stage.IN_DIAGNOSIS, officer=UserFactory()), operator=operator, **author).household
    theirs = DiagnosisFactory(household=HouseholdFactory(stage=Stage.TO_ORIENT, officer=UserFactory()), operator=operator, completed=True).household
    Diagnosis.objects.filter(household=theirs).update(completed_on=timezone.localdate())
    refresh()
    client.force_login(worker)
    page = client.get("/gestion/").content.decode()
    assert mine.reference in page
    assert theirs.reference not in page
    assert theirs.reference in client.get("/gestion/", {"vue": "tous"}).content.decode()


@pytest.mark.parametrize("sought", ["{household}", "{unit}", "{household} {unit}", "été"])
@pytest.mark.parametrize("screen", ["propositions", "occupations", "attributions"])
def test_what_happens_in_a_home_is_found_by_the_case_and_by_the_home(client, screen, sought):
    for number, street in enumerate(("rue de l'Été", "rue du Moulin")):
        occupancy = OccupancyFactory(unit=UnitFactory(reference=f"LOG-CHERCHE-{number}", street=street))
        ProposalFactory(household=occupancy.household, unit=occupancy.unit)
        AllocationRecord.objects.create(occupancy=occupancy, lease_on=date(2015, 3, 1), address="1 rue")
    wanted = Household.objects.get(occupancies__unit__reference="LOG-CHERCHE-0")
    client.force_login(UserFactory())
    answer = client.get(f"/gestion/menages/{screen}/", {"q": sought.format(household=wanted.reference, unit="LOG-CHERCHE-0")})
    [found] = answer.context["object_list"]
    assert (found.occupancy.household if screen == "attributions" else found.household) == wanted
    assert not client.get(f"/gestion/menages/{screen}/", {"q": f"{wanted.reference} LOG-CHERCHE-1"}).context["object_list"]


def test_the_page_of_a_household_in_search_shows_the_homes_that_suit_it_best_to_whoever_proposes(client, worker, operator):
    household = HouseholdFactory(stage=Stage.SEARCHING, monthly_resources=1500)
    DiagnosisFactory(household=household, operator=operator, completed=True, smallest="T3", largest="T3", needs_outdoor_space=True)
    Diagnosis.objects.update(completed_on=timezone.localdate())
    for number in range(4):
        UnitFactory(reference=f"LOG-BON-{number}", has_outdoor_space=number != 3)
    UnitFactory(reference="LOG-PETIT", typology="T1")
    client.force_login(UserFactory())
    answer = client.get(url(household))
    assert [candidate.unit.reference for candidate in answer.context["suggestions"]] == ["LOG-BON-0", "LOG-BON-1", "LOG-BON-2"]
    assert "Logements qui conviennent" in answer.content.decode()
    assert "LOG-BON" not in page_of(client, worker, household)
