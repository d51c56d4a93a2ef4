"""In whose name the database is asked: by requests, by jobs and commands, by nobody; and what is left behind of it."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

from access import scope
from access.scope import NOBODY, RequestScopeMiddleware, Values
from partners.models import Organisation
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("site/access", "site/pages", "partners", "catalogue", "households")


@pytest.fixture
def officer():
    return UserFactory()


def asked(rf, person, view):
    """What a view answers to a request of ``person``, through the middleware alone."""
    request = rf.get("/")
    request.COOKIES["sessionid"] = "any"
    request.user = person
    return RequestScopeMiddleware(view)(request)


def of(person) -> Values:
    return Values(person.role, str(person.pk), timezone.localdate().isoformat(), "3")


def test_a_request_is_asked_in_the_scope_of_who_signed_in(rf, officer):
    seen = []
    before = scope.current()
    asked(rf, officer, lambda request: seen.append(scope.current()) or HttpResponse())
    assert seen == [of(officer)]
    assert scope.current() == before


def test_what_a_client_sends_sets_no_scope(client, officer, monkeypatch):
    seen = []
    monkeypatch.setattr("access.doors.DoorsMiddleware.__call__", lambda self, request: seen.append(scope.current()) or self.get_response(request))
    client.force_login(officer)
    client.cookies["solive.role"] = "system"
    client.get("/gestion/", {"solive.role": "system", "role": "system"}, headers={"X-Solive-Role": "system"})
    assert seen == [of(officer)]


def test_a_visitor_has_no_scope_and_costs_no_query(client, monkeypatch, django_assert_num_queries):
    seen = []
    monkeypatch.setattr("access.doors.DoorsMiddleware.__call__", lambda self, request: seen.append(scope.current()) or HttpResponse())
    with django_assert_num_queries(0):
        client.get("/")
    assert seen == [NOBODY]


def test_an_account_that_is_closed_has_no_scope(officer):
    officer.is_active = False
    with scope.user(officer):
        assert scope.current() == NOBODY


def test_scopes_stand_in_one_another_and_are_left_in_order(officer):
    with scope.user(officer, on=date(2015, 6, 1)):
        assert scope.current().day == "2015-06-01"
        with scope.aggregate("a count"):
            assert scope.current().role == scope.AGGREGATE
        with pytest.raises(ZeroDivisionError), scope.system("a failure"):
            _ = 1 / 0
        assert scope.current().role == officer.role


def test_a_statement_that_fails_leaves_no_scope_behind(officer):
    with scope.user(officer):
        with pytest.raises(DatabaseError), transaction.atomic(), scope.system("a failure"), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert scope.current() == of(officer)


def test_a_view_that_fails_writes_nothing_and_its_page_is_drawn_in_scope(rf, officer):
    drawn = []
    middleware = RequestScopeMiddleware(lambda request: None)

    def fails(request):
        OrganisationFactory(code="half-written")
        middleware.process_exception(request, PermissionDenied())
        drawn.append((scope.current(), Organisation.objects.filter(code="half-written").exists()))
        return HttpResponse(status=403)

    middleware.get_response = fails
    request = rf.get("/")
    request.COOKIES["sessionid"], request.user = "any", officer
    middleware(request)
    assert drawn == [(of(officer), False)]


@pytest.mark.parametrize(("status", "is_kept"), [(200, True), (404, True), (500, False), (503, False)])
def test_an_error_of_ours_undoes_what_was_written(rf, officer, status, is_kept):
    asked(rf, officer, lambda request: OrganisationFactory(code="written") and HttpResponse(status=status))
    assert Organisation.objects.filter(code="written").exists() is is_kept


def test_what_must_be_told_whatever_happens_is_written_after_the_undoing(rf, officer):
    def fails(request):
        scope.at_the_end(lambda: OrganisationFactory(code="told"))
        OrganisationFactory(code="undone")
        return HttpResponse(status=500)

    asked(rf, officer, fails)
    assert list(Organisation.objects.filter(code__in=["told", "undone"]).values_list("code", flat=True)) == ["told"]


def test_outside_a_request_it_is_written_at_once():
    scope.at_the_end(lambda: OrganisationFactory(code="told"))
    assert Organisation.objects.filter(code="told").exists()


def test_a_streamed_answer_is_produced_in_the_scope_of_who_asked(rf, officer):
    def pieces() -> Iterator[bytes]:
        yield ",".join(scope.current()).encode()

    before = scope.current()
    answer = asked(rf, officer, lambda request: StreamingHttpResponse(pieces()))
    assert scope.current() == before
    assert b"".join(answer.streaming_content).decode() == ",".join(of(officer))
    assert scope.current() == before


@pytest.mark.django_db(transaction=True)
def test_a_job_is_in_its_scope_whatever_transactions_it_makes_and_leaves_none():
    with scope.nobody():
        with scope.system("a job"):
            with transaction.atomic():
                assert scope.current().role == scope.SYSTEM
            beside = connection.copy()
            try:
                with beside.cursor() as cursor:
                    cursor.execute("SELECT current_setting('solive.role')")
                    assert cursor.fetchone() == (scope.SYSTEM,)
            finally:
                beside.close()
        assert scope.current() == NOBODY


@pytest.mark.django_db(transaction=True)
def test_the_scope_of_a_request_ends_with_its_transaction(rf, officer):
    with scope.nobody():
        asked(rf, officer, lambda request: HttpResponse())
        assert scope.current() == NOBODY


def test_the_application_reaches_the_database_under_an_account_that_owns_nothing_and_bypasses_nothing():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, (SELECT count(*) FROM pg_class WHERE relowner = r.oid AND relkind IN ('r', 'p'))"
            " FROM pg_roles r WHERE rolname = current_user AND rolname <> %s",
            [connection.settings_dict["NAME"]],
        )
        assert cursor.fetchone() == (False, False, False, 0)


def wider_scopes() -> set[tuple[str, str]]:
    """Every place of the code that declares the house's own scope or that of a count: the file, and the reason it gives."""
    found = set()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = node.func if isinstance(node, ast.Call) else None
                called = name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")
                if called in ("system", "aggregate") and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                    found.add((path.relative_to(ROOT).as_posix(), node.args[0].value))
    return found


