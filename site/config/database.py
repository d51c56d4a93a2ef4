"""Which database, and under which account.

Two accounts, never mixed: the *owner* creates and migrates the tables, the *application* reads and writes rows and owns nothing.

- ``DATABASE_URL`` alone: the account it names is the owner; the application's account ``<database>_app`` is created for it.
- ``DATABASE_URL`` and ``DATABASE_OWNER_URL``: the first is the application's, the second the owner's.
- neither: the embedded server under ``var/``.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg import sql

from config.postgres import SUPERUSER, Server

OWNER_SWITCH = "SOLIVE_DATABASE_ACCOUNT"
EMBEDDED_DATABASE = "solive"


@dataclass(frozen=True)
class Account:
    """How one account reaches one database. ``options`` are libpq's further connection parameters."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: tuple[tuple[str, str], ...] = ()

    def as_settings(self) -> dict[str, Any]:
        """The entry of Django's DATABASES for this account."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": self.port,
            "OPTIONS": dict(self.options),
        }

    def connect(self, database: str | None = None) -> psycopg.Connection[Any]:
        return psycopg.connect(
            dbname=database or self.name,
            user=self.user,
            password=self.password or None,
            host=self.host or None,
            port=self.port or None,
            autocommit=True,
            **dict[str, Any](self.options),
        )


@dataclass(frozen=True)
class Accounts:
    """The three hats: ``administrator`` creates accounts and databases, ``owner`` migrates, ``application`` serves."""

    administrator: Account
    owner: Account
    application: Account
    manages_accounts: bool


def accounts(folder: Path, secret: str) -> Accounts:
    """The accounts the environment asks for; starts the embedded server when it asks for none.

    ``secret`` derives the password of an application account that Solive creates by itself.
    """
    url, owner_url = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    if url and owner_url:
        owner = from_url(owner_url)
        return Accounts(owner, owner, from_url(url), manages_accounts=False)
    if url:
        owner = from_url(url)
        password = hmac.new(secret.encode(), owner.name.encode(), hashlib.sha256).hexdigest()
        return Accounts(owner, owner, replace(owner, user=f"{owner.name}_app", password=password), manages_accounts=True)
    server = Server(folder / "postgres")
    server.start()
    superuser = Account(EMBEDDED_DATABASE, SUPERUSER, "", server.socket_folder, "")
    return Accounts(superuser, replace(superuser, user="solive_owner"), replace(superuser, user="solive_app"), manages_accounts=True)


def from_url(url: str) -> Account:
    """Read ``postgresql://user:password@host:port/name?option=value``; ``host`` may also be an option (a socket folder)."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    port = options.pop("port", None) or str(parts.port or "")
    return Account(
        name=unquote(parts.path.lstrip("/")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=host,
        port=port,
        options=tuple(sorted(options.items())),
    )


def prepare(found: Accounts) -> None:
    """Create what is missing of the accounts and the database. Safe to repeat."""
    if found.manages_accounts:
        with found.administrator.connect("postgres") as connection:
            if found.owner != found.administrator:
                _ensure_account(connection, found.owner)
            _ensure_account(connection, found.application)
    create_database(found, found.owner.name)


def create_database(found: Accounts, name: str, template: str | None = None) -> None:
    """Create database ``name`` unless it exists, owned by the owner, open to the application, empty or a copy of ``template``."""
    with found.administrator.connect("postgres") as connection:
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not exists:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(found.owner.user), sql.Identifier(template or "template0")
                )
            )
        connection.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(found.application.user))
        )
    with found.owner.connect(name) as connection:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {app}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        ):
            connection.execute(sql.SQL(statement).format(app=sql.Identifier(found.application.user)))


def drop_database(found: Accounts, name: str) -> None:
    """Drop database ``name``, ending whatever is connected to it."""
    with found.administrator.connect("postgres") as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _ensure_account(connection: psycopg.Connection[Any], account: Account) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [account.user]).fetchone()
    if not exists:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS").format(sql.Identifier(account.user)))
    if account.password:
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(account.user), sql.Literal(account.password)))
