"""The public site as a visitor meets it, in a browser without JavaScript's help."""

from access.enums import Role
from pages.seeding import seed_site
from partners.enums import OrganisationKind
from tests.browser.test_main_job import sign_in
from tests.factories import DirectoryEntryFactory, OrganisationFactory, UserFactory, member

FOUGERES_AGGLOMERATION, RENNES_METROPOLE = "200072452", "243500139"


def partners() -> None:
    def entry(code, name, kind, territories, know_hows):
        organisation = OrganisationFactory(code=code, name=name, kind=kind)
        DirectoryEntryFactory(organisation=organisation, territories=territories, know_hows=know_hows)

    entry("ape2a", "APE2A", OrganisationKind.OPERATOR, [FOUGERES_AGGLOMERATION], ["accompagnement"])
    entry("fougeres-habitat", "Fougères Habitat", OrganisationKind.LANDLORD, [FOUGERES_AGGLOMERATION], ["logement-social"])
    entry("alfadi", "ALFADI", OrganisationKind.OPERATOR, [RENNES_METROPOLE], ["accompagnement"])


def found(page) -> list[str]:
    return page.locator(".entries h3").all_inner_texts()


def test_a_visitor_finds_the_operator_of_fougeres_by_filter_by_search_and_by_map(open_page):
    seed_site()
    partners()
    page = open_page()

    page.goto("/")
    page.get_by_role("link", name="Je cherche un partenaire").click()
    page.get_by_label("Commune ou code postal").fill("Fougeres")
    page.get_by_label("Savoir-faire").select_option(label="Accompagnement dans le logement")
    page.get_by_role("button", name="Chercher").click()
    page.wait_for_url("**lieu=Fougeres**")
    assert found(page) == ["APE2A"]

    page.goto("/annuaire/")
    page.get_by_label("Un nom, un service, un mot").fill("fougere")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=fougere**")
    assert found(page) == ["APE2A", "Fougères Habitat"]

    page.goto("/annuaire/?savoir-faire=accompagnement")
    tile = page.get_by_role("link", name="Fougères Agglo 1")
    tile.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**lieu=200072452**")
    assert found(page) == ["APE2A"]
    page.get_by_role("link", name="APE2A").click()
    page.get_by_role("heading", name="APE2A", level=1).wait_for()


def test_an_entry_is_changed_returned_then_approved_and_the_public_page_changes_only_then(open_page):
    seed_site()
    organisation = OrganisationFactory(code="asfad", name="ASFAD")
    entry = DirectoryEntryFactory(organisation=organisation, mission="Accompagne des ménages.", territories=[RENNES_METROPOLE])
    editor, officer = member(Role.PROFILE_EDITOR, organisation, first_name="Lucie", last_name="Bertin"), UserFactory(role=Role.GIE_STAFF)
    visitor, writer, reader = open_page(), open_page(390), open_page()

    def published(words: str) -> bool:
        visitor.goto("/annuaire/asfad/")
        return visitor.get_by_text(words).count() == 1

    sign_in(writer, editor)
    writer.goto("/gestion/fiches/")
    writer.get_by_role("link", name="Modifier la fiche").click()
    writer.get_by_label("Mission").fill("Accueille et protège.")
    writer.get_by_role("button", name="Enregistrer et envoyer au GIE").click()
    writer.get_by_text("Votre fiche est envoyée").wait_for()
    assert published("Accompagne des ménages.")

    sign_in(reader, officer)
    reader.get_by_role("link", name="ASFAD").click()
    reader.get_by_label("Votre message à l'organisme").fill("Dites à qui vous vous adressez.")
    reader.get_by_role("button", name="Renvoyer à l'organisme").click()
    reader.get_by_text("La fiche est renvoyée").wait_for()
    assert published("Accompagne des ménages.")

    writer.goto(f"/gestion/fiches/{entry.pk}/")
    writer.get_by_text("Dites à qui vous vous adressez.").wait_for()
    writer.get_by_role("link", name="Continuer à modifier").click()
    writer.get_by_label("Mission").fill("Accueille et protège les familles.")
    writer.get_by_role("button", name="Enregistrer et envoyer au GIE").click()
    writer.get_by_text("Votre fiche est envoyée").wait_for()

    reader.goto("/gestion/fiches/")
    reader.get_by_role("link", name="ASFAD").click()
    reader.get_by_role("button", name="Approuver et publier").click()
    reader.get_by_text("La fiche est publiée").wait_for()
    assert published("Accueille et protège les familles.")
