"""« Ma fiche »: each door, for each role."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from access.enums import Role
from pages.seeding import seed_site
from partners import actions
from partners.models import DirectoryEntry, EntryDraft, EntryFile
from tests.factories import DirectoryEntryFactory, OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db
WRITERS = (Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER, Role.PROFILE_EDITOR)
FORM = {"mission": "Va vers les ménages.", "territories": ["243500139"], "revision": "0"}


@pytest.fixture
def entry() -> DirectoryEntry:
    seed_site()
    organisation = OrganisationFactory(name="ASFAD", code="asfad")
    return DirectoryEntryFactory(organisation=organisation, mission="Accompagne des ménages.", territories=["243500139"])


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor(entry) -> Client:
    return client_of(member(Role.PROFILE_EDITOR, entry.organisation, first_name="Lucie", last_name="Bertin"))


@pytest.fixture
def officer(db) -> Client:
    return client_of(UserFactory(role=Role.GIE_STAFF))


def logo_of(entry: DirectoryEntry) -> EntryFile:
    return actions.store_logo(organisation=entry.organisation, content=png(), by=UserFactory())


def png() -> bytes:
    written = BytesIO()
    Image.new("RGB", (40, 20)).save(written, "PNG")
    return written.getvalue()


def doors(entry: DirectoryEntry, file: EntryFile) -> list[str]:
    base = f"/gestion/fiches/{entry.pk}/"
    return [base, f"{base}modifier/", f"{base}apercu/", f"{base}fichiers/{file.pk}/"]


@pytest.mark.parametrize("role", Role)
def test_an_entry_of_another_organisation_does_not_exist(entry, role):
    if role == Role.GIE_STAFF:
        return
    file = logo_of(entry)
    DirectoryEntryFactory(organisation=(own := OrganisationFactory()))
    client = client_of(member(role, own))
    EntryDraft.objects.create(entry=entry, mission="Secret.", logo=file)
    base = f"/gestion/fiches/{entry.pk}/"
    assert {door: client.get(door).status_code for door in [*doors(entry, file), f"{base}relire/"]} == dict.fromkeys(
        [*doors(entry, file), f"{base}relire/"], 404
    )
    posts = [f"{base}modifier/", f"{base}relire/", *(f"{base}{action}/" for action in ("envoyer", "reprendre", "abandonner", "confirmer", "accord"))]
    assert {post: client.post(post, FORM).status_code for post in posts} == dict.fromkeys(posts, 404)
    assert EntryDraft.objects.get().mission == "Secret."


@pytest.mark.parametrize("role", Role)
def test_one_s_own_entry_opens_for_those_who_write_it(entry, role):
    file = logo_of(entry)
    client = client_of(member(role, entry.organisation))
    expected = 200 if role in (*WRITERS, Role.GIE_STAFF) else 404
    assert {client.get(door).status_code for door in doors(entry, file)} == {expected}
    assert client.get("/gestion/fiches/").status_code == (302 if role in WRITERS else 200 if role == Role.GIE_STAFF else 404)
    assert client.get(f"/gestion/fiches/{entry.pk}/relire/").status_code == (302 if role == Role.GIE_STAFF else 404)


def test_a_file_of_one_s_own_is_not_a_key_to_another_s(entry, editor):
    foreign = logo_of(DirectoryEntryFactory())
    assert editor.get(f"/gestion/fiches/{entry.pk}/fichiers/{foreign.pk}/").status_code == 404
    answer = editor.post(f"/gestion/fiches/{entry.pk}/modifier/", {**FORM, "logo": foreign.pk, "documents": [foreign.pk]})
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"logo", "documents"}
    assert not EntryDraft.objects.exists()


def test_a_file_of_a_draft_is_not_published(entry, editor):
    editor.post(f"/gestion/fiches/{entry.pk}/modifier/", {**FORM, "logo_file": SimpleUploadedFile("x.exe", png(), "text/html")})
    logo = EntryDraft.objects.get().logo
    assert Client().get(f"/annuaire/{entry.slug}/fichiers/{logo.pk}/").status_code == 404
    DirectoryEntry.objects.filter(pk=entry.pk).update(logo=logo)
    answer = Client().get(f"/annuaire/{entry.slug}/fichiers/{logo.pk}/")
    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (200, "image/webp", "nosniff")


def test_from_the_editor_s_form_to_the_public_page(entry, editor, officer, client):
    base = f"/gestion/fiches/{entry.pk}/"
    answer = editor.post(f"{base}modifier/", {**FORM, "phone": "+33 2.99-00 00.00", "postcode": "35000", "town": "rennes", "submit": ""}, follow=True)
    assert "Votre fiche est envoyée" in answer.content.decode()
    draft = EntryDraft.objects.get()
    assert (draft.status, draft.phone, draft.insee_code) == ("submitted", "02 99 00 00 00", "35238")
    assert "Accompagne des ménages." in client.get("/annuaire/asfad/").content.decode()
    assert "Va vers les ménages." in editor.get(f"{base}apercu/").content.decode()
    assert editor.get(f"{base}modifier/").status_code == 302

    page = officer.get(f"{base}relire/").content.decode()
    assert "<del>Accompagne des </del>" in page
    assert "<ins>Va vers les </ins>" in page
    assert "ASFAD" in officer.get("/gestion/fiches/").content.decode()
    officer.post(f"{base}relire/", {"return": "", "message": "Ajoutez vos horaires."})
    assert "Ajoutez vos horaires." in editor.get(base).content.decode()
    editor.post(f"{base}modifier/", {**FORM, "revision": "1", "opening_hours": "Le lundi", "submit": ""})
    assert "Accompagne des ménages." in client.get("/annuaire/asfad/").content.decode()
    officer.post(f"{base}relire/", {"approve": "", "revision": "2"})
    public = client.get("/annuaire/asfad/").content.decode()
    assert "Va vers les ménages." in public
    assert "Le lundi" in public


def test_the_second_of_two_people_sees_both_texts(entry, editor):
    base = f"/gestion/fiches/{entry.pk}/"
    colleague = client_of(member(Role.SUPPORT_WORKER, entry.organisation))
    editor.post(f"{base}modifier/", {**FORM, "mission": "Texte de Lucie."})
    answer = colleague.post(f"{base}modifier/", {**FORM, "mission": "Texte du collègue.", "logo_file": SimpleUploadedFile("x.png", png())})
    page = answer.content.decode()
    assert "Lucie Bertin a modifié cette fiche pendant que vous écriviez" in page
    assert "Lucie." in page
    assert ">\nTexte du collègue.</textarea>" in page
    assert EntryDraft.objects.get().mission == "Texte de Lucie."
    form = answer.context["form"]
    colleague.post(f"{base}modifier/", {**FORM, "mission": "Les deux.", "revision": form["revision"].value(), "logo": form["logo"].value()})
    draft = EntryDraft.objects.get()
    assert (draft.mission, draft.logo_id is not None) == ("Les deux.", True)


def test_a_version_sent_in_between_keeps_what_was_typed_on_screen(entry, editor):
    base = f"/gestion/fiches/{entry.pk}/"
    editor.post(f"{base}modifier/", {**FORM, "submit": ""})
    answer = editor.post(f"{base}modifier/", {**FORM, "revision": "1", "mission": "Une idée de plus."})
    assert answer.status_code == 200
    assert "Une idée de plus." in answer.content.decode()
    assert "vient d'être envoyée au GIE" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"mission": ""}, "mission"),
        ({"mission": "x" * 601}, "mission"),
        ({"phone": "12"}, "phone"),
        ({"email": "x"}, "email"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"postcode": "3500"}, "postcode"),
        ({"territories": []}, "territories"),
        ({"territories": ["000000000"]}, "territories"),
        ({"know_hows": ["inconnu"]}, "know_hows"),
        ({"logo_file": SimpleUploadedFile("logo.png", b"<script>")}, "logo_file"),
        ({"document_file": SimpleUploadedFile("x.pdf", b"MZ"), "document_title": "Plaquette"}, "document_file"),
        ({"document_file": SimpleUploadedFile("x.pdf", b"%PDF-1.4 %%EOF")}, "document_title"),
        ({"revision": "x"}, "revision"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_field_and_nothing_is_lost(entry, editor, typed, field):
    answer = editor.post(f"/gestion/fiches/{entry.pk}/modifier/", {**FORM, "area": "Ce que j'ai écrit", **typed})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert "Ce que j&#x27;ai écrit" in answer.content.decode()
    assert not EntryDraft.objects.exists()


def test_a_person_is_named_on_the_entry_by_own_will_only(entry, editor, client):
    assert "Lucie" not in client.get("/annuaire/asfad/").content.decode()
    editor.post(f"/gestion/fiches/{entry.pk}/accord/", {"agree": ""})
    assert "Lucie Bertin" in client.get("/annuaire/asfad/").content.decode()
    editor.post(f"/gestion/fiches/{entry.pk}/accord/", {"withdraw": ""})
    assert "Lucie" not in client.get("/annuaire/asfad/").content.decode()


def test_a_confirmation_dates_the_entry(entry, editor, client):
    editor.post(f"/gestion/fiches/{entry.pk}/confirmer/")
    assert "Fiche vérifiée le" in client.get("/annuaire/asfad/").content.decode()


def test_the_address_screen_changes_nothing_of_what_is_published(entry, officer):
    answer = officer.post(
        f"/gestion/partenaires/annuaire/modifier/{entry.pk}/",
        {"organisation": entry.organisation_id, "slug": "asfad-35", "is_published": "on", "mission": "Autre mission."},
    )
    assert answer.status_code == 302
    entry.refresh_from_db()
    assert (entry.slug, entry.mission) == ("asfad-35", "Accompagne des ménages.")


def test_an_empty_entry_is_not_published(officer):
    organisation = OrganisationFactory()
    values = {"organisation": organisation.pk, "slug": "vide", "is_published": "on"}
    assert "encore vide" in officer.post("/gestion/partenaires/annuaire/ajouter/", values).content.decode()
    officer.post("/gestion/partenaires/annuaire/ajouter/", {**values, "is_published": ""})
    created = DirectoryEntry.objects.get()
    officer.post(f"/gestion/fiches/{created.pk}/modifier/", {**FORM, "submit": ""})
    officer.post(f"/gestion/fiches/{created.pk}/relire/", {"approve": "", "revision": "1"})
    created.refresh_from_db()
    assert created.is_published
    assert created.verified_on is None


def test_the_list_to_read_over_costs_the_same_for_more_entries(officer):
    counts = []
    for rows in (2, 18):
        for _ in range(rows):
            EntryDraft.objects.create(entry=DirectoryEntryFactory(), mission="x", status="submitted", submitted_at="2015-01-01T00:00Z")
        officer.get("/gestion/fiches/")
        with CaptureQueriesContext(connection) as queries:
            assert officer.get("/gestion/fiches/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
