"""One access case from report to closing: prescriber, officer, association, committee and landlord each do their part from their own account."""

from datetime import timedelta

from django.utils import timezone

from access.enums import Role
from households.enums import ClosingReason, Stage
from households.models import Household, Occupancy, OutreachContact
from tests.browser.test_main_job import act, sign_in
from tests.browser.walks import diagnose, evaluate, hold_a_session, note_a_visit, open_case_from_first_report, support, today
from tests.factories import ConventionFactory, OrganisationFactory, UnitFactory, UserFactory, member


def test_an_access_case_from_report_to_closing(open_page):
    landlord, operator = OrganisationFactory(landlord=True, name="Néotoa"), OrganisationFactory(name="APE2A")
    officer = UserFactory(first_name="Claire", last_name="Morvan")
    prescriber = member(Role.PRESCRIBER, OrganisationFactory(name="SIAO 35", kind="social_service"))
    worker = member(Role.SUPPORT_WORKER, operator, first_name="Nadia", last_name="Perrot")
    referent = member(Role.LANDLORD_REFERENT, landlord, first_name="Soizic", last_name="Le Bris")
    seated = member(Role.COMMITTEE, OrganisationFactory(), first_name="Jean", last_name="Kermarrec")
    convention = ConventionFactory(partner=operator)
    unit = UnitFactory(landlord=landlord, reference="NEO-00042", declared_occupation="let", is_earmarked=True, mobilisation_mode="existing")

    siao = open_page()
    sign_in(siao, prescriber)
    siao.get_by_role("link", name="Signaler un ménage").first.click()
    siao.fill("[name=last_name]", "Canari")
    siao.fill("[name=first_name]", "Dominique")
    siao.select_option("[name=commune]", label="Fougères")
    siao.select_option("[name=entry_door]", "access")
    siao.select_option("[name=reason]", "overdue")
    siao.get_by_role("button", name="Enregistrer").click()
    siao.get_by_text("Reçu", exact=True).first.wait_for()

    page = open_page()
    sign_in(page, officer)
    case = open_case_from_first_report(page, "Dominique Canari")
    act(page, "Confier le diagnostic", operator={"label": "APE2A"}, started_on=today())
    page.get_by_text("Le dossier passe au comité une fois le diagnostic terminé.").wait_for()

    association = open_page(390)
    sign_in(association, worker)
    diagnose(association, smallest="T2", largest="T4", support_level="reinforced")
    association.get_by_role("link", name="Modifier la fiche").click()
    association.fill("[name=monthly_resources]", "1500")
    association.get_by_role("button", name="Enregistrer").click()
    association.get_by_text("1 500,00 € par mois").wait_for()
    note_a_visit(association, case)

    page.goto(case)
    page.get_by_text("Il faut d'abord une décision favorable du comité d'orientation.").wait_for()
    hold_a_session(page, member="Jean Kermarrec", outcome="orientation favorable")
    committee = open_page()
    sign_in(committee, seated)
    committee.get_by_role("link", name="Séance du").click()
    minutes = committee.locator("main").inner_text()
    assert Household.objects.get().reference in minutes
    assert "Canari" not in minutes
    assert committee.goto(case).status == 404

    theirs = open_page()
    sign_in(theirs, referent)
    assert theirs.goto(case).status == 404
    theirs.goto(f"/gestion/logements/parc/fiche/{unit.pk}/")
    theirs.get_by_role("link", name="Rendre disponible").click()
    theirs.fill("[name=on]", today())
    theirs.get_by_role("button", name="Rendre disponible").click()
    theirs.get_by_text("est déclaré libre à partir du").wait_for()

    page.goto(f"{case}proposer/")
    page.get_by_text("loyer 31 % des ressources").wait_for()
    page.get_by_role("button", name="Proposer NEO-00042").click()
    page.get_by_text("est proposé à").wait_for()

    theirs.goto("/gestion/")
    theirs.get_by_role("link", name=Household.objects.get().reference).first.click()
    act(theirs, "Noter la réponse du ménage", answer="accepted", answered_on=today())
    act(theirs, "Enregistrer la décision de la CAL", decision="granted", cal_on=today())
    act(theirs, "Enregistrer le bail", tenure="direct_lease", starts_on=today(), was_tenant="non")

    page.goto(case)
    last_day = (timezone.localdate() + timedelta(days=365)).isoformat()
    support(page, convention=str(convention.pk), referent=str(worker.pk), last_day=last_day)
    page.get_by_text("La dernière évaluation doit être favorable.").wait_for()

    evaluate(association, case, result="favourable", recommendation="stop")
    act(association, "Proposer une sortie", reason="autonomous", raised_on=today())
    theirs.reload()
    seen = theirs.locator("main").inner_text()
    assert "Nous sommes bien ici." not in seen
    assert "1 500,00" not in seen
    assert "Perrot" not in seen

    page.goto(case)
    act(page, "Répondre à un partenaire", outcome="followed", answered_on=today())
    act(page, "Déclarer stabilisé", moved_on=today())
    act(page, "Clore le dossier", closing_reason="autonomous_lease", moved_on=today())
    page.get_by_text("Aucune action n'est attendue").wait_for()
    association.goto(case)
    association.get_by_text("Dossier clos le").wait_for()
    siao.goto("/gestion/")
    siao.get_by_text("Pris en charge").wait_for()

    household = Household.objects.get()
    assert (household.stage, household.closing_reason) == (Stage.CLOSED, ClosingReason.AUTONOMOUS_LEASE)
    assert list(household.moves.order_by("pk").values_list("to_stage", flat=True)) == [
        Stage.IN_DIAGNOSIS,
        Stage.TO_ORIENT,
        Stage.SEARCHING,
        Stage.PROPOSED,
        Stage.HOUSED,
        Stage.STABILISED,
        Stage.CLOSED,
    ]
    home = Occupancy.objects.get()
    assert (home.unit, home.ends_on, home.left_scheme_on) == (unit, None, timezone.localdate())
    assert OutreachContact.objects.get().organisation == operator
    assert not household.measures.unended().exists()
