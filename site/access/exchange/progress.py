"""How far long work has come, told to whoever waits for it."""

import sys
from collections.abc import Callable
from typing import IO, Final

Progress = Callable[[str, int, int], None]
"""``progress(step, done, total)``: the step under way, in French, and how many rows of how many; 0 of 0 when a step cannot be counted."""

READING: Final = "Lecture des lignes"
COMPARING: Final = "Comparaison avec la base"
WRITING: Final = "Enregistrement"
RESTORING: Final = "Retour aux valeurs d'avant"


def silent(step: str, done: int, total: int) -> None:
    """Nobody waits."""


def on_terminal(stream: IO[str] | None = None) -> Progress:
    """Progress on one line of a terminal; silent when the stream, standard error unless told, is none."""
    target = stream or sys.stderr
    if not target.isatty():
        return silent

    def show(step: str, done: int, total: int) -> None:
        counted = f"{step}… {done}{f' sur {total}' if total else ''}" if done else f"{step}…"
        target.write(f"\r{counted:<60}")
        target.flush()

    return show
