"""Background jobs, run by a real worker under the application's account."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from access.tasks import MOST_ATTEMPTS, purge_expired_sessions, purge_finished_jobs, resume_orphaned_jobs


def add_session(key: str, *, expires_in: timedelta) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + expires_in)


@pytest.mark.django_db(transaction=True)
def test_the_worker_purges_expired_sessions(run_jobs):
    add_session("gone", expires_in=timedelta(days=-1))
    add_session("alive", expires_in=timedelta(days=1))

    job = purge_expired_sessions.defer(timestamp=0)
    run_jobs()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["alive"]
    assert ProcrastinateJob.objects.get(pk=job).status == "succeeded"


@pytest.mark.django_db
def test_the_application_account_may_use_all_that_the_queue_is_made_of():
    refused = """
        SELECT proname FROM pg_proc WHERE proname LIKE 'procrastinate%' AND NOT has_function_privilege(oid, 'EXECUTE')
        UNION ALL SELECT relname FROM pg_class WHERE relname LIKE 'procrastinate%' AND (
            (relkind = 'r' AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
                AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')))
            OR (relkind = 'S' AND NOT has_sequence_privilege(oid, 'USAGE')))
        UNION ALL SELECT typname FROM pg_type WHERE typname LIKE 'procrastinate%' AND NOT has_type_privilege(oid, 'USAGE')
    """
    with connection.cursor() as cursor:
        cursor.execute(refused)
        assert cursor.fetchall() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("attempts", "outcome"), [(0, "succeeded"), (MOST_ATTEMPTS, "failed")])
def test_a_job_whose_worker_was_killed_is_done_after_all_unless_it_kills_every_worker(run_jobs, attempts, outcome):
    orphan = purge_expired_sessions.defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL, attempts = %s WHERE id = %s", [attempts, orphan])

    resume_orphaned_jobs.defer(timestamp=0)
    run_jobs()

    assert ProcrastinateJob.objects.get(pk=orphan).status == outcome


@pytest.mark.django_db(transaction=True)
def test_an_orphan_whose_like_waits_already_is_let_go(run_jobs):
    orphan = purge_expired_sessions.defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL WHERE id = %s", [orphan])
    resume_orphaned_jobs.defer(timestamp=0)
    waiting = purge_expired_sessions.defer(timestamp=0)

    run_jobs()

    assert ProcrastinateJob.objects.get(pk=orphan).status == "aborted"
    assert ProcrastinateJob.objects.get(pk=waiting).status == "succeeded"


@pytest.mark.django_db(transaction=True)
def test_jobs_that_ended_long_ago_are_forgotten(run_jobs):
    old = purge_expired_sessions.defer(timestamp=0)
    run_jobs()
    recent = purge_expired_sessions.defer(timestamp=0)
    run_jobs()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '31 days' WHERE job_id = %s", [old])

    purge_finished_jobs.defer(timestamp=0)
    run_jobs()

    kept = set(ProcrastinateJob.objects.values_list("pk", flat=True))
    assert recent in kept
    assert old not in kept


@pytest.mark.parametrize("name", ["purge_expired_sessions", "purge_finished_jobs", "resume_orphaned_jobs", "close_accounts_of_leavers"])
def test_the_job_is_on_the_schedule(name):
    assert f"access.tasks.{name}" in {task for task, _ in app.periodic_registry.periodic_tasks}