WRITES_ALL = {
    ("catalogue/tasks.py", "purge of stock files"),
    ("households/management/commands/anonymise.py", "anonymisation"),
    ("households/management/commands/refresh_next_actions.py", "what every case waits for"),
    ("households/management/commands/seed_demo.py", "demonstration data"),
    ("households/management/commands/send_digests.py", "letters of what waits on each"),
    ("households/privacy/rights.py", "a person's request"),
    ("households/privacy/rights.py", "an erasure that a person asks for"),
    ("households/privacy/rights.py", "an objection"),
    ("households/privacy/rights.py", "the answer to a person's request"),
    ("households/tasks.py", "notices of anonymisation"),
    ("households/tasks.py", "purge of the files of reports"),
    ("households/writing.py", "a write to cases"),
    ("site/access/exchange/command.py", "a file imported from the command line"),
    ("site/access/exchange/command.py", "an import undone from the command line"),
    ("site/access/exchange/work.py", "a file read, written or taken back by the worker"),
}
"""Where the house itself works: reads and writes everything."""

READS_ALL = {
    ("catalogue/management/commands/export_units.py", "a landlord's homes as a file"),
    ("households/actions/twins.py", "what happened since a merge"),
    ("households/application_numbers.py", "a number that another case bears"),
    ("households/backoffice/case_views.py", "the case that another was taken into"),
    ("households/backoffice/committee/views.py", "a case on an agenda"),
    ("households/backoffice/committee/views.py", "the cases of an agenda, by reference"),
    ("households/backoffice/deadlines.py", "measures under the conventions that end"),
    ("households/backoffice/homes.py", "whether anybody lives in a home"),
    ("households/backoffice/money.py", "how many measures run under a convention"),
    ("households/backoffice/money.py", "what cost lines are grouped by"),
    ("households/backoffice/privacy.py", "a person's request"),
    ("households/backoffice/privacy.py", "all the data on one person"),
    ("households/backoffice/privacy.py", "how much leaves the active base"),
    ("households/backoffice/privacy.py", "persons' requests"),
    ("households/backoffice/privacy.py", "what leaves the active base"),
    ("households/committee_sheet.py", "the sheet of a case, without a name"),
    ("households/conventions.py", "measures at once under a convention"),
    ("households/conventions.py", "measures beyond the end of a convention"),
    ("households/ledger.py", "a day that no price covers"),
    ("households/ledger.py", "cost lines"),
    ("households/management/commands/costs.py", "costs told on the command line"),
    ("households/management/commands/scheme_sheet.py", "the scheme sheet as a file"),
    ("households/matching/search.py", "homes that nobody lives in"),
    ("households/matching/search.py", "how many homes nobody lives in"),
    ("households/matching/search.py", "whether nobody lives in a home"),
    ("households/merging.py", "what a merge would move"),
    ("households/minutes.py", "the minutes of a session"),
    ("households/mobilisation.py", "homes of the scheme"),
    ("households/models/own_cases.py", "what narrows a reader's lists"),
    ("households/money.py", "what pays for the scheme"),
    ("households/privacy/rights.py", "where a person is held"),
    ("households/scheme_sheet.py", "the scheme sheet"),
    ("households/scheme_sheet.py", "the years of the scheme sheet"),
    ("households/statements.py", "confidential cases of a statement"),
    ("households/statements.py", "what statements should say"),
    ("households/steering.py", "the steering table"),
    ("households/targets.py", "homes reached"),
    ("households/targets.py", "households reached"),
    ("households/yearly_report.py", "the yearly report"),
    ("site/access/journal/recording.py", "the case that a changed row belongs to"),
}
"""Where something is counted, checked or told without a name over more than the reader sees: reads everything, writes nothing."""


def test_wider_scopes_are_few_and_known():
    assert wider_scopes() == WRITES_ALL | READS_ALL


UNPROTECTED = {"import_directory", "remind_entries", "seed_documents", "seed_site", "verify_journal"}
"""The commands that touch no protected table: they need no scope."""


def test_every_command_declares_its_scope():
    declared = {path for path, _reason in wider_scopes()} | {"site/access/exchange/command.py"}
    for room in ROOMS:
        for path in sorted((ROOT / room).glob("management/commands/[a-z]*.py")):
            text = path.read_text(encoding="utf-8")
            inherits = "ImportCommand" in text or "UndoCommand" in text
            assert inherits or path.stem in UNPROTECTED or path.relative_to(ROOT).as_posix() in declared, f"{path.stem} declares no scope"
