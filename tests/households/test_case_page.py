"""The case page and its forms: what is offered, what bad input is told, and that nothing is written then."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.enums import Role
from catalogue.models import Tariff
from households.enums import CalDecision, Stage
from households.models import Diagnosis, Household, Occupancy, Proposal, StageMove, SupportMeasure
from households.next_action import refresh
from tests.factories import (
    FOUGERES,
    ConventionFactory,
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    PersonFactory,
    ProposalFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    agree,
    delay_rule,
    member,
    name_on_case,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = UserFactory()
    client.force_login(user)
    return user


def url(household, slug=""):
    return f"/gestion/dossiers/{household.pk}/{slug}"


def post(client, household, slug, **data):
    return client.post(url(household, f"{slug}/"), data, follow=True)


def household_form(**changes):
    people = {f"people-{key}": value for key, value in {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}.items()}
    return {"entry_door": "access", "opened_on": "2015-01-05", "commune": FOUGERES, "size": 1, **people, **changes}


def test_a_new_household_names_whoever_opened_it_and_leads_to_its_page(client, staff):
    answer = client.post("/gestion/menages/dossiers/ajouter/", household_form(), follow=True)
    household = Household.objects.get()
    assert answer.redirect_chain == [(url(household), 302)]
    assert household.reference.startswith("MEN-")
    assert household.team.get().user == staff


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"application_number": "123"}, "18 caractères"),
        ({"opened_on": "31/02/2015"}, "date valide"),
        ({"size": 0}, "supérieure ou égale à 1"),
        ({"commune": "75056"}, "choix valide"),
        ({"entry_door": "fenêtre"}, "choix valide"),
        ({"monthly_resources": "-5"}, "supérieure ou égale à 0"),
    ],
)
def test_bad_input_gets_a_french_message_and_writes_nothing(client, staff, changes, message):
    answer = client.post("/gestion/menages/dossiers/ajouter/", household_form(**changes))
    assert message in answer.content.decode()
    assert "Rien n&#x27;est encore enregistré" in answer.content.decode() or "Rien n'est encore enregistré" in answer.content.decode()
    assert not Household.objects.exists()


def test_the_page_says_who_where_next_home_measures_and_cost(client, staff):
    delay_rule()
    measure = SupportMeasureFactory(household=HouseholdFactory(stage=Stage.HOUSED, seniority_on=date(2012, 1, 1), is_dalo=True))
    household = measure.household
    PersonFactory(household=household)
    OccupancyFactory(household=household, unit=UnitFactory(reference="LOG-PAGE"))
    refresh()
    page = client.get(url(household)).content.decode()
    for expected in (
        household.reference,
        "Dominique Exemple",
        "Hors délai de",
        "24 mois",
        "DALO",
        "Prochaine action",
        "LOG-PAGE",
        "1\u202f500,00\u00a0€",
    ):
        assert expected in page


def test_a_missing_tariff_is_named_instead_of_a_wrong_cost(client, staff):
    Tariff.objects.filter(kind__code="support").delete()
    measure = SupportMeasureFactory()
    page = client.get(url(measure.household)).content.decode()
    assert "Aucun tarif « accompagnement » n&#x27;est en vigueur le 01/01/2015" in page


def test_an_action_out_of_its_stage_is_refused_before_its_form(client, staff):
    household = HouseholdFactory()
    answer = post(client, household, "bail", tenure="direct_lease", starts_on="2015-01-01")
    assert "pas possible à cette étape" in answer.content.decode()
    assert not Occupancy.objects.exists()
    assert not StageMove.objects.exists()


def test_what_an_action_lacks_is_said_on_the_page(client, staff):
    household = HouseholdFactory(stage=Stage.HOUSED)
    page = client.get(url(household)).content.decode()
    assert "La dernière évaluation doit être favorable." in page
    assert "stabiliser/" not in page


def test_a_date_to_come_is_refused_where_the_past_is_recorded(client, staff):
    household = HouseholdFactory()
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = post(
        client,
        household,
        "diagnostic",
        operator=OrganisationFactory().pk,
        started_on=tomorrow.isoformat(),
        support_level="none",
        management_level="none",
    )
    assert "dans l&#x27;avenir" in answer.content.decode()
    assert not Diagnosis.objects.exists()


def test_a_lease_in_an_occupied_home_is_refused_and_keeps_what_was_typed(client, staff):
    unit = OccupancyFactory().unit
    proposal = ProposalFactory(unit=unit, cal_decision=CalDecision.GRANTED, cal_on=date(2015, 2, 20))
    answer = post(client, proposal.household, "bail", proposal=proposal.pk, tenure="subletting", starts_on="2015-04-01", was_tenant="non")
    page = answer.content.decode()
    assert "Ce logement est déjà occupé à ces dates." in page
    assert 'value="subletting" selected' in page
    assert Occupancy.objects.count() == 1


def test_a_measure_without_agreement_is_refused(client, staff):
    household = HouseholdFactory(stage=Stage.HOUSED)
    convention = ConventionFactory()
    kind = convention.measure_kinds.get(code="support")
    data = {"kind": kind.pk, "convention": convention.pk, "level": "light", "starts_on": "2015-01-01", "planned_ends_on": "2015-12-31"}
    assert "accord du ménage" in post(client, household, "mesure", **data).content.decode()
    assert not SupportMeasure.objects.exists()
    agree(household)
    post(client, household, "mesure", **data)
    assert SupportMeasure.objects.count() == 1


def test_the_proposing_page_offers_free_homes_that_fit_and_finds_any_other(client, staff):
    household = HouseholdFactory(stage=Stage.SEARCHING, monthly_resources=1000)
    diagnosis = DiagnosisFactory(household=household, completed=True, smallest="T3", largest="T4", ceiling_rent=500)
    diagnosis.communes.set([FOUGERES])
    fits = UnitFactory(reference="CONVIENT")
    for refused in (
        {"typology": "T1"},
        {"main_rent": 480},
        {"commune_id": "35238"},
        {"declared_occupation": "let"},
        {"withdrawn_on": date(2015, 1, 1)},
    ):
        UnitFactory(**refused)
    OccupancyFactory()
    page = client.get(url(household, "proposer/"))
    assert [item.unit for item in page.context["candidates"]] == [fits]
    assert "47\u00a0%" in page.content.decode()
    small = UnitFactory(reference="PETIT-T1", typology="T1", street="rue de l'Été")
    assert [item.unit for item in client.get(url(household, "proposer/?q=ete")).context["candidates"]] == [small]
    client.post(url(household, "proposer/"), {"unit": fits.pk, "proposed_on": "2015-02-10"})
    household.refresh_from_db()
    assert (household.stage, Proposal.objects.get().unit) == (Stage.PROPOSED, fits)


@pytest.mark.parametrize("unit", ["", "0", "abc", "99999999"])
def test_a_home_that_does_not_exist_is_not_proposed(client, staff, unit):
    household = HouseholdFactory(stage=Stage.SEARCHING)
    answer = client.post(url(household, "proposer/"), {"unit": unit, "proposed_on": "2015-02-10"})
    assert answer.status_code == 200
    assert not Proposal.objects.exists()


def test_a_referent_records_the_cal_on_the_own_homes_only(client):
    landlord = OrganisationFactory(landlord=True)
    own = ProposalFactory(unit=UnitFactory(landlord=landlord))
    foreign = ProposalFactory(household=own.household)
    client.force_login(member(Role.LANDLORD_REFERENT, landlord))
    data = {"decision": "granted", "cal_on": "2015-02-20"}
    assert "proposal" in post(client, own.household, "cal", proposal=foreign.pk, **data).context["form"].errors
    post(client, own.household, "cal", proposal=own.pk, **data)
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.cal_decision, foreign.cal_decision) == (CalDecision.GRANTED, "")


def test_a_maintenance_case_is_housed_where_it_lives(client, staff):
    household = HouseholdFactory(maintenance=True, stage=Stage.TO_ORIENT)
    DiagnosisFactory(household=household, completed=True)
    unit = UnitFactory(reference="Log-9")
    data = {"landlord": unit.landlord_id, "tenure": "direct_lease", "starts_on": "2012-01-01", "decided_on": "2015-03-01"}
    assert "comité" in post(client, household, "logement-occupe", reference="LOG-9", **data).content.decode()
    post(client, household, "comite", decided_on="2015-02-01", outcome="favourable", support_level="light", management_level="light")
    assert "pas de logement avec cette référence" in post(client, household, "logement-occupe", reference="X", **data).content.decode()
    post(client, household, "logement-occupe", reference=" log-9 ", **data)
    household.refresh_from_db()
    assert (household.stage, household.occupancies.get().unit) == (Stage.HOUSED, unit)


def test_whoever_makes_a_case_confidential_stays_named_on_it(client, staff):
    household = HouseholdFactory()
    client.post(f"/gestion/menages/dossiers/modifier/{household.pk}/", household_form(is_confidential="on"))
    assert household.team.get().user == staff
    assert client.get(url(household)).status_code == 200


def test_a_confidential_case_opens_to_the_person_named_and_closes_behind_the_one_removed(client, staff):
    household = HouseholdFactory(confidential=True)
    name_on_case(household, staff)
    assert "garde au moins un agent du GIE" in post(client, household, "retirer", member=household.team.get().pk).content.decode()
    colleague = UserFactory()
    post(client, household, "nommer", person=colleague.pk)
    assert "Bonjour" in post(client, household, "retirer", member=household.team.get(user=staff).pk).content.decode()
    assert client.get(url(household)).status_code == 404
    client.force_login(colleague)
    assert client.get(url(household)).status_code == 200


@pytest.mark.parametrize("starts_on", ["9999-12-31", "0001-01-01", "2035-01-01"])
def test_a_date_out_of_bounds_is_refused(client, staff, starts_on):
    """A lease in year 9999 once brought down every page that counts days from it."""
    proposal = ProposalFactory(cal_decision=CalDecision.GRANTED, cal_on=date(2015, 2, 20))
    answer = post(client, proposal.household, "bail", proposal=proposal.pk, tenure="direct_lease", starts_on=starts_on, was_tenant="non")
    assert "vérifiez l&#x27;année" in answer.content.decode()
    assert not Occupancy.objects.exists()


@pytest.mark.parametrize("name", ["seniority_on", "opened_on", "reported_on", "dalo_decided_on"])
@pytest.mark.parametrize("day", ["9999-12-31", "2035-01-01", "0001-01-01"])
def test_nothing_of_a_household_lies_in_the_future(client, staff, name, day):
    client.post("/gestion/menages/dossiers/ajouter/", household_form(**{name: day}))
    assert not Household.objects.exists()


@pytest.mark.parametrize(
    ("slug", "data"),
    [
        ("cal", {"decision": "granted", "cal_on": "2015-02-09"}),
        ("reponse", {"answer": "accepted", "answered_on": "2015-02-09"}),
    ],
)
def test_an_answer_does_not_precede_its_proposal(client, staff, slug, data):
    proposal = ProposalFactory()
    assert "précède la proposition, faite le 10/02/2015" in post(client, proposal.household, slug, proposal=proposal.pk, **data).content.decode()
    proposal.refresh_from_db()
    assert (proposal.answer, proposal.cal_decision) == ("pending", "")


def test_a_move_does_not_precede_the_present_stage(client, staff):
    household = HouseholdFactory(stage=Stage.SEARCHING, stage_since=date(2015, 3, 1))
    answer = post(client, household, "suspendre", moved_on="2015-02-28")
    assert "commencée le 01/03/2015" in answer.content.decode()
    household.refresh_from_db()
    assert household.stage == Stage.SEARCHING


def test_a_household_that_left_its_home_is_looked_for_another_from_its_page(client, staff):
    occupancy = OccupancyFactory(household=HouseholdFactory(stage=Stage.HOUSED, stage_since=date(2015, 1, 5)), starts_on=date(2015, 1, 5))
    household = occupancy.household
    page = client.get(url(household)).content.decode()
    assert "chercher-un-autre-logement/" not in page
    assert "enregistrez d&#x27;abord sa sortie" in page
    assert post(client, household, "sortie", occupancy=occupancy.pk, ended_on="2015-03-01", reason="evicted").redirect_chain
    assert "chercher-un-autre-logement/" in client.get(url(household)).content.decode()
    assert post(client, household, "chercher-un-autre-logement", moved_on="2015-03-02", reason="").redirect_chain
    household.refresh_from_db()
    assert household.stage == Stage.SEARCHING


@pytest.mark.parametrize("slug", ["cal", "reponse", "adhesion", "bail", "clore"])
def test_a_form_sent_as_it_came_decides_nothing(client, staff, slug):
    proposal = ProposalFactory(cal_decision=CalDecision.GRANTED, cal_on=date(2015, 2, 20))
    household = proposal.household
    form = client.get(url(household, f"{slug}/")).context["form"]
    filled = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert not post(client, household, slug, **filled).redirect_chain
    household.refresh_from_db()
    assert household.stage == Stage.PROPOSED
    assert not household.consents.exists()


def test_a_referent_learns_nothing_of_another_landlords_proposal(client):
    landlord = OrganisationFactory(landlord=True)
    proposal = ProposalFactory(cal_decision=CalDecision.GRANTED, cal_on=date(2015, 2, 20))
    Household.objects.update(reported_by=landlord)
    refresh()
    client.force_login(member(Role.LANDLORD_REFERENT, landlord))
    for address in (url(proposal.household), "/gestion/", "/gestion/menages/dossiers/"):
        page = client.get(address).content.decode()
        assert (proposal.household.reference in page) == (address != "/gestion/"), "nothing waits on this landlord"
        for hidden in (proposal.unit.landlord.name, "Enregistrer le bail", "décision de la CAL"):
            assert hidden not in page, (address, hidden)


def test_the_name_of_a_refused_candidate_is_no_longer_read(client):
    landlord = OrganisationFactory(landlord=True)
    today = timezone.localdate()
    proposal = ProposalFactory(unit=UnitFactory(landlord=landlord), closed_on=today)
    PersonFactory(household=proposal.household, last_name="Canari")
    client.force_login(member(Role.LANDLORD_REFERENT, landlord))
    assert "Canari" not in client.get(url(proposal.household)).content.decode()
    Proposal.objects.update(closed_on=today - timedelta(days=120))
    assert client.get(url(proposal.household)).status_code == 404


def test_a_closed_case_shows_only_the_stages_it_met(client, staff):
    household = HouseholdFactory()
    post(client, household, "clore", closing_reason="moved", moved_on="2015-02-01")
    states = [step["state"] for step in client.get(url(household)).context["course"]]
    assert states == ["done", *["coming"] * 6]


def test_a_long_search_is_cut_to_what_a_person_types(client, staff):
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/gestion/menages/dossiers/", {"q": "a " * 2000}).status_code == 200
    assert max(query["sql"].count("solive_fold") for query in queries) < 10


def test_the_search_of_the_side_menu_looks_for_households_first(client, staff):
    page = client.get("/gestion/").content.decode()
    assert '"wagtail.sidebar.SearchModule", "_args": ["/gestion/menages/dossiers/"]' in page
