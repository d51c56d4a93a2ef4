"""Every door that opens a case leaves one line, every change one line field by field, sealed."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from access.enums import EntryKind, Role
from access.journal import sealing, tracked
from access.journal.recording import tracing
from access.journal.tracked import door_in_words
from access.models import JournalEntry
from households import actions
from households.backoffice.case_actions import ACTIONS
from households.enums import Stage
from households.merging import relations
from households.models import (
    AgendaItem,
    CommitteeSession,
    Household,
    HouseholdMerge,
    HouseholdReport,
    PendingAction,
    Person,
)
from tests.factories import (
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    PersonFactory,
    SupportMeasureFactory,
    UserFactory,
    agree,
    member,
    name_on_case,
)
from tests.households.conftest import report
from tests.site.access.test_screens import patterns

pytestmark = pytest.mark.django_db
CANARY = "Canari-Zyx"


@pytest.fixture
def staff():
    return UserFactory()


@pytest.fixture
def case(staff):
    household = HouseholdFactory(stage=Stage.HOUSED)
    PersonFactory(household=household, last_name=CANARY)
    name_on_case(household, staff)
    return household


def consultations() -> list[tuple[str, int]]:
    return list(JournalEntry.objects.consultations().values_list("subject_kind", "subject_id"))


def changes(household) -> list[JournalEntry]:
    return list(JournalEntry.objects.about("household", household.pk).filter(kind=EntryKind.CHANGE).order_by("pk"))


def values(entry: JournalEntry):
    return sealing.opened((entry.subject_kind, entry.subject_id), entry.sealed)


class TestConsultations:
    def test_an_opened_case_is_told_once_with_who_which_and_where(self, client, staff, case):
        client.force_login(staff)
        client.get(reverse("households:case", args=[case.pk]))
        told = JournalEntry.objects.get()
        assert (told.actor, told.kind, told.subject_kind, told.subject_id) == (staff, "consultation", "household", case.pk)
        assert (told.reference, told.door, told.touched, told.sealed) == (case.reference, "households:case", [], None)

    def test_the_list_is_no_consultation_nor_is_a_door_that_stays_shut(self, client, staff, case):
        client.force_login(staff)
        client.get(reverse("menages_dossiers_modeladmin_index"))
        client.force_login(UserFactory(role=Role.SUPPORT_WORKER))
        assert client.get(reverse("households:case", args=[case.pk])).status_code == 404
        assert consultations() == []

    def test_writing_it_costs_one_query(self, client, staff, case):
        client.force_login(staff)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("households:case", args=[case.pk]))
        assert sum("access_journal" in query["sql"] for query in queries) == 1

    def test_every_page_that_shows_a_name_or_a_case_has_told_it(self, client, staff, case):
        """Every address of the site with a number in it is asked with the numbers of one case and of what belongs to it."""
        landlord = OrganisationFactory(landlord=True)
        told = report(landlord, "SIG-9", last_name=CANARY)
        session = CommitteeSession.objects.create(held_on=date(2015, 2, 1), place="Rennes")
        item = AgendaItem.objects.create(session=session, household=case, kind="orientation", position=1)
        other = HouseholdFactory()
        name_on_case(other, staff)
        merge = HouseholdMerge.objects.create(kept=case, absorbed_id=999_999, absorbed_reference="MEN-99999", merged_on=date(2015, 1, 1))
        numbers = {
            "reports": {"pk": told.pk, "household_pk": case.pk},
            "committee": {"pk": session.pk, "item": item.pk},
            "households": {"pk": case.pk, "kept_pk": case.pk, "absorbed_pk": other.pk, "slug": ""},
        }
        client.force_login(staff)
        walked = 0
        for name, address in addresses(numbers, merge):
            before = set(JournalEntry.objects.consultations().values_list("pk", flat=True))
            answer = client.get(address)
            if answer.status_code != 200:
                continue
            body = answer.content.decode(errors="replace")
            if CANARY in body or (name.startswith("households:") or name == "committee:sheet"):
                walked += 1
                fresh = JournalEntry.objects.consultations().exclude(pk__in=before)
                assert {told.subject_kind for told in fresh} & {"household", "report"}, name
                assert all(door_in_words(told.door) for told in fresh), name
        assert walked >= 20

    def test_a_file_about_one_case_is_a_consultation(self, client, staff, case):
        client.force_login(staff)
        client.get(reverse("money:lines"), {"menage": case.pk})
        assert consultations() == [("household", case.pk)]
        client.get(reverse("money:lines"))
        assert len(consultations()) == 1

    def test_the_form_and_the_history_of_a_case_are_consultations(self, client, staff, case):
        client.force_login(staff)
        for action in ("edit", "history"):
            assert client.get(reverse(f"menages_dossiers_modeladmin_{action}", args=[case.pk])).status_code == 200
        assert consultations() == [("household", case.pk)] * 2

    def test_a_landlord_who_reads_its_own_report_is_told(self, client):
        landlord = OrganisationFactory(landlord=True)
        told = report(landlord)
        client.force_login(member(Role.LANDLORD_REFERENT, landlord))
        client.get(reverse("signalements_envoyes_modeladmin_inspect", args=[told.pk]))
        assert consultations() == [("report", told.pk)]


def addresses(numbers, merge):
    """Every named address of the cases' room with a number in it, filled in."""
    for action in ACTIONS:
        yield "households:action", reverse("households:action", args=[numbers["households"]["pk"], action.slug])
    for namespace, known in numbers.items():
        for pattern in patterns():
            if not pattern.name or pattern.name in ("action", "merge"):
                continue
            wanted = pattern.pattern.converters
            if not wanted or not set(wanted) <= set(known):
                continue
            try:
                yield f"{namespace}:{pattern.name}", reverse(f"{namespace}:{pattern.name}", kwargs={name: known[name] for name in wanted})
            except NoReverseMatch:
                continue
    yield "households:merge", reverse("households:merge", args=[merge.pk])


