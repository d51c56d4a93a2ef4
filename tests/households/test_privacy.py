"""Persons' rights, the register of personal data, retention, and forgetting for good."""

import io
import json
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from access import processing
from access.actions import trace
from access.enums import EntryKind, Role
from access.journal import sealing, tracked
from access.journal.recording import tracing
from access.models import Export, JournalEntry, JournalKey
from households.digest import digest_of
from households.enums import AnonymisedKind, ConsentKind, RequestKind, RequestOutcome, Stage
from households.models import (
    AllocationRecord,
    Anonymisation,
    CommitteeDecision,
    Concern,
    Evaluation,
    Household,
    HouseholdImportFile,
    HouseholdImportFinding,
    HouseholdMerge,
    HouseholdReport,
    NeedTopic,
    PendingAction,
    Person,
    RetentionNotice,
    RightsRequest,
    SensitiveNeed,
    StageMove,
    Statement,
    StatementLine,
)
from households.money import ledger_for
from households.privacy import rights
from households.privacy.anonymising import anonymise_case, anonymise_report, to_replay
from households.privacy.portrait import portrait_of_person
from households.privacy.retention import due_cases, due_reports, ends_on, give_notices
from households.targets import homes_reached, households_reached
from tests.factories import (
    ConventionFactory,
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    OutreachContactFactory,
    PersonFactory,
    ProposalFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    member,
    name_on_case,
)
from tests.households.conftest import report

pytestmark = pytest.mark.django_db
CANARY = "Canarizyx"
NUMBER = "035ZYX000000000777"
TODAY = date(2018, 3, 1)
PAGES = ("demandes/", "demandes/nouvelle/", "conservation/", "conservation/registre.csv", "registre/", "registre/champs.csv", "analyse-d-impact/")


@pytest.fixture
def officer():
    return UserFactory(role=Role.DPO, first_name="Odile", last_name="Déléguée")


@pytest.fixture(autouse=True)
def _register(settings, tmp_path):
    settings.ANONYMISED_REGISTER = tmp_path / "anonymised.csv"


def closed_case(**fields) -> Household:
    """A case closed at the beginning of 2015, with nothing that runs."""
    closed = {"stage": Stage.CLOSED, "closing_reason": "moved", "stage_since": date(2015, 1, 20), **fields}
    return HouseholdFactory(**closed)


def full_case() -> Household:
    """A closed case with the canary wherever something can be written, in every table that holds something of a case."""
    staff = UserFactory()
    landlord, operator = OrganisationFactory(landlord=True), OrganisationFactory()
    unit = UnitFactory(landlord=landlord)
    household = closed_case(application_number=NUMBER, monthly_resources=Decimal("777.77"), reported_by=landlord, officer=staff)
    PersonFactory(
        household=household, last_name=CANARY, first_name=CANARY, phone=f"06{CANARY}", email=f"{CANARY}@example.org", birth_date=date(1977, 7, 7)
    )
    name_on_case(household, staff)
    StageMove.objects.create(household=household, action="close", from_stage="housed", to_stage="closed", moved_on=date(2015, 1, 20), reason=CANARY)
    DiagnosisFactory(household=household, operator=operator, completed=True)
    SensitiveNeed.objects.create(household=household, topic=NeedTopic.objects.filter(is_sensitive=True).first(), noted_on=date(2015, 1, 6))
    measure = SupportMeasureFactory(
        household=household,
        convention=ConventionFactory(partner=operator),
        starts_on=date(2015, 1, 1),
        ended_on=date(2015, 1, 19),
        end_reason="refused",
        scope=CANARY,
        objectives=CANARY,
        methods=CANARY,
        referent=member(Role.SUPPORT_WORKER, operator),
    )
    Evaluation.objects.create(
        household=household, evaluated_on=date(2015, 1, 10), result="favourable", recommendation="continue", household_view=CANARY
    )
    CommitteeDecision.objects.create(household=household, decided_on=date(2015, 1, 10), outcome="favourable", note=CANARY)
    Concern.objects.create(
        household=household, organisation=landlord, kind="worry", reason="unpaid_rent", raised_on=date(2015, 1, 9), note=CANARY, answer=CANARY
    )
    OutreachContactFactory(household=household, organisation=operator, note=CANARY, contacted_on=date(2015, 1, 8))
    ProposalFactory(household=household, unit=unit, closed_on=date(2015, 1, 10), proposed_on=date(2015, 1, 6))
    occupancy = OccupancyFactory(household=household, unit=unit, starts_on=date(2015, 1, 11), left_scheme_on=date(2015, 1, 20))
    AllocationRecord.objects.create(occupancy=occupancy, lease_on=date(2015, 1, 11), address=f"1 rue {CANARY}", application_number=NUMBER)
    statement = Statement.objects.create(operator=operator, year=2015, first_month=1, last_month=3)
    StatementLine.objects.create(
        statement=statement, household_reference=household.reference, kind=measure.kind, amount=10, note=CANARY, starts_on=date(2015, 1, 1)
    )
    told = report(landlord, CANARY, last_name=CANARY, first_name=CANARY, phone=CANARY[:10], application_number=NUMBER)
    HouseholdReport.objects.filter(pk=told.pk).update(household=household, status="opened", decided_at=timezone.now())
    HouseholdImportFile.objects.create(
        household_import=told.household_import,
        packed=HouseholdImportFile.pack(f"nom;{CANARY}".encode()),
        kept_until=timezone.now(),
        preview=[[CANARY]],
        former=[{"last_name": CANARY}],
    )
    HouseholdImportFinding.objects.create(
        household_import=told.household_import, level="notice", code="x", reference=CANARY, value=NUMBER, message="Ce numéro existe."
    )
    HouseholdMerge.objects.create(
        kept=household, absorbed_id=987_654, absorbed_reference="MEN-98765", merged_on=date(2015, 1, 7), journal={"nom": CANARY}, state={"x": CANARY}
    )
    PendingAction.objects.filter(household=household).delete()
    with transaction.atomic(), tracing():
        Person.objects.filter(household=household).update(phone=f"07{CANARY}")
        HouseholdReport.objects.filter(pk=told.pk).update(phone="0700")
        trace(instance=household, action="wagtail.edit", by=staff, report=CANARY)
    sealing.seal({("household", 987_654): {"nom": CANARY}})
    return household


