"""A published entry changes only when the GIE approves a version of it."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from access.enums import Role
from access.models import User
from partners import actions
from partners.enums import DRAFT_MOVES, DraftAction, DraftStatus, FileKind
from partners.models import DirectoryEntry, EntryDraft, EntryFile
from partners.policies import may
from partners.tasks import purge_unused_entry_files
from tests.factories import DirectoryEntryFactory, OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> DirectoryEntry:
    return DirectoryEntryFactory(mission="Accompagne des ménages.", phone="02 99 00 00 00", territories=["243500139"])


@pytest.fixture
def editor(entry: DirectoryEntry) -> User:
    return member(Role.PROFILE_EDITOR, entry.organisation)


@pytest.fixture
def officer(db: None) -> User:
    return UserFactory(role=Role.GIE_STAFF)


def save(entry: DirectoryEntry, by: User, revision: int = 0, **values: object) -> EntryDraft:
    return actions.save_draft(entry=entry, values={"mission": "Va vers les ménages.", **values}, revision=revision, by=by)


def picture(size: tuple[int, int] = (900, 500), picture_format: str = "PNG") -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "#1E5B4F").save(written, picture_format)
    return written.getvalue()


def test_the_published_entry_changes_only_at_the_approval(entry, editor, officer):
    draft = actions.submit_draft(draft=save(entry, editor), by=editor)
    entry.refresh_from_db()
    assert entry.mission == "Accompagne des ménages."
    actions.approve_draft(draft=draft, revision=draft.revision, by=officer)
    entry.refresh_from_db()
    assert (entry.mission, entry.phone, entry.territories) == ("Va vers les ménages.", "02 99 00 00 00", ["243500139"])
    assert entry.verified_on == timezone.localdate()
    assert [move.action for move in draft.moves.all()] == ["save", "submit", "approve"]


def test_a_returned_version_keeps_its_text_and_comes_again(entry, editor, officer):
    draft = actions.submit_draft(draft=save(entry, editor), by=editor)
    with pytest.raises(ValidationError, match="Dites à l'organisme"):
        actions.return_draft(draft=draft, message=" ", by=officer)
    draft = actions.return_draft(draft=draft, message="Dites où vous intervenez.", by=officer)
    assert (draft.status, draft.message, draft.mission) == ("returned", "Dites où vous intervenez.", "Va vers les ménages.")
    draft = actions.submit_draft(draft=save(entry, editor, draft.revision, mission="À Vitré."), by=editor)
    assert actions.approve_draft(draft=draft, revision=draft.revision, by=officer).mission == "À Vitré."


def test_the_gie_amends_what_is_submitted(entry, editor, officer):
    draft = actions.submit_draft(draft=save(entry, editor), by=editor)
    amended = save(entry, officer, draft.revision, mission="Va vers tous les ménages.")
    assert amended.status == DraftStatus.SUBMITTED
    assert actions.approve_draft(draft=amended, revision=amended.revision, by=officer).mission == "Va vers tous les ménages."


def test_what_is_approved_is_what_was_read_over(entry, editor, officer):
    draft = actions.submit_draft(draft=save(entry, editor), by=editor)
    save(entry, UserFactory(role=Role.GIE_STAFF), draft.revision, mission="Autre chose.")
    with pytest.raises(actions.Overtaken):
        actions.approve_draft(draft=draft, revision=draft.revision, by=officer)
    entry.refresh_from_db()
    assert entry.mission == "Accompagne des ménages."
    assert EntryDraft.objects.get().status == DraftStatus.SUBMITTED


def test_two_people_at_once_never_write_over_each_other_unseen(entry, editor):
    colleague = member(Role.SUPPORT_WORKER, entry.organisation)
    first = save(entry, editor, mission="Texte de la première personne.")
    with pytest.raises(actions.Overtaken) as overtaken:
        save(entry, colleague, mission="Texte de la seconde.")
    assert overtaken.value.draft.mission == "Texte de la première personne."
    assert save(entry, colleague, first.revision, mission="Les deux.").revision == 2


def test_one_version_under_way_at_most(entry):
    EntryDraft.objects.create(entry=entry, mission="Une.")
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryDraft.objects.create(entry=entry, mission="Deux.")


@pytest.mark.parametrize("status", DraftStatus)
@pytest.mark.parametrize("action", [action for action in DraftAction if action not in ("save", "amend")])
def test_a_move_that_the_table_does_not_hold_is_refused(entry, editor, officer, status, action):
    draft = EntryDraft.objects.create(entry=entry, mission="Texte.", status=status)
    writes = {
        "submit": lambda: actions.submit_draft(draft=draft, by=editor),
        "take_back": lambda: actions.take_back_draft(draft=draft, by=editor),
        "discard": lambda: actions.discard_draft(draft=draft, by=officer if status == DraftStatus.SUBMITTED else editor),
        "return": lambda: actions.return_draft(draft=draft, message="À revoir.", by=officer),
        "approve": lambda: actions.approve_draft(draft=draft, revision=0, by=officer),
    }
    expected = DRAFT_MOVES.get((status, action))
    if expected is None:
        with pytest.raises(ValidationError, match="rien n'a été fait"):
            writes[action]()
    else:
        writes[action]()
    assert EntryDraft.objects.get().status == (expected or status)


@pytest.mark.parametrize("role", Role)
def test_reading_over_is_the_gie_s_and_writing_the_organisation_s(entry, role):
    draft = EntryDraft(entry=entry, status=DraftStatus.SUBMITTED)
    person = User(role=role, is_active=True)
    writers = {Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER, Role.PROFILE_EDITOR}
    assert may(person, DraftAction.APPROVE, draft) == may(person, DraftAction.RETURN, draft) == (role == Role.GIE_STAFF)
    assert may(person, DraftAction.TAKE_BACK, draft) == (role in writers - {Role.GIE_STAFF})
    assert may(person, DraftAction.SAVE, EntryDraft(entry=entry)) == (role in writers)


def test_nobody_approves_without_the_right(entry, editor):
    draft = actions.submit_draft(draft=save(entry, editor), by=editor)
    with pytest.raises(PermissionDenied):
        actions.approve_draft(draft=draft, revision=draft.revision, by=editor)
    entry.refresh_from_db()
    assert entry.mission == "Accompagne des ménages."


def test_a_logo_is_drawn_again_small_and_without_what_it_hid(entry, editor):
    exif = Image.Exif()
    exif[0x010E] = "lieu secret"
    written = BytesIO()
    Image.new("RGB", (900, 500)).save(written, "JPEG", exif=exif)
    logo = actions.store_logo(organisation=entry.organisation, content=written.getvalue(), by=editor)
    assert (logo.media_type, logo.width, logo.height) == ("image/webp", 432, 240)
    assert b"lieu secret" not in bytes(logo.content)
    assert Image.open(BytesIO(bytes(logo.content))).format == "WEBP"


@pytest.mark.parametrize("content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4 %%EOF", b"\x89PNG\r\n\x1a\n tronqu", b"GIF89a"])
def test_what_is_no_picture_is_refused_in_french(entry, editor, content):
    with pytest.raises(ValidationError, match="PNG, JPEG ou WebP"):
        actions.store_logo(organisation=entry.organisation, content=content, by=editor)


def test_too_large_is_refused_before_it_is_drawn(entry, editor):
    with pytest.raises(ValidationError, match="trop de points"):
        actions.store_logo(organisation=entry.organisation, content=picture((8_000, 6_000)), by=editor)
    with pytest.raises(ValidationError, match="5 Mo"):
        actions.store_logo(organisation=entry.organisation, content=b"x" * (5 * 1024 * 1024 + 1), by=editor)


def test_a_document_is_a_pdf(entry, editor):
    kept = actions.store_document(organisation=entry.organisation, title="Plaquette", content=b"%PDF-1.4\n%%EOF\n", by=editor)
    assert (kept.kind, kept.media_type) == (FileKind.DOCUMENT, "application/pdf")
    with pytest.raises(ValidationError, match="pas un PDF"):
        actions.store_document(organisation=entry.organisation, title="Page", content=b"<html>%PDF-</html>", by=editor)


def test_the_files_of_another_organisation_are_refused(entry, editor):
    other = OrganisationFactory()
    logo = actions.store_logo(organisation=other, content=picture(), by=editor)
    with pytest.raises(ValidationError, match="pas celui de l'organisation"):
        save(entry, editor, logo=logo)
    document = actions.store_document(organisation=other, title="Autre", content=b"%PDF-1.4\n%%EOF", by=editor)
    with pytest.raises(ValidationError, match="pas celui de l'organisation"):
        save(entry, editor, documents=[document])
    assert not EntryDraft.objects.exists()


def test_an_entry_holds_three_documents_at_most(entry, editor):
    documents = [
        actions.store_document(organisation=entry.organisation, title=f"N° {number}", content=b"%PDF-1.4\n%%EOF", by=editor) for number in range(4)
    ]
    with pytest.raises(ValidationError, match="3 documents au plus"):
        save(entry, editor, documents=documents)
    draft = actions.submit_draft(draft=save(entry, editor, documents=documents[:3]), by=editor)
    entry.refresh_from_db()
    assert not entry.documents.exists()
    actions.approve_draft(draft=draft, revision=draft.revision, by=UserFactory())
    assert list(entry.documents.all()) == documents[:3]


def test_only_the_organisation_confirms_and_only_what_is_published(entry, editor, officer):
    with pytest.raises(PermissionDenied):
        actions.confirm_entry(entry=entry, on=date(2015, 3, 3), by=officer)
    assert actions.confirm_entry(entry=entry, on=date(2015, 3, 3), by=editor).verified_on == date(2015, 3, 3)
    DirectoryEntry.objects.update(is_published=False)
    with pytest.raises(ValidationError, match="pas publiée"):
        actions.confirm_entry(entry=entry, on=date(2015, 3, 4), by=editor)


def test_nobody_agrees_for_somebody_else(entry, editor, officer):
    membership = editor.memberships.get()
    with pytest.raises(PermissionDenied):
        actions.agree_to_be_shown(membership=membership, agrees=True, on=date(2015, 1, 1), by=officer)
    actions.agree_to_be_shown(membership=membership, agrees=True, on=date(2015, 1, 1), by=editor)
    shown = type(membership).objects.shown(on=date(2015, 1, 2))
    assert list(shown) == [membership]
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert not shown.all().exists()


def test_files_that_nothing_uses_go_after_a_week(entry, editor):
    used = actions.store_logo(organisation=entry.organisation, content=picture(), by=editor)
    for _ in range(2):
        actions.store_logo(organisation=entry.organisation, content=picture(), by=editor)
    DirectoryEntry.objects.update(logo=used)
    recent = EntryFile.objects.last()
    EntryFile.objects.exclude(pk=recent.pk).update(created_at=timezone.now() - timedelta(days=8))
    purge_unused_entry_files(timestamp=0)
    assert set(EntryFile.objects.values_list("pk", flat=True)) == {used.pk, recent.pk}
