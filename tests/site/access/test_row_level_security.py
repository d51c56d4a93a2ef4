"""The second wall: raw statements under the application's account find what the scope shows, and nothing else."""

import random
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from access import scope
from access.enums import Role
from access.models import User
from catalogue.models import Convention, ConventionDocument, Funding, FundingAmount, FundingStep, OperationFunding, Tariff, Unit
from households.enums import ConsentAnswer
from households.models import AgendaItem, CaseMember, Household, OutreachContact, SensitiveNeed
from partners.models import Organisation
from tests.factories import (
    ConventionFactory,
    DiagnosisFactory,
    HouseholdFactory,
    OperationFactory,
    OrganisationFactory,
    OutreachContactFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    member,
    name_on_case,
)
from tests.households.test_visibility_rules import DAY, World
from tests.site.access.test_screens import CANARY, everything

pytestmark = pytest.mark.django_db
ROOMS = ("access", "partners", "catalogue", "households")

OPEN = {
    "access_accessreview": "what the reviews of access found, in counts; written once, read by two offices",
    "access_export": "written once by a trigger; read by one office",
    "access_heldform": "sealed by a key that is not in the database; asked for as a connection begins",
    "access_journalbatch": "the journal, which holds ids and sealed values; the database refuses to rewrite it",
    "access_journalentry": "the journal, which holds ids and sealed values; the database refuses to rewrite it",
    "access_journalkey": "keys wrapped by one that is not in the database",
    "access_journalpurge": "the journal, which holds ids and sealed values; the database refuses to rewrite it",
    "access_readingalert": "counts of readings; read by one office",
    "access_recoverycode": "as the accounts; held as a mark",
    "access_secondfactor": "as the accounts; sealed by a key that is not in the database",
    "access_signin": "as the accounts; read before anybody is known",
    "access_try": "marks of addresses; counted before anybody is known",
    "access_user": "asked before anybody is known: it is how one becomes known",
    "access_user_groups": "as the accounts",
    "access_user_user_permissions": "as the accounts",
    "catalogue_commune": "public knowledge",
    "catalogue_epci": "public knowledge",
    "catalogue_formercommune": "public knowledge",
    "catalogue_measurekind": "a vocabulary",
    "catalogue_nearbyservice": "a vocabulary",
    "catalogue_publishedfigures": "read by the public",
    "catalogue_territory": "sets of communes",
    "catalogue_territory_communes": "sets of communes",
    "households_criterion": "a vocabulary",
    "households_delayrule": "prefect's orders, which are published",
    "households_needtopic": "a vocabulary",
    "households_rentguideline": "a setting",
    "partners_directoryentry": "read by the public",
    "partners_directoryentry_documents": "read by the public",
    "partners_entrydraft": "words meant for the public, not published yet",
    "partners_entrydraft_documents": "words meant for the public, not published yet",
    "partners_entrydraftmove": "words meant for the public, not published yet",
    "partners_entryfile": "read by the public",
    "partners_knowhow": "a vocabulary",
    "partners_membership": "who works where: what every scope starts from",
    "partners_organisation": "names of bodies, most of them in the public directory",
    "partners_organisationname": "names of bodies, most of them in the public directory",
}
"""The tables without row-level security, each with its reason: no case, home, convention, funding or exchange is in them."""

