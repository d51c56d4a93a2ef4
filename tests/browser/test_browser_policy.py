"""What the framework starts by scripts of its pages works without them: the browser blocks nothing of the back office (see ``open_page``)."""

import pytest

from pages.models import SchemePage
from pages.seeding import seed_site
from tests.browser.test_main_job import sign_in
from tests.factories import UserFactory


@pytest.fixture
def staff(open_page):
    page = open_page()
    sign_in(page, UserFactory(first_name="Claire", last_name="Morvan"))
    return page


def test_a_list_of_rows_grows_and_shrinks(staff):
    staff.goto("/gestion/menages/dossiers/ajouter/")
    for number in range(2):
        staff.locator("#id_people-ADD").click()
        staff.fill(f"[name=people-{number}-last_name]", "Exemple")
    staff.locator("#id_people-0-DELETE-button").click()
    staff.locator("[name=people-0-last_name]").wait_for(state="hidden")
    assert staff.locator("[name=people-1-last_name]").is_visible()


def test_the_calendar_of_a_publication_opens_and_gives_its_moment(staff):
    seed_site()
    staff.goto(f"/gestion/pages/{SchemePage.objects.get().pk}/edit/")
    staff.evaluate("document.querySelector('[data-a11y-dialog-show=schedule-publishing-dialog]').click()")
    staff.locator("[name=go_live_at]").click()
    staff.locator(".xdsoft_datetimepicker:visible .xdsoft_calendar td").nth(20).click()
    assert staff.locator("[name=go_live_at]").input_value()[4] == "-"


def test_a_page_is_written_with_its_rich_text_and_its_blocks(staff):
    seed_site()
    staff.goto(f"/gestion/pages/{SchemePage.objects.get().pk}/edit/")
    editor = staff.locator(".public-DraftEditor-content").first
    editor.click()
    staff.keyboard.type("Mot ajouté. ")
    assert "Mot ajouté." in editor.inner_text()
    staff.locator(".c-sf-add-button").first.click()
    staff.get_by_role("option").first.wait_for()


@pytest.mark.parametrize(
    "address", ["pages/", "images/add/", "documents/add/", "redirects/", "couts/scenarios/ajouter/", "acces/securite/", "account/"]
)
def test_a_screen_of_each_kind_opens(staff, address):
    seed_site()
    assert staff.goto(f"/gestion/{address}").status == 200
