"""The life of a convention: one table of moves. Nothing else writes its status.

Source: the scheme's steering rules (negotiation, signature, suspension, end, termination).
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from catalogue.enums import ConventionAction, ConventionStatus
from catalogue.models import Convention

MOVES: Final[Mapping[tuple[str, str], ConventionStatus]] = {
    (ConventionStatus.DRAFT, ConventionAction.NEGOTIATE): ConventionStatus.NEGOTIATION,
    (ConventionStatus.DRAFT, ConventionAction.SEND): ConventionStatus.TO_SIGN,
    (ConventionStatus.NEGOTIATION, ConventionAction.SEND): ConventionStatus.TO_SIGN,
    (ConventionStatus.TO_SIGN, ConventionAction.REOPEN): ConventionStatus.NEGOTIATION,
    (ConventionStatus.TO_SIGN, ConventionAction.SIGN): ConventionStatus.SIGNED,
    (ConventionStatus.SIGNED, ConventionAction.SUSPEND): ConventionStatus.SUSPENDED,
    (ConventionStatus.SUSPENDED, ConventionAction.RESUME): ConventionStatus.SIGNED,
    (ConventionStatus.SIGNED, ConventionAction.END): ConventionStatus.ENDED,
    (ConventionStatus.SIGNED, ConventionAction.TERMINATE): ConventionStatus.TERMINATED,
    (ConventionStatus.SUSPENDED, ConventionAction.TERMINATE): ConventionStatus.TERMINATED,
}

Shortened = Callable[[Convention, date], str]
Narrowed = Callable[[Convention, date, int], str]
SHORTENED: Final[list[Shortened]] = []
"""Said by upper rooms when a convention would end on a day: why it cannot, in words, empty when it can."""
NARROWED: Final[list[Narrowed]] = []
"""Said by upper rooms when a convention's capacity would be another from a day on: why it cannot, in words, empty when it can."""


def moves_from(status: str) -> list[ConventionAction]:
    """What can be done at that status, in the order of the table."""
    return [ConventionAction(action) for (start, action) in MOVES if start == status]