WIDER = {
    (Role.GIE_STAFF, "HouseholdReport"): "a file sent again for a landlord is compared with all that it reported",
    (Role.LANDLORD_REFERENT, "Diagnosis"): "the ceiling rent of a case of its own is on it",
    (Role.LANDLORD_REFERENT, "SupportMeasure"): "the dates of the support of a case of its own are told",
    (Role.LANDLORD_REFERENT, "Evaluation"): "the dates of the evaluations of a case of its own are told",
    (Role.LANDLORD_REFERENT, "Convention"): "a measure of a case of its own runs under it",
    (Role.LANDLORD_REFERENT, "Tariff"): "the prices of these conventions",
    (Role.LANDLORD_REFERENT, "ConventionText"): "the common text is read to draw up a convention of its own",
    (Role.SUPPORT_WORKER, "ConventionText"): "the common text is read to draw up a convention of its own",
    (Role.LANDLORD_REFERENT, "Funding"): "a financing plan of an operation of its own names it, with its step",
    (Role.SUPPORT_WORKER, "Unit"): "a home proposed to a case of its own is named there",
    (Role.SUPPORT_WORKER, "Convention"): "a measure of a case of its own runs under it, another operator's too",
    (Role.SUPPORT_WORKER, "Tariff"): "the prices of these conventions",
    (Role.PRESCRIBER, "Household"): "the state of a report is that of its case, unless it is confidential",
}
"""Where the wall lets a role read more rows than ``visible_to`` shows, and why. Everywhere else both say the same."""


def tables() -> dict[str, type[models.Model]]:
    """The tables of the rooms."""
    found = {}
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models(include_auto_created=True):
            found[model._meta.db_table] = model
    return found


def protected() -> list[str]:
    return sorted(tables().keys() - OPEN.keys())


def count(table: str, condition: str = "true") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} AS row WHERE {condition}")
        return cursor.fetchone()[0]


def scoped_models() -> Iterator[type[models.Model]]:
    for table, model in sorted(tables().items()):
        if table not in OPEN and hasattr(model._default_manager, "visible_to"):
            yield model


def differences(user: User, on: date) -> Iterator[str]:
    """Where the wall and ``visible_to`` part for one account, the reasons known set aside."""
    for model in scoped_models():
        shown = set(model._default_manager.visible_to(user, on=on).values_list("pk", flat=True))
        with scope.user(user, on=on):
            found = set(model._default_manager.values_list("pk", flat=True))
        if found != shown and not (found > shown and (user.role, model.__name__) in WIDER):
            yield f"{user.role} {model.__name__}: the wall shows {sorted(found - shown)} more and {sorted(shown - found)} fewer"


def test_every_table_is_protected_or_on_a_short_list_with_its_reason():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')")
        walled = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT tablename, array_agg(cmd ORDER BY cmd) FROM pg_policies WHERE policyname !~ 'of_case' GROUP BY tablename")
        commands = dict(cursor.fetchall())
    assert set(tables()) - walled == set(OPEN)
    assert {table for table in protected() if commands[table] != ["DELETE", "INSERT", "SELECT", "UPDATE"]} == set()


def test_without_a_scope_no_row_is_seen_changed_or_written():
    everything()
    filled = [table for table in protected() if count(table)]
    assert len(filled) > 20
    with scope.nobody():
        assert {table: count(table) for table in filled if count(table)} == {}
        with connection.cursor() as cursor:
            for table in filled:
                cursor.execute(f"DELETE FROM {table}")
                assert cursor.rowcount == 0, table
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            UnitFactory(landlord=OrganisationFactory(landlord=True))


@pytest.mark.parametrize("role", ["", "administrator", "superuser", "gie_staff' OR true", "SYSTEM"])
def test_a_role_that_the_rules_do_not_know_sees_nothing(role):
    everything()
    user = UserFactory(role=Role.ADMINISTRATOR)
    user.role = role
    with scope.user(user):
        assert [table for table in protected() if count(table)] == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.GIE_STAFF])
def test_raw_statements_find_nothing_foreign(role):
    """Canaries stand in records of organisations that the account does not work for."""
    everything()
    user = member(role, OrganisationFactory(landlord=role == Role.LANDLORD_REFERENT))
    common = {"catalogue_tariff", "catalogue_conventiontext"}
    with scope.user(user):
        assert [table for table in protected() if table not in common and count(table)] == []
        assert [table for table in protected() if count(table, f"row::text LIKE '%%{CANARY}%%'")] == []
        with connection.cursor() as cursor:
            for table in protected():
                cursor.execute(f"DELETE FROM {table}")
                assert cursor.rowcount == 0, table


