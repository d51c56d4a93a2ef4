"""An operation from its page: steps, dates, abandonment, and the homes it delivers."""

from datetime import date

import pytest
from django.urls import reverse

from access.enums import Role
from catalogue import roads
from catalogue.enums import OperationKind, OperationStage
from catalogue.models import FinancingDecision, Funding, FundingStep, Operation, Unit
from tests.factories import FOUGERES, OperationFactory, OrganisationFactory, UnitFactory, UserFactory, member

pytestmark = pytest.mark.django_db


def url(operation, slug):
    return f"/gestion/operations/{operation.pk}/{slug}/"


def financing(*rows):
    """What the form sends of a financing plan."""
    data = {"financing-TOTAL_FORMS": len(rows), "financing-INITIAL_FORMS": 0, "financing-MIN_NUM_FORMS": 0, "financing-MAX_NUM_FORMS": 1000}
    for number, row in enumerate(rows):
        data |= {f"financing-{number}-{name}": value for name, value in row.items()}
    return data


def at_delivery(**fields):
    operation = OperationFactory(**fields)
    for step in roads.ROADS[operation.kind][:-1]:
        roads.advance(operation, step=step, on=date(2015, 2, 1))
    return operation


def lines(*homes):
    data = {"homes-TOTAL_FORMS": len(homes), "homes-INITIAL_FORMS": 0, "homes-MIN_NUM_FORMS": 0, "homes-MAX_NUM_FORMS": 500}
    for number, home in enumerate(homes):
        described = {"postcode": "35300", "commune": FOUGERES, "is_accessible": "unknown", **home}
        data |= {f"homes-{number}-{name}": value for name, value in described.items()}
    return data


@pytest.fixture
def staff(client):
    user = UserFactory()
    client.force_login(user)
    return user


def test_an_operation_is_started_and_shown(client, staff):
    landlord = OrganisationFactory(landlord=True)
    data = {
        "name": "Quatre modulaires",
        "landlord": landlord.pk,
        "commune": FOUGERES,
        "kind": "new_build",
        "opened_on": "2015-01-05",
        "home_count": "4",
        "is_modular": "on",
        "typologies": ["T2", "T3"],
        "reference_cost": "100000",
        "planned_cost": "119990",
        **financing(),
    }
    answer = client.post("/gestion/logements/operations/ajouter/", data, follow=True)
    operation = Operation.objects.get()
    page = answer.content.decode()
    assert (operation.stage, operation.typologies, operation.is_modular) == (OperationStage.LAND_SEARCH, ["T2", "T3"], True)
    assert "19,99\u00a0%" in page
    assert "20 % ou plus" not in page
    client.post(f"/gestion/logements/operations/modifier/{operation.pk}/", {**data, "actual_cost": "120000"})
    page = client.get(f"/gestion/logements/operations/fiche/{operation.pk}/").content.decode()
    assert "20,00\u00a0%, 20 % ou plus" in page
    assert "En retard" not in page


def test_steps_are_planned_done_and_late(client, staff):
    operation = OperationFactory()
    answer = client.post(url(operation, "dates"), {"land_search": "2015-03-01", "negotiation": "2015-02-01"})
    assert "avant la précédente" in answer.content.decode()
    client.post(url(operation, "dates"), {"land_search": "2015-03-01", "negotiation": "2015-04-01"})
    assert "En retard" in client.get("/gestion/logements/operations/").content.decode()
    assert client.get("/gestion/logements/operations/?retard=oui").context["paginator"].count == 1
    assert client.get("/gestion/logements/operations/?retard=non").context["paginator"].count == 0
    client.post(url(operation, "etape"), {"step": "land_search", "on": "2015-03-11"})
    operation.refresh_from_db()
    assert operation.stage == OperationStage.NEGOTIATION
    assert "10 j de retard" in client.get(f"/gestion/logements/operations/fiche/{operation.pk}/").content.decode()
    stale = client.post(url(operation, "etape"), {"step": "land_search", "on": "2015-03-12"})
    assert "elle a changé" in stale.content.decode()


