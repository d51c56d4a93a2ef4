"""The project's own virtual environment: made once, filled again only when a lock file changed.

    python3 site/config/environment.py requirements.txt

It needs nothing but Python's standard library, and leaves in ``.venv/locks/`` a copy of each lock file it has installed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MINIMUM = (3, 11)


class EnvironmentUnusable(Exception):
    """The environment cannot be made; the message says what to install."""


def ensure(lock: Path, folder: Path) -> bool:
    """Make ``folder`` hold what ``lock`` lists; return whether anything had to be installed.

    Raises EnvironmentUnusable when Python is too old, has no venv, or a package cannot be installed.
    """
    if sys.version_info < MINIMUM:
        raise EnvironmentUnusable(f"Solive demande Python {MINIMUM[0]}.{MINIMUM[1]} ou plus ; celui-ci est {sys.version.split()[0]}.")
    python, installed = folder / "bin" / "python", folder / "locks" / lock.name
    if not _runs(python, "-c", ""):
        _create(folder)
    elif installed.exists() and installed.read_bytes() == lock.read_bytes():
        return False
    elif not _runs(python, "-m", "pip", "--version"):
        _create(folder)
    print(f"Installation des paquets de {lock.name} (une fois ; plusieurs minutes selon la connexion)…", flush=True)
    command = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "--no-deps", "--requirement", str(lock)]
    if subprocess.run(command, check=False).returncode != 0:
        raise EnvironmentUnusable(f"L'installation des paquets de {lock.name} a échoué : voyez le message de pip ci-dessus.")
    installed.parent.mkdir(exist_ok=True)
    shutil.copyfile(lock, installed)
    return True


def _runs(python: Path, *arguments: str) -> bool:
    try:
        return subprocess.run([python, *arguments], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _create(folder: Path) -> None:
    print("Création de l'environnement Python…", flush=True)
    if subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=False).returncode != 0:
        raise EnvironmentUnusable("L'environnement Python n'a pas pu être créé : le module « venv » manque (sous Debian : paquet python3-venv).")


if __name__ == "__main__":
    try:
        for name in sys.argv[1:]:
            ensure(ROOT / name, ROOT / ".venv")
    except EnvironmentUnusable as error:
        sys.exit(str(error))
