"""The journal is written once, chained, sealed, purged by whole months, and watched; only the data protection officer reads it."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from access.enums import EntryKind, Role
from access.journal import alerts, chain, sealing
from access.journal.recording import record_consultations
from access.models import JournalBatch, JournalEntry, JournalKey, JournalPurge, ReadingAlert
from catalogue.actions import earmark
from partners.actions import agree_to_be_shown
from tests.factories import OrganisationFactory, UnitFactory, UserFactory, member

JOURNAL = "/gestion/protection/journal/"
NOW = timedelta(0)


def consult(by, pk: int = 1, kind: str = "household") -> JournalEntry:
    record_consultations(by=by, opened={(kind, pk): f"MEN-{pk:05d}"}, door="households:case")
    return JournalEntry.objects.order_by("-pk").first()


@contextmanager
def owner():
    """A connection of the tables' owner, as somebody who got hold of the database would have."""
    with settings.DATABASE_ACCOUNTS.owner.connect(connection.settings_dict["NAME"]) as found:
        yield found


def tamper(statement: str, *values) -> None:
    """Run a statement with the guards taken down."""
    with owner() as outside:
        outside.execute("ALTER TABLE access_journalentry DISABLE TRIGGER USER; ALTER TABLE access_journalbatch DISABLE TRIGGER USER")
        outside.execute(statement, values)


def backdated(by, at: datetime, pk: int = 1) -> None:
    tamper(
        "INSERT INTO access_journalentry (at, actor_id, kind, subject_kind, subject_id, reference, door, touched) "
        "VALUES (%s, %s, 'consultation', 'household', %s, 'MEN', '', '[]')",
        at,
        by.pk,
        pk,
    )