def test_a_new_build_delivers_the_homes_described(client, staff):
    operation = at_delivery(home_count=2)
    page = client.get(url(operation, "livraison")).content.decode()
    assert "Logement 2" in page
    homes = lines(
        {"reference": "MOD-1", "typology": "T2", "main_rent": "310", "floor": "0", "living_area": "45"},
        {"reference": "MOD-2", "typology": "T3", "has_outdoor_space": "true"},
        {},
    )
    client.post(url(operation, "livraison"), {"on": "2015-03-01", **homes})
    units = list(Unit.objects.order_by("reference"))
    assert [unit.reference for unit in units] == ["MOD-1", "MOD-2"]
    assert all(unit.landlord == operation.landlord and unit.is_earmarked and unit.mobilisation_mode == "new_build" for unit in units)
    assert {(unit.declared_occupation, unit.available_on) for unit in units} == {("vacant", date(2015, 3, 1))}
    assert Operation.objects.get().stage == OperationStage.DELIVERED
    assert set(operation.units.all()) == set(units)
    again = client.post(url(operation, "livraison"), {"on": "2015-03-01", **homes}, follow=True)
    assert "elle ne change plus" in again.content.decode()
    assert Unit.objects.count() == 2


def test_a_wrong_line_of_a_delivery_writes_nothing_and_keeps_what_was_typed(client, staff):
    operation = at_delivery()
    UnitFactory(landlord=operation.landlord, reference="PRISE")
    for homes, message in (
        (lines({}), "Décrivez au moins un logement"),
        (lines({"reference": "prise", "typology": "T2"}), "déjà un logement avec cette référence"),
        (lines({"reference": "A", "typology": "T2"}, {"reference": "a", "typology": "T3"}), "déjà sur une autre ligne"),
        (lines({"reference": "NEUF-9", "typology": "", "street": "rue des Tests"}), "Champ requis"),
    ):
        answer = client.post(url(operation, "livraison"), {"on": "2015-03-01", **homes})
        assert message in answer.content.decode()
    assert "rue des Tests" in answer.content.decode()
    assert Unit.objects.count() == 1
    assert Operation.objects.get().stage == OperationStage.DELIVERY


@pytest.mark.parametrize(
    ("kind", "decision", "mode"),
    [
        (OperationKind.PLAI_LABELLING, "plai_label", "existing"),
        (OperationKind.RECLASSIFICATION, "reclassification", "reclassified"),
        (OperationKind.ADAPTATION, None, "adaptation"),
    ],
)
def test_existing_homes_keep_their_financing_beside_a_dated_decision(client, staff, kind, decision, mode):
    operation = at_delivery(kind=kind)
    unit = UnitFactory(landlord=operation.landlord, reference="ANC-1", initial_financing="hlmo")
    UnitFactory(reference="AILLEURS")
    answer = client.post(url(operation, "livraison"), {"on": "2015-03-01", "references": "ANC-1\nAILLEURS"})
    assert "Références inconnues" in answer.content.decode()
    client.post(url(operation, "livraison"), {"on": "2015-03-01", "references": " anc-1 ", "decision": "2015-12"})
    unit.refresh_from_db()
    assert (unit.initial_financing, unit.is_earmarked, unit.mobilisation_mode) == ("hlmo", True, mode)
    assert set(operation.units.all()) == {unit}
    taken = [(item.kind, item.decided_on, item.reference) for item in FinancingDecision.objects.all()]
    assert taken == ([(decision, date(2015, 3, 1), "2015-12")] if decision else [])


def test_an_operation_is_given_up_with_a_reason(client, staff):
    operation = OperationFactory()
    assert "reason" in client.post(url(operation, "abandon"), {"on": "2015-03-01"}).context["form"].errors
    client.post(url(operation, "abandon"), {"on": "2015-03-01", "reason": "land"})
    page = client.get(f"/gestion/logements/operations/fiche/{operation.pk}/").content.decode()
    assert "terrain introuvable" in page
    for slug in ("etape", "dates", "abandon", "livraison"):
        assert "elle ne change plus" in client.get(url(operation, slug), follow=True).content.decode()


