"""One maintenance case from report to closing: landlord, officer, association and committee each do their part from their own account."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from access.enums import Role
from households.enums import Stage
from households.models import CommitteeDecision, Concern, Household, Occupancy
from tests.browser.test_main_job import act, sign_in
from tests.browser.walks import diagnose, evaluate, hold_a_session, note_a_visit, open_case_from_first_report, support, today
from tests.factories import ConventionFactory, OrganisationFactory, UnitFactory, UserFactory, member

REPORT = "\n".join(
    [
        "reference_signalement;porte_entree;nom;prenom;date_naissance;nb_personnes;code_insee;reference_logement;motif",
        "SIG-001;maintien;Canari;Anaïs;1970-05-10;2;35115;NEO-00007;menace d'expulsion",
    ]
)


def test_a_maintenance_case_from_report_to_closing(open_page, tmp_path: Path):
    landlord, operator = OrganisationFactory(landlord=True, name="Néotoa"), OrganisationFactory(name="ASFAD")
    officer = UserFactory(first_name="Claire", last_name="Morvan")
    worker = member(Role.SUPPORT_WORKER, operator, first_name="Nadia", last_name="Perrot")
    referent = member(Role.LANDLORD_REFERENT, landlord, first_name="Soizic", last_name="Le Bris")
    member(Role.COMMITTEE, OrganisationFactory(), first_name="Jean", last_name="Kermarrec")
    convention = ConventionFactory(partner=operator)
    unit = UnitFactory(landlord=landlord, reference="NEO-00007", declared_occupation="let")
    sent = tmp_path / "signalements.csv"
    sent.write_text(REPORT, encoding="utf-8")

    theirs = open_page()
    sign_in(theirs, referent)
    theirs.goto("/gestion/signalements/envoyes/")
    theirs.get_by_role("link", name="Envoyer un fichier").first.click()
    theirs.set_input_files("input[type=file]", sent)
    theirs.get_by_role("button", name="Envoyer et voir l'aperçu").click()
    theirs.get_by_text("Rien n'est encore enregistré").first.wait_for()
    theirs.get_by_role("button", name="Transmettre 1 signalement au GIE").click()
    theirs.get_by_text("1 signalement", exact=False).first.wait_for()

    page = open_page()
    sign_in(page, officer)
    case = open_case_from_first_report(page, "Anaïs Canari")
    act(page, "Confier le diagnostic", operator={"label": "ASFAD"}, started_on=today())

    association = open_page(390)
    sign_in(association, worker)
    diagnose(association, support_level="light", management_level="reinforced")

    page.goto(case)
    page.get_by_text("Enregistrer le logement occupé Il faut d'abord une décision favorable").wait_for()
    hold_a_session(page, member="Jean Kermarrec", outcome="orientation favorable")
    page.goto(case)
    act(
        page,
        "Enregistrer le logement occupé",
        landlord={"label": "Néotoa"},
        reference="NEO-00007",
        tenure="direct_lease",
        starts_on=(timezone.localdate() - timedelta(days=900)).isoformat(),
        decided_on=today(),
    )
    assert page.locator("[aria-current=step]").inner_text() == "Logé et accompagné"
    assert "En recherche" not in page.locator(".case-course").inner_text()
    last_day = (timezone.localdate() + timedelta(days=365)).isoformat()
    support(page, convention=str(convention.pk), referent=str(worker.pk), last_day=last_day)

    theirs.goto(case)
    theirs.get_by_text("Gestion locative adaptée").first.wait_for()
    act(theirs, "Signaler une inquiétude", reason="unpaid_rent", raised_on=today())
    seen = theirs.locator("main").inner_text()
    assert "Anaïs Canari" in seen
    assert "Nadia Perrot" not in seen

    page.goto(case)
    act(page, "Répondre à un partenaire", outcome="noted", answered_on=today(), answer="Un plan d'apurement est en cours.")
    theirs.reload()
    theirs.get_by_text("Un plan d'apurement est en cours.").first.wait_for()

    note_a_visit(association, case)
    evaluate(association, case, result="favourable", recommendation="continue")
    hold_a_session(page, member="Jean Kermarrec", outcome="poursuivre l'accompagnement")
    page.goto(case)
    act(page, "Déclarer stabilisé", moved_on=today())
    act(page, "Clore le dossier", closing_reason="moved", moved_on=today())
    page.get_by_role("link", name="Tout le fil, par mois").click()
    told = page.locator("main").inner_text()
    for expected in (
        "Signalé par Néotoa",
        "Comité : poursuivre l'accompagnement",
        "Inquiétude (loyer impayé)",
        "Visite, rencontré",
        "Sortie du logement",
    ):
        assert expected in told

    household = Household.objects.get()
    assert list(household.moves.order_by("pk").values_list("to_stage", flat=True)) == [
        Stage.IN_DIAGNOSIS,
        Stage.TO_ORIENT,
        Stage.HOUSED,
        Stage.STABILISED,
        Stage.CLOSED,
    ]
    home = Occupancy.objects.get()
    assert (home.unit, home.ends_on) == (unit, timezone.localdate())
    assert CommitteeDecision.objects.count() == 2
    assert not Concern.objects.open().exists()
