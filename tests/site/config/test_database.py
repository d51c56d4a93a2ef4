"""The application's own account: neither superuser nor owner of what it reads."""

from pathlib import Path

import pytest
from django.db import connection

from config import database

ROOT = Path(__file__).resolve().parents[3]


def test_site_folder_is_never_a_package():
    """The standard library owns the name `site`."""
    assert not (ROOT / "site" / "__init__.py").exists()


@pytest.mark.django_db
def test_tests_run_as_the_application():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (database_user(), False, False, False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        assert cursor.fetchone() == (0,)


def database_user() -> str:
    from django.conf import settings

    return settings.DATABASE_ACCOUNTS.application.user


def test_one_url_names_the_owner_and_an_application_account_is_derived(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://chef:s%40cret@db.example:5433/solive?sslmode=require")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    found = database.accounts(tmp_path, "secret")
    assert (found.owner.user, found.owner.password, found.owner.host, found.owner.port) == ("chef", "s@cret", "db.example", "5433")
    assert found.owner.options == (("sslmode", "require"),)
    assert found.application.user == "solive_app"
    assert found.application.password not in ("", "s@cret")


def test_two_urls_name_each_account(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:a@h/solive")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://boss:b@h/solive")
    found = database.accounts(tmp_path, "secret")
    assert (found.application.user, found.owner.user, found.manages_accounts) == ("app", "boss", False)


def test_a_socket_folder_may_stand_as_host():
    assert database.from_url("postgresql://u@/solive?host=/run/postgresql").host == "/run/postgresql"


@pytest.mark.django_db
def test_french_is_folded_in_the_database_and_in_python_alike():
    from access.text import fold

    with connection.cursor() as cursor:
        for text in ("Fougères", "SAINT-MALO", "Cœur d'Île"):
            cursor.execute("SELECT solive_fold(%s)", [text])
            assert cursor.fetchone() == (fold(text),)
