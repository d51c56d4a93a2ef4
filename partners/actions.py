"""Writes of the partners' room. A published entry changes by ``approve`` and nothing else."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from access.actions import save_record, trace
from access.enums import Role
from access.journal.recording import tracing
from partners.enums import DRAFT_MOVES, DraftAction, DraftStatus, FileKind, OrganisationKind
from partners.models import DirectoryEntry, EntryContent, EntryDraft, EntryDraftMove, EntryFile, Membership, Organisation
from partners.policies import may, may_confirm, may_write_entries, saving
from partners.uploads import read_document, read_logo

CONTENT_FIELDS: Final = tuple(field.name for field in EntryContent._meta.get_fields() if field.name != "documents")
MOST_DOCUMENTS: Final = 3
FILES_KEPT_DAYS: Final = 7
"""How long a file that no entry and no version uses is kept, so that a form sent again still finds it."""


class Overtaken(Exception):
    """Somebody saved the same version in between: ``draft`` is what it has become."""

    def __init__(self, draft: EntryDraft) -> None:
        super().__init__("Cette fiche a été modifiée entre-temps.")
        self.draft = draft


def content_of(source: EntryContent) -> dict[str, Any]:
    """The content of an entry or of a version, by field; ``documents`` as a list of files, in order."""
    files = list(source.documents.light()) if source.pk else []
    return {**{name: getattr(source, name) for name in CONTENT_FIELDS}, "documents": files}


@transaction.atomic
@tracing()
def save_draft(*, entry: DirectoryEntry, values: Mapping[str, Any], revision: int, by: Any) -> EntryDraft:
    """Write what a form holds in the version under way, begun from the published entry when there is none; return it.

    ``values`` holds fields of EntryContent; ``revision`` is the one the form was filled from, 0 for a version not yet begun.
    Raises Overtaken when it is no longer that one, PermissionDenied, and ValidationError in French. Nothing is written then.
    """
    entry = DirectoryEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    draft = entry.drafts.under_way().select_for_update(of=("self",)).first() or EntryDraft(entry=entry)
    if not draft.pk:
        for name in CONTENT_FIELDS:
            setattr(draft, name, getattr(entry, name))
    action = saving(draft)
    if not may(by, action, draft):
        raise PermissionDenied
    if draft.revision != revision:
        raise Overtaken(draft)
    documents = values.get("documents", content_of(entry)["documents"] if not draft.pk else None)
    for name in CONTENT_FIELDS:
        if name in values:
            setattr(draft, name, values[name])
    _check_files(entry.organisation, draft.logo, documents or [])
    draft.revision += 1
    draft.updated_by, draft.updated_at = by, timezone.now()
    draft.full_clean(exclude=["entry"] if draft.pk else None)
    draft.save()
    if documents is not None:
        draft.documents.set(documents)
    _log(draft, action, by)
    return draft


@transaction.atomic
@tracing()
def submit_draft(*, draft: EntryDraft, by: Any) -> EntryDraft:
    """Send the version to the GIE. The published entry does not change; the GIE and the sender get an e-mail."""
    draft = _move(draft, DraftAction.SUBMIT, by)
    draft.submitted_by, draft.submitted_at, draft.message = by, timezone.now(), ""
    draft.save()
    _notify("submitted", draft)
    return draft


@transaction.atomic
@tracing()
def open_entry(*, organisation: Organisation | None, name: str, short_name: str, kind: OrganisationKind, slug: str, by: Any) -> DirectoryEntry:
    """Open an entry, empty and not published, for ``organisation``; without one, for an organisation of that name and kind, created first.

    Raises ValidationError, in French, and PermissionDenied to anybody but the GIE's staff; ``by`` is None for a command.
    """
    _only_staff(by)
    if organisation is None:
        organisation = Organisation(code=slug, name=name, short_name=short_name, kind=kind)
        save_record(instance=organisation, by=by)
    entry = DirectoryEntry(organisation=organisation, slug=slug)
    entry.full_clean(exclude=["mission"])
    entry.save()
    trace(instance=entry, action="wagtail.create", by=by)
    return entry


@transaction.atomic
@tracing()
def propose_from_file(*, entry: DirectoryEntry, values: Mapping[str, Any], external_id: str, by: Any) -> EntryDraft:
    """Send the GIE a version read from a file: the entry's content with ``values`` in place. Nobody is written to, nothing published changes.

    ``external_id``, unless blank, is kept with the entry. Raises ValidationError when a version is under way already, or a value is wrong;
    PermissionDenied to anybody but the GIE's staff. ``by`` is None for a command.
    """
    _only_staff(by)
    entry = DirectoryEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if entry.drafts.under_way().exists():
        raise ValidationError("Une version de cette fiche est déjà en préparation.", code="under_way")
    if external_id and entry.external_id != external_id:
        entry.external_id = external_id
        entry.full_clean(exclude=["mission"])
        entry.save(update_fields=["external_id", "updated_on"])
    now = timezone.now()
    content = content_of(entry)
    documents = content.pop("documents")
    draft = EntryDraft(entry=entry, revision=1, status=DraftStatus.SUBMITTED, updated_by=by, updated_at=now, submitted_by=by, submitted_at=now)
    for name, value in {**content, **values}.items():
        setattr(draft, name, value)
    draft.full_clean()
    draft.save()
    draft.documents.set(documents)
    _log(draft, DraftAction.SUBMIT, by)
    return draft


@transaction.atomic
@tracing()
def take_back_draft(*, draft: EntryDraft, by: Any) -> EntryDraft:
    """Take a submitted version back to go on writing it."""
    draft = _move(draft, DraftAction.TAKE_BACK, by)
    draft.save()
    return draft


@transaction.atomic
@tracing()
def discard_draft(*, draft: EntryDraft, by: Any) -> EntryDraft:
    """Give the version up: what is published stays, the next version starts from it."""
    draft = _move(draft, DraftAction.DISCARD, by)
    draft.save()
    return draft


@transaction.atomic
@tracing()
def return_draft(*, draft: EntryDraft, message: str, by: Any) -> EntryDraft:
    """Send the version back to its organisation, with a message that says what to change. Raises ValidationError without one."""
    if not message.strip():
        raise ValidationError({"message": "Dites à l'organisme ce qu'il doit reprendre."})
    draft = _move(draft, DraftAction.RETURN, by, message=message.strip())
    draft.message = message.strip()
    draft.save()
    _notify("returned", draft)
    return draft


@transaction.atomic
@tracing()
def approve_draft(*, draft: EntryDraft, revision: int, by: Any) -> DirectoryEntry:
    """Publish the version as ``revision`` stood when it was read over; return the entry. Raises Overtaken when it has changed since.

    What an organisation sent counts as verified by it on the day it was sent.
    """
    entry = DirectoryEntry.objects.select_for_update(of=("self",)).get(pk=draft.entry_id)
    draft = _move(draft, DraftAction.APPROVE, by)
    if draft.revision != revision:
        raise Overtaken(draft)
    for name, value in content_of(draft).items():
        if name == "documents":
            entry.documents.set(value)
        else:
            setattr(entry, name, value)
    if draft.submitted_by and draft.submitted_at and may_confirm(draft.submitted_by):
        entry.verified_on = timezone.localdate(draft.submitted_at)
    entry.is_published = True
    entry.full_clean()
    entry.save()
    draft.save()
    trace(instance=entry, action="wagtail.publish", by=by)
    _notify("approved", draft)
    return entry


@transaction.atomic
@tracing()
def confirm_entry(*, entry: DirectoryEntry, on: date, by: Any) -> DirectoryEntry:
    """Note that the organisation finds its published entry right on that day."""
    if not may_confirm(by):
        raise PermissionDenied
    entry = DirectoryEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if not entry.is_published:
        raise ValidationError("Cette fiche n'est pas publiée : il n'y a rien à confirmer.")
    entry.verified_on = on
    entry.save(update_fields=["verified_on", "updated_on"])
    trace(instance=entry, action="wagtail.edit", by=by)
    return entry


@transaction.atomic
@tracing()
def agree_to_be_shown(*, membership: Membership, agrees: bool, on: date, by: Any) -> Membership:
    """Note that a person agrees, or no longer agrees, to be named on the organisation's entry. Nobody answers for somebody else."""
    if membership.user_id != by.pk:
        raise PermissionDenied
    membership.shown_since = on if agrees else None
    membership.save(update_fields=["shown_since"])
    trace(instance=membership, action="wagtail.edit", by=by)
    return membership


