"""From the diagnosis to the minutes: the operator diagnoses and revises, the committee decides, its member reads the pseudonymised sheet."""

import io
from datetime import timedelta

from django.utils import timezone
from pypdf import PdfReader

from access.enums import Role
from households.enums import Stage
from households.models import CommitteeSession
from tests.browser.test_main_job import sign_in
from tests.factories import HouseholdFactory, OrganisationFactory, PersonFactory, UserFactory, member, name_on_case


def test_diagnosis_revision_committee_and_minutes(open_page):
    operator = OrganisationFactory(name="APE2A")
    worker = member(Role.SUPPORT_WORKER, operator, first_name="Nadia", last_name="Perrot")
    officer = UserFactory(first_name="Claire", last_name="Morvan")
    seated = member(Role.COMMITTEE, OrganisationFactory(), first_name="Jean", last_name="Kermarrec")
    day = timezone.localdate() - timedelta(days=3)
    household = HouseholdFactory(stage=Stage.IN_DIAGNOSIS, opened_on=day, stage_since=day)
    PersonFactory(household=household, last_name="Canari")
    household.diagnoses.create(operator=operator, started_on=day, support_level="light")
    name_on_case(household, officer)
    case = f"/gestion/dossiers/{household.pk}/"

    page = open_page()
    sign_in(page, worker)
    page.goto(f"{case}diagnostic/")
    page.select_option("[name=smallest]", "T2")
    page.get_by_label("Fougères Agglomération").check()
    page.fill("[name=communes]", "Fougére")
    page.get_by_label("Budget et dettes").check()
    page.fill("[name=finished_on]", day.isoformat())
    page.get_by_role("button", name="Saisir le diagnostic").click()
    page.get_by_text("Vouliez-vous dire").first.wait_for()
    page.fill("[name=communes]", "Betton")
    page.get_by_role("button", name="Saisir le diagnostic").click()
    page.get_by_text("Saisir le diagnostic : c'est enregistré.").wait_for()

    staff = open_page()
    sign_in(staff, officer)
    staff.goto(f"{case}reviser-le-diagnostic/")
    staff.get_by_role("button", name="Réviser le diagnostic").click()
    staff.wait_for_url(f"**{case}diagnostic/")
    staff.select_option("[name=smallest]", "T4")
    staff.get_by_label("Budget et dettes").uncheck()
    staff.fill("[name=finished_on]", timezone.localdate().isoformat())
    staff.get_by_role("button", name="Saisir le diagnostic").click()
    staff.goto(f"{case}diagnostics/")
    staff.get_by_text("à partir de T2, puis à partir de T4").wait_for()
    staff.get_by_text("retiré : Budget et dettes").wait_for()

    staff.goto("/gestion/comite/seances/ajouter/")
    staff.fill("[name=held_on]", timezone.localdate().isoformat())
    staff.fill("[name=place]", "GIE Solive")
    staff.get_by_label("Jean Kermarrec").check()
    staff.get_by_role("button", name="Enregistrer").click()
    staff.get_by_text("1 dossier", exact=False).first.wait_for()
    session = CommitteeSession.objects.get()

    reader = open_page(390)
    sign_in(reader, seated)
    reader.get_by_role("link", name="Lire l'ordre du jour et les fiches").click()
    reader.get_by_role("link", name="Lire la fiche").click()
    sheet = reader.locator("main").inner_text()
    assert household.reference in sheet
    assert "Rennes Métropole" in sheet
    assert not any(hidden in sheet for hidden in ("Canari", "Dominique", "Betton", "APE2A"))
    assert reader.goto(case).status == 404

    staff.get_by_role("button", name="Ouvrir la séance").click()
    staff.get_by_role("link", name="Décider").click()
    staff.get_by_label("orientation favorable").check()
    staff.get_by_role("button", name="Enregistrer la décision").click()
    staff.get_by_role("link", name="Clore la séance").click()
    staff.get_by_role("button", name="Clore la séance").click()
    with staff.expect_download() as download:
        staff.get_by_role("link", name="Télécharger le PDF").click()
    text = PdfReader(io.BytesIO(download.value.path().read_bytes())).pages[0].extract_text()
    assert household.reference in text
    assert "Jean Kermarrec" in text
    assert "Canari" not in text
    household.refresh_from_db()
    assert household.stage == Stage.SEARCHING
    assert session.items.get().decision.household == household
