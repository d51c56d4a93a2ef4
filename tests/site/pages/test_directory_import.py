"""The département's directory, taken in: versions to read over, and nothing published before the GIE says so."""

import csv
import io
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from access.enums import Role
from access.exchange.findings import FileRefused
from access.exchange.limits import Limits
from pages.backoffice.directory_import import SALT
from pages.directory_file import Reading, read_directory
from pages.directory_import import NothingWritten, propose_file
from pages.models import HomePage
from pages.open_data import COLUMNS, as_csv
from partners import actions
from partners.enums import DraftStatus, OrganisationKind
from partners.models import DirectoryEntry, EntryDraft, Organisation
from tests.factories import OrganisationFactory, UserFactory, member

FOUGERES_AGGLOMERATION = "200072452"


def file_of(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    written = StringIO()
    writer = csv.DictWriter(written, columns, delimiter=";", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def read(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Reading:
    return read_directory(file_of(*rows, columns=columns), limits=Limits.from_settings())


def propose(content: bytes, **changes) -> Reading:
    given = {"fingerprint": None, "kind": OrganisationKind.ASSOCIATION, "skip_errors": False, "by": None, **changes}
    return propose_file(content=content, limits=Limits.from_settings(), **given)


def codes(reading: Reading) -> list[tuple[str, str]]:
    return [(finding.column, finding.code.value) for finding in reading.findings]


NEW = {"ID": "4012", "NOM": "Espoir 35", "CODE_POSTAL": "35300", "COMMUNE": "fougères", "PRESENTATION_DETAIL": "Reçoit et oriente."}


@pytest.fixture
def ape2a(home: HomePage, make_entry: Callable[..., DirectoryEntry]) -> DirectoryEntry:
    return make_entry(
        "ape2a",
        "APE2A",
        mission="Accompagne des ménages.",
        services="Visites",
        territories=[FOUGERES_AGGLOMERATION],
        postcode="35300",
        town="Fougères",
        insee_code="35115",
        latitude="48.351000",
        longitude="-1.204000",
        phone="02 99 00 00 00",
        opening_hours="Le lundi\nLe mardi",
        website="https://ape2a.example",
    )


def test_what_is_exported_comes_back_without_a_change(ape2a, make_entry) -> None:
    make_entry("siao-35", "SIAO 35", mission="=Somme ; « citée »", is_departmental=True)
    content = as_csv(DirectoryEntry.objects.published().select_related("organisation"), base="https://solive.example/annuaire/")
    reading = read_directory(("\ufeff" + content).encode(), limits=Limits.from_settings())
    assert (reading.rows, reading.unchanged, reading.errors, reading.lines) == (2, 2, 0, [])


def test_a_row_that_differs_becomes_a_version_to_read_over(ape2a, client: Client) -> None:
    content = file_of(
        {"ID": "ape2a", "NOM": "APE2A", "TELEPHONE": "0299111111", "COMMUNE": "Fougères"}, columns=("ID", "NOM", "TELEPHONE", "COMMUNE")
    )
    reading = propose(content)
    assert [list(line.fields) for line in reading.lines] == [[("Téléphone", "02 99 00 00 00", "02 99 11 11 11")]]
    draft = EntryDraft.objects.get()
    assert (draft.status, draft.phone, draft.services, draft.territories) == (
        DraftStatus.SUBMITTED,
        "02 99 11 11 11",
        "Visites",
        [FOUGERES_AGGLOMERATION],
    )
    assert "02 99 00 00 00" in client.get("/annuaire/ape2a/").content.decode()
    actions.approve_draft(draft=draft, revision=1, by=UserFactory(role=Role.GIE_STAFF))
    assert "02 99 11 11 11" in client.get("/annuaire/ape2a/").content.decode()
    ape2a.refresh_from_db()
    assert ape2a.verified_on is None


def test_nobody_is_written_to_for_each_row(ape2a) -> None:
    propose(file_of(NEW))
    assert not ProcrastinateJob.objects.filter(task_name="partners.send_news").exists()


def test_a_new_organisation_waits_unpublished_where_it_stands(home: HomePage, client: Client) -> None:
    reading = propose(file_of(NEW))
    assert codes(reading) == [("CODE_INSEE", "territory_deduced")]
    entry = DirectoryEntry.objects.select_related("organisation").get()
    assert (entry.is_published, entry.slug, entry.external_id) == (False, "espoir-35", "4012")
    assert (entry.organisation.name, entry.organisation.kind) == ("Espoir 35", OrganisationKind.ASSOCIATION)
    draft = entry.drafts.get()
    assert (draft.insee_code, draft.territories, draft.mission) == ("35115", [FOUGERES_AGGLOMERATION], "Reçoit et oriente.")
    assert client.get("/annuaire/espoir-35/").status_code == 404
    assert read(NEW).unchanged == 1


def test_a_known_number_is_recognised_under_another_name(ape2a) -> None:
    DirectoryEntry.objects.filter(pk=ape2a.pk).update(external_id="77")
    reading = read({"ID": "77", "NOM": "Association APE 2A", "SIGLE": "X"}, columns=("ID", "NOM", "SIGLE"))
    assert (reading.unchanged, codes(reading)) == (1, [("NOM", "name_kept")])


def test_a_name_is_recognised_and_its_number_kept(ape2a) -> None:
    propose(file_of({"ID": "88", "NOM": "  ape2a ", "COURRIEL": "contact@ape2a.example"}, columns=("ID", "NOM", "COURRIEL")))
    ape2a.refresh_from_db()
    assert (ape2a.external_id, Organisation.objects.count()) == ("88", 1)


def test_an_organisation_without_entry_gets_one(home: HomePage) -> None:
    organisation = OrganisationFactory(name="UNAFAM", code="unafam")
    propose(file_of({**NEW, "NOM": "Unafam"}))
    assert DirectoryEntry.objects.get().organisation == organisation


def test_a_blank_cell_clears_but_never_the_presentation(ape2a) -> None:
    reading = read(
        {"ID": "ape2a", "NOM": "APE2A", "TELEPHONE": "", "PRESENTATION_DETAIL": ""}, columns=("ID", "NOM", "TELEPHONE", "PRESENTATION_DETAIL")
    )
    assert [line.values for line in reading.changed] == [{"phone": ""}]


@pytest.mark.parametrize(
    ("wrong", "column", "code"),
    [
        ({"NOM": ""}, "NOM", "missing_value"),
        ({"CODE_POSTAL": "353"}, "CODE_POSTAL", "unknown_code"),
        ({"CODE_INSEE": "35999"}, "CODE_INSEE", "unknown_commune"),
        ({"LATITUDE": "nord"}, "LATITUDE", "bad_number"),
        ({"LONGITUDE": "200"}, "LONGITUDE", "out_of_range"),
        ({"TELEPHONE": "12"}, "TELEPHONE", "bad_number"),
        ({"COURRIEL": "espoir35"}, "COURRIEL", "bad_address"),
        ({"SITE_WEB": "javascript:alert(1)"}, "SITE_WEB", "bad_address"),
        ({"PRESENTATION_DETAIL": "x" * 601}, "PRESENTATION_DETAIL", "too_long"),
        ({"PRESENTATION_DETAIL": ""}, "PRESENTATION_DETAIL", "missing_value"),
        ({"PRESENTATION_DETAIL": "=SOMME(A1)"}, "PRESENTATION_DETAIL", "formula"),
        ({"DATE_MAJ": "31/02/2015"}, "DATE_MAJ", "bad_date"),
    ],
)
def test_a_wrong_cell_stops_its_row_and_is_told(home: HomePage, wrong: dict[str, str], column: str, code: str) -> None:
    reading = read({**NEW, **wrong})
    assert (column, code) in codes(reading)
    assert (reading.errors, reading.lines) == (1, [])
    assert all(finding.message and finding.hint for finding in reading.findings)


def test_cells_are_read_as_people_write_them(home: HomePage) -> None:
    row = {
        **NEW,
        "TELEPHONE": "+33 2 99 00 00 00",
        "SITE_WEB": "www.espoir35.example",
        "LATITUDE": "48,351",
        "HORAIRES_OUVERTURE": "NC",
        "CODE_INSEE": "35115",
    }
    (line,) = read(row).lines
    expected = {"phone": "02 99 00 00 00", "website": "https://www.espoir35.example", "opening_hours": ""}
    assert {name: line.values[name] for name in expected} == expected
    assert str(line.values["latitude"]) == "48.351000"


def test_an_old_commune_code_is_moved_and_a_place_elsewhere_keeps_its_own(home: HomePage) -> None:
    old, far = read({**NEW, "CODE_INSEE": "35269"}), read({**NEW, "CODE_INSEE": "22050", "CODE_POSTAL": "22100", "COMMUNE": "Dinan"})
    assert ("CODE_INSEE", "old_commune_code") in codes(old)
    assert old.lines[0].values["insee_code"] != "35269"
    assert (far.lines[0].values["insee_code"], "territories" in far.lines[0].values) == ("22050", False)


def test_two_rows_for_one_organisation_are_told(ape2a) -> None:
    reading = read(
        {**NEW, "ID": "1", "NOM": "APE2A"}, {**NEW, "ID": "ape2a", "NOM": "Autre"}, {**NEW, "ID": "5"}, {**NEW, "ID": "5", "NOM": "Encore"}
    )
    assert [(finding.row, finding.code.value) for finding in reading.findings if finding.level == "row"] == [
        (3, "duplicate_in_file"),
        (5, "duplicate_in_file"),
    ]


def test_what_somebody_is_writing_is_left_alone(ape2a) -> None:
    editor = member(Role.PROFILE_EDITOR, ape2a.organisation)
    actions.save_draft(entry=ape2a, values={"phone": "02 99 22 22 22"}, revision=0, by=editor)
    row = {"ID": "ape2a", "NOM": "APE2A", "TELEPHONE": "0299111111"}
    assert codes(read(row, columns=("ID", "NOM", "TELEPHONE"))) == [("ID", "version_under_way")]
    assert read({**row, "TELEPHONE": "0299222222"}, columns=("ID", "NOM", "TELEPHONE")).unchanged == 1


def test_all_or_nothing_unless_the_errors_are_set_aside(home: HomePage) -> None:
    content = file_of(NEW, {**NEW, "ID": "2", "NOM": "B", "COURRIEL": "x"})
    with pytest.raises(NothingWritten, match="lignes en erreur"):
        propose(content)
    assert not DirectoryEntry.objects.exists()
    propose(content, skip_errors=True)
    assert DirectoryEntry.objects.count() == 1


def test_what_changed_since_the_preview_is_shown_again(ape2a) -> None:
    content = file_of({"ID": "ape2a", "NOM": "APE2A", "TELEPHONE": "0299111111"}, columns=("ID", "NOM", "TELEPHONE"))
    shown = read_directory(content, limits=Limits.from_settings()).fingerprint
    DirectoryEntry.objects.update(phone="02 99 11 11 11")
    with pytest.raises(NothingWritten, match="a changé depuis"):
        propose(content, fingerprint=shown)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty_file"), (b"ID;SIGLE\n1;X\n", "missing_column"), (b"ID;NOM\n", "empty_file"), (b"x" * (1024 * 1024 + 1), "too_large")],
)
def test_a_file_that_cannot_be_read_is_refused(home: HomePage, content: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read_directory(content, limits=Limits.from_settings())
    assert refusal.value.finding.code.value == code


def test_only_what_the_gie_brought_is_given_up_by_the_gie(ape2a) -> None:
    officer, editor = UserFactory(role=Role.GIE_STAFF), member(Role.PROFILE_EDITOR, ape2a.organisation)
    propose(file_of({"ID": "ape2a", "NOM": "APE2A", "TELEPHONE": "0299111111"}, columns=("ID", "NOM", "TELEPHONE")))
    assert actions.discard_draft(draft=EntryDraft.objects.get(), by=officer).status == DraftStatus.DISCARDED
    sent = actions.submit_draft(draft=actions.save_draft(entry=ape2a, values={}, revision=0, by=editor), by=editor)
    for person in (officer, editor):
        with pytest.raises(actions.PermissionDenied):
            actions.discard_draft(draft=sent, by=person)


class TestScreen:
    ADDRESS = "/gestion/fiches/importer/"

    def test_it_is_the_gie_s_alone(self, signed_in, client: Client) -> None:
        assert client.get(self.ADDRESS).status_code == 302
        for role in Role:
            expected = 200 if role == Role.GIE_STAFF else 404
            there = signed_in(role)
            assert there.get(self.ADDRESS).status_code == expected
            assert there.post(self.ADDRESS, {}).status_code == (400 if role == Role.GIE_STAFF else 404)

    def test_from_the_file_to_the_versions_to_read_over(self, ape2a, signed_in) -> None:
        officer = signed_in(Role.GIE_STAFF)
        changed = {"ID": "ape2a", "NOM": "APE2A", "TELEPHONE": "0299111111", "PRESENTATION_DETAIL": "Va vers les ménages."}
        sent = SimpleUploadedFile("annuaire.csv", file_of(changed, NEW, {**NEW, "ID": "9", "NOM": "C", "COURRIEL": "x"}))
        preview = officer.post(self.ADDRESS, {"file": sent, "kind": "association"})
        page = preview.content.decode()
        assert "Rien n'est encore enregistré" in page
        assert "02 99 11 11 11" in page
        assert "Espoir 35" in page
        assert "n&#x27;est pas une adresse électronique" in page
        assert not EntryDraft.objects.exists()
        kept = preview.context["kept"]
        assert "lignes en erreur" in officer.post(self.ADDRESS, {"kept": kept}).content.decode()
        answer = officer.post(self.ADDRESS, {"kept": kept, "skip": "on"}, follow=True)
        assert "2 fiches sont à relire" in answer.content.decode()
        assert EntryDraft.objects.filter(status=DraftStatus.SUBMITTED).count() == 2

    def test_a_refused_file_says_why(self, home: HomePage, signed_in) -> None:
        answer = signed_in(Role.GIE_STAFF).post(self.ADDRESS, {"file": SimpleUploadedFile("x.csv", b"ID;SIGLE\n1;X\n"), "kind": "association"})
        assert answer.status_code == 400
        assert "Il manque la colonne obligatoire" in answer.content.decode()

    def test_a_preview_is_one_person_s_and_cannot_be_made_up(self, home: HomePage, signed_in) -> None:
        officer = signed_in(Role.GIE_STAFF)
        preview = officer.post(self.ADDRESS, {"file": SimpleUploadedFile("x.csv", file_of(NEW)), "kind": "association"})
        other = Client()
        other.force_login(UserFactory(role=Role.GIE_STAFF))
        assert other.post(self.ADDRESS, {"kept": preview.context["kept"]}).status_code == 404
        for false in ("x", signing.dumps({"content": "", "by": 1}, salt="autre"), preview.context["kept"][:-2] + "xx"):
            assert "plus d&#x27;une heure" in officer.post(self.ADDRESS, {"kept": false}, follow=True).content.decode()
        assert signing.loads(preview.context["kept"], salt=SALT)["name"] == "x.csv"
        assert not DirectoryEntry.objects.exists()


class TestCommand:
    def run(self, path: Path, *options: str) -> tuple[str, int]:
        told = io.StringIO()
        try:
            call_command("import_directory", str(path), *options, stdout=told)
        except SystemExit as end:
            return told.getvalue(), int(end.code or 0)
        return told.getvalue(), 0

    def test_it_shows_then_proposes(self, home: HomePage, tmp_path: Path) -> None:
        path = tmp_path / "annuaire.csv"
        path.write_bytes(file_of(NEW))
        told, code = self.run(path)
        assert ("Nouvelles : 1" in told, "Rien n'est enregistré." in told, code, EntryDraft.objects.count()) == (True, True, 0, 0)
        told, code = self.run(path, "--confirm")
        assert ("Versions à relire : 1." in told, code, EntryDraft.objects.count()) == (True, 0, 1)

    def test_rows_in_error_and_unreadable_files_have_their_codes(self, home: HomePage, tmp_path: Path) -> None:
        path = tmp_path / "annuaire.csv"
        path.write_bytes(file_of({**NEW, "COURRIEL": "x"}))
        told, code = self.run(path, "--confirm", "--json")
        assert ('"proposed": 0' in told, '"code": "bad_address"' in told, code) == (True, True, 1)
        path.write_bytes(b"")
        with pytest.raises(CommandError) as refusal:
            call_command("import_directory", str(path))
        assert refusal.value.returncode == 2
