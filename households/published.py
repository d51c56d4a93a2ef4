"""What can be shown to everybody: the steering table's aggregates, as a reader who must recognise nobody would read them."""

from dataclasses import dataclass
from datetime import date

from access.enums import Role
from households.papers import Table
from households.steering import View, steering


@dataclass(frozen=True)
class Anybody:
    """A reader without an account: sees what a funder sees of the whole scheme, and no list."""

    role: Role = Role.FUNDER
    may_sign_in: bool = True


def publishable(first_year: int, last_year: int, *, on: date) -> list[Table]:
    """The tables that staff may choose from, small counts hidden with whatever would give them away."""
    return [block for section in steering(View(Anybody(), on), first_year, last_year) for block in section.blocks if isinstance(block, Table)]
