"""Bring the database and the static files up to date, doing nothing that is already done.

    python -m config.prepare

One process for these steps, since loading Django is the dearest of them: migrate as the tables' owner, then seed as the application's
account, then collect static files. The demonstration's accounts go to standard output, progress to standard error.
"""

import hashlib
import os
import sys
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from config.database import OWNER_SWITCH


def main() -> None:
    os.environ[OWNER_SWITCH] = "owner"
    django.setup()
    migrate()
    become_application()
    call_command("refresh_next_actions", stdout=sys.stderr)
    call_command("seed_site", stdout=sys.stderr, checked_on=timezone.localdate() if settings.DEMO_DATA_ALLOWED else None)
    call_command("seed_documents", stdout=sys.stderr)
    accounts = StringIO()
    if settings.DEMO_DATA_ALLOWED:
        say("Données de démonstration…")
        call_command("seed_demo", stdout=accounts)
    collect_static()
    sys.stdout.write(accounts.getvalue())


def migrate() -> None:
    """Apply the migrations that are missing, if any."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Mise à jour de la base…")
        call_command("migrate", verbosity=0, interactive=False)


def become_application() -> None:
    """Leave the owner's account for the one that serves, so that seeding has the rights of a request and no more."""
    connection.close()
    connection.settings_dict.update(settings.DATABASE_ACCOUNTS.application.as_settings())


def collect_static() -> None:
    """Collect static files again when one of them changed."""
    stamp = Path(settings.STATIC_ROOT).with_suffix(".stamp")
    found = static_fingerprint()
    if stamp.exists() and stamp.read_text() == found:
        return
    say("Préparation des fichiers statiques…")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(found)


def static_fingerprint() -> str:
    """A digest of the storage in use and of the path, size and date of every static file."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
