"""``make run``: the database, the web server and the background worker, kept alive by one supervisor.

    python -m config.run            start everything, print the address and the demonstration's accounts, stay until Ctrl-C
    python -m config.run stop       stop the one that runs from this folder

What the supervisor does when a part dies: the embedded database and the worker are started again, the worker after a pause that
doubles each time; the end of the web server ends everything, with exit code 1. Its children get SIGTERM if it is killed itself, and
the next start recovers from whatever was left. The database is stopped only by the run that started it.
"""

import ctypes
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TextIO

from config.postgres import ROOT, Server, ServerUnavailable, var_folder

FIRST_PORT, PORTS_TRIED, LAST_PORT = 8000, 100, 65_535
ANSWER_SECONDS, STOP_SECONDS = 60, 20
LONGEST_PAUSE_SECONDS, SETTLED_SECONDS, DATABASE_CHECK_SECONDS = 30, 60, 5
TICK_SECONDS = 0.1


class CannotRun(Exception):
    """Solive cannot start or go on; the message says why."""


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM or the terminal's closing."""


class Supervisor:
    """Starts the parts in order and watches over them."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.server = None if os.environ.get("DATABASE_URL") else Server(var_folder() / "postgres")
        self.children: list[subprocess.Popen[bytes]] = []
        self._asked_to_stop = False

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}/"

    def run(self) -> None:
        """Run until asked to stop. Raises CannotRun or ServerUnavailable when a part cannot be started, or the web server dies."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_stop)
        started_database = bool(self.server and self.server.start())
        try:
            accounts = self._prepare()
            web = self._spawn(
                "gunicorn", "--pythonpath", "site", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket",
                "--log-level", "warning", "--bind", f"{self.host}:{self.port}", "config.wsgi",
            )  # fmt: skip
            worker = Worker(self)
            self._wait_for_answer(web)
            print(f"\nCtrl-C pour arrêter.\n\nSolive est prêt : {self.address}\nEspace de gestion : {self.address}gestion/\n\n{accounts}", flush=True)
            self._watch(web, worker)
        except Stopped:
            print("\nArrêt de Solive…", flush=True)
        finally:
            self._end_children()
            if self.server and started_database:
                self.server.stop()

    def pause(self, seconds: float) -> None:
        """Sleep. Raises Stopped as soon as somebody asks for the end."""
        until = time.monotonic() + seconds
        while not self._asked_to_stop and time.monotonic() < until:
            time.sleep(min(TICK_SECONDS, seconds))
        if self._asked_to_stop:
            raise Stopped

    def spawn_worker(self) -> subprocess.Popen[bytes]:
        return self._spawn("config.worker")

    def _note_stop(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop = True

    def _spawn(self, module: str, *arguments: str, stdout: TextIO | None = None) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": "site", "PORT": str(self.port)},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        self.children.append(child)
        return child

    def _prepare(self) -> str:
        """Update the database and the static files; return the demonstration's accounts, as the text to show."""
        with tempfile.TemporaryFile("w+") as output:
            child = self._spawn("config.prepare", stdout=output)
            while child.poll() is None:
                self.pause(TICK_SECONDS)
            if child.returncode != 0:
                raise CannotRun("La base ou les fichiers du site n'ont pas pu être préparés : voyez le message ci-dessus.")
            output.seek(0)
            return output.read()

    def _wait_for_answer(self, web: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < until:
            self._require(web)
            connection = http.client.HTTPConnection(self.host, self.port, timeout=ANSWER_SECONDS)
            try:
                connection.request("GET", "/")
                status = connection.getresponse().status
            except OSError:
                self.pause(TICK_SECONDS)
                continue
            finally:
                connection.close()
            if status >= http.client.INTERNAL_SERVER_ERROR:
                print(f"Attention : la page d'accueil répond par une erreur {status}.", flush=True)
            return
        raise CannotRun(f"Le site ne répond pas après {ANSWER_SECONDS} secondes.")

    def _watch(self, web: subprocess.Popen[bytes], worker: "Worker") -> None:
        database_due = 0.0
        while True:
            self.pause(TICK_SECONDS)
            self._require(web)
            worker.keep_alive()
            if self.server and time.monotonic() >= database_due:
                if self.server.start():
                    print("La base embarquée s'était arrêtée : elle est relancée.", flush=True)
                database_due = time.monotonic() + DATABASE_CHECK_SECONDS

    def _require(self, web: subprocess.Popen[bytes]) -> None:
        if web.poll() is not None:
            raise CannotRun(f"Le serveur web s'est arrêté (code {web.returncode}). Solive s'arrête.")

    def _end_children(self) -> None:
        for child in self.children:
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + STOP_SECONDS
        for child in self.children:
            try:
                child.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


class Worker:
    """The background worker, started again whenever it ends."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._pause_seconds = 1
        self._due: float | None = None
        self._start()

    def keep_alive(self) -> None:
        """Start it again when it ended and its pause is over."""
        if self._process.poll() is None:
            return
        now = time.monotonic()
        if self._due is None:
            if now - self._started > SETTLED_SECONDS:
                self._pause_seconds = 1
            print(f"Les tâches de fond se sont arrêtées (code {self._process.returncode}) ; reprise dans {self._pause_seconds} s.", flush=True)
            self._due = now + self._pause_seconds
            self._pause_seconds = min(2 * self._pause_seconds, LONGEST_PAUSE_SECONDS)
        elif now >= self._due:
            self._supervisor.children.remove(self._process)
            self._start()

    def _start(self) -> None:
        self._process = self._supervisor.spawn_worker()
        self._started = time.monotonic()
        self._due = None


def _end_with_parent() -> None:
    """First act of a child: ask the kernel, where it is Linux, for a SIGTERM when the supervisor dies, even killed."""
    if sys.platform == "linux":
        parent_death_signal = 1
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGTERM, 0, 0, 0)


def choose_port(host: str, wanted: str | None) -> int:
    """The port to serve on: ``wanted`` or else the first free one from 8000. Raises CannotRun when there is none."""
    if wanted and not (wanted.isdecimal() and 0 < int(wanted) <= LAST_PORT):
        raise CannotRun(f"PORT={wanted} n'est pas un numéro de port.")
    candidates = [int(wanted)] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for port in candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise CannotRun(f"Le port {wanted} est pris : choisissez-en un autre (PORT=…)." if wanted else "Aucun port libre entre 8000 et 8099.")


@contextmanager
def only_one(note: Path) -> Iterator[TextIO]:
    """Hold ``note``, where the running supervisor writes its process number and address. Raises CannotRun when another holds it."""
    note.parent.mkdir(parents=True, exist_ok=True)
    with open(note, "a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            process, _, address = handle.read().strip().partition(" ")
            raise CannotRun(f"Solive tourne déjà depuis ce dossier : {address} (processus {process} ; « make stop » l'arrête).") from None
        yield handle


def stop(note: Path) -> None:
    """End the supervisor that holds ``note`` and wait for its end. Raises CannotRun when it does not end in time."""
    if not note.exists():
        return
    until = time.monotonic() + STOP_SECONDS + 10
    asked = False
    while time.monotonic() < until:
        with open(note) as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                written = handle.read().split()
            else:
                return
        if written and not asked:
            os.kill(int(written[0]), signal.SIGTERM)
            asked = True
        time.sleep(TICK_SECONDS)
    raise CannotRun("Solive ne s'arrête pas.")


def main(arguments: list[str]) -> None:
    note = var_folder() / "run"
    if arguments == ["stop"]:
        stop(note)
        return
    with only_one(note) as handle:
        host = os.environ.get("HOST", "127.0.0.1")
        supervisor = Supervisor(host, choose_port(host, os.environ.get("PORT")))
        handle.truncate(0)
        handle.write(f"{os.getpid()} {supervisor.address}\n")
        handle.flush()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
        os.environ.setdefault("DEBUG", "0")
        os.environ.setdefault("BASE_URL", supervisor.address.rstrip("/"))
        supervisor.run()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (CannotRun, ServerUnavailable) as error:
        sys.exit(str(error))
