"""Every kind of public page for everybody: axe, the keyboard, narrow screens, print, and the weight of a visit."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from access.enums import Role
from pages.seeding import seed_site
from partners.actions import save_draft, submit_draft
from partners.models import DirectoryEntry
from tests.browser.test_main_job import sign_in
from tests.factories import DirectoryEntryFactory, OrganisationFactory, UserFactory, member

WIDTHS = (1300, 390)
NARROWEST = 320
AT_TWICE_THE_SIZE = 650
"""Pixels of a page of 1300 seen at 200 %."""
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
    "/annuaire/?q=xqzwv",
    "/contact/?envoye=1",
    "/recherche/",
    "/recherche/?q=logement",
    "/recherche/?q=xqzwv",
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


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(site, open_page, width):
    faults, page = [], open_page(width)
    for address in ADDRESSES:
        page.goto(address)
        faults += [(address, violation["id"]) for violation in Axe().run(page).response["violations"]]
    page.goto("/contact/")
    page.wait_for_timeout(SLOWER_THAN_A_ROBOT)
    page.get_by_role("button", name="Envoyer le message").click()
    page.get_by_role("alert").wait_for()
    faults += [("formulaire refusé", violation["id"]) for violation in Axe().run(page).response["violations"]]
    assert faults == []


def test_a_narrow_screen_and_a_page_seen_at_twice_the_size_lose_nothing(site, open_page):
    faults = []
    for width in (NARROWEST, AT_TWICE_THE_SIZE):
        page = open_page(width)
        for address in ADDRESSES:
            page.goto(address)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append((width, address, "défilement horizontal"))
    assert faults == []


def test_a_visit_is_light_asks_nothing_of_others_and_breaks_no_rule(site, open_page):
    page, complaints, weights = open_page(), [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: weights.append(len(answer.body()) if answer.status == 200 else 0))
    for address in ADDRESSES[:-1]:
        weights.clear()
        page.goto(address, wait_until="networkidle")
        assert sum(weights) < HEAVIEST_BYTES, address
        assert len(weights) <= MOST_REQUESTS, address
    assert complaints == []


FOCUS_SEEN = """root => { const node = document.activeElement, style = getComputedStyle(node), box = node.querySelector("rect");
    const within = node.closest(".doors li"), around = within && getComputedStyle(within);
    const seen = [style, around].some(one => one && one.outlineStyle !== "none" && parseFloat(one.outlineWidth) >= 2)
        || (box && parseFloat(getComputedStyle(box).strokeWidth) >= 3);
    return [node.closest(root) !== null, Boolean(seen), node.outerHTML.slice(0, 80)]; }"""
REACHABLE = """root => [...document.querySelectorAll('a[href], input:not([type=hidden]):not([tabindex="-1"]), select, textarea, button, summary, [tabindex="0"]')]
    .filter(node => node.closest(root) && node.checkVisibility({visibilityProperty: true}) && !node.closest("details:not([open]) > :not(summary)")).length"""


def test_the_keyboard_reaches_everything_everywhere_and_shows_where_it_is(site, open_page):
    """The first page is walked whole; on the others, whose frame is the same, the content is."""
    faults, page = [], open_page()
    for rank, address in enumerate(ADDRESSES):
        page.goto(address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Aller au contenu", address
        if rank:
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.id") == "contenu", address
        for _ in range(page.evaluate(REACHABLE, "main") if rank else page.evaluate(REACHABLE, "body") - 1):
            page.keyboard.press("Tab")
            inside, seen, what = page.evaluate(FOCUS_SEEN, "main" if rank else "main, header, footer, nav")
            if not (inside and seen):
                faults.append((address, what))
    assert faults == []


def test_text_of_twice_the_size_loses_nothing(site, open_page):
    faults = []
    page = open_page()
    for address in ADDRESSES:
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '36px'")
        cut = page.evaluate(
            """() => [...document.querySelectorAll("main *, header *")].filter(node => getComputedStyle(node).overflowX === "hidden"
                && !node.closest(".hidden, .skip, svg, .beam-name") && node.scrollWidth > node.clientWidth + 1).map(node => node.className)"""
        )
        if cut or page.evaluate("document.documentElement.scrollWidth") > 1300:
            faults.append((address, cut))
    assert faults == []


def test_everything_is_done_without_javascript(site, browser, live_server):
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="L’annuaire").click()
    page.get_by_label("Commune ou code postal").fill("35300")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="APE2A", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "APE2A"
    page.goto("/questions/")
    page.get_by_text("Qui peut signaler un ménage").click()
    assert page.get_by_text("Un bailleur, le SIAO").is_visible()
    page.goto("/contact/")
    page.get_by_label("Votre nom").fill("Anne")
    page.wait_for_timeout(SLOWER_THAN_A_ROBOT)
    page.get_by_role("button", name="Envoyer le message").click()
    assert page.get_by_label("Votre nom").input_value() == "Anne"
    field = page.get_by_label("Votre message", exact=True)
    assert field.get_attribute("aria-invalid") == "true"
    told = field.get_attribute("aria-describedby").split()
    assert any("Écrivez votre message." in page.locator(f"[id='{key}']").inner_text() for key in told)
    context.close()


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
    for address in ADDRESSES:
        page.goto(address)
        assert page.locator("h1").first.is_visible(), address
        shown = page.evaluate(
            "[...document.querySelectorAll('.menu-wide, .menu-narrow, .search, form, .foot nav')].filter(node => node.checkVisibility()).length"
        )
        assert shown == 0, address


def test_the_screens_of_partners_and_of_the_gie_hold_to_the_same_rules(site, open_page):
    entry = DirectoryEntry.objects.get(slug="ape2a")
    editor, officer = member(Role.PROFILE_EDITOR, entry.organisation), UserFactory(role=Role.GIE_STAFF)
    draft = save_draft(entry=entry, values={"mission": "Va vers les ménages."}, revision=0, by=editor)
    base, faults = f"/gestion/fiches/{entry.pk}/", []

    def look(page, width, address):
        page.goto(address)
        found = Axe().run(page, context=None if "apercu" in address else ".solive-screen").response["violations"]
        faults.extend((width, address, violation["id"]) for violation in found)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append((width, address, "défilement horizontal"))

    for width in WIDTHS:
        page = open_page(width)
        sign_in(page, editor)
        for address in (base, f"{base}modifier/", f"{base}apercu/"):
            look(page, width, address)
    submit_draft(draft=draft, by=editor)
    for width in WIDTHS:
        page = open_page(width)
        sign_in(page, officer)
        for address in ("/gestion/fiches/", base, f"{base}relire/", "/gestion/fiches/importer/"):
            look(page, width, address)
    assert faults == []