def everything_in_the_database() -> str:
    """Every row of every table as text, packed contents unpacked: what somebody who has the database can read."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(row_to_json(t)::text, chr(10)) FROM "{table}" t')
            found.append(f"{table}: {cursor.fetchone()[0] or ''}")
    found += [kept.content().decode(errors="replace") for kept in HouseholdImportFile.objects.all()]
    for entry in JournalEntry.objects.exclude(sealed=None):
        found.append(json.dumps(sealing.opened((entry.subject_kind, entry.subject_id), entry.sealed)))
    return "\n".join(found)


def figures() -> dict[str, object]:
    """What is counted and paid, every way the scheme counts it."""
    staff = UserFactory()
    ledger = ledger_for(staff, first_year=2014, last_year=2019, until=date(2019, 12, 31), on=TODAY)
    return {
        "cost": ledger.total(),
        "lines": ledger.count(),
        "by operator": sorted(ledger.totals("operator", "year").items(), key=str),
        "households": households_reached(on=TODAY).reached,
        "homes": homes_reached(on=TODAY).reached,
        "stages": sorted(Household.objects.values_list("stage", "entry_door", "commune", "is_dalo")),
        "stated": list(StatementLine.objects.values_list("amount", flat=True)),
    }


class TestRegister:
    def test_every_field_of_a_case_is_declared_with_its_purpose_basis_retention_and_readers(self):
        followed = [found.model for found in tracked.tables().values() if found.kind in AnonymisedKind]
        assert list(processing.faults([*followed, HouseholdMerge, HouseholdImportFile, HouseholdImportFinding, PendingAction])) == []
        for one in processing.declarations():
            assert all((one.activity.purpose, one.activity.basis, one.activity.retention, one.activity.recipients)), one.title
            assert all(fact.group.purpose and fact.group.readers for fact in one.fields), one.title

    def test_a_field_left_out_told_twice_or_gone_is_a_fault(self, monkeypatch):
        monkeypatch.setattr(processing, "_declared", {})
        group = processing.Group("x", "x", "x", "x")
        activity = processing.Activity("x", "x", "x", "x", "x", "x", "x")
        assert "n'est pas déclaré au registre" in next(processing.faults([Person]))
        processing.declare(Person, activity, processing.Held(group, kept="household kinship last_name last_name nickname phone email search_key"))
        told = list(processing.faults([Person]))
        assert [line.partition("Person.")[2] for line in told] == [
            "birth_date n'est pas déclaré",
            "first_name n'est pas déclaré",
            "nickname n'existe plus",
            "last_name est déclaré deux fois",
        ]

    def test_the_record_and_the_assessment_show_what_the_code_holds(self, client, officer):
        client.force_login(officer)
        page = client.get("/gestion/protection/registre/").content.decode()
        for words in ("numéro unique", "date de naissance", "Besoins sensibles", "Équipe du dossier seulement", "Journal des consultations"):
            assert words in page
        rows = client.get("/gestion/protection/registre/champs.csv").content.decode().splitlines()
        assert len(rows) == 1 + sum(len(one.fields) for one in processing.declarations())
        assert "plus de 30 dossiers" in client.get("/gestion/protection/analyse-d-impact/").content.decode()


class TestAccess:
    @pytest.mark.parametrize("role", [role for role in Role if role != Role.DPO])
    def test_the_officer_s_screens_exist_for_nobody_else(self, client, role):
        person = PersonFactory(last_name=CANARY)
        made = rights.log_request(kind="access", received_on=TODAY, person=person, by=None)
        client.force_login(UserFactory(role=role))
        addresses = [*PAGES, f"demandes/{made.pk}/", f"demandes/{made.pk}/donnees/", f"demandes/{made.pk}/opposition/"]
        for address in addresses:
            for answer in (client.get(f"/gestion/protection/{address}"), client.post(f"/gestion/protection/{address}", {"confirmation": "oui"})):
                assert answer.status_code in ((404, 405) if "donnees" in address or "opposition" in address else (404,)), address
                assert CANARY not in answer.content.decode()

    def test_the_officer_opens_no_case(self, client, officer):
        household = full_case()
        client.force_login(officer)
        for address in PAGES:
            answer = client.get(f"/gestion/protection/{address}")
            assert answer.status_code == 200
            assert CANARY not in answer.content.decode()
        assert client.get(reverse("households:case", args=[household.pk])).status_code == 404
        assert "Ce qui vous attend" in client.get("/gestion/").content.decode()


class TestRequests:
    def find(self, **fields):
        return {"last_name": CANARY, "first_name": "Anaïs", "birth_date": "", **fields}

    def test_a_person_is_found_by_exact_identity_and_the_request_is_due_in_a_month(self, client, officer):
        person = PersonFactory(last_name=CANARY, first_name="Anaïs", birth_date=date(1970, 1, 1))
        PersonFactory(last_name=f"{CANARY} Martin", first_name="Anaïs")
        client.force_login(officer)
        found = client.post(reverse("privacy:new"), self.find(first_name="ANAIS"))
        assert [value for value, _label in found.context["log_form"].fields["about"].choices] == [f"p{person.pk}", "personne"]
        sent = self.find(kind="access", received_on="2018-01-31", about=f"p{person.pk}", scope="", inscrire="oui")
        client.post(reverse("privacy:new"), sent)
        made = RightsRequest.objects.get()
        assert (made.person, made.household, made.due_on, made.outcome) == (person, person.household, date(2018, 2, 28), "")
        assert JournalEntry.objects.consultations().about("household", person.household_id).count() == 1
        assert CANARY not in client.get(reverse("privacy:request", args=[made.pk])).content.decode()

    def test_nobody_found_is_logged_as_well(self, client, officer):
        client.force_login(officer)
        page = client.post(reverse("privacy:new"), self.find(last_name="Inconnu")).content.decode()
        assert "aucune donnée n&#x27;est détenue" in page
        client.post(reverse("privacy:new"), self.find(last_name="Inconnu", kind="access", received_on="2018-01-31", about="personne", inscrire="1"))
        made = RightsRequest.objects.get()
        assert (made.household, made.person, made.report) == (None, None, None)
        assert client.post(reverse("privacy:export", args=[made.pk])).status_code == 404
        client.post(reverse("privacy:request", args=[made.pk]), {"outcome": "nothing_held"})
        made.refresh_from_db()
        assert (made.outcome, made.answered_on) == ("nothing_held", timezone.localdate())
        with pytest.raises(ValidationError, match="déjà sa réponse"):
            rights.answer(request=made, outcome=RequestOutcome.GRANTED, on=TODAY, by=officer)

    def test_bad_input_is_told_and_nothing_typed_is_lost(self, client, officer):
        client.force_login(officer)
        page = client.post(reverse("privacy:new"), self.find(kind="objection", received_on="2018-01-31", about="personne", scope="", inscrire="1"))
        assert "Dites à quoi la personne s&#x27;oppose" in page.content.decode()
        assert f'value="{CANARY}"' in page.content.decode()
        assert not RightsRequest.objects.exists()

    def test_all_the_data_on_a_person_leave_in_one_file_told_in_the_journal(self, client, officer):
        household = full_case()
        person = household.people.get()
        PersonFactory(household=household, last_name="Autrezyx", first_name="Membrezyx", kinship="child")
        made = rights.log_request(kind="access", received_on=TODAY, person=person, by=officer)
        client.force_login(officer)
        answer = client.post(reverse("privacy:export", args=[made.pk]))
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            page, data = archive.read("donnees.html").decode(), json.loads(archive.read("donnees.json"))
        for told in ("person", "household", "supportmeasure", "evaluation", "concern", "outreachcontact", "allocationrecord", "householdreport"):
            assert CANARY in json.dumps(data["data"][told]) or told == "household", told
            assert data["data"][told], told
        assert page.count(CANARY) >= 12
        assert NUMBER in page
        assert "sensitiveneed" in data["data"]
        assert "Autrezyx" not in page + json.dumps(data)
        assert data["data"]["other_members"] == [{"kinship": "child"}]
        assert household.officer.last_name not in page
        assert data["changes"]
        told = JournalEntry.objects.get(kind=EntryKind.EXPORT)
        assert (told.actor, told.subject_id, told.door) == (officer, household.pk, "person")

    def test_every_declared_field_that_holds_something_is_in_the_export(self):
        household = full_case()
        data = portrait_of_person(household.people.get(), on=TODAY).as_data()["data"]
        assert data["household"][0]["application_number"] == NUMBER
        assert {"last_name", "first_name", "birth_date", "phone", "email"} <= data["person"][0].keys()
        assert {"scope", "objectives", "methods"} <= data["supportmeasure"][0].keys()

    def test_a_rectification_is_asked_of_the_officer_without_a_name(self, client, officer):
        household = HouseholdFactory(officer=UserFactory())
        person = PersonFactory(household=household, last_name=CANARY)
        made = rights.log_request(kind="rectification", received_on=TODAY, person=person, by=officer)
        client.force_login(officer)
        assert (
            reverse("menages_dossiers_modeladmin_edit", args=[household.pk])
            in client.get(reverse("privacy:request", args=[made.pk])).content.decode()
        )
        client.post(reverse("privacy:act", args=[made.pk, "rectification"]))
        [letter] = mail.outbox
        assert letter.to == [household.officer.email]
        assert household.reference in letter.body
        assert CANARY not in letter.subject + letter.body

    def test_an_objection_is_recorded_with_what_it_entails(self, client, officer):
        household = HouseholdFactory()
        made = rights.log_request(
            kind="objection", scope="sharing", received_on=date(2018, 2, 1), person=PersonFactory(household=household), by=officer
        )
        client.force_login(officer)
        assert "ne peut être confié" in client.get(reverse("privacy:request", args=[made.pk])).content.decode()
        client.post(reverse("privacy:act", args=[made.pk, "opposition"]))
        made.refresh_from_db()
        assert made.outcome == "granted"
        assert Household.objects.get(pk=household.pk).has_refused(ConsentKind.SHARING, on=date(2018, 2, 1))

    def test_an_erasure_waits_until_the_case_is_closed(self, client, officer):
        open_case, closed = HouseholdFactory(), closed_case()
        client.force_login(officer)
        for household, is_done in ((open_case, False), (closed, True)):
            made = rights.log_request(kind=RequestKind.ERASURE, received_on=TODAY, person=PersonFactory(household=household), by=officer)
            client.post(reverse("privacy:act", args=[made.pk, "effacement"]))
            made.refresh_from_db()
            assert (made.outcome == "granted") is is_done
            assert household.people.exists() is not is_done


class TestRetention:
    def test_a_case_leaves_two_years_after_its_last_contact(self):
        household = closed_case()
        OutreachContactFactory(household=household, contacted_on=date(2015, 2, 14))
        assert ends_on(date(2015, 2, 14)) == date(2017, 2, 14)
        give_notices(on=date(2017, 1, 14))
        assert not RetentionNotice.objects.exists()
        assert give_notices(on=date(2017, 1, 15)) == 1
        assert RetentionNotice.objects.get().due_on == date(2017, 2, 14)
        assert not due_cases(on=date(2017, 2, 13)).exists()
        assert list(due_cases(on=date(2017, 2, 14))) == [household]

    def test_no_case_leaves_before_its_whole_notice_has_passed(self):
        household = closed_case()
        assert not due_cases(on=TODAY).exists()
        give_notices(on=TODAY)
        assert not due_cases(on=TODAY + timedelta(days=29)).exists()
        assert list(due_cases(on=TODAY + timedelta(days=30))) == [household]

    def test_a_new_contact_keeps_the_case_and_lifts_the_notice(self):
        household = closed_case()
        give_notices(on=TODAY)
        OutreachContactFactory(household=household, contacted_on=TODAY)
        assert not due_cases(on=TODAY + timedelta(days=30)).exists()
        give_notices(on=TODAY)
        assert not RetentionNotice.objects.exists()

    def test_a_case_still_supported_or_housed_in_the_scheme_stays(self):
        SupportMeasureFactory(household__stage_since=date(2014, 1, 1), planned_ends_on=date(2030, 12, 31))
        OccupancyFactory(starts_on=date(2014, 1, 1))
        assert give_notices(on=TODAY) == 0

    def test_a_report_without_a_case_leaves_too(self):
        old, fresh = report(OrganisationFactory(landlord=True)), report(OrganisationFactory(landlord=True))
        HouseholdReport.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=800))
        assert list(due_reports(on=timezone.localdate())) == [old]
        assert fresh not in due_reports(on=timezone.localdate())

    def test_the_officer_is_told_at_home_and_by_letter_without_a_name(self, client):
        staff = UserFactory()
        household = closed_case(officer=staff)
        PersonFactory(household=household, last_name=CANARY)
        closed_case(officer=UserFactory())
        give_notices(on=TODAY)
        client.force_login(staff)
        page = client.get("/gestion/").content.decode()
        assert "Dossiers bientôt anonymisés" in page
        letter = digest_of(staff, on=TODAY).message(on=TODAY)
        assert "1 dossier bientôt anonymisé" in letter.subject
        assert f"{household.reference} : le 31\xa0mars\xa02018" in letter.body
        assert CANARY not in letter.body
        assert digest_of(UserFactory(), on=TODAY) is None

    def test_the_command_only_tells_unless_it_is_confirmed(self, capsys):
        household = closed_case()
        PersonFactory(household=household, last_name=CANARY)
        give_notices(on=TODAY)
        later = TODAY + timedelta(days=30)
        call_command("anonymise", today=later)
        assert household.reference in capsys.readouterr().out
        assert household.people.exists()
        call_command("anonymise", today=later, confirm=True)
        assert "Anonymisés : 1 dossier" in capsys.readouterr().out
        assert not household.people.exists()
        call_command("anonymise", today=later, confirm=True)
        assert "Anonymisés : 0 dossier" in capsys.readouterr().out

    def test_the_run_asked_on_screen_must_be_confirmed(self, client, officer, monkeypatch):
        asked = []
        monkeypatch.setattr("households.backoffice.privacy.run_retention", type("Task", (), {"defer": lambda: asked.append(1)}))
        client.force_login(officer)
        client.post(reverse("privacy:retention"))
        assert asked == []
        client.post(reverse("privacy:retention"), {"confirmation": "oui"})
        assert asked == [1]


class TestForgetting:
    def test_nothing_of_the_person_is_left_anywhere_in_the_database(self):
        household = full_case()
        former = household.reference
        before = everything_in_the_database()
        assert before.count(CANARY) >= 25
        assert NUMBER in before
        done = anonymise_case(household=household, on=TODAY)
        after = everything_in_the_database()
        for trail in (CANARY, CANARY.lower(), CANARY.encode().hex(), NUMBER, NUMBER.lower(), "1977-07-07", "777.77", f"06{CANARY}"):
            assert trail not in after, trail
        assert done.reference.startswith("ANO-")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM households_statementline WHERE household_reference = %s", [former])
            assert cursor.fetchone()[0] == 0
        assert not JournalKey.objects.filter(subject_kind="household", subject_id__in=[household.pk, 987_654]).exists()
        assert not ModelLogEntry.objects.filter(object_id=str(household.pk), content_type__model="household").exists()

    def test_the_statistics_stay_as_they_were(self):
        household, other = full_case(), HouseholdFactory()
        SupportMeasureFactory(household=other)
        before = figures()
        assert before["cost"] > 0
        anonymise_case(household=household, on=TODAY)
        assert figures() == before

    def test_a_sealed_change_is_lost_and_the_journal_still_holds_its_line(self):
        household = full_case()
        entry = JournalEntry.objects.about("household", household.pk).exclude(sealed=None).first()
        assert CANARY in json.dumps(sealing.opened(("household", household.pk), entry.sealed))
        anonymise_case(household=household, on=TODAY)
        assert JournalEntry.objects.filter(pk=entry.pk).exists()
        assert sealing.opened(("household", household.pk), entry.sealed) is None
        assert JournalEntry.objects.about("household", household.pk).filter(door="anonymisation").count() == 1

    def test_the_neighbours_are_left_alone(self):
        household, other = full_case(), HouseholdFactory()
        PersonFactory(household=other, last_name="Voisinzyx")
        told = report(OrganisationFactory(landlord=True), "SIG-2", last_name="Voisinzyx")
        HouseholdImportFile.objects.create(
            household_import=told.household_import, packed=HouseholdImportFile.pack(b"nom;Voisinzyx"), kept_until=timezone.now()
        )
        anonymise_case(household=household, on=TODAY)
        assert everything_in_the_database().count("Voisinzyx") >= 3

    def test_a_report_without_a_case_is_forgotten(self):
        told = report(OrganisationFactory(landlord=True), CANARY, last_name=CANARY, phone=CANARY[:10], application_number=NUMBER)
        anonymise_report(report=told)
        after = everything_in_the_database()
        assert CANARY not in after
        assert NUMBER not in after

    def test_an_open_case_is_closed_first(self):
        household = HouseholdFactory(stage=Stage.IDENTIFIED)
        done = anonymise_case(household=household, on=TODAY)
        assert (done.stage, done.closing_reason) == ("closed", "lost_contact")

    def test_a_merge_never_brings_back_what_is_forgotten(self):
        household = full_case()
        anonymise_case(household=household, on=TODAY)
        assert HouseholdMerge.objects.get(kept=household).journal == {}


@pytest.mark.django_db(transaction=True)
class TestReplay:
    def test_a_restored_backup_replays_what_was_anonymised_since(self, settings, capsys):
        household = closed_case()
        PersonFactory(household=household, last_name=CANARY)
        told = report(OrganisationFactory(landlord=True), last_name=CANARY)
        HouseholdReport.objects.filter(pk=told.pk).update(imported_at=timezone.now() - timedelta(days=900))
        lines = f"household;{household.pk};{TODAY}\nreport;{told.pk};{timezone.localdate()}\nhousehold;99999;{TODAY}\n"
        settings.ANONYMISED_REGISTER.write_text(lines)
        call_command("anonymise", replay=str(settings.ANONYMISED_REGISTER))
        assert "rien n'est fait" in capsys.readouterr().out
        assert household.people.exists()
        call_command("anonymise", replay=str(settings.ANONYMISED_REGISTER), confirm=True)
        assert CANARY not in everything_in_the_database()
        assert Anonymisation.objects.count() == 2
        assert to_replay(settings.ANONYMISED_REGISTER) == []
        assert settings.ANONYMISED_REGISTER.read_text().startswith(lines)
        assert f"household;{household.pk};{timezone.localdate()}" in settings.ANONYMISED_REGISTER.read_text().splitlines()

    def test_a_number_given_since_to_another_case_is_left_alone(self, settings):
        household = HouseholdFactory(opened_on=TODAY - timedelta(days=30))
        settings.ANONYMISED_REGISTER.write_text(f"household;{household.pk};{TODAY}\n")
        assert to_replay(settings.ANONYMISED_REGISTER) == []

    def test_a_file_that_is_no_register_is_refused(self, settings):
        settings.ANONYMISED_REGISTER.write_text("nom;prénom\n")
        with pytest.raises(Exception, match="Ligne 1"):
            call_command("anonymise", replay=str(settings.ANONYMISED_REGISTER))


def test_the_journal_of_exports_keeps_no_word_searched_among_cases(client):
    landlord = OrganisationFactory(landlord=True)
    client.force_login(member(Role.LANDLORD_REFERENT, landlord))
    for address in ("menages/propositions", "menages/occupations", "menages/mesures"):
        client.get(f"/gestion/{address}/", {"q": CANARY, "export": "csv"}).getvalue()
    assert Export.objects.count() == 3
    assert CANARY not in everything_in_the_database()
    assert set(Export.objects.values_list("narrowing_words", flat=True)) == {"recherche (mots non gardés)"}
