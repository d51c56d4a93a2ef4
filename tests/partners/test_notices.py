"""Who is written to about directory entries, and when."""

from datetime import date
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from access.enums import Role
from partners import actions
from partners.models import DirectoryEntry
from tests.factories import DirectoryEntryFactory, OrganisationFactory, UserFactory, member

VALUES = {"mission": "Va vers les ménages."}


def run_jobs() -> None:
    with app.replace_connector(DjangoConnector().get_worker_connector()):
        app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def sent() -> dict[str, list[str]]:
    """The subjects received, by address; the box is emptied."""
    received: dict[str, list[str]] = {}
    for message in mail.outbox:
        received.setdefault(message.to[0], []).append(message.subject.partition(" :")[0])
    mail.outbox.clear()
    return received


@pytest.mark.django_db(transaction=True)
def test_the_gie_and_the_author_are_told_of_each_step():
    entry = DirectoryEntryFactory(organisation=OrganisationFactory(name="ASFAD"))
    editor = member(Role.PROFILE_EDITOR, entry.organisation, email="fiche@asfad.example")
    member(Role.SUPPORT_WORKER, entry.organisation, email="collegue@asfad.example")
    officer = UserFactory(role=Role.GIE_STAFF, email="claire@gie.example")
    UserFactory(role=Role.GIE_STAFF, email="partie@gie.example", is_active=False)

    draft = actions.save_draft(entry=entry, values=VALUES, revision=0, by=editor)
    draft = actions.submit_draft(draft=draft, by=editor)
    assert mail.outbox == []
    run_jobs()
    assert sent() == {"claire@gie.example": ["Fiche à relire"], "fiche@asfad.example": ["Votre fiche est envoyée au GIE"]}

    actions.return_draft(draft=draft, message="Dites où vous « intervenez ».", by=officer)
    run_jobs()
    for message in mail.outbox:
        assert "Dites où vous « intervenez »." in message.body
        assert f"/gestion/fiches/{entry.pk}/" in message.body
    assert sent() == {"fiche@asfad.example": ["Votre fiche est à reprendre"], "claire@gie.example": ["Fiche renvoyée"]}

    draft = actions.submit_draft(draft=actions.save_draft(entry=entry, values=VALUES, revision=draft.revision, by=editor), by=editor)
    run_jobs()
    sent()
    draft = actions.save_draft(entry=entry, values={"opening_hours": "Le lundi"}, revision=draft.revision, by=officer)
    actions.approve_draft(draft=draft, revision=draft.revision, by=officer)
    run_jobs()
    assert all("retouchée" in message.body for message in mail.outbox)
    assert sent() == {"fiche@asfad.example": ["Votre fiche est publiée"], "claire@gie.example": ["Fiche publiée"]}


@pytest.mark.django_db(transaction=True)
def test_what_the_gie_wrote_in_an_organisation_s_place_is_told_to_its_people():
    entry = DirectoryEntryFactory()
    member(Role.SUPPORT_WORKER, entry.organisation, email="equipe@asfad.example")
    officer = UserFactory(role=Role.GIE_STAFF, email="claire@gie.example")
    draft = actions.submit_draft(draft=actions.save_draft(entry=entry, values=VALUES, revision=0, by=officer), by=officer)
    actions.approve_draft(draft=draft, revision=draft.revision, by=officer)
    run_jobs()
    told = sent()
    assert told["equipe@asfad.example"] == ["Votre fiche est publiée"]
    assert told["claire@gie.example"] == ["Fiche publiée"]


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_recalled_a_year_later_and_not_again_within_the_month():
    fresh, old, never, hidden = (DirectoryEntryFactory() for _ in range(4))
    for entry, day, is_published in ((fresh, date(2015, 6, 2), True), (old, date(2015, 5, 31), True), (hidden, None, False)):
        DirectoryEntry.objects.filter(pk=entry.pk).update(verified_on=day, is_published=is_published)
    member(Role.PROFILE_EDITOR, old.organisation, email="ancienne@fiche.example")
    member(Role.LANDLORD_REFERENT, never.organisation, email="jamais@fiche.example")
    member(Role.FUNDER, never.organisation, email="financeur@fiche.example")
    member(Role.PROFILE_EDITOR, fresh.organisation, email="recente@fiche.example")

    told = StringIO()
    call_command("remind_entries", "--on", "2016-06-01", stdout=told)
    run_jobs()
    assert "2 rappels" in told.getvalue()
    assert set(sent()) == {"ancienne@fiche.example", "jamais@fiche.example"}
    assert actions.remind_organisations(on=date(2016, 7, 1)) == [fresh]
    assert set(actions.remind_organisations(on=date(2016, 7, 2))) == {old, never}
