"""The main job, as the GIE officer does it: a stock file, a household, its road to a home, its measures and what they cost."""

from datetime import date
from pathlib import Path

from django.utils import timezone

from tests.factories import PASSWORD, ConventionFactory, OrganisationFactory, UserFactory, delay_rule

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "stock_cp1252_excel.csv"


def sign_in(page, user):
    page.goto("/gestion/")
    page.fill("input[name=username]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/gestion/")


def act(page, label, **answers):
    """Open an action of the case page, fill its form by field name and send it."""
    page.get_by_role("link", name=label, exact=True).click()
    for name, value in answers.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(**value) if isinstance(value, dict) else field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name=label, exact=True).click()
    page.get_by_text(f"{label} : c'est enregistré.").wait_for()


def test_from_the_stock_file_to_the_cost_of_a_full_year(open_page):
    officer = UserFactory(first_name="Claire", last_name="Morvan")
    OrganisationFactory(landlord=True, code="archipel-habitat", name="Archipel Habitat")
    operator = OrganisationFactory(name="APE2A")
    convention = ConventionFactory(partner=operator)
    delay_rule()
    year = timezone.localdate().year - 1
    first, last = date(year, 1, 1), date(year, 12, 31)

    page = open_page()
    sign_in(page, officer)

    page.goto("/gestion/logements/parc/")
    page.get_by_role("link", name="Importer un fichier").click()
    page.get_by_label("Bailleur").select_option(label="Archipel Habitat")
    page.set_input_files("input[type=file]", SAMPLE)
    page.locator("form[enctype] button[type=submit]").click()
    page.get_by_text("Rien n'est encore enregistré").first.wait_for()
    assert "25" in page.locator("main").inner_text()
    page.get_by_role("button", name="Enregistrer").click()
    page.goto("/gestion/logements/parc/?q=lilas+fougeres")
    page.get_by_role("link", name="ARC00001").wait_for()

    page.goto("/gestion/menages/dossiers/ajouter/")
    page.select_option("[name=entry_door]", "access")
    page.select_option("[name=commune]", label="Fougères")
    page.fill("[name=opened_on]", first.isoformat())
    page.fill("[name=seniority_on]", "2010-01-31")
    page.fill("[name=monthly_resources]", "1200")
    page.get_by_role("button", name="Ajouter une personne").click()
    page.fill("[name=people-0-last_name]", "Exemple")
    page.fill("[name=people-0-first_name]", "Dominique")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("heading", name="Dominique Exemple").wait_for()

    act(
        page,
        "Saisir le diagnostic",
        operator={"label": "APE2A"},
        started_on=first.isoformat(),
        finished_on=first.isoformat(),
        smallest="T3",
        largest="T4",
    )
    act(page, "Enregistrer la décision du comité", decided_on=first.isoformat(), outcome="favourable")

    page.get_by_role("link", name="Proposer un logement").click()
    page.fill("[name=proposed_on]", first.isoformat())
    page.get_by_role("button", name="Proposer ARC00001").click()
    page.get_by_text("est proposé à").wait_for()
    act(page, "Noter la réponse du ménage", answer="accepted", answered_on=first.isoformat())
    act(page, "Enregistrer la décision de la CAL", decision="granted", cal_on=first.isoformat())
    act(page, "Enregistrer le bail", tenure="direct_lease", starts_on=first.isoformat(), was_tenant="non")
    act(page, "Recueillir l'adhésion", kind="support", answer="agreed", decided_on=first.isoformat())
    for kind in ("Accompagnement", "Gestion locative adaptée"):
        act(
            page,
            "Ouvrir une mesure",
            kind={"label": kind},
            convention=str(convention.pk),
            level="reinforced",
            starts_on=first.isoformat(),
            planned_ends_on=last.isoformat(),
        )

    row = page.get_by_role("row", name=str(year))
    amounts = [" ".join(cell.inner_text().split()) for cell in row.get_by_role("cell").all()]
    assert amounts == ["300,00 €", "1 500,00 €", "950,00 €", "2 750,00 €", "2 750,00 €"]
    assert page.locator("[aria-current=step]").inner_text() == "Logé et accompagné"
