"""A database per run, copied from a migrated template, and reached under the application's account as in real life."""

import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg.pq import TransactionStatus

from config import database

hypothesis_settings.register_profile("solive", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
hypothesis_settings.load_profile("solive")

ROOT = Path(__file__).resolve().parents[1]


def use_database(account: database.Account, name: str) -> None:
    """Point Django's default connection at database ``name`` under ``account``."""
    connections.close_all()
    connection.settings_dict.update(NAME=name, USER=account.user, PASSWORD=account.password)


def migrations_fingerprint() -> str:
    digest = hashlib.sha256()
    followed = [*ROOT.glob("*/apps.py"), *ROOT.glob("site/*/apps.py"), ROOT / "site/access/journal/tracked.py", ROOT / "households/journal.py"]
    files = [
        *followed,
        *ROOT.glob("*/migrations/*.py"),
        *ROOT.glob("site/*/migrations/*.py"),
        *ROOT.glob("catalogue/data/*.csv"),
        ROOT / "requirements.txt",
    ]
    for path in sorted(files):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


@pytest.fixture(scope="session")
def database_template(django_db_blocker) -> str:
    """The name of a migrated, empty database; made once for each state of the migrations."""
    accounts = settings.DATABASE_ACCOUNTS
    prefix = f"test_{accounts.owner.name}_template_"
    name = prefix + migrations_fingerprint()
    with accounts.administrator.connect("postgres") as admin:
        admin.execute("SELECT pg_advisory_lock(hashtext('solive test template'))")
        database.prepare(accounts)
        known = {row[0] for row in admin.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [prefix + "%"])}
        if name not in known:
            for old in known:
                database.drop_database(accounts, old)
            unfinished = f"{name}_unfinished"
            database.create_database(accounts, unfinished)
            with django_db_blocker.unblock():
                use_database(accounts.owner, unfinished)
                call_command("migrate", verbosity=0, interactive=False)
                connections.close_all()
            admin.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


def drop_leftovers(accounts: database.Accounts) -> None:
    """Drop the databases of runs that were killed: their names end in the number of a process that is gone."""
    with accounts.administrator.connect("postgres") as admin:
        names = [row[0] for row in admin.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"test_{accounts.owner.name}_%"])]
    for name in names:
        process = name.rpartition("_")[2]
        if process.isdigit() and not Path(f"/proc/{process}").exists():
            database.drop_database(accounts, name)


serving = threading.local()


def declare_scopes() -> None:
    """Tests write and read as the house's own work does; what a request of theirs asks is asked in the scope of who signed in, as in real life."""
    answer = BaseHandler.get_response

    def set_base(role: str) -> None:
        session = connection.connection
        if session is not None and not session.closed and session.info.transaction_status != TransactionStatus.INERROR:
            session.execute("SELECT set_config('solive.role', %s, false)", [role])

    def opened(connection: object, **kwargs: object) -> None:
        if not getattr(serving, "is_under_way", False):
            connection.connection.execute("SELECT set_config('solive.role', 'system', false)")

    def serve(self: BaseHandler, request: object) -> object:
        serving.is_under_way = True
        set_base("")
        try:
            return answer(self, request)
        finally:
            serving.is_under_way = False
            set_base("system")

    connection_created.connect(opened, weak=False, dispatch_uid="tests")
    BaseHandler.get_response = serve


@pytest.fixture(scope="session")
def django_db_setup(database_template: str, django_db_blocker) -> Iterator[None]:
    accounts = settings.DATABASE_ACCOUNTS
    name = f"test_{accounts.owner.name}_{os.getpid()}"
    drop_leftovers(accounts)

    def restore(self: object = None, *args: object) -> None:
        connections.close_all()
        database.drop_database(accounts, name)
        database.create_database(accounts, name, template=database_template)

    restore()
    use_database(accounts.application, name)
    declare_scopes()
    TransactionTestCase._fixture_teardown = restore  # the application's account may not TRUNCATE
    yield
    connections.close_all()
    database.drop_database(accounts, name)


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture
def page_cache(tmp_path: Path, settings) -> None:
    """The cache of public pages as it is in real life; tests do without it unless they ask."""
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path / "pages"}}