def test_a_count_over_everything_reads_and_writes_nothing():
    everything()
    filled = [table for table in protected() if count(table)]
    with scope.aggregate("a test"):
        assert [table for table in filled if not count(table)] == []
        with connection.cursor() as cursor:
            for table in filled:
                cursor.execute(f"DELETE FROM {table}")
                assert cursor.rowcount == 0, table
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            HouseholdFactory()


@pytest.mark.parametrize("role", list(Role))
def test_the_wall_says_what_visible_to_says_of_the_records_of_ones_own(role):
    records = everything()
    own = {
        Role.LANDLORD_REFERENT: records["Unit"].landlord,
        Role.PRESCRIBER: records["HouseholdReport"].organisation,
        Role.FUNDER: records["Funding"].funder,
    }.get(role, records["Organisation"])
    user = member(role, own)
    records["CommitteeSession"].members.add(user)
    AgendaItem.objects.create(session=records["CommitteeSession"], household=records["Household"], kind="orientation")
    for person in (user, member(role, OrganisationFactory())):
        assert list(differences(person, timezone.localdate())) == []


def random_case(chance: random.Random) -> dict:
    def day(chance: random.Random = chance) -> date:
        return date.fromordinal(DAY.toordinal() + chance.randint(-200, 200))

    def maybe(*values: object) -> object:
        return chance.choice([None, *values])

    return {
        "is_confidential": chance.random() < 0.3,
        "named": chance.random() < 0.5,
        "reported_by": maybe(0, 1),
        "closed_on": maybe(day()),
        "diagnosis": maybe((chance.randint(0, 1), maybe(day()))),
        "measure": maybe((chance.randint(0, 1), day(), maybe(day()))),
        "occupancy": maybe((chance.randint(0, 1), day(), maybe(day()))),
        "proposal": maybe((chance.randint(0, 1), maybe(day()))),
        "sharing": [(day(), chance.choice(list(ConsentAnswer))) for _ in range(chance.randint(0, 3))],
    }


@pytest.mark.parametrize("seed", range(6))
def test_the_wall_says_what_visible_to_says_over_random_cases(seed):
    chance, world = random.Random(seed), World()
    for _ in range(40):
        world.add(random_case(chance))
    for user in world.users.values():
        assert list(differences(user, DAY)) == [], user.role


def test_a_confidential_case_is_shut_to_staff_who_are_not_named_with_all_that_goes_with_it():
    household = HouseholdFactory(confidential=True, stage="housed")
    named, other = UserFactory(), UserFactory()
    name_on_case(household, named)
    with scope.user(other):
        assert not Household.objects.filter(pk=household.pk).exists()
        assert not CaseMember.objects.filter(household=household).exists()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            CaseMember.objects.create(household=household, user=other)
    with scope.user(named):
        assert Household.objects.filter(pk=household.pk).exists()


def test_sensitive_needs_are_for_the_team_even_beneath_the_screens():
    records = everything()
    household = records["Household"]
    SensitiveNeed.objects.create(household=household, topic_id=records["NeedTopic"].pk, noted_on=date(2015, 1, 1))
    officer = UserFactory()
    with scope.user(officer):
        assert Household.objects.filter(pk=household.pk).exists()
        assert not SensitiveNeed.objects.exists()
    name_on_case(household, officer)
    with scope.user(officer):
        assert SensitiveNeed.objects.count() == 1


def test_a_search_for_homes_finds_ones_own_only_and_tells_no_number():
    own, foreign = OrganisationFactory(landlord=True), OrganisationFactory(landlord=True)
    UnitFactory(landlord=own, street="Allée des Mimosas"), UnitFactory(landlord=foreign, street="Allée des Mimosas")
    referent = member(Role.LANDLORD_REFERENT, own)

    def found() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT solive_units_holding('MIMOSAS', 100)")
            return [row[0] for row in cursor.fetchall()]

    assert len(found()) == 2
    with scope.user(referent):
        assert found() == list(Unit.objects.values_list("pk", flat=True))
        assert Unit.objects.all().holding("mimosas").count() == 1
    for role in (Role.SUPPORT_WORKER, Role.FUNDER, Role.PRESCRIBER):
        with scope.user(member(role, foreign)):
            assert found() == []
    with scope.nobody():
        assert found() == []


