"""What each account opens, in words and counts, for the review of access.

``access`` knows no domain: an upper room adds what only it can count, with ``register``, when the application starts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from access.enums import Role


@dataclass(frozen=True)
class Reach:
    """One thing an account reaches: its heading, and the expression, over accounts, of what it is worth on a day. ``order`` places its column."""

    order: int
    name: str
    heading: str
    expression: Callable[[date], Any]


REACHES: Final[list[Reach]] = []

WORDS: Final = {
    Role.GIE_STAFF: "Le parcours de tous les ménages ; les besoins sensibles des dossiers de son équipe ; le parc, les conventions, les coûts, le site.",
    Role.LANDLORD_REFERENT: "Le parc de son bailleur ; les ménages qui y sont logés, proposés ou signalés ; sa part des coûts.",
    Role.SUPPORT_WORKER: "Les ménages que son association diagnostique ou accompagne, et leurs logements ; ses conventions et ses relevés.",
    Role.PRESCRIBER: "L'état de ses propres signalements.",
    Role.COMMITTEE: "Les fiches sans nom de l'ordre du jour de ses séances ; les chiffres.",
    Role.FUNDER: "Les totaux et ses propres financements ; les chiffres.",
    Role.PROFILE_EDITOR: "La fiche d'annuaire de son organisation.",
    Role.DPO: "Les journaux et la revue des accès, sans le contenu des dossiers.",
    Role.ADMINISTRATOR: "Les comptes et les réglages ; aucun dossier.",
}


def register(reach: Reach) -> None:
    """Add to the review what an upper room knows of an account's reach."""
    if reach not in REACHES:
        REACHES.append(reach)
        REACHES.sort(key=lambda one: one.order)


def with_reach(accounts: Any, *, on: date) -> Any:
    """The accounts, each with what it reaches on that day."""
    return accounts.annotate(**{reach.name: reach.expression(on) for reach in REACHES})
