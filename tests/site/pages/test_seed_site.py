"""The first content is created once, and belongs to the editors afterwards."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from wagtail.models import Page, Site

from pages.blocks import BodyBlock
from pages.models import ContactPage, ContentPage, HomePage, SchemePage, StepPage
from pages.seeding import seed_site


def test_a_second_run_creates_nothing(home: HomePage) -> None:
    before = list(Page.objects.order_by("path").values_list("path", "title", "latest_revision_id"))
    assert seed_site() == []
    assert list(Page.objects.order_by("path").values_list("path", "title", "latest_revision_id")) == before


def test_an_edit_survives(home: HomePage) -> None:
    contact = ContactPage.objects.get(slug="contact")
    contact.title = "Écrivez au GIE"
    contact.save_revision().publish()
    seed_site()
    contact.refresh_from_db()
    assert contact.title == "Écrivez au GIE"


def test_a_page_that_was_removed_or_moved_stays_so(home: HomePage) -> None:
    ContactPage.objects.get(slug="contact").delete()
    notice = ContentPage.objects.get(slug="mentions-legales")
    notice.slug = "mentions"
    notice.save_revision().publish()
    assert seed_site() == []


def test_a_removed_page_comes_back_alone_when_asked_for(home: HomePage) -> None:
    ContactPage.objects.get(slug="contact").delete()
    assert [page.slug for page in seed_site(missing=True)] == ["contact"]


def test_the_welcome_page_gives_way(home: HomePage) -> None:
    site = Site.objects.get(is_default_site=True)
    assert site.root_page_id == home.pk
    assert site.site_name == "Solive"
    assert list(Page.objects.filter(depth=2)) == [home.page_ptr]


def test_the_seven_steps_are_in_order(home: HomePage) -> None:
    steps = StepPage.objects.live().order_by("path")
    assert [step.slug for step in steps] == ["reperer", "diagnostiquer", "orienter", "rechercher", "proposer", "loger", "evaluer"]


def test_links_lead_to_pages(home: HomePage) -> None:
    assert [door.value["page"].slug for door in home.doors] == ["professionnels", "annuaire", "dispositif"]
    body = str(SchemePage.objects.get().body.raw_data[:])
    assert "[[" not in body
    assert f'id="{Page.objects.get(slug="annuaire").pk}"' in body


def test_the_first_content_passes_the_editor_s_own_rules(home: HomePage) -> None:
    for page in [*ContentPage.objects.all(), SchemePage.objects.get()]:
        page.body.stream_block.clean(page.body)


def test_a_subtitle_without_its_title_is_refused() -> None:
    block = BodyBlock()
    subtitle = {"text": "Sous-titre", "level": "3"}
    with pytest.raises(ValidationError):
        block.clean(block.to_python([{"type": "heading", "value": subtitle}]))


def test_the_command_says_what_it_does(db: None) -> None:
    first, second = StringIO(), StringIO()
    call_command("seed_site", stdout=first)
    call_command("seed_site", stdout=second)
    assert "Créée\u00a0: Le dispositif" in first.getvalue()
    assert "aucune page à créer" in second.getvalue()
