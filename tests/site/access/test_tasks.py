"""Background jobs, run by a real worker under the application's account."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from access.tasks import purge_expired_sessions


@pytest.fixture
def run_jobs():
    """Run every deferred job to its end, as ``config.worker`` would."""

    def run() -> None:
        with app.replace_connector(DjangoConnector().get_worker_connector()):
            app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    return run


def add_session(key: str, *, expires_in: timedelta) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + expires_in)


@pytest.mark.django_db(transaction=True)
def test_the_worker_purges_expired_sessions(run_jobs):
    add_session("gone", expires_in=timedelta(days=-1))
    add_session("alive", expires_in=timedelta(days=1))

    purge_expired_sessions.defer(timestamp=0)
    run_jobs()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["alive"]
    assert list(ProcrastinateJob.objects.values_list("task_name", "status")) == [("access.tasks.purge_expired_sessions", "succeeded")]


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


def test_the_purge_is_on_the_schedule():
    assert "access.tasks.purge_expired_sessions" in {name for name, _ in app.periodic_registry.periodic_tasks}
