"""What each role takes away of cases: its own rows, the columns it may read, no name and no address beyond that."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from access.enums import Role
from access.models import Export
from catalogue.enums import MeasureCode
from catalogue.models import MeasureKind
from households.enums import Stage
from households.models import Evaluation
from households.next_action import refresh
from tests.factories import (
    ConventionFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    PersonFactory,
    ProposalFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    member,
    name_on_case,
)

pytestmark = pytest.mark.django_db
LISTS = {
    "propositions": "/gestion/menages/propositions/",
    "occupations": "/gestion/menages/occupations/",
    "attributions": "/gestion/menages/attributions/",
    "operations": "/gestion/logements/operations/",
    "mesures": "/gestion/menages/mesures/",
    "conventions": "/gestion/partenaires/conventions/",
    "evaluations-a-faire": "/gestion/menages/evaluations-a-faire/",
    "parc": "/gestion/logements/parc/",
}
SUPPORT_HEADINGS = {"convention", "opérateur", "étendue", "objectifs", "méthodes", "motif de fin", "dernier résultat"}


@pytest.fixture
def landlord():
    return OrganisationFactory(landlord=True, name="Bailleur d'essai")


@pytest.fixture
def referent(landlord):
    return member(Role.LANDLORD_REFERENT, landlord)


def exported(client, user, name, **narrowing) -> list[dict[str, str]]:
    client.force_login(user)
    answer = client.get(LISTS[name], {**narrowing, "export": "csv"})
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";"))


def named_household(**fields):
    household = HouseholdFactory(stage=Stage.HOUSED, **fields)
    PersonFactory(household=household, last_name="Canari", first_name="Zyx")
    return household


def management() -> MeasureKind:
    return MeasureKind.objects.get(code=MeasureCode.ADAPTED_MANAGEMENT)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", Role)
def test_each_export_is_a_right_of_its_own(client, name, role):
    client.force_login(member(role, OrganisationFactory(landlord=role == Role.LANDLORD_REFERENT)))
    for file_format in ("csv", "xlsx"):
        expected = 200 if role in (Role.GIE_STAFF, Role.LANDLORD_REFERENT) else 404
        answer = client.get(LISTS[name], {"export": file_format})
        assert answer.status_code == expected
        assert bool(answer.getvalue()[:2] == (b"PK" if file_format == "xlsx" else b"\xef\xbb")) is (expected == 200)
    assert Export.objects.count() == (2 if expected == 200 else 0)
    assert set(Export.objects.values_list("subject", flat=True)) <= {name}


def test_a_referent_takes_proposals_on_own_homes_with_names_while_they_are_open(client, landlord, referent):
    open_one = ProposalFactory(unit=UnitFactory(landlord=landlord, reference="A-1"), household=named_household(), proposed_on=timezone.localdate())
    closed = ProposalFactory(
        unit=UnitFactory(landlord=landlord, reference="A-2"),
        household=named_household(reported_by=landlord),
        answer="refused",
        refusal_reason="rent",
        closed_on=timezone.localdate(),
    )
    ProposalFactory(household=open_one.household, unit=UnitFactory(reference="AILLEURS"))
    rows = {row["logement"]: row for row in exported(client, referent, "propositions")}
    assert set(rows) == {"A-1", "A-2"}
    assert (rows["A-1"]["nom du titulaire"], rows["A-1"]["prénom du titulaire"]) == ("Canari", "Zyx")
    assert rows["A-2"]["nom du titulaire"] == rows["A-2"]["prénom du titulaire"] == ""
    assert (rows["A-2"]["motif du refus"], rows["A-2"]["ménage"]) == ("loyer trop élevé", closed.household.reference)
    assert {row["nom du titulaire"] for row in exported(client, UserFactory(), "propositions")} == {"Canari"}


def test_names_of_a_household_that_left_the_home_are_not_taken(client, landlord, referent):
    unit, past, present = UnitFactory(landlord=landlord), named_household(reported_by=landlord), named_household()
    OccupancyFactory(unit=unit, household=past, starts_on=date(2015, 1, 1), ends_on=date(2015, 6, 1), end_reason="moved")
    OccupancyFactory(unit=unit, household=present, starts_on=date(2015, 7, 1))
    rows = {row["ménage"]: row for row in exported(client, referent, "occupations")}
    assert rows[past.reference]["nom du titulaire"] == ""
    assert rows[present.reference]["nom du titulaire"] == "Canari"
    assert rows[past.reference]["motif de la sortie"] == "déménagement"


@pytest.mark.parametrize("name", ["propositions", "occupations", "mesures", "evaluations-a-faire"])
def test_the_home_of_a_confidential_case_is_masked_in_a_file(client, landlord, referent, name):
    unit = UnitFactory(landlord=landlord, reference="SECRET-1", street="rue Secrète", postcode="35133", commune_id="35024", commune_name="Betton")
    household = named_household(confidential=True, commune_id="35024")
    ProposalFactory(unit=unit, household=household)
    OccupancyFactory(unit=unit, household=household)
    SupportMeasureFactory(household=household, kind=management(), unit=unit)
    SupportMeasureFactory(household=household, starts_on=date(2015, 1, 1), planned_ends_on=date(2035, 1, 1))
    for user in (referent, UserFactory()):
        assert exported(client, user, name) == []
        name_on_case(household, user)
        for row in exported(client, user, name):
            assert not {"SECRET-1", "rue Secrète", "35133", "Betton"} & set(row.values())
            assert "masqué" in row.values()


def test_a_referent_takes_dates_and_adapted_management_only(client, landlord, referent):
    convention = ConventionFactory(number="CONV-9")
    household = named_household()
    OccupancyFactory(unit=UnitFactory(landlord=landlord, reference="A-1"), household=household)
    words = {"scope": "étendue X", "objectives": "objectif X", "methods": "méthode X"}
    SupportMeasureFactory(household=household, convention=convention, **words)
    SupportMeasureFactory(household=household, convention=convention, kind=management(), **words)
    own, everything = exported(client, referent, "mesures"), exported(client, UserFactory(), "mesures")
    assert [row["mesure"] for row in own] == [management().name]
    assert own[0]["logement"] == "A-1"
    assert not SUPPORT_HEADINGS & set(own[0])
    assert len(everything) == 2
    assert everything[0]["objectifs"] == "objectif X"
    assert everything[0]["convention"] == "CONV-9"


def test_a_referent_does_not_learn_that_a_household_lives_in_another_landlords_home(client, landlord, referent):
    household = named_household(reported_by=landlord)
    elsewhere = UnitFactory(reference="AILLEURS-1")
    OccupancyFactory(unit=elsewhere, household=household)
    SupportMeasureFactory(household=household, kind=management(), unit=elsewhere)
    (row,) = exported(client, referent, "mesures")
    assert (row["logement"], row["bailleur"], row["nom du titulaire"]) == ("", "", "")
    assert exported(client, UserFactory(), "mesures")[0]["logement"] == "AILLEURS-1"


def test_a_referent_takes_own_conventions_only(client, landlord, referent):
    ConventionFactory(partner=landlord, number="MIENNE", purpose="=2+2")
    ConventionFactory(number="AUTRE")
    (row,) = exported(client, referent, "conventions")
    assert (row["numéro"], row["objet"], row["état"]) == ("MIENNE", "'=2+2", "signée")
    assert row["mesures couvertes"] == ", ".join(MeasureKind.objects.filter(conventions__number="MIENNE").values_list("name", flat=True))


def test_evaluations_due_are_told_with_dates_and_without_results_to_a_referent(client, landlord, referent):
    today = timezone.localdate()
    household = named_household()
    OccupancyFactory(unit=UnitFactory(landlord=landlord), household=household)
    SupportMeasureFactory(household=household, starts_on=today - timedelta(days=900), planned_ends_on=today + timedelta(days=900))
    Evaluation.objects.create(household=household, evaluated_on=today - timedelta(days=300), result="mixed", recommendation="adjust")
    refresh()
    (own,) = exported(client, referent, "evaluations-a-faire")
    (whole,) = exported(client, UserFactory(), "evaluations-a-faire")
    assert own["dernière évaluation le"] == f"{today - timedelta(days=300):%d/%m/%Y}"
    assert int(own["jours de retard"]) > 100
    assert not SUPPORT_HEADINGS & set(own)
    assert whole["dernier résultat"] == "mitigée"


def test_a_file_holds_what_the_filters_the_search_and_the_order_leave(client):
    first, second = ProposalFactory(unit=UnitFactory(reference="ZZ-1")), ProposalFactory(unit=UnitFactory(reference="ZZ-2"))
    ProposalFactory(unit=UnitFactory(reference="ZZ-3"), answer="refused", refusal_reason="rent")
    ProposalFactory(unit=UnitFactory(reference="YY-4"))
    officer = UserFactory()
    for order, expected in (("2", [first, second]), ("-1", [second, first])):
        rows = exported(client, officer, "propositions", answer="pending", q="zz", o=order)
        assert sorted(row["logement"] for row in rows) == [proposal.unit.reference for proposal in (first, second)], order
        assert [row["logement"] for row in rows] == [
            row.unit.reference for row in client.get(LISTS["propositions"], {"answer": "pending", "q": "zz", "o": order}).context["object_list"]
        ], expected


def test_numbers_and_dates_stay_what_they_are_in_a_workbook(client):
    OccupancyFactory(starts_on=date(2015, 3, 1), unit=UnitFactory(reference="+A"))
    client.force_login(UserFactory())
    answer = client.get(LISTS["occupations"], {"export": "xlsx"})
    headings, row = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True)
    cells = dict(zip(headings, row, strict=True))
    assert cells["entrée le"].date() == date(2015, 3, 1)
    assert cells["loyer hors charges (€/mois)"] == 412
    assert cells["logement"] == "'+A"
