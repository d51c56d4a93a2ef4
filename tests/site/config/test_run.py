"""The supervisor: one at a time, on a free port, with a worker that comes back."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from config import environment, run
from config.postgres import ROOT

HOST = "127.0.0.1"


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_the_next_free_port_is_chosen(monkeypatch, taken_port):
    monkeypatch.setattr(run, "FIRST_PORT", taken_port)
    assert run.choose_port(HOST, None) > taken_port


def test_a_port_asked_for_is_taken_or_refused(taken_port):
    with pytest.raises(run.CannotRun, match=f"Le port {taken_port} est pris"):
        run.choose_port(HOST, str(taken_port))


@pytest.mark.parametrize("wanted", ["huit mille", "0", "70000"])
def test_a_port_that_is_none_is_refused(wanted):
    with pytest.raises(run.CannotRun, match="n'est pas un numéro de port"):
        run.choose_port(HOST, wanted)


def test_a_second_run_from_the_same_folder_is_refused_with_the_address_of_the_first(tmp_path):
    note = tmp_path / "var" / "run"
    with run.only_one(note) as handle:
        handle.write("123 http://127.0.0.1:8000/\n")
        handle.flush()
        with pytest.raises(run.CannotRun, match=r"tourne déjà.*http://127\.0\.0\.1:8000/.*123"), run.only_one(note):
            pass
    with run.only_one(note):
        pass


def test_stopping_ends_the_process_that_holds_the_note_and_nothing_else(tmp_path):
    note = tmp_path / "run"
    run.stop(note)
    note.write_text(f"{os.getpid()} stale\n")
    run.stop(note)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, os, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, 2); print(os.getpid(), file=f, flush=True); time.sleep(60)",
            note,
        ]
    )
    while note.read_text().strip() != str(holder.pid):
        time.sleep(0.02)
    run.stop(note)
    assert holder.wait(5) != 0


class FakeSupervisor:
    """Hands out workers that have already ended."""

    def __init__(self) -> None:
        self.children: list[object] = []

    def spawn_worker(self) -> object:
        self.children.append(SimpleNamespace(poll=lambda: -9, returncode=-9))
        return self.children[-1]


def test_a_worker_that_keeps_dying_is_started_again_after_pauses_that_double(monkeypatch, capsys):
    clock = [0.0]
    monkeypatch.setattr(run.time, "monotonic", lambda: clock[0])
    supervisor = FakeSupervisor()
    worker = run.Worker(supervisor)
    started = []
    while len(started) < 7:
        before = supervisor.children[0]
        worker.keep_alive()
        if supervisor.children[0] is not before:
            started.append(clock[0])
        clock[0] += 1
    assert [later - earlier for earlier, later in zip([0.0, *started], started, strict=False)] == [1, 3, 5, 9, 17, 31, 31]
    assert len(supervisor.children) == 1
    assert "Les tâches de fond se sont arrêtées (code -9) ; reprise dans 2 s." in capsys.readouterr().out


def test_the_environment_is_filled_only_when_the_lock_file_changed(monkeypatch, tmp_path):
    lock, folder = tmp_path / "requirements.txt", tmp_path / "venv"
    lock.write_text("django==5.2.19 --hash=sha256:0\n")
    commands: list[list[str]] = []

    def record(command, **options):
        commands.append([str(word) for word in command])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(environment.subprocess, "run", record)
    folder.mkdir()
    assert environment.ensure(lock, folder) is True
    assert environment.ensure(lock, folder) is False
    lock.write_text("django==5.2.20 --hash=sha256:1\n")
    assert environment.ensure(lock, folder) is True
    installations = [command for command in commands if "install" in command]
    assert len(installations) == 2
    assert all({"--require-hashes", "--no-deps"} <= set(command) for command in installations)


def test_an_old_python_is_told_which_one_is_needed(monkeypatch, tmp_path):
    monkeypatch.setattr(environment.sys, "version_info", (3, 9, 2))
    with pytest.raises(environment.EnvironmentUnusable, match=r"Python 3\.11 ou plus"):
        environment.ensure(tmp_path / "requirements.txt", tmp_path)


def test_every_make_target_is_explained():
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "lint", "format", "bench", "audit", "stop", "lock", "clean"):
        assert f"make {target} " in shown


def test_the_repository_names_no_package_server():
    for name in ("Makefile", "pyproject.toml", ".ci/run"):
        text = Path(ROOT / name).read_text()
        assert "--index-url" not in text.replace("--no-emit-index-url", "")
        assert "--find-links" not in text