@transaction.atomic
@tracing()
def store_logo(*, organisation: Organisation, content: bytes, by: Any, shows: str = "") -> EntryFile:
    """Keep a logo or a photo, drawn again as WebP. ``shows`` says what is seen on it, for who does not see it; blank for a logo.

    Raises ValidationError for what is no picture.
    """
    if not may_write_entries(by):
        raise PermissionDenied
    picture = read_logo(content)
    return EntryFile.objects.create(
        organisation=organisation,
        kind=FileKind.LOGO,
        title=(shows.strip() or f"Logo de {organisation.name}")[:120],
        content=picture.content,
        media_type="image/webp",
        size=len(picture.content),
        width=picture.width,
        height=picture.height,
    )


@transaction.atomic
@tracing()
def store_document(*, organisation: Organisation, title: str, content: bytes, by: Any) -> EntryFile:
    """Keep a PDF under a title. Raises ValidationError for what is no PDF."""
    if not may_write_entries(by):
        raise PermissionDenied
    kept = read_document(content)
    return EntryFile.objects.create(
        organisation=organisation, kind=FileKind.DOCUMENT, title=title[:120], content=kept, media_type="application/pdf", size=len(kept)
    )


@transaction.atomic
@tracing()
def remind_organisations(*, on: date) -> list[DirectoryEntry]:
    """Write to the organisations whose published entry nobody confirmed for a year; return these entries. At most once a month each."""
    entries = list(DirectoryEntry.objects.to_remind(on=on).select_for_update(of=("self",)).select_related("organisation"))
    for entry in entries:
        entry.reminded_on = on
        entry.save(update_fields=["reminded_on"])
        app.configure_task("partners.send_reminder").defer(entry_id=entry.pk)
    return entries