@pytest.mark.parametrize("typed", ["50%", "a_b", "c\\d", "Ézé"])
def test_what_is_typed_is_looked_for_as_it_is(typed):
    UnitFactory(street=f"Rue {typed} Bis"), UnitFactory(street="Rue 500 aXb ccd")
    assert Unit.objects.all().holding(typed).count() == 1


def test_a_file_cannot_be_poured_straight_into_a_protected_table():
    account = settings.DATABASE_ACCOUNTS.application
    with account.connect(connection.settings_dict["NAME"]) as session, pytest.raises(psycopg.Error, match="row-level security"):
        session.cursor().copy("COPY catalogue_unit (reference) FROM STDIN").__enter__()


def test_what_the_rules_are_made_of_is_out_of_the_application_s_reach():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE proname IN ('solive_shut_cases', 'solive_refuses_sharing') AND has_function_privilege(oid, 'EXECUTE')"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'solive%' AND prosecdef AND NOT coalesce(proconfig::text LIKE '%search_path%', false)"
        )
        assert cursor.fetchall() == []


def test_an_organisation_left_opens_nothing_any_more():
    records = everything()
    operator = Organisation.objects.get(pk=records["Organisation"].pk)
    worker = member(Role.SUPPORT_WORKER, operator)
    worker.memberships.update(ends_on=date(2015, 12, 31))
    with scope.user(worker):
        assert not Household.objects.exists()
        assert not Convention.objects.exists()
        assert not Tariff.objects.filter(convention__isnull=False).exists()


def test_a_landlord_sees_the_funding_its_operation_counts_on_and_its_step_but_not_its_amounts():
    landlord = OrganisationFactory(landlord=True)
    followed, other = (Funding.objects.create(funder=OrganisationFactory(), name=name, is_investment=True) for name in ("Suivi", "Autre"))
    for funding in (followed, other):
        FundingStep.objects.create(funding=funding, status="notified", reached_on=date(2015, 2, 1))
        FundingAmount.objects.create(funding=funding, year=2015, amount=1)
    OperationFunding.objects.create(operation=OperationFactory(landlord=landlord), source="subsidy", funding=followed, amount=1)
    with scope.user(member(Role.LANDLORD_REFERENT, landlord)):
        assert [funding.name for funding in Funding.objects.all()] == ["Suivi"]
        assert FundingStep.objects.count() == 1
        assert not FundingAmount.objects.exists()
    with scope.user(member(Role.LANDLORD_REFERENT, OrganisationFactory(landlord=True))):
        assert not Funding.objects.exists()


def test_a_signed_document_is_for_the_parties_of_its_convention():
    landlord, stranger = OrganisationFactory(landlord=True), OrganisationFactory(landlord=True)
    convention = ConventionFactory()
    convention.landlords.add(landlord)
    ConventionDocument.objects.create(convention=convention, name="signe.pdf", content=b"%PDF-", size=5, digest="0" * 64)
    for person in (UserFactory(), member(Role.SUPPORT_WORKER, convention.partner), member(Role.LANDLORD_REFERENT, landlord)):
        with scope.user(person):
            assert ConventionDocument.objects.count() == 1
    for person in (member(Role.LANDLORD_REFERENT, stranger), member(Role.SUPPORT_WORKER, landlord), member(Role.FUNDER, landlord)):
        with scope.user(person):
            assert not ConventionDocument.objects.exists()
            assert not Convention.objects.exists()


