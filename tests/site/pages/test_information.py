"""News, documents, questions, the contact form and the search of the site."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.core import mail, signing
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader
from wagtail.documents import get_document_model
from wagtail.models import Page

from access.enums import Role
from pages.contact import MOST_PER_HOUR, SALT
from pages.content.documents import DOCUMENTS
from pages.models import ContactMessage, DocumentsPage, HomePage, NewsIndexPage, NewsPage, StepPage
from pages.public_documents import fill_documents
from pages.site_search import search_site
from pages.tasks import MESSAGES_KEPT_DAYS, publish_scheduled_pages, purge_contact_messages, send_contact
from partners.models import DirectoryEntry, Organisation
from tests.factories import UserFactory

Make = Callable[..., DirectoryEntry]


def typed(**changes: str) -> dict[str, str]:
    opened = signing.dumps(timezone.now().timestamp() - 60, salt=SALT)
    return {
        "name": "Anne",
        "email": "anne@exemple.fr",
        "subject": "scheme",
        "body": "Bonjour, une question.",
        "site": "",
        "opened": opened,
        **changes,
    }


@pytest.mark.usefixtures("home")
class TestContact:
    def test_a_message_is_kept_and_sent_to_the_gie(self, client: Client) -> None:
        Organisation.objects.create(code="gie", name="GIE", kind="gie", email="contact@gie.example")
        answer = client.post("/contact/", typed(), follow=True)
        assert "Merci, votre message est envoyé." in answer.content.decode()
        kept = ContactMessage.objects.get()
        assert (kept.name, kept.email, kept.body) == ("Anne", "anne@exemple.fr", "Bonjour, une question.")
        assert "127.0.0.1" not in kept.origin
        assert ProcrastinateJob.objects.get(task_name="pages.send_contact").args == {"message_id": kept.pk}
        send_contact(message_id=kept.pk)
        assert [(message.to, message.reply_to) for message in mail.outbox] == [(["contact@gie.example"], ["anne@exemple.fr"])]

    def test_without_an_address_of_the_gie_its_staff_get_the_message(self, client: Client) -> None:
        UserFactory(role=Role.GIE_STAFF, email="claire@gie.example")
        client.post("/contact/", typed())
        send_contact(message_id=ContactMessage.objects.get().pk)
        assert [message.to for message in mail.outbox] == [["claire@gie.example"]]

    @pytest.mark.parametrize("trap", [{"site": "http://x"}, {"opened": ""}, {"opened": signing.dumps(2**40, salt=SALT)}])
    def test_a_robot_is_thanked_and_nothing_is_kept(self, client: Client, trap: dict[str, str]) -> None:
        assert client.post("/contact/", typed(**trap)).status_code == 302
        assert not ContactMessage.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": ""}, "name"),
            ({"email": "anne"}, "email"),
            ({"subject": "x"}, "subject"),
            ({"body": ""}, "body"),
            ({"body": "x" * 4_001}, "body"),
            ({"body": "Madame X, 2 85 05 35 115 123 45"}, "body"),
            ({"body": "demande 0351213000123411AB"}, "body"),
            ({"body": "Où en est MEN-00042 ?"}, "body"),
        ],
    )
    def test_what_is_refused_is_told_beside_its_field_and_nothing_is_lost(self, client: Client, wrong: dict[str, str], field: str) -> None:
        answer = client.post("/contact/", typed(**{"name": "Anne Mémoire", **wrong}))
        assert answer.status_code == 400
        assert field in answer.context["form"].errors
        if field != "name":
            assert "Anne Mémoire" in answer.content.decode()
        assert not ContactMessage.objects.exists()

    def test_one_visitor_sends_a_few_messages_an_hour(self, client: Client) -> None:
        answers = [client.post("/contact/", typed()).status_code for _ in range(MOST_PER_HOUR + 1)]
        assert answers == [302] * MOST_PER_HOUR + [400]
        assert client.post("/contact/", typed(), REMOTE_ADDR="10.0.0.9").status_code == 302
        ContactMessage.objects.update(received_at=timezone.now() - timedelta(minutes=61))
        assert client.post("/contact/", typed()).status_code == 302

    def test_messages_go_after_a_year(self) -> None:
        for days in (MESSAGES_KEPT_DAYS - 1, MESSAGES_KEPT_DAYS + 1):
            received_at = timezone.now() - timedelta(days=days)
            ContactMessage.objects.create(name=str(days), email="x@x.fr", subject="other", body="x", received_at=received_at)
        purge_contact_messages(timestamp=0)
        assert [message.name for message in ContactMessage.objects.all()] == [str(MESSAGES_KEPT_DAYS - 1)]


@pytest.mark.usefixtures("home")
class TestSearch:
    def test_stems_and_accents_are_forgiven(self, subtests: pytest.Subtests) -> None:
        for text, title in (
            ("diagnostic", "Diagnostiquer les besoins"),
            ("DIAGNOSTICS", "Diagnostiquer les besoins"),
            ("evaluer", "Évaluer et stabiliser"),
            ("accessibilite", "Accessibilité"),
            ("mention légale", "Mentions légales"),
        ):
            with subtests.test(text):
                assert title in [text.title for text in search_site(text).pages[:3]]

    def test_slips_are_mended_and_told(self, client: Client) -> None:
        page = client.get("/recherche/?q=acompagnemment").content.decode()
        assert "Nous avons compris" in page
        assert "Loger et accompagner" in page

    def test_partners_are_found_too(self, make_entry: Make, client: Client) -> None:
        make_entry("ape2a", "APE2A", territories=["200072452"])
        assert '<a href="/annuaire/ape2a/">APE2A</a>' in client.get("/recherche/?q=fougere").content.decode()

    def test_an_unpublished_page_is_no_longer_found(self) -> None:
        page = StepPage.objects.get(slug="loger")
        page.unpublish()
        assert "Loger et accompagner" not in [text.title for text in search_site("loger").pages]
        page.save_revision().publish()
        assert "Loger et accompagner" in [text.title for text in search_site("loger").pages]

    @pytest.mark.parametrize("text", ["", " ", "\x00", "'", '"', "a & | !", "-x", "%", "x" * 500])
    def test_odd_texts_find_nothing_without_failing(self, client: Client, text: str) -> None:
        assert client.get("/recherche/", {"q": text}).status_code == 200

    def test_what_is_typed_may_be_completed(self, make_entry: Make, client: Client) -> None:
        make_entry("ape2a", "APE2A")
        make_entry("brouillon", "Fiche cachée", is_published=False)
        page = client.get("/recherche/").content.decode()
        assert 'list="propositions"' in page
        for words in ("Mentions légales", "APE2A", "Prévention des expulsions"):
            assert f'<option value="{words}">' in page
        assert "Fiche cachée" not in page

    def test_what_finds_nothing_suggests_pages_of_a_like_title(self, client: Client) -> None:
        page = client.get("/recherche/?q=mentirions+zzzz").content.decode()
        assert "Peut-être cherchiez-vous" in page
        assert ">Mentions légales</a>" in page

    def test_what_finds_nothing_says_what_to_do(self, client: Client) -> None:
        assert "une autre orthographe" in client.get("/recherche/?q=xqzwv").content.decode()


def test_news_come_the_latest_first_on_the_page_the_home_and_the_feed(home: HomePage, client: Client) -> None:
    index = NewsIndexPage.objects.get()
    for number in (1, 2):
        index.add_child(instance=NewsPage(title=f"Nouvelle {number}", slug=f"n-{number}", summary="Résumé.", dated=f"2034-01-0{number}"))
    draft = NewsPage(title="Brouillon", slug="brouillon", summary="Résumé.", live=False)
    index.add_child(instance=draft)
    feed = client.get("/actualites/flux/")
    assert feed["Content-Type"].startswith("application/rss+xml")
    items = ElementTree.fromstring(feed.content).findall("./channel/item")
    assert [item.findtext("title") for item in items][:2] == ["Nouvelle 2", "Nouvelle 1"]
    assert items[0].findtext("link") == "http://testserver/actualites/n-2/"
    for address in ("/actualites/", "/"):
        page = client.get(address).content.decode()
        assert page.index("Nouvelle 2") < page.index("Nouvelle 1")
        assert "Brouillon" not in page


def test_only_listed_documents_are_open_to_all(home: HomePage, client: Client) -> None:
    listed, other = (get_document_model().objects.create(title=name, file=ContentFile(b"%PDF-1.4", name=f"{name}.pdf")) for name in ("a", "b"))
    page = DocumentsPage.objects.get()
    page.documents.append(("document", {"title": "Convention", "meaning": "Le modèle.", "dated": None, "file": listed}))
    page.save_revision().publish()
    assert f"/telecharger/{listed.pk}/" in client.get("/telecharger/").content.decode()
    answer = client.get(f"/telecharger/{listed.pk}/")
    assert (answer.status_code, answer.content, answer["X-Content-Type-Options"]) == (200, b"%PDF-1.4", "nosniff")
    assert answer["Content-Disposition"].startswith("attachment")
    assert client.get(f"/telecharger/{other.pk}/").status_code == 404
    assert client.get(listed.url).status_code == 302


def test_the_first_documents_are_laid_out_once_and_then_belong_to_the_editors(home: HomePage, client: Client) -> None:
    titles = [document.title for document in DOCUMENTS]
    assert fill_documents(on=date(2015, 3, 1)) == titles
    shown = client.get("/telecharger/").content.decode()
    assert shown.count("PDF, ") == 2
    assert "À venir" not in shown
    assert "1er mars 2015" in shown
    for address in re.findall(r'href="(/telecharger/\d+/)"', shown):
        pdf = PdfReader(BytesIO(client.get(address).content))
        assert pdf.metadata.title in titles
        assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert fill_documents(on=date(2015, 3, 1)) == []
    page = DocumentsPage.objects.get()
    page.documents[0].value["file"] = None
    page.save_revision().publish()
    assert fill_documents(on=date(2015, 3, 1)) == []


def test_a_step_tells_its_version_and_when_it_was_checked(home: HomePage, client: Client) -> None:
    step = StepPage.objects.get(slug="loger")
    step.version, step.checked_on = "2", "2015-03-03"
    step.save_revision().publish()
    assert "Version 2, vérifiée le 3 mars 2015" in client.get("/parcours/loger/").content.decode()


def test_the_process_diagram_leads_to_every_step(home: HomePage, client: Client) -> None:
    page = client.get("/parcours/").content.decode()
    diagram = page[page.index('class="diagram"') : page.index("</section>", page.index('class="diagram"'))]
    assert [diagram.count(f'href="{step.get_url()}"') for step in StepPage.objects.all()] == [1] * 7


def test_the_map_of_the_site_holds_every_page(home: HomePage, client: Client) -> None:
    page = client.get("/plan-du-site/").content.decode()
    assert all(f'href="{found.get_url()}"' in page for found in Page.objects.live().descendant_of(home))


def test_a_page_is_published_and_withdrawn_at_its_hour(home: HomePage, client: Client) -> None:
    page = NewsPage(title="À l'heure", slug="a-l-heure", summary="Résumé.", live=False, go_live_at=timezone.now() + timedelta(hours=1))
    NewsIndexPage.objects.get().add_child(instance=page)
    revision = page.save_revision()
    revision.publish()
    assert client.get("/actualites/a-l-heure/").status_code == 404
    past = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"], revision.approved_go_live_at = past.isoformat(), past
    revision.save()
    publish_scheduled_pages(timestamp=0)
    assert client.get("/actualites/a-l-heure/").status_code == 200
    NewsPage.objects.update(expire_at=timezone.now() - timedelta(minutes=1))
    publish_scheduled_pages(timestamp=0)
    assert client.get("/actualites/a-l-heure/").status_code == 404