def _only_staff(by: Any) -> None:
    if by is not None and not (by.is_active and by.role == Role.GIE_STAFF):
        raise PermissionDenied


def _check_files(organisation: Organisation, logo: EntryFile | None, documents: list[EntryFile]) -> None:
    """Refuse a file of another organisation or of another nature, and more documents than an entry holds."""
    if logo and (logo.organisation_id, logo.kind) != (organisation.pk, FileKind.LOGO):
        raise ValidationError({"logo": "Ce logo n'est pas celui de l'organisation."})
    if any((file.organisation_id, file.kind) != (organisation.pk, FileKind.DOCUMENT) for file in documents):
        raise ValidationError({"documents": "Ce document n'est pas celui de l'organisation."})
    if len(documents) > MOST_DOCUMENTS:
        raise ValidationError({"documents": f"Une fiche porte {MOST_DOCUMENTS} documents au plus : retirez-en."})


def _move(draft: EntryDraft, action: DraftAction, by: Any, message: str = "") -> EntryDraft:
    """Lock the version, check that the person and the state allow the action, set the state and log it. The caller saves."""
    draft = EntryDraft.objects.select_for_update(of=("self",)).select_related("entry__organisation").get(pk=draft.pk)
    if (draft.status, action) not in DRAFT_MOVES:
        raise ValidationError(f"Cette version est « {draft.get_status_display()} » : rien n'a été fait. Rechargez la page.", code="state")
    if not may(by, action, draft):
        raise PermissionDenied
    draft.status = DRAFT_MOVES[draft.status, action]
    _log(draft, action, by, message)
    return draft


def _log(draft: EntryDraft, action: DraftAction, by: Any, message: str = "") -> None:
    EntryDraftMove.objects.create(draft=draft, action=action, status=DraftStatus(draft.status), by=by, message=message)


def _notify(news: str, draft: EntryDraft) -> None:
    """Have the e-mails sent by the background worker, once this transaction holds."""
    app.configure_task("partners.send_news").defer(news=news, draft_id=draft.pk)
