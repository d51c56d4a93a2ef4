"""Homes for a household and households for a home: the same table, the same words, the same score from either side."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.enums import Role
from catalogue.enums import Typology
from catalogue.models import Epci, NearbyService, Unit
from households.enums import Stage
from households.matching import criteria
from households.matching.criteria import Grade
from households.matching.facts import Vocabulary, home_facts, need_facts
from households.matching.search import HomeSearch, HouseholdSearch
from households.models import Occupancy
from tests.factories import (
    BETTON,
    FOUGERES,
    RENNES,
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OperationFactory,
    ProposalFactory,
    UnitFactory,
    UserFactory,
    delay_rule,
    member,
    name_on_case,
)

pytestmark = pytest.mark.django_db
DAY = date(2016, 6, 1)


def need(communes=(), epcis=(), services=(), resources=None, stage=Stage.SEARCHING, **fields):
    household = HouseholdFactory(stage=stage, monthly_resources=resources)
    diagnosis = DiagnosisFactory(household=household, completed=True, **fields)
    diagnosis.communes.set(communes)
    diagnosis.epcis.set(epcis)
    diagnosis.nearby_services.set(services)
    return household


def homes(household, **options):
    options.setdefault("on", DAY)
    return HomeSearch(household, options.pop("user", None) or UserFactory(), **options)


def found(search):
    return {candidate.unit for candidate in search.candidates()}


def fit_of(household, unit):
    diagnosis = household.diagnoses.first()
    return criteria.fit({**need_facts(household, diagnosis, Vocabulary.read()), **home_facts(Unit.objects.get(pk=unit.pk))})


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ({"flechage": Grade.MET, "energie": Grade.MET}, 100),
        ({"flechage": Grade.UNMET, "energie": Grade.UNMET}, 0),
        ({"flechage": Grade.UNMET, "energie": Grade.UNKNOWN}, 20),
        ({"flechage": Grade.MET, "energie": Grade.PARTLY}, 80),
        ({"etage": Grade.MET, "exterieur": Grade.UNMET, "flechage": Grade.MET, "energie": Grade.UNMET}, 57),
        ({}, 0),
    ],
)
def test_the_score_is_the_share_of_the_weight_asked_that_is_met(grades, expected):
    assert criteria.score(grades) == expected


def test_a_line_says_in_words_why_the_home_fits_and_what_it_lacks():
    household = need(resources=1500, needs_ground_floor=True, needs_outdoor_space=True, needs_accessible=True, building_type="detached")
    unit = UnitFactory(floor=0, has_outdoor_space=True, is_accessible=False, building_type="detached", main_rent=412, charges=53, is_earmarked=True)
    fit = fit_of(household, unit)
    assert {"plain-pied", "jardin", "individuel", "loyer 31 % des ressources", "fléché"} <= set(fit.fits)
    assert fit.lacks == ("accès PMR",)
    assert fit.doubts == ("classe énergie inconnue",)


@pytest.mark.parametrize(
    ("asked", "home", "expected"),
    [
        ({"needs_ground_floor": True}, {"floor": 3, "has_lift": False}, ("lacks", "3e étage sans ascenseur")),
        ({"needs_ground_floor": True}, {"floor": 1, "has_lift": False}, ("lacks", "1er étage sans ascenseur")),
        ({"needs_ground_floor": True}, {"floor": 3, "has_lift": True}, ("fits", "ascenseur")),
        ({"needs_ground_floor": True}, {"floor": 3}, ("doubts", "ascenseur inconnu")),
        ({"needs_ground_floor": True}, {"floor": None, "has_lift": False}, ("doubts", "étage inconnu")),
        ({"needs_outdoor_space": True}, {}, ("doubts", "espace extérieur inconnu")),
        ({"has_animals": True}, {"animals_allowed": False}, ("lacks", "accueil des animaux")),
        ({"ceiling_rent": 400}, {"main_rent": 412, "charges": 28}, ("lacks", "loyer de 40 € au-dessus du plafond")),
        ({"ceiling_rent": 400}, {"main_rent": None, "charges": None}, ("doubts", "loyer inconnu")),
        ({"resources": 1000}, {"main_rent": 340, "charges": 20}, ("lacks", "loyer trop lourd, 36 % des ressources")),
        ({"needs_accessible": True}, {}, ("doubts", "accès PMR inconnu")),
        ({}, {"energy_class": "G"}, ("lacks", "énergie G")),
    ],
)
def test_what_is_met_missing_or_not_known_is_told_apart(asked, home, expected):
    where, words = expected
    fit = fit_of(need(**asked), UnitFactory(**home))
    assert words in getattr(fit, where)
    assert sum(words in part for part in (fit.fits, fit.lacks, fit.doubts)) == 1


def test_services_near_are_named_and_what_is_missing_too():
    school, doctor = NearbyService.objects.get(name="école"), NearbyService.objects.get(name="médecin")
    household = need(services=[school, doctor])
    near_both, near_one, near_none, untold = (UnitFactory(nearby_services=value) for value in ([school.pk, doctor.pk], [school.pk], [999], None))
    assert "école, médecin à proximité" in fit_of(household, near_both).fits
    assert "école à proximité" in fit_of(household, near_one).fits
    assert fit_of(household, near_one).lacks == ("médecin",)
    assert fit_of(household, near_none).lacks == ("école, médecin",)
    assert "services à proximité inconnus" in fit_of(household, untold).doubts
    scores = [fit_of(household, unit).score for unit in (near_both, near_one, near_none)]
    assert scores == sorted(scores, reverse=True)
    assert fit_of(household, near_one).score == fit_of(household, untold).score


def test_hard_criteria_keep_homes_out_and_what_is_not_known_does_not():
    household = need(smallest="T2", largest="T3", communes=[FOUGERES], ceiling_rent=500, needs_accessible=True, building_type="collective")
    kept = UnitFactory(typology="T3", is_accessible=True, building_type="collective")
    untold = UnitFactory(typology="T2", is_accessible=None, building_type="", main_rent=None)
    for fields in (
        {"typology": "T4"},
        {"commune_id": RENNES},
        {"is_accessible": False},
        {"building_type": "detached"},
        {"main_rent": 480, "charges": 21},
    ):
        UnitFactory(**{"typology": "T3", **fields})
    assert found(homes(household)) == {kept, untold}


def test_an_epci_stands_for_all_its_communes():
    household = need(epcis=[Epci.objects.get(communes=BETTON)])
    inside, outside = UnitFactory(commune_id=RENNES), UnitFactory(commune_id=FOUGERES)
    assert found(homes(household)) == {inside}
    assert found(homes(household, relaxed="commune")) == {inside, outside}


def test_one_hard_criterion_at_a_time_is_relaxed_and_each_tells_how_many_more():
    household = need(smallest="T3", largest="T3", communes=[FOUGERES], ceiling_rent=500)
    UnitFactory(), UnitFactory()
    elsewhere = [UnitFactory(commune_id=RENNES) for _ in range(3)]
    UnitFactory(typology="T5")
    UnitFactory(typology="T5", commune_id=RENNES)
    fitting, relaxations = homes(household).counts()
    assert fitting == 2
    assert {item.code: item.more for item in relaxations} == {"typologie": 1, "commune": 3, "loyer": 0}
    assert set(elsewhere) < found(homes(household, relaxed="commune"))
    assert len(found(homes(household, relaxed="inconnu"))) == 2


def test_a_home_of_the_same_epci_comes_before_one_farther_away():
    household = need(communes=[RENNES])
    far, near = UnitFactory(commune_id=FOUGERES), UnitFactory(commune_id=BETTON)
    assert [item.unit for item in homes(household, relaxed="commune").candidates()] == [near, far]


@pytest.mark.parametrize("occupation", ["let", "works", "association"])
def test_a_home_in_use_or_out_of_stock_is_no_candidate(occupation):
    household = need()
    UnitFactory(declared_occupation=occupation)
    UnitFactory(withdrawn_on=date(2016, 1, 1))
    OccupancyFactory(starts_on=date(2016, 1, 1))
    OccupancyFactory(starts_on=date(2016, 9, 1))
    left = OccupancyFactory(starts_on=date(2015, 1, 1), ends_on=date(2016, 5, 31)).unit
    free = [UnitFactory(declared_occupation=value) for value in ("", "vacant", "other")]
    assert found(homes(household)) == {left, *free}


def test_a_household_without_a_diagnosis_is_offered_every_free_home():
    household = HouseholdFactory(stage=Stage.SEARCHING)
    UnitFactory(typology="T1"), UnitFactory(commune_id=RENNES)
    assert len(found(homes(household))) == 2
    assert homes(household).counts() == (2, [])


def test_the_latest_completed_diagnosis_counts():
    household = need(smallest="T1", largest="T1")
    DiagnosisFactory(household=household, completed=True, completed_on=date(2015, 6, 1), smallest="T4", largest="T4")
    big = UnitFactory(typology="T4")
    UnitFactory(typology="T1")
    assert found(homes(household)) == {big}


def test_operations_under_way_that_may_suit_are_told_those_meant_for_the_household_first():
    household = need(communes=[FOUGERES], smallest="T3", largest="T4")
    there = OperationFactory(typologies=["T4"])
    untold = OperationFactory()
    meant = OperationFactory(commune_id=RENNES)
    OperationFactory(typologies=["T1"]), OperationFactory(commune_id=RENNES)
    household.operation_places.create(operation=meant, noted_on=DAY)
    assert list(homes(household).operations()) == [meant, there, untold]


def random_case(chance):
    maybe = chance.choice
    services = list(NearbyService.objects.all()[:3])
    household = need(
        communes=maybe([[], [FOUGERES], [FOUGERES, RENNES]]),
        epcis=maybe([[], [Epci.objects.get(communes=BETTON)]]),
        services=maybe([[], services[:1], services[:2]]),
        resources=maybe([None, Decimal("0.00"), Decimal("900.00"), Decimal("1430.30")]),
        smallest=maybe(["", "T1", "T2"]),
        largest=maybe(["", "T3", "T4"]),
        needs_accessible=maybe([True, False]),
        needs_ground_floor=maybe([True, False]),
        needs_outdoor_space=maybe([True, False]),
        has_animals=maybe([True, False]),
        building_type=maybe(["", "collective", "detached"]),
        ceiling_rent=maybe([None, Decimal("300.00"), Decimal("472.00")]),
    )
    unit = UnitFactory(
        typology=maybe(list(Typology)),
        commune_id=maybe([FOUGERES, RENNES, BETTON]),
        main_rent=maybe([None, Decimal("200.00"), Decimal("412.00")]),
        charges=maybe([None, Decimal("60.00")]),
        floor=maybe([None, 0, 3]),
        has_lift=maybe([None, True, False]),
        has_outdoor_space=maybe([None, True, False]),
        animals_allowed=maybe([None, True, False]),
        nearby_services=maybe([None, [services[0].pk], [services[0].pk, services[1].pk], [services[2].pk]]),
        is_accessible=maybe([None, True, False]),
        building_type=maybe(["", "collective", "detached"]),
        energy_class=maybe(["", "A", "D", "G"]),
        is_earmarked=maybe([True, False]),
    )
    return household, unit


def test_the_database_and_the_words_agree_from_both_sides():
    """Hard criteria and score, for every home and household of a mixed lot: SQL asked from either side, and the criteria asked in Python."""
    chance, user = Random(35), UserFactory()
    lot = [random_case(chance) for _ in range(25)]
    vocabulary = Vocabulary.read()
    facts = {
        (household.pk, unit.pk): {**need_facts(household, household.diagnoses.get(), vocabulary), **home_facts(unit)}
        for household, _ in lot
        for _, unit in lot
    }
    for relaxed in ("", "commune", "loyer"):
        hard = [criterion for criterion in criteria.HARD if criterion.code != relaxed]
        expected = {
            pair: criteria.fit(known).score
            for pair, known in facts.items()
            if all(not criterion.asked.holds(known) or criterion.passes.holds(known) for criterion in hard)
        }
        by_household = {
            (household.pk, item.unit.pk): item.unit.score
            for household, _ in lot
            for item in HomeSearch(household, user, on=DAY, relaxed=relaxed).candidates(limit=50)
            if relaxed in ("", *HomeSearch(household, user, on=DAY).hard)
        }
        by_home = {
            (item.household.pk, unit.pk): item.household.score
            for _, unit in lot
            for item in HouseholdSearch(unit, user, on=DAY, relaxed=relaxed).waiting(limit=50)
            if relaxed in ("", *HouseholdSearch(unit, user, on=DAY).hard)
        }
        assert len(expected) > 30
        if not relaxed:
            assert by_household == by_home == expected
        else:
            assert by_household.items() <= expected.items()
            assert by_home.items() <= expected.items()


def waiting(unit, user=None, **options):
    return [item.household for item in HouseholdSearch(unit, user or UserFactory(), on=DAY, **options).waiting()]


def test_households_come_by_priority_then_fit_then_wait():
    delay_rule()
    unit = UnitFactory(has_outdoor_space=False)
    plain, unlucky = need(), need(needs_outdoor_space=True)
    overdue, dalo, both = need(), need(), need()
    for household, fields in ((overdue, {"seniority_on": date(2010, 1, 1)}), (dalo, {"is_dalo": True})):
        type(household).objects.filter(pk=household.pk).update(**fields)
    type(both).objects.filter(pk=both.pk).update(is_dalo=True, seniority_on=date(2012, 1, 1))
    assert waiting(unit) == [both, dalo, overdue, plain, unlucky]
    days = {item.household: item.days_overdue for item in HouseholdSearch(unit, UserFactory(), on=DAY).waiting()}
    assert days[overdue] == (DAY - date(2012, 1, 1)).days
    assert days[plain] is None


def test_fit_comes_first_when_asked():
    unit = UnitFactory(has_outdoor_space=False)
    unlucky, plain = need(needs_outdoor_space=True), need()
    type(unlucky).objects.filter(pk=unlucky.pk).update(is_dalo=True)
    assert waiting(unit) == [unlucky, plain]
    assert waiting(unit, by_fit=True) == [plain, unlucky]


def test_only_households_in_search_with_a_diagnosis_are_told():
    unit = UnitFactory()
    searching, proposed = need(), need(stage=Stage.PROPOSED)
    need(stage=Stage.HOUSED), need(stage=Stage.TO_ORIENT), HouseholdFactory(stage=Stage.SEARCHING)
    assert set(waiting(unit)) == {searching, proposed}


def test_a_confidential_case_appears_to_the_people_named_on_it_only():
    unit, household, officer = UnitFactory(), need(), UserFactory()
    type(household).objects.update(is_confidential=True)
    assert waiting(unit, officer) == []
    name_on_case(household, officer)
    assert waiting(unit, officer) == [household]


def test_each_search_is_one_statement_whatever_the_number_of_rows():
    user, unit = UserFactory(), UnitFactory()
    counts = []
    for _ in range(2):
        for _ in range(9):
            household = need(communes=[FOUGERES])
            UnitFactory()
        search, other = homes(household, user=user), HouseholdSearch(unit, user, on=DAY)
        with CaptureQueriesContext(connection) as of_homes:
            search.candidates()
        with CaptureQueriesContext(connection) as of_households:
            other.waiting()
        assert len([query for query in of_households if "ORDER BY" in query["sql"] and "score" in query["sql"]]) == 1
        counts.append((len(of_homes), len(of_households)))
    assert counts[0] == counts[1]
    assert counts[0][0] == 1


class TestScreens:
    def test_the_page_of_proposals_tells_why_and_proposes(self, client):
        household = need(smallest="T3", largest="T3", communes=[FOUGERES], resources=1500)
        unit, other = UnitFactory(reference="LOG-OUI", is_earmarked=True), UnitFactory(commune_id=RENNES, reference="LOG-LOIN")
        client.force_login(UserFactory())
        url = f"/gestion/dossiers/{household.pk}/proposer/"
        page = client.get(url).content.decode()
        assert "LOG-OUI" in page
        assert "LOG-LOIN" not in page
        assert "Sans le critère commune : 1 logement de plus" in page
        assert "fléché" in page
        assert "LOG-LOIN" in client.get(url + "?sans=commune").content.decode()
        assert "LOG-LOIN" in client.get(url + "?q=log-loin").content.decode()
        only = client.get(url + f"?logement={other.pk}")
        assert [item.unit for item in only.context["candidates"]] == [other]
        for odd in ("?logement=abc", "?logement=99999999999999999999", "?sans=%00", "?plus=1"):
            assert client.get(url + odd).status_code == 200
        client.post(url, {"unit": unit.pk, "proposed_on": DAY.isoformat()})
        assert household.proposals.get().unit == unit

    def test_a_home_leads_to_the_households_it_may_suit(self, client):
        household, unit = need(), UnitFactory()
        client.force_login(UserFactory())
        assert f"/gestion/logement/{unit.pk}/menages/" in client.get(f"/gestion/logements/parc/fiche/{unit.pk}/").content.decode()
        page = client.get(f"/gestion/logement/{unit.pk}/menages/").content.decode()
        assert household.reference in page
        assert f"/gestion/dossiers/{household.pk}/proposer/?logement={unit.pk}" in page
        OccupancyFactory(unit=unit)
        taken = client.get(f"/gestion/logement/{unit.pk}/menages/?sans=typologie&tri=adequation").content.decode()
        assert "n'est pas libre aujourd'hui" in taken
        assert "?logement=" not in taken

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.GIE_STAFF])
    def test_nobody_else_reads_the_households_of_a_home(self, client, role):
        unit = UnitFactory()
        proposal = ProposalFactory(unit=unit)
        client.force_login(member(role, unit.landlord))
        for path in (f"logement/{unit.pk}/menages/", f"dossiers/{proposal.household_id}/proposer/"):
            assert client.get(f"/gestion/{path}").status_code == 404

    def test_nothing_is_attributed_by_itself(self, client):
        need()
        unit = UnitFactory()
        client.force_login(UserFactory())
        client.get(f"/gestion/logement/{unit.pk}/menages/")
        assert not Occupancy.objects.exists()
        assert not unit.proposals.exists()
