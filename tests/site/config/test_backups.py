"""A backup comes back whole, tells when it does not, and is read by nobody without the key."""

from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from access.models import User
from config import backups
from config.database import drop_database
from households.models import Household, Person
from tests.factories import HouseholdFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "Canari-Sauvegarde"


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "secours.key"
    return path, backups.new_key(path)


@pytest.fixture
def accounts(settings):
    """The accounts, on the database of this run."""
    name, found = connection.settings_dict["NAME"], settings.DATABASE_ACCOUNTS
    settings.DATABASE_ACCOUNTS = replace(found, owner=replace(found.owner, name=name), application=replace(found.application, name=name))
    return settings.DATABASE_ACCOUNTS


@pytest.fixture
def media(settings):
    folder = Path(settings.MEDIA_ROOT)
    (folder / "documents").mkdir(parents=True)
    (folder / "documents" / "convention.pdf").write_bytes(b"%PDF signed")
    return folder


@pytest.fixture
def saved(accounts, media, key, tmp_path):
    PersonFactory(last_name=CANARY)
    output = tmp_path / "solive.age"
    return output, backups.make(accounts, media, output, key[1])


def test_what_was_saved_comes_back_row_for_row(saved, accounts, key, tmp_path):
    output, made = saved
    assert made.tables["households_person"][0] == 1
    back = tmp_path / "revenus"
    found = backups.verify(accounts, output, backups.read_key(key[0]), back)
    assert found == made
    assert (back / "documents" / "convention.pdf").read_bytes() == b"%PDF signed"


def test_nothing_of_it_is_read_without_the_key(saved, accounts, tmp_path):
    output, _made = saved
    content = output.read_bytes()
    assert CANARY.encode() not in content
    assert b"convention.pdf" not in content
    with pytest.raises(backups.BackupFailed, match="autre clé"):
        backups.verify(accounts, output, pyrage.x25519.Identity.generate(), tmp_path / "rien")


@pytest.mark.parametrize(
    "harm", [lambda content: content[: len(content) // 2], lambda content: content[:-20_000] + bytes(20_000), lambda content: b""]
)
def test_a_backup_cut_or_altered_is_refused(saved, accounts, key, tmp_path, harm):
    output, _made = saved
    output.write_bytes(harm(output.read_bytes()))
    with pytest.raises(backups.BackupFailed):
        backups.verify(accounts, output, backups.read_key(key[0]), tmp_path / "rien")


def test_restoring_takes_the_place_of_what_is_there_and_keeps_it_under_another_name(saved, accounts, media, key, capsys):
    output, _made = saved
    Person.objects.all().delete()
    HouseholdFactory(reference="MEN-09999")
    (media / "documents" / "plus-tard.pdf").write_bytes(b"later")
    connection.close()

    call_command("restore", str(output), key=key[0], confirm=True)

    former = next(word.rstrip(",") for word in capsys.readouterr().out.split() if "_avant_" in word)
    assert Person.objects.get().last_name == CANARY
    assert not Household.objects.filter(reference="MEN-09999").exists()
    assert [path.name for path in (media / "documents").iterdir()] == ["convention.pdf"]
    assert (next(media.parent.glob("media.avant-*")) / "documents" / "plus-tard.pdf").exists()
    with replace(accounts.owner, name=former).connect() as before:
        assert before.execute("SELECT count(*) FROM households_household WHERE reference = 'MEN-09999'").fetchone() == (1,)
    drop_database(accounts, former)


def rights() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = current_user ORDER BY 1, 2")
        return cursor.fetchall()


def test_the_restored_rights_are_those_of_the_application(saved, accounts, key):
    before = rights()
    connection.close()
    call_command("restore", str(saved[0]), key=key[0], confirm=True)
    assert rights() == before
    assert ("access_user", "UPDATE") in before
    User.objects.create_user("nouvelle@gie-solive.example", role="gie_staff", first_name="N", last_name="N")
    with accounts.administrator.connect("postgres") as admin:
        former = [row[0] for row in admin.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{accounts.owner.name}_avant_%"])]
    assert len(former) == 1
    drop_database(accounts, former[0])


def test_without_confirmation_a_restoration_is_only_tried(saved, key, media, capsys):
    Person.objects.all().delete()
    call_command("restore", str(saved[0]), key=key[0])
    assert "Rien n'est changé ici." in capsys.readouterr().out
    assert not Person.objects.exists()


def test_the_command_saves_and_proves_it(accounts, media, key, settings, tmp_path, capsys):
    settings.BACKUP_RECIPIENT = key[1]
    PersonFactory()
    call_command("backup", output=tmp_path / "solive.age", verify=key[0])
    said = capsys.readouterr().out
    assert " 1 fichier." in said
    assert "ligne pour ligne" in said
    assert (tmp_path / "solive.age").stat().st_mode & 0o077 == 0


def test_the_command_says_what_it_lacks(settings, tmp_path, key):
    settings.BACKUP_RECIPIENT = ""
    with pytest.raises(CommandError, match="--output"):
        call_command("backup")
    with pytest.raises(CommandError, match="--new-key"):
        call_command("backup", output=tmp_path / "solive.age")
    settings.BACKUP_RECIPIENT = "age1quelconque"
    with pytest.raises(CommandError, match="clé publique"):
        call_command("backup", output=tmp_path / "solive.age")
    with pytest.raises(CommandError, match="existe déjà"):
        call_command("backup", new_key=key[0])
    with pytest.raises(CommandError, match="clé privée"):
        call_command("restore", str(tmp_path / "solive.age"), key=tmp_path / "absente.key")


def test_a_backup_that_cannot_be_written_leaves_the_former_one(accounts, media, key, tmp_path, monkeypatch):
    output = tmp_path / "solive.age"
    output.write_bytes(b"former")

    def full(stream, file, recipients):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups.pyrage, "encrypt_io", full)
    with pytest.raises(backups.BackupFailed, match="place libre"):
        backups.make(accounts, media, output, key[1])
    assert output.read_bytes() == b"former"
    assert [path.name for path in tmp_path.glob("*.part")] == []
