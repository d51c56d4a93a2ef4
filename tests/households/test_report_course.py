"""Files of reported households take the same course as stock files: mended, mapped, undone."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from access.enums import Role
from access.exchange.course import UndoPlan, UndoRefused
from access.exchange.states import ImportStatus
from households import actions
from households.exchange.engine import REPORT_COURSE, check, confirm, undo
from households.models import HouseholdImportFile, HouseholdReport, ReportHeading
from tests.factories import UserFactory, member
from tests.households.conftest import upload

pytestmark = pytest.mark.django_db
HEAD = "reference_signalement;porte_entree;nom;prenom;date_naissance;telephone;dalo"


def take(landlord, *lines, head=HEAD):
    return check(landlord=landlord, upload=upload("\n".join([head, *lines])), by=None)


def state():
    names = [field.name for field in HouseholdReport._meta.concrete_fields if field.name != "updated_at"]
    return list(HouseholdReport.objects.order_by("pk").values(*names))


def at(name, entry):
    return reverse(f"reports:files:{name}", args=[entry.pk])


def test_everything_comes_back(neotoa):
    confirm(entry=take(neotoa, "S1;accès;Exemple;Anaïs;10/05/1970;0299010203;oui"), by=None)
    before = state()
    entry = confirm(entry=take(neotoa, "S1;maintien;Autre;Zoé;;;non", "S2;accès;Neuf;Léa;;;"), by=None)
    assert state() != before
    assert REPORT_COURSE.plan(entry) == UndoPlan(1, 1, ())
    assert undo(entry=entry, by=None).status == ImportStatus.UNDONE
    assert state() == before
    assert undo(entry=entry, by=None).undone_at is not None


def test_a_report_dealt_with_since_blocks_and_its_landlord_is_not_told_how(client, neotoa):
    entry = confirm(entry=take(neotoa, "S1;accès;Exemple;Anaïs;;;", "S2;accès;Autre;Zoé;;;"), by=None)
    actions.dismiss_report(report=HouseholdReport.objects.get(reference="S1"), reason="duplicate", by=UserFactory())
    later = confirm(entry=take(neotoa, "S2;accès;Autre;Zoé;;0299010203;"), by=None)
    with pytest.raises(UndoRefused) as refusal:
        undo(entry=entry, by=None)
    assert {blocking.reference for blocking in refusal.value.blocking} == {"S1", "S2"}
    assert len({blocking.reason for blocking in refusal.value.blocking}) == 1
    client.force_login(member(Role.LANDLORD_REFERENT, neotoa))
    page = client.get(at("undo", entry)).content.decode()
    assert "2 signalements ont été modifiés ou repris" in page
    assert "écarté" not in page.lower()
    with pytest.raises(CommandError, match="S1 : modifié ou repris"):
        call_command("undo_household_import", str(entry.pk))
    call_command("undo_household_import", str(later.pk))
    assert HouseholdReport.objects.get(reference="S2").phone == ""


def test_once_the_file_is_purged_nothing_can_be_undone(neotoa):
    entry = confirm(entry=take(neotoa, "S1;accès;Exemple;Anaïs;;;"), by=None)
    HouseholdImportFile.objects.all().delete()
    with pytest.raises(UndoRefused, match="n'est plus gardé"):
        undo(entry=entry, by=None)
    assert HouseholdReport.objects.count() == 1


def test_the_file_comes_back_with_its_findings_and_is_taken_once_mended(client, neotoa):
    client.force_login(member(Role.LANDLORD_REFERENT, neotoa))
    entry = take(neotoa, "S1;accès;Exemple;Anaïs;31/02/1970;;", "S2;accès;Autre;Zoé;;;")
    content = b"".join(client.get(at("mend", entry)).streaming_content).decode()
    assert "Anomalies;Que faire" in content
    assert "n'est pas une date qui existe" in content.replace("\u00a0", " ")
    again = check(landlord=neotoa, upload=upload(content.replace("31/02/1970", "28/02/1970")), by=None)
    assert (again.errors, again.created) == (0, 2)
    assert client.get(at("original", entry)).content.startswith(b"reference_signalement")


def test_a_heading_said_once_is_remembered(client, neotoa):
    client.force_login(member(Role.LANDLORD_REFERENT, neotoa))
    entry = take(neotoa, "S1;accès;Exemple;Anaïs;0299010203", head="reference_signalement;porte_entree;nom;prenom;Joindre au")
    assert entry.unknown_headings == ["Joindre au"]
    assert "Joindre au" in client.get(at("headings", entry)).content.decode()
    client.post(at("headings", entry), {"colonne-0": "phone"})
    entry.refresh_from_db()
    assert entry.unknown_headings == []
    confirm(entry=entry, by=None)
    assert HouseholdReport.objects.get().phone == "0299010203"
    assert ReportHeading.objects.get().landlord == neotoa


def test_a_sensitive_file_is_not_kept_even_for_the_worker(neotoa):
    sent = upload(f"{HEAD};Situation de santé\nS1;accès;Exemple;Anaïs;;;;asthme")
    entry = REPORT_COURSE.receive_only(landlord=neotoa, upload=sent, by=None)
    assert entry.status == ImportStatus.REFUSED
    assert not HouseholdImportFile.objects.exists()


def test_another_landlords_file_does_not_exist_at_any_door(client, neotoa, archipel):
    entry = confirm(entry=take(neotoa, "S1;accès;Exemple;Anaïs;;;"), by=None)
    client.force_login(member(Role.LANDLORD_REFERENT, archipel))
    for name in ("entry", "findings", "undo", "headings", "original", "mend"):
        assert client.get(at(name, entry)).status_code == 404, name
    for name in ("confirm", "undo", "again", "headings"):
        assert client.post(at(name, entry)).status_code == 404, name
    assert HouseholdReport.objects.count() == 1


def test_a_report_may_come_without_a_file_nor_a_reference(neotoa):
    for name in ("Anaïs", "Zoé"):
        HouseholdReport.objects.create(organisation=neotoa, entry_door="access", last_name="Exemple", first_name=name)
    assert HouseholdReport.objects.filter(household_import__isnull=True, reference="").count() == 2