def test_a_referent_moves_the_own_operation_and_neither_plans_nor_abandons_it(client):
    operation, foreign = OperationFactory(), OperationFactory()
    client.force_login(member(Role.LANDLORD_REFERENT, operation.landlord))
    page = client.get(f"/gestion/logements/operations/fiche/{operation.pk}/").content.decode()
    assert "Étape « recherche du terrain » faite" in page
    assert "Abandonner" not in page
    client.post(url(operation, "etape"), {"step": "land_search", "on": "2015-03-11"})
    operation.refresh_from_db()
    assert operation.stage == OperationStage.NEGOTIATION
    for slug in ("dates", "abandon"):
        assert client.get(url(operation, slug)).status_code == 404
    for slug in ("etape", "dates", "abandon", "livraison"):
        assert client.get(url(foreign, slug)).status_code == 404
        assert client.post(url(foreign, slug), {}).status_code == 404
    assert client.get(f"/gestion/logements/operations/modifier/{operation.pk}/").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.GIE_STAFF, Role.LANDLORD_REFERENT)])
def test_no_other_role_reaches_an_operation(client, role):
    operation = OperationFactory()
    client.force_login(member(role, operation.landlord))
    for slug in ("etape", "dates", "abandon", "livraison"):
        assert client.get(url(operation, slug)).status_code == 404


def test_a_financing_plan_says_what_is_settled_and_what_is_still_to_find(client, staff):
    landlord, state = OrganisationFactory(landlord=True), OrganisationFactory(kind="state_service", name="DDTM")
    followed = Funding.objects.create(funder=state, name="FNDOLLTS, investissement", is_investment=True)
    FundingStep.objects.create(funding=followed, status="notified", reached_on=date(2015, 2, 1))
    operation = OperationFactory(landlord=landlord, planned_cost=120_000)
    data = {
        "name": operation.name,
        "commune": FOUGERES,
        "opened_on": "2015-01-05",
        "home_count": "4",
        "planned_cost": "120000",
        **financing(
            {"source": "subsidy", "funding": followed.pk, "amount": "40000"},
            {"source": "loan", "label": "Caisse des dépôts", "status": "requested", "amount": "50000"},
        ),
    }
    answer = client.post(reverse("logements_operations_modeladmin_edit", args=[operation.pk]), data, follow=True)
    page = answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert operation.financing.count() == 2
    assert "DDTM, FNDOLLTS, investissement (subvention)" in page
    for amount in ("90 000,00 €", "40 000,00 €", "30 000,00 €"):
        assert amount in page
    assert [(step, settled) for _line, step, settled in operation.financing_on(date(2015, 1, 15))] == [
        ("pas encore rencontré", False),
        ("demandé", False),
    ]
    client.force_login(member(Role.LANDLORD_REFERENT, landlord))
    inspect = reverse("logements_operations_modeladmin_inspect", args=[operation.pk])
    assert "Caisse des dépôts" in client.get(inspect).content.decode()
    client.force_login(member(Role.LANDLORD_REFERENT, OrganisationFactory(landlord=True)))
    assert client.get(inspect).status_code == 404


@pytest.mark.parametrize("row", [{}, {"label": "Région"}, {"status": "met"}])
def test_a_line_of_financing_names_its_source(client, staff, row):
    operation = OperationFactory()
    data = {
        "name": operation.name,
        "commune": FOUGERES,
        "opened_on": "2015-01-05",
        "home_count": "4",
        **financing({"source": "subsidy", "amount": "40000", **row}),
    }
    answer = client.post(reverse("logements_operations_modeladmin_edit", args=[operation.pk]), data)
    assert "Choisissez un cofinancement suivi" in answer.content.decode().replace("&#x27;", "'")
    assert not operation.financing.exists()