@pytest.mark.django_db
class TestWrittenOnce:
    @pytest.mark.parametrize("model", [JournalEntry, JournalBatch, JournalPurge])
    def test_the_application_may_neither_change_nor_delete(self, model):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone()[0] == settings.DATABASE_ACCOUNTS.application.user
        for statement in ("UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"):
            pk = model._meta.pk.column
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(model._meta.db_table, pk, pk))

    def test_the_application_adds_no_purge_and_rewraps_no_key(self):
        for statement in (
            "INSERT INTO access_journalpurge (purged_at, until_at, last_number, closing_hash, entries) VALUES (now(), now(), 0, '', 0)",
            "UPDATE access_journalkey SET wrapped = ''",
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_the_hour_is_the_database_s_own(self):
        JournalEntry.objects.create(at=datetime(2001, 1, 1, tzinfo=timezone.get_current_timezone()), kind="change", reference="x", subject_kind="x")
        assert timezone.now() - JournalEntry.objects.get().at < timedelta(minutes=1)

    def test_a_purge_of_less_than_the_least_is_refused(self):
        with pytest.raises(DatabaseError, match="7 to 12"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT solive_purge_journal(2)")


@pytest.mark.django_db(transaction=True)
class TestChain:
    def test_the_owner_itself_is_refused_while_the_guards_stand(self):
        consult(UserFactory())
        for statement in ("UPDATE access_journalentry SET reference = 'x'", "DELETE FROM access_journalentry"):
            with owner() as outside, pytest.raises(Exception, match="written once"):
                outside.execute(statement)

    def test_an_untouched_journal_holds(self, capsys):
        reader = UserFactory()
        for pk in range(1, 6):
            consult(reader, pk)
        chain.close_batches(settled=NOW)
        consult(reader, 9)
        chain.close_batches(settled=NOW)
        assert [batch.entries for batch in JournalBatch.objects.order_by("number")] == [5, 1]
        call_command("verify_journal")
        assert "2 lots, 6 lignes" in capsys.readouterr().out

    def test_lines_rest_before_they_are_closed(self):
        consult(UserFactory())
        assert chain.close_batches() == []

    @pytest.mark.parametrize(
        ("statement", "told"),
        [
            ("UPDATE access_journalentry SET subject_id = 99 WHERE subject_id = 2", "modifiée"),
            ("UPDATE access_journalentry SET actor_id = NULL WHERE subject_id = 2", "modifiée"),
            ("DELETE FROM access_journalentry WHERE subject_id = 2", "1 ligne(s) en ont été retirées"),
            (
                "INSERT INTO access_journalentry (at, kind, subject_kind, reference, door, touched) SELECT at, kind, 'x', 'x', '', '[]' "
                "FROM access_journalentry WHERE subject_id = 2",
                "1 ligne(s) y ont été ajoutées",
            ),
            (
                "INSERT INTO access_journalentry (at, kind, subject_kind, reference, door, touched) SELECT at - interval '1 day', kind, 'x', 'x', '', "
                "'[]' FROM access_journalentry WHERE subject_id = 2",
                "avant le premier lot",
            ),
            ("UPDATE access_journalbatch SET hash = repeat('a', 64) WHERE number = 1", "modifiée"),
            ("DELETE FROM access_journalbatch WHERE number = 1", "ce lot manque"),
        ],
    )
    def test_a_change_from_outside_is_detected(self, statement, told):
        reader = UserFactory()
        for pk in (1, 2, 3):
            consult(reader, pk)
        chain.close_batches(settled=NOW)
        consult(reader, 4)
        chain.close_batches(settled=NOW)
        tamper(statement)
        with pytest.raises(CommandError) as refused:
            call_command("verify_journal")
        assert told in str(refused.value)

    def test_a_hash_noted_elsewhere_tells_that_the_end_was_cut(self):
        consult(UserFactory())
        head = chain.close_batches(settled=NOW)[0].hash
        call_command("verify_journal", expect=head)
        tamper("DELETE FROM access_journalbatch")
        tamper("DELETE FROM access_journalentry")
        call_command("verify_journal")
        with pytest.raises(CommandError, match="coupée"):
            call_command("verify_journal", expect=head)

    def test_another_secret_makes_no_chain_that_holds(self, settings):
        consult(UserFactory())
        chain.close_batches(settled=NOW)
        settings.JOURNAL_SECRET = "un autre secret, que la base ne connaît pas"
        with pytest.raises(CommandError, match="modifiée"):
            call_command("verify_journal")

    def test_whole_months_leave_and_the_chain_goes_on_from_the_closing_hash(self):
        reader, today = UserFactory(), timezone.localtime()
        first = today.replace(day=1, hour=12)
        for months in (14, 13, 2):
            moment = first
            for _ in range(months):
                moment = (moment - timedelta(days=1)).replace(day=1, hour=12)
            backdated(reader, moment, pk=months)
        consult(reader)
        chain.close_batches(settled=NOW)
        assert JournalBatch.objects.count() == 4
        closing = JournalBatch.objects.get(number=2).hash
        assert chain.purge() == 2
        assert sorted(JournalEntry.objects.values_list("subject_id", flat=True)) == [1, 2]
        told = JournalPurge.objects.get()
        assert (told.closing_hash, told.last_number, told.entries) == (closing, 2, 2)
        call_command("verify_journal", expect=closing)
        assert chain.purge() == 0

    def test_a_batch_never_straddles_two_months(self):
        reader = UserFactory()
        for text in ("2026-01-31T23:59:00+01:00", "2026-02-01T00:01:00+01:00"):
            backdated(reader, datetime.fromisoformat(text))
        chain.close_batches(settled=NOW)
        assert [batch.entries for batch in JournalBatch.objects.order_by("number")] == [1, 1]
        assert timezone.localtime(JournalBatch.objects.get(number=1).until_at).day == 1

    def test_lines_of_an_unfinished_transaction_wait(self):
        consult(UserFactory())
        with settings.DATABASE_ACCOUNTS.application.connect(connection.settings_dict["NAME"]) as other:
            other.autocommit = False
            other.execute(
                "INSERT INTO access_journalentry (at, kind, subject_kind, reference, door, touched) VALUES (now(), 'change', 'x', 'x', '', '[]')"
            )
            consult(UserFactory(), 2)
            chain.close_batches(settled=NOW)
            assert sum(batch.entries for batch in JournalBatch.objects.all()) == 1
            other.commit()
        chain.close_batches(settled=NOW)
        assert sum(batch.entries for batch in JournalBatch.objects.all()) == 3
        call_command("verify_journal")


@pytest.mark.django_db
class TestSeals:
    def test_a_value_opens_until_its_key_is_destroyed(self):
        sealed = sealing.seal({("household", 1): {"nom": ["Canari", "Autre"]}, ("household", 2): "x"})
        assert b"Canari" not in sealed["household", 1]
        assert sealing.opened(("household", 1), sealed["household", 1]) == {"nom": ["Canari", "Autre"]}
        assert sealing.opened(("household", 2), sealed["household", 1]) is None
        assert sealing.forget([("household", 1)]) == 1
        assert sealing.opened(("household", 1), sealed["household", 1]) is None
        assert sealing.opened(("household", 2), sealed["household", 2]) == "x"

    def test_the_database_alone_opens_nothing(self, settings):
        sealing.seal({("household", 1): "x"})
        settings.JOURNAL_SECRET = "un autre secret"
        with pytest.raises(InvalidToken):
            sealing.opened(("household", 1), b"x")
        assert JournalKey.objects.count() == 1


@pytest.mark.django_db
class TestAlerts:
    def test_many_cases_in_little_time_raise_one_alert_that_names_nobody(self, settings):
        settings.READING_ALERT_CASES = 3
        officer, reader = UserFactory(role=Role.DPO), UserFactory(last_name="Canari-Zyx")
        UserFactory(role=Role.DPO, is_active=False)
        for pk in (1, 1, 1, 2, 3):
            consult(reader, pk)
        assert alerts.raise_alerts() == []
        consult(reader, 4)
        assert [alert.cases for alert in alerts.raise_alerts()] == [4]
        [letter] = mail.outbox
        assert letter.to == [officer.email]
        assert "4 dossiers" in letter.body
        assert "/gestion/journal/alertes/" in letter.body
        assert "Canari" not in letter.body
        consult(reader, 5)
        assert alerts.raise_alerts() == []
        assert ReadingAlert.objects.get().cases == 5
        assert len(mail.outbox) == 1

    def test_what_was_read_long_ago_raises_nothing(self, settings):
        settings.READING_ALERT_CASES = 0
        consult(UserFactory())
        assert alerts.raise_alerts(at=timezone.now() + timedelta(minutes=settings.READING_ALERT_MINUTES, seconds=1)) == []

    def test_an_alert_is_decided_once_with_a_word_of_the_list(self, client, settings):
        settings.READING_ALERT_CASES = 0
        officer = UserFactory(role=Role.DPO)
        consult(UserFactory())
        [alert] = alerts.raise_alerts()
        client.force_login(officer)
        client.post(f"/gestion/journal/alertes/{alert.pk}/", {"suite": "autre"})
        assert ReadingAlert.objects.get().outcome == ""
        client.post(f"/gestion/journal/alertes/{alert.pk}/", {"suite": "reminded"})
        alert.refresh_from_db()
        assert (alert.outcome, alert.decided_by) == ("reminded", officer)
        with pytest.raises(ValidationError, match="déjà traitée"):
            alerts.decide(alert=alert, outcome="expected", by=officer)


@pytest.mark.django_db
class TestScreens:
    @pytest.mark.parametrize("role", [role for role in Role if role != Role.DPO])
    def test_the_journal_exists_for_the_officer_only(self, client, role):
        consult(UserFactory())
        client.force_login(UserFactory(role=role))
        for address in (JOURNAL, "/gestion/journal/household/1/", "/gestion/journal/alertes/", "/gestion/journal/integrite/"):
            assert client.get(address).status_code == 404, address
        assert client.post("/gestion/journal/alertes/1/", {"suite": "expected"}).status_code == 404

    def test_the_officer_finds_by_person_reference_period_and_kind(self, client):
        one, two = UserFactory(last_name="Premier"), UserFactory(last_name="Second")
        consult(one, 1), consult(two, 2)
        JournalEntry.objects.create(actor=two, kind=EntryKind.CHANGE, subject_kind="household", subject_id=3, reference="MEN-00003")
        client.force_login(UserFactory(role=Role.DPO))
        for query, kept in (
            ({}, {"1", "2", "3"}),
            ({"personne": one.pk}, {"1"}),
            ({"q": "men-00002"}, {"2"}),
            ({"q": "MEN-0000"}, set()),
            ({"periode": "jour", "kind": "change"}, {"3"}),
            ({"periode": f"{timezone.localdate().replace(day=1) - timedelta(days=1):%Y-%m}"}, set()),
        ):
            page = client.get(JOURNAL, query).content.decode()
            assert {pk for pk in "123" if f"MEN-0000{pk}" in page.replace('value="men-00002"', "").replace('value="MEN-0000"', "")} == kept, query

    def test_who_looked_at_this_case(self, client):
        reader = UserFactory(first_name="Anne", last_name="Lectrice")
        consult(reader), consult(reader), consult(UserFactory(last_name="Autre"), 2)
        client.force_login(UserFactory(role=Role.DPO))
        page = client.get("/gestion/journal/household/1/").content.decode()
        assert "Qui a consulté MEN-00001" in page
        assert "Anne Lectrice" in page
        assert '<td class="solive-number">2</td>' in page
        assert "Autre" not in page
        assert client.get("/gestion/journal/household/77/").status_code == 404

    def test_the_integrity_page_shows_the_last_hash(self, client):
        consult(UserFactory())
        client.force_login(UserFactory(role=Role.DPO))
        assert "Aucun lot" in client.get("/gestion/journal/integrite/").content.decode()
        JournalBatch.objects.create(number=1, from_at=timezone.now(), until_at=timezone.now(), entries=1, hash="f" * 64)
        assert "f" * 64 in client.get("/gestion/journal/integrite/").content.decode()


@pytest.mark.django_db
def test_what_partners_and_the_catalogue_hold_is_followed_too():
    landlord = OrganisationFactory(landlord=True)
    unit, referent = UnitFactory(landlord=landlord), member(Role.LANDLORD_REFERENT, landlord)
    earmark(unit=unit, mode="existing", by=referent)
    agree_to_be_shown(membership=referent.memberships.get(), agrees=True, on=date(2016, 1, 1), by=referent)
    told = JournalEntry.objects.order_by("pk")
    assert [(entry.subject_kind, entry.actor, entry.kind) for entry in told] == [("unit", referent, "change"), ("membership", referent, "change")]
    assert "is_earmarked" in told[0].touched[0]["fields"]
    assert told[1].touched[0]["fields"] == ["shown_since"]
