"""From the convention to the settlement: an amendment changes a price, the operator states another amount, the GIE disputes it, both agree."""

from datetime import date

from django.utils import timezone

from access.enums import Role
from catalogue.models import Convention
from households.enums import Stage
from households.models import Statement
from tests.browser.test_main_job import act, sign_in
from tests.factories import HouseholdFactory, OrganisationFactory, PersonFactory, UserFactory, agree, member


def text(page):
    return page.locator("main").inner_text().replace("\u202f", " ").replace("\xa0", " ")


def move(page, label):
    page.get_by_role("link", name=label, exact=True).click()
    page.get_by_role("button", name=label, exact=True).click()
    page.get_by_text("a changé d'état").wait_for()


def test_convention_amendment_measure_statement_and_settlement(open_page):
    year = timezone.localdate().year - 1
    first, last = date(year, 1, 1), date(year, 12, 31)
    operator = OrganisationFactory(name="APE2A", kind="operator")
    officer, worker = (
        UserFactory(first_name="Claire", last_name="Morvan"),
        member(Role.SUPPORT_WORKER, operator, first_name="Nadia", last_name="Perrot"),
    )
    household = HouseholdFactory(stage=Stage.HOUSED, opened_on=first, stage_since=first)
    PersonFactory(household=household)
    agree(household, first)

    staff = open_page()
    sign_in(staff, officer)
    staff.goto("/gestion/partenaires/conventions/ajouter/")
    staff.fill("[name=number]", f"APE2A-{year}")
    staff.select_option("[name=partner]", label="APE2A")
    staff.fill("[name=purpose]", "Accompagner les ménages du dispositif.")
    staff.get_by_label("Accompagnement", exact=True).check()
    staff.fill("[name=capacity]", "10")
    staff.fill("[name=starts_on]", first.isoformat())
    staff.fill("[name=ends_on]", date(year + 2, 12, 31).isoformat())
    staff.get_by_role("button", name="Enregistrer").click()
    staff.get_by_role("heading", name=f"APE2A-{year}").wait_for()
    for label in ("Ouvrir la négociation", "Envoyer à la signature", "Noter la signature"):
        move(staff, label)
    staff.get_by_role("link", name="Joindre le document signé").click()
    staff.set_input_files("[name=content]", {"name": "signee.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    staff.get_by_role("button", name="Joindre le document signé").click()
    staff.get_by_role("link", name="Convention signée").wait_for()
    staff.get_by_role("link", name="Ajouter un avenant").click()
    staff.fill("[name=starts_on]", date(year, 7, 1).isoformat())
    staff.fill("[name=purpose]", "Revalorisation")
    staff.fill("[name=price_support]", "1560")
    staff.get_by_role("button", name="Ajouter un avenant").click()
    staff.get_by_text("L'avenant est enregistré.").wait_for()

    convention = Convention.objects.get()
    staff.goto(f"/gestion/dossiers/{household.pk}/")
    act(
        staff,
        "Ouvrir une mesure",
        kind={"label": "Accompagnement"},
        convention=str(convention.pk),
        level="light",
        starts_on=first.isoformat(),
        planned_ends_on=last.isoformat(),
    )

    page = open_page(390)
    sign_in(page, worker)
    page.goto("/gestion/releves/nouveau/")
    page.fill("[name=year]", str(year))
    page.select_option("[name=first_month]", "1")
    page.select_option("[name=last_month]", "12")
    rows = f"ménage;mesure;montant\n{household.reference};accompagnement;1 560,00\n"
    page.set_input_files("[name=file]", {"name": "releve.csv", "mimeType": "text/csv", "buffer": rows.encode("cp1252")})
    page.get_by_role("button", name="Préparer un relevé").click()
    page.get_by_role("button", name="Envoyer au GIE").click()
    page.get_by_text("Le relevé est envoyé.").wait_for()

    found = Statement.objects.get()
    days = (last - first).days + 1
    expected = round(1500 * 181 / days, 2) + round(1560 * 184 / days, 2) if days == 365 else round(1500 * 182 / days, 2) + round(1560 * 184 / days, 2)
    written = f"{expected:,.2f}".replace(",", " ").replace(".", ",") + " €"
    staff.goto(f"/gestion/releves/{found.pk}/")
    assert written in text(staff)
    assert "Tarif : le montant ne correspond pas au tarif de 1500,00 € puis 1560,00 €." in text(staff)
    staff.get_by_role("link", name="Décider").click()
    staff.get_by_label("Contester la ligne").check()
    staff.fill("[name=note]", "L'avenant ne vaut que depuis juillet.")
    staff.get_by_role("button", name="Noter la décision").click()
    staff.get_by_text("à corriger").first.wait_for()

    page.goto(f"/gestion/releves/{found.pk}/")
    assert "L'avenant ne vaut que depuis juillet." in text(page)
    page.get_by_role("link", name="Corriger").click()
    page.fill("[name=amount]", f"{expected:.2f}")
    page.get_by_role("button", name="Enregistrer la ligne").click()
    page.get_by_text("Toutes les lignes concordent.").wait_for()
    page.get_by_role("button", name="Envoyer au GIE").click()
    page.get_by_text("Le relevé est envoyé.").wait_for()

    staff.goto(f"/gestion/releves/{found.pk}/")
    staff.get_by_role("button", name="Accepter les lignes qui concordent").click()
    staff.get_by_role("link", name="Noter le règlement").click()
    staff.get_by_role("button", name="Noter le règlement").click()
    staff.get_by_text("Le règlement est noté.").wait_for()
    assert "réglé" in text(staff)
