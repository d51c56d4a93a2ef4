"""Settings refuse what would be unsafe, and the lock files name no address."""

import os
import subprocess
import sys

import pytest

from config.postgres import ROOT

COMPLETE = {
    "SECRET_KEY": "cle-de-production-0123456789-abcdefghij-9876543210-klmnop",
    "ALLOWED_HOSTS": "solive.example",
    "BASE_URL": "https://solive.example",
    "DATABASE_URL": "postgresql:///solive?host=/nulle-part",
}


def run_python(statements: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python on its own, with these variables and none of the project's others."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", statements, *arguments],
        cwd=ROOT,
        env=inherited | {"PYTHONPATH": "site"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_production_does_not_start_without(missing, tmp_path):
    given = {name: value for name, value in COMPLETE.items() if name != missing}
    done = run_python("import config.settings.production", SOLIVE_VAR=str(tmp_path), **given)
    assert done.returncode != 0
    assert f"La variable d'environnement {missing} manque" in done.stderr
    assert list(tmp_path.iterdir()) == [], "the embedded server was created"


def test_production_starts_with_all_of_them_and_takes_no_demonstration():
    done = run_python("import config.settings.production as s; print(s.DEBUG, s.DEMO_DATA_ALLOWED, s.SESSION_COOKIE_SECURE)", **COMPLETE)
    assert done.stdout.split() == ["False", "False", "True"], done.stderr


@pytest.mark.parametrize(("command", "owner"), [("migrate", True), ("check", False), ("seed_demo", False), ("procrastinate", False)])
def test_only_the_commands_that_change_tables_run_as_their_owner(command, owner):
    probe = (
        "import os, sys, runpy, django.core.management as m;"
        "m.execute_from_command_line = lambda argv: print(os.environ.get('SOLIVE_DATABASE_ACCOUNT'));"
        "sys.argv = ['manage.py', sys.argv[1]];"
        "runpy.run_path('manage.py', run_name='__main__')"
    )
    done = run_python(probe, command)
    assert done.stdout.strip() == ("owner" if owner else "None"), done.stderr


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_lock_files_name_no_address_and_hash_everything(name):
    text = (ROOT / name).read_text()
    assert "http" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    requirements = text.replace("\\\n", " ").splitlines()
    assert [line for line in requirements if "==" in line and "--hash=sha256:" not in line] == []


def test_the_development_lock_only_adds_to_the_other():
    """So that `make run` after `make test` changes no version."""

    def versions(name: str) -> set[str]:
        return {line.rstrip(" \\") for line in (ROOT / name).read_text().splitlines() if "==" in line}

    assert versions("requirements.txt") <= versions("requirements-dev.txt")
