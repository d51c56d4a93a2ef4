"""The second wall: raw statements under the application's account find the exchanges that the scope shows, and nothing else."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from access import scope
from access.enums import Role
from access.exchange.journal import FileFinding, FileImport, HeadingMeaning, ImportWork, KeptFile
from catalogue.models import AgreedExchange, HeadingMapping, ImportedFile, ImportFinding, UnitChange, UnitImport, WrittenUnits
from households.models import HouseholdImport
from tests.factories import OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db
CANARY = "Canari-Zyx"


def protected() -> list[str]:
    """The tables of every exchange: the journals of files, what hangs on them, the meanings of headings, what was agreed."""
    kinds = (FileImport, FileFinding, HeadingMeaning, ImportWork, KeptFile)
    found = {model._meta.db_table for model in apps.get_models() if issubclass(model, kinds)}
    return sorted(found | {model._meta.db_table for model in (AgreedExchange, UnitChange, WrittenUnits)})


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


@pytest.fixture
def landlord():
    """A landlord with something in most tables of its exchanges."""
    landlord = OrganisationFactory(landlord=True)
    sent = {"landlord": landlord, "file_name": CANARY, "file_size": 1, "sha256": "0" * 64}
    entry = UnitImport.objects.create(**sent)
    HouseholdImport.objects.create(**sent)
    ImportedFile.objects.create(unit_import=entry, packed=b"x", kept_until="2035-01-01T00:00:00Z")
    ImportFinding.objects.create(unit_import=entry, level="error", code="bad_value", message=CANARY)
    UnitChange.objects.create(unit_import=entry, kind="created", reference=CANARY)
    WrittenUnits.objects.create(unit_import=entry, kind="created", unit_ids=[1], marks=[1])
    HeadingMapping.objects.create(landlord=landlord, heading=CANARY, heading_key=CANARY.lower(), field="typology")
    AgreedExchange.objects.create(landlord=landlord, layout="stock", starts_on="2015-01-01")
    return landlord


def filled() -> set[str]:
    return {table for table in protected() if count(table)}


def test_every_table_of_an_exchange_is_protected_for_every_command():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')")
        walled = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT tablename, array_agg(cmd ORDER BY cmd) FROM pg_policies GROUP BY tablename")
        commands = dict(cursor.fetchall())
    assert set(protected()) <= walled
    assert {table for table in protected() if commands[table] != ["DELETE", "INSERT", "SELECT", "UPDATE"]} == set()


def test_without_a_scope_no_row_is_seen_changed_or_written(landlord):
    assert len(filled()) == 8
    with scope.nobody():
        assert filled() == set()
        for table in protected():
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table}")
                assert cursor.rowcount == 0, table
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            HeadingMapping.objects.create(landlord=landlord, heading="Autre", heading_key="autre", field="typology")
    assert len(filled()) == 8


@pytest.mark.parametrize("role", [role for role in Role if role != Role.GIE_STAFF])
def test_raw_statements_find_nothing_foreign(landlord, role):
    with scope.user(member(role, OrganisationFactory(landlord=role == Role.LANDLORD_REFERENT))):
        assert filled() == set()
        for table in protected():
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table}")
                assert cursor.rowcount == 0, table


def test_staff_and_the_landlord_s_own_referent_see_what_visible_to_says(landlord):
    for person in (UserFactory(), member(Role.LANDLORD_REFERENT, landlord)):
        assert UnitImport.objects.visible_to(person).count() == 1
        with scope.user(person):
            assert len(filled()) == 8
    leaver = member(Role.LANDLORD_REFERENT, landlord)
    leaver.memberships.update(ends_on="2015-12-31")
    with scope.user(leaver):
        assert filled() == set()


def test_a_count_over_everything_reads_and_writes_nothing(landlord):
    with scope.aggregate("a test"):
        assert len(filled()) == 8
        for table in protected():
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table}")
                assert cursor.rowcount == 0, table
