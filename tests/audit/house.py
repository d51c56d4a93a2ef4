"""A whole house of its own: database, web server and worker as real processes, that can be killed and set up again."""

import http.client
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from access import scope
from config.postgres import ROOT, Server
from households.demo.world import PASSWORD

HOST = "127.0.0.1"
UP_SECONDS = 60
OFFICER = "claire@gie-solive.example"
LOST = 0
"""The status of an answer that never came."""


class House:
    """Everything under ``folder``, on a free port. ``mend`` starts again whatever was killed, as an operator or a supervisor does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = Server(folder / "postgres")
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://{HOST}:{self.port}"
        self.log = open(folder / "house.log", "ab")  # noqa: SIM115  open as long as the house
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.server.start()
        self._spawn("config.prepare").wait()
        self.mend()

    def stop(self) -> None:
        connections.close_all()
        for child in (self.web, self.worker):
            if child is not None and child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
                child.wait(30)
        self.server.stop()
        self.log.close()

    def mend(self) -> None:
        """Start again what is down, and wait until it answers."""
        connections.close_all()
        self.revive()
        until = time.monotonic() + UP_SECONDS
        while Visitor(self).get("/gestion/login/").status != http.HTTPStatus.OK:
            assert time.monotonic() < until, "the house does not come back"
            time.sleep(0.1)
            self.revive()

    def revive(self) -> None:
        """Start again what is down, as a supervisor does; the worker ends by itself when the database goes, a moment later."""
        self.server.start()
        if self.web is None or self.web.poll() is not None:
            self.web = self._spawn(
                "gunicorn", "--pythonpath", "site", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket",
                "--log-level", "error", "--bind", f"{HOST}:{self.port}", "config.wsgi",
            )  # fmt: skip
        if self.worker is None or self.worker.poll() is not None:
            self.worker = self._spawn("config.worker")

    def kill(self, victim: str) -> None:
        """SIGKILL to the web server and its workers, to the background worker, to PostgreSQL's first process or to the busiest of its sessions."""
        if victim in ("web", "worker"):
            child = self.web if victim == "web" else self.worker
            assert child is not None
            os.killpg(child.pid, signal.SIGKILL)
            child.wait(10)
            return
        first = int((self.server.data / "postmaster.pid").read_text().split()[0])
        os.kill(first if victim == "postmaster" else busiest_session(first), signal.SIGKILL)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """This process asks the house's database, under the application's account, in the house's own name."""
        before = dict(connection.settings_dict)
        connections.close_all()
        accounts = settings.DATABASE_ACCOUNTS
        where = {"NAME": "solive", "USER": accounts.application.user, "PASSWORD": "", "HOST": self.server.socket_folder, "PORT": ""}
        connection.settings_dict.update(where, OPTIONS={})  # what is prepared here is on the disk before anything is killed
        try:
            with scope.system("audit"):
                yield
        finally:
            connections.close_all()
            connection.settings_dict.clear()
            connection.settings_dict.update(before)

    def _spawn(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        own = {
            "SOLIVE_VAR": str(self.folder),
            "PYTHONPATH": f"site{os.pathsep}.",
            "DJANGO_SETTINGS_MODULE": "tests.audit.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "DEBUG": "0",
            "BASE_URL": self.address,
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "SOLIVE_", "JOURNAL_"))}
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=inherited | own,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )


def busiest_session(postmaster: int) -> int:
    """Of the sessions PostgreSQL serves, one that is at work, else any; its first process where there is none."""
    sessions: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == postmaster:
                sessions[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    ours = {number: words for number, words in sessions.items() if "solive_app" in words}
    at_work = [number for number, words in ours.items() if not words.endswith("idle")]
    return next(iter([*at_work, *ours]), postmaster)


class Answer:
    def __init__(self, status: int, address: str = "", body: str = "") -> None:
        self.status, self.address, self.body = status, address, body


class Visitor:
    """A browser without a screen: cookies, forms and redirections. An answer that never comes has the status LOST."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def sign_in(self) -> "Visitor":
        self.get("/gestion/login/")
        answer = self.post("/gestion/login/", {"username": OFFICER, "password": PASSWORD})
        assert answer.status == http.HTTPStatus.OK, answer.status
        assert "login" not in answer.address, answer.body[:2_000]
        return self

    def get(self, path: str) -> Answer:
        return self._ask(urllib.request.Request(self.house.address + path))

    def post(self, path: str, data: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]] | None = None) -> Answer:
        token = next((cookie.value for cookie in self.cookies if cookie.name.endswith("csrftoken")), "") or ""
        body, kind = encode({"csrfmiddlewaretoken": token, **data}, files or {})
        return self._ask(urllib.request.Request(self.house.address + path, data=body, headers={"Content-Type": kind, "Referer": self.house.address}))

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=UP_SECONDS) as answer:
                return Answer(answer.status, answer.url, answer.read().decode(errors="replace"))
        except urllib.error.HTTPError as answer:
            return Answer(answer.code, answer.url or "", answer.read().decode(errors="replace"))
        except (OSError, http.client.HTTPException):
            return Answer(LOST)


def encode(data: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """A form as a browser sends it."""
    if not files:
        return urllib.parse.urlencode(data, doseq=True).encode(), "application/x-www-form-urlencoded"
    edge = uuid.uuid4().hex
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in data.items()]
    for name, (file_name, content) in files.items():
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\nContent-Type: text/csv\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def number_in(address: str) -> int:
    """The last number of an address."""
    return int(re.findall(r"/(\d+)/", address)[-1])
