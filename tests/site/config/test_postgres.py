"""The embedded server starts wherever the project lies, and again after it was killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import postgres
from config.postgres import ROOT, SUPERUSER, Server, ServerUnavailable


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A cluster of its own, in a folder whose name has a space and an accent, started once for the module."""
    server = Server(tmp_path_factory.mktemp("un dossier à part"))
    assert server.start() is True
    yield server
    server.stop()
    Path(server.socket_folder).rmdir()


def query(server: Server, statement: str) -> list[tuple[object, ...]]:
    """Run one statement; return its rows, none for a statement that gives none."""
    with psycopg.connect(dbname="postgres", user=SUPERUSER, host=server.socket_folder, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def postmaster(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def kill(server: Server) -> None:
    """SIGKILL the server's main process and wait until it is gone or a zombie, its stale pid file left behind."""
    process = postmaster(server)
    os.kill(process, signal.SIGKILL)
    while (command := Path(f"/proc/{process}/cmdline")).exists() and command.read_bytes():
        time.sleep(0.02)


def test_starting_twice_starts_once(server):
    assert server.start() is False
    assert server.is_running()


def test_no_network_port_is_open(server):
    assert query(server, "SHOW listen_addresses") == [("",)]


def test_only_the_servers_account_may_enter_the_socket_folder(server):
    assert Path(server.socket_folder).stat().st_mode & 0o777 == 0o700


def test_committed_rows_survive_a_killed_server(server):
    query(server, "CREATE TABLE kept AS SELECT 'là' AS word")
    kill(server)
    assert not server.is_running()
    assert server.start() is True
    assert query(server, "SELECT word FROM kept") == [("là",)]


def test_a_pid_file_that_names_another_process_stops_nothing(server):
    """After a reboot the number in the stale file may belong to anybody; that process is left alone."""
    kill(server)
    pid_file = server.data / "postmaster.pid"
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *pid_file.read_text().splitlines()[1:]]) + "\n")
        assert not server.is_running()
        assert server.start() is True
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_lost_socket_folder_is_made_again(server):
    server.stop()
    lost = Path(server.socket_folder)
    lost.rmdir()
    assert server.start() is True
    assert Path(server.socket_folder) != lost
    assert query(server, "SELECT 1") == [(1,)]


def test_without_any_binary_the_message_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "_candidate_folders", lambda: iter([tmp_path]))
    with pytest.raises(ServerUnavailable, match=r"Installez PostgreSQL.*DATABASE_URL"):
        postgres.binaries_folder()


def test_a_command_runs_without_the_embedded_server_when_another_is_named(tmp_path):
    environment = os.environ | {"SOLIVE_VAR": str(tmp_path), "DATABASE_URL": "postgresql://h/d", "PYTHONPATH": "site"}
    command = [sys.executable, "-m", "config.postgres", "run", sys.executable, "-c", "raise SystemExit(7)"]
    assert subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 7
    assert list(tmp_path.iterdir()) == []
