"""Every kind of public page for everybody: axe, the keyboard, narrow screens, print, and the weight of a visit."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from pages.seeding import seed_site
from tests.factories import DirectoryEntryFactory, OrganisationFactory

WIDTHS = (1300, 390)
NARROWEST = 320
HEAVIEST_BYTES = 60_000
MOST_REQUESTS = 4
SLOWER_THAN_A_ROBOT = 2_200
"""Milliseconds before the contact form is sent: sooner, it is taken for a robot's."""
ADDRESSES = (
    "/",
    "/dispositif/",
    "/publics/",
    "/parcours/",
    "/parcours/loger/",
    "/annuaire/",
    "/annuaire/?q=fougrees&lieu=nulle+part",
    "/annuaire/ape2a/",
    "/actualites/",
    "/actualites/le-site-de-solive-ouvre/",
    "/chiffres-cles/",
    "/telecharger/",
    "/questions/",
    "/contact/",
    "/recherche/?q=logement",
    "/plan-du-site/",
    "/api/v1/",
    "/nulle-part/",
)


@pytest.fixture
def site(transactional_db) -> None:
    seed_site()
    organisation = OrganisationFactory(code="ape2a", name="APE2A")
    DirectoryEntryFactory(
        organisation=organisation,
        territories=["200072452"],
        know_hows=["accompagnement"],
        phone="02 99 00 00 00",
        town="Fougères",
        services="Visites",
    )


def test_axe_finds_nothing_and_nothing_overflows(site, open_page):
    faults = []
    for width in WIDTHS:
        page = open_page(width)
        for address in ADDRESSES:
            page.goto(address)
            faults += [(width, address, violation["id"]) for violation in Axe().run(page).response["violations"]]
    page = open_page(NARROWEST)
    for address in ADDRESSES:
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth") > NARROWEST:
            faults.append((NARROWEST, address, "défilement horizontal"))
    page.goto("/contact/")
    page.wait_for_timeout(SLOWER_THAN_A_ROBOT)
    page.get_by_role("button", name="Envoyer le message").click()
    page.get_by_role("alert").wait_for()
    faults += [("formulaire refusé", violation["id"]) for violation in Axe().run(page).response["violations"]]
    assert faults == []


def test_a_visit_is_light_asks_nothing_of_others_and_breaks_no_rule(site, open_page):
    page, complaints, weights = open_page(), [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: weights.append(len(answer.body()) if answer.status == 200 else 0))
    for address in ("/", "/parcours/", "/annuaire/", "/annuaire/ape2a/", "/questions/"):
        weights.clear()
        page.goto(address, wait_until="networkidle")
        assert sum(weights) < HEAVIEST_BYTES, address
        assert len(weights) <= MOST_REQUESTS, address
    assert complaints == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(site, open_page):
    page = open_page()
    page.goto("/annuaire/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    expected = page.evaluate("document.querySelectorAll('main a[href], main input, main select, main button').length")
    reached = []
    for _ in range(expected):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => { const node = document.activeElement, style = getComputedStyle(node), box = node.querySelector("rect");
            const seen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || (box && parseFloat(getComputedStyle(box).strokeWidth) >= 3);
            return [node.closest("main") !== null, Boolean(seen)]; }"""
        )
        reached.append(tuple(shown))
    assert reached == [(True, True)] * expected


def test_nothing_moves_for_those_who_asked_and_paper_keeps_the_essential(site, open_page):
    page = open_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto("/parcours/")
    assert page.evaluate("getComputedStyle(document.querySelector('.beams a')).transitionDuration") == "0s"
    page.emulate_media(media="print")
    page.goto("/annuaire/ape2a/")
    assert page.get_by_role("heading", name="APE2A").is_visible()
    assert page.get_by_text("02 99 00 00 00").is_visible()
    assert not page.locator(".menu-wide").is_visible()
