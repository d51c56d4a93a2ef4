"""From a plot of land to a sliding lease, as the GIE officer and the landlord's referent do it."""

from datetime import timedelta

from django.utils import timezone

from access.enums import Role
from catalogue.models import Operation, Unit
from households.enums import Stage
from households.models import AllocationRecord, Household
from tests.browser.test_main_job import act, sign_in
from tests.factories import FOUGERES, DiagnosisFactory, HouseholdFactory, OrganisationFactory, PersonFactory, UserFactory, member


def send(page, label, **answers):
    for name, value in answers.items():
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name=label, exact=True).click()


def test_from_land_search_to_a_sliding_lease(open_page):
    officer, landlord = UserFactory(first_name="Claire"), OrganisationFactory(landlord=True, name="Néotoa")
    referent = member(Role.LANDLORD_REFERENT, landlord)
    today = timezone.localdate()
    household = HouseholdFactory(stage=Stage.SEARCHING, opened_on=today - timedelta(days=400), monthly_resources=1_200)
    PersonFactory(household=household)
    DiagnosisFactory(household=household, completed=True, smallest="T2", largest="T3").communes.set([FOUGERES])

    page = open_page()
    sign_in(page, officer)
    page.goto("/gestion/logements/operations/ajouter/")
    page.fill("[name=name]", "Une maison rue du Moulin")
    page.select_option("[name=landlord]", label="Néotoa")
    page.select_option("[name=commune]", label="Fougères")
    page.select_option("[name=kind]", "new_build")
    page.fill("[name=opened_on]", (today - timedelta(days=300)).isoformat())
    page.fill("[name=reference_cost]", "100000")
    page.fill("[name=planned_cost]", "120000")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("20,00 %, 20 % ou plus").wait_for()

    page.get_by_role("link", name="Fixer les dates prévues").click()
    days = {
        name: (today - timedelta(days=240 - 55 * rank)).isoformat() for rank, name in enumerate(("land_search", "negotiation", "design", "works"))
    }
    send(page, "Enregistrer les dates", **days, delivery=today.isoformat())
    page.get_by_text("Les dates prévues sont enregistrées.").wait_for()

    page.goto(f"/gestion/dossiers/{household.pk}/")
    act(page, "Destiner une opération", operation={"label": "Une maison rue du Moulin (Néotoa)"}, noted_on=today.isoformat())
    operation = Operation.objects.get()
    page.goto(f"/gestion/logements/operations/fiche/{operation.pk}/")
    page.get_by_role("link", name=household.reference).wait_for()
    for label, day in zip(("recherche du terrain", "négociation", "conception", "travaux"), days.values(), strict=True):
        page.get_by_role("link", name=f"Étape « {label} » faite").click()
        send(page, "Déclarer l'étape faite", on=day)
        page.get_by_text(f"L'étape « {label} » est faite.").wait_for()
    page.get_by_role("link", name="Constater la livraison").click()
    page.fill("[name=homes-0-reference]", "NEO-MOULIN-1")
    page.select_option("[name=homes-0-typology]", "T3")
    send(page, "Constater la livraison", **{"homes-0-street": "rue du Moulin", "homes-0-main_rent": "300", "homes-0-charges": "40"})
    page.get_by_text("L'opération est livrée : 1 logement au parc, fléché pour le dispositif.").wait_for()

    page.get_by_role("link", name="NEO-MOULIN-1").click()
    page.get_by_role("link", name="Voir les ménages qui conviennent").click()
    page.get_by_role("link", name=f"Proposer à {household.reference}").click()
    page.get_by_role("button", name="Proposer NEO-MOULIN-1").click()
    page.get_by_text("est proposé à").wait_for()

    theirs = open_page()
    sign_in(theirs, referent)
    theirs.goto(f"/gestion/dossiers/{household.pk}/")
    act(theirs, "Noter la réponse du ménage", answer="accepted", answered_on=today.isoformat())
    act(theirs, "Enregistrer la décision de la CAL", decision="granted", cal_on=today.isoformat())
    act(
        theirs,
        "Enregistrer le bail",
        tenure="sliding_lease",
        starts_on=today.isoformat(),
        planned_slide_on=(today + timedelta(days=180)).isoformat(),
        was_tenant="non",
    )
    theirs.get_by_text("Bail glissant depuis le").wait_for()
    theirs.goto("/gestion/menages/attributions/")
    theirs.get_by_role("link", name=household.reference).wait_for()

    assert Household.objects.get().stage == Stage.HOUSED
    assert AllocationRecord.objects.get().lease_on == today
    assert Unit.objects.get().operations.get() == operation