class TestChanges:
    def test_a_change_is_told_field_by_field_and_its_values_are_sealed(self, case, staff):
        agree(case)
        actions.record_consent(household=case, kind="support", answer="refused", decided_on=date(2015, 6, 1), by=staff)
        told = changes(case)[-1]
        assert told.actor == staff
        assert told.reference == case.reference
        [line] = [line for line in told.touched if line["record"] == "consent"]
        assert (line["what"], set(line["fields"])) == ("added", {"household", "kind", "answer", "decided_on", "collected_by"})
        assert "refused" not in str(told.touched)
        assert values(told)[f"consent {line['id']}"][0]["answer"] == [None, "refused"]

    @pytest.mark.parametrize("separator", ["\u2028", "\x85", "\x1c", "\r"])
    def test_words_that_hold_what_some_take_for_the_end_of_a_line(self, case, separator):
        person = case.people.get()
        with transaction.atomic(), tracing():
            Person.objects.filter(pk=person.pk).update(last_name=f"Nom{separator}composé")
        assert values(changes(case)[-1])[f"person {person.pk}"][0]["last_name"][1] == f"Nom{separator}composé"

    def test_whatever_the_way_of_writing(self, case, staff):
        person = case.people.get()
        with transaction.atomic(), tracing():
            Person.objects.filter(pk=person.pk).update(last_name="Nouveau")
            Person.objects.bulk_create([Person(household=case, last_name="Deuxième", first_name="Enfant", kinship="child")])
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM households_casemember WHERE household_id = %s", [case.pk])
        [told] = changes(case)
        assert [(line["record"], line["what"]) for line in told.touched] == [("person", "changed"), ("person", "added"), ("casemember", "removed")]
        assert told.touched[0]["fields"] == ["last_name"]
        assert values(told)[f"person {person.pk}"] == [{"last_name": [CANARY, "Nouveau"]}]

    def test_what_hangs_on_a_record_of_the_case_is_the_case_s(self, case):
        measure = SupportMeasureFactory(household=case)
        diagnosis = DiagnosisFactory(household=case)
        occupancy = OccupancyFactory(household=case)
        with transaction.atomic(), tracing():
            measure.suspensions.create(starts_on=date(2015, 6, 1))
            diagnosis.communes.add("35238")
            occupancy.past_tenures.create(tenure="sub_letting", starts_on=date(2015, 1, 1), ends_on=date(2015, 2, 28))
        [told] = changes(case)
        assert {line["record"] for line in told.touched} == {"measuresuspension", "diagnosis_communes", "pasttenure"}

    def test_what_is_taken_back_is_not_told(self, case):
        def refused(size):
            with transaction.atomic():
                Household.objects.filter(pk=case.pk).update(size=size)
                raise ValidationError("refusé")

        def refused_whole():
            with transaction.atomic(), tracing():
                refused(4)

        with pytest.raises(ValidationError):
            refused_whole()
        with transaction.atomic(), tracing():
            with pytest.raises(ValidationError):
                refused(5)
            Household.objects.filter(pk=case.pk).update(monthly_resources=900)
        Household.objects.filter(pk=case.pk).update(size=6)
        [told] = changes(case)
        assert told.touched[0]["fields"] == ["monthly_resources"]

    def test_a_write_that_changes_nothing_is_not_told(self, case):
        with transaction.atomic(), tracing():
            Household.objects.filter(pk=case.pk).update(size=case.size)
        assert changes(case) == []

    def test_a_form_of_the_back_office_is_told_under_who_saved_it(self, client):
        administrator, account = UserFactory(role=Role.ADMINISTRATOR), UserFactory(first_name="Ancien")
        client.force_login(administrator)
        client.post(
            reverse("comptes_modeladmin_edit", args=[account.pk]),
            {
                "email": account.email,
                "first_name": "Nouveau",
                "last_name": account.last_name,
                "role": "dpo",
                "is_active": "on",
            },
        )
        told = JournalEntry.objects.get(kind=EntryKind.CHANGE)
        assert (told.actor, told.subject_kind, told.subject_id, told.reference) == (administrator, "account", account.pk, f"compte {account.pk}")
        assert told.touched == [{"record": "user", "id": account.pk, "what": "changed", "fields": ["first_name", "role"]}]

    def test_no_name_is_in_it(self, client, staff):
        commune = "35115"
        household = actions.open_household(household=Household(entry_door="access", commune_id=commune, opened_on=date(2015, 1, 5)), by=staff)
        with transaction.atomic(), tracing():
            PersonFactory(household=household, last_name=CANARY, first_name="Prénom-Zyx")
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(row_to_json(access_journalentry)::text, ' ') FROM access_journalentry")
            assert "Zyx" not in cursor.fetchone()[0]

    def test_every_row_of_a_case_is_followed(self):
        """A model that names a case, or a record of one, is followed field by field, unless what it says is derived or told elsewhere."""
        untold = {PendingAction, HouseholdMerge}
        direct = [model for model, _field in relations() if model not in untold]
        deeper = [child for model in direct for child, _field in relations(model) if child not in untold]
        missing = {model._meta.label for model in (Household, HouseholdReport, *direct, *deeper)} - {
            found.model._meta.label for found in tracked.tables().values()
        }
        assert missing == set()
        with connection.cursor() as cursor:
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'solive_change_noted'")
            assert {row[0] for row in cursor.fetchall()} == set(tracked.tables())
