"""The public site as a visitor meets it, in a browser without JavaScript's help."""

from pages.seeding import seed_site
from partners.enums import OrganisationKind
from tests.factories import DirectoryEntryFactory, OrganisationFactory

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