def test_those_who_review_access_count_the_cases_that_name_an_account_and_see_none():
    officer = UserFactory()
    name_on_case(HouseholdFactory(), officer)
    for role, found in ((Role.DPO, 1), (Role.ADMINISTRATOR, 1), (Role.GIE_STAFF, 0), (Role.SUPPORT_WORKER, 0)):
        with scope.user(UserFactory(role=role)), connection.cursor() as cursor:
            cursor.execute("SELECT solive_named_cases(%s)", [officer.pk])
            assert cursor.fetchone() == (found,)
    with scope.user(UserFactory(role=Role.DPO)):
        assert not CaseMember.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_without_the_second_wall_a_list_of_staff_still_leaves_out_the_cases_shut_to_them():
    hidden, officer = HouseholdFactory(confidential=True), UserFactory()
    OutreachContactFactory(household=hidden)
    with settings.DATABASE_ACCOUNTS.owner.connect(connection.settings_dict["NAME"]) as owner:
        owner.execute("ALTER TABLE households_outreachcontact DISABLE ROW LEVEL SECURITY")
        try:
            with scope.user(officer):
                assert OutreachContact.objects.exists(), "the wall is down"
                assert not OutreachContact.objects.visible_to(officer).exists()
        finally:
            owner.execute("ALTER TABLE households_outreachcontact ENABLE ROW LEVEL SECURITY")


def bits(*ids: int) -> str:
    """These ids as the database keeps them: one bit each, the nth for the id n, in words of six bytes."""
    return r"\x" + sum(1 << pk for pk in ids).to_bytes((max(ids) // 48 + 1) * 6, "little").hex()


def test_the_cases_of_ones_own_are_told_by_their_ids_alone_however_far_apart():
    operator = OrganisationFactory()
    convention, worker = ConventionFactory(partner=operator), member(Role.SUPPORT_WORKER, operator)
    own = [1_000_007, 1_000_008, 1_000_015, 1_000_016, 1_002_047, 1_002_048]
    for pk in range(1_000_000, 1_000_024):
        HouseholdFactory(pk=pk)
    for pk in range(1_002_040, 1_002_060):
        HouseholdFactory(pk=pk)
    for pk in own:
        SupportMeasureFactory(household_id=pk, convention=convention, planned_ends_on=date(2030, 12, 31))
    with scope.user(worker), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM households_household ORDER BY id")
        assert [pk for (pk,) in cursor.fetchall()] == own
        cursor.execute("SELECT solive_own_case_bits()::text")
        assert cursor.fetchone()[0] == bits(*own)
    with scope.user(member(Role.SUPPORT_WORKER, OrganisationFactory())), connection.cursor() as cursor:
        cursor.execute("SELECT solive_own_case_bits()::text")
        assert cursor.fetchone()[0] == r"\x"


@pytest.mark.django_db(transaction=True)
def test_a_list_kept_while_a_transaction_reads_is_worked_out_anew_once_it_has_written():
    measure = SupportMeasureFactory(planned_ends_on=date(2030, 12, 31))
    operator = measure.convention.partner
    worker, stranger = member(Role.SUPPORT_WORKER, operator), member(Role.SUPPORT_WORKER, OrganisationFactory())
    case, later = measure.household, HouseholdFactory()

    def seen(cursor):
        cursor.execute("SELECT id FROM households_household ORDER BY id")
        return [pk for (pk,) in cursor.fetchall()]

    def kept(cursor):
        cursor.execute("SELECT current_setting('solive.own_cases', true)")
        return cursor.fetchone()[0]

    with connection.cursor() as cursor:
        with transaction.atomic(), scope.user(worker):
            assert seen(cursor) == [case.pk]
            assert kept(cursor) == bits(case.pk)
            with scope.user(stranger):
                assert seen(cursor) == []
            assert seen(cursor) == [case.pk]
            with scope.system("an act of the same request"):
                DiagnosisFactory(household=later, operator=operator)
            assert seen(cursor) == [case.pk, later.pk]
        assert not kept(cursor), "nothing of it outlives the transaction"
        cursor.execute("SELECT set_config('solive.own_cases', %s, false)", [bits(case.pk)])
        with transaction.atomic(), scope.user(stranger):
            assert seen(cursor) == [], "a list without its owner's mark is not read"
        cursor.execute("SELECT set_config('solive.own_cases', '', false)")
