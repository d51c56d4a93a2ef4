"""The walk: every door, knocked at with the numbers of others' records, and what must not come back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

from access.enums import Role
from tests.doors.addresses import Door
from tests.doors.forms import Form, forms_of
from tests.doors.visitors import Answer, Visitor
from tests.doors.words import FOREIGN, HIDDEN, OWN, Words

KNOWN: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    (Role.DPO, "privacy:"): ("",),
    (Role.DPO, "journal:"): ("User", "journal"),
    (Role.DPO, "protection_journal_"): ("User", "journal"),
    (Role.DPO, "exports_"): ("User", "journal"),
    (Role.DPO, "revue-des-acces_"): ("User", "Organisation"),
    (Role.DPO, "access:review"): ("User", "AccessReview"),
    (Role.ADMINISTRATOR, "revue-des-acces_"): ("User", "Organisation"),
    (Role.ADMINISTRATOR, "access:"): ("User", "AccessReview"),
    (Role.ADMINISTRATOR, "comptes_"): ("User", "Organisation"),
    (Role.PRESCRIBER, "signalements_prescripteur_"): ("HouseholdReport",),
    (Role.PRESCRIBER, "wagtailadmin_home"): ("HouseholdReport",),
    (Role.LANDLORD_REFERENT, "signalements_envoyes_"): ("HouseholdReport",),
    (Role.COMMITTEE, "pilotage:"): ("Opinion", "Organisation"),
    (Role.COMMITTEE, "committee:session"): ("AgendaItem",),
    (Role.FUNDER, "pilotage:"): ("Opinion", "Organisation"),
    (Role.GIE_STAFF, "committee:"): ("AgendaItem",),
}
"""What a role rightly reads, by the beginning of a door's name: the models whose words it may meet there, every one where it is empty.

The data protection officer and the administrator by their office; the scheme's own sheet names the bodies and the State's opinions; an agenda
tells that a confidential case stands on it and nothing of it; a prescriber and a landlord read again what
they reported themselves.
"""

FRAMEWORK: Final = ("wagtail", "gestion")
"""Doors of the framework: those of its editors' own work are closed to everybody else, whatever the number."""
LIST_QUERIES: Final = ({"q": "zq", "o": "1"}, {"export": "xlsx"}, {"export": "csv", "q": "zq"})


@dataclass
class Found:
    """What a walk did and found: the four lists are empty when all is well."""

    pairs: int = 0
    requests: int = 0
    leaks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def __add__(self, other: "Found") -> "Found":
        return Found(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def figures(self) -> str:
        return f"{self.pairs} addresses × roles walked, {self.requests} requests"

    @property
    def faults(self) -> list[str]:
        return [*self.leaks, *self.failures, *self.opened, *self.changed]


def combinations(numbers: int) -> Iterator[tuple[int, ...]]:
    """The records to name at a door: all of them others', then each mixture of own, others' and hidden ones."""
    yield (FOREIGN,) * numbers
    for chosen in product((FOREIGN, HIDDEN, OWN), repeat=numbers):
        if numbers and chosen != (FOREIGN,) * numbers and not {FOREIGN, HIDDEN} <= set(chosen):
            yield chosen


class Walk:
    """One visitor's walk along the doors: one door in ``skip``, one in ``share`` in every way there is.

    Visitors of another ``rank`` come to other doors. ``bodies`` are the forms that those who may open an address send there.
    """

    def __init__(
        self,
        words: Words,
        visitor: Visitor,
        *,
        rank: int,
        skip: int = 1,
        share: int = 1,
        bodies: dict[str, list[dict[str, Any]]] | None = None,
    ) -> None:
        self.words, self.visitor, self.rank, self.skip, self.share = words, visitor, rank, skip, share
        self.is_staff = visitor.role == Role.GIE_STAFF
        self.lowest = HIDDEN if self.is_staff else FOREIGN
        self.bodies = bodies or {}
        self.found = Found()

    def along(self, doors: list[Door]) -> Found:
        for place, door in enumerate(doors):
            in_full = (place + self.rank) % self.share == 0
            for numbers in combinations(door.numbers):
                is_first = numbers == (FOREIGN,) * door.numbers
                if in_full or (is_first and (place + self.rank) % self.skip == 0):
                    for address in door.addresses(*numbers):
                        if door.is_reached(address):
                            self._knock(door, address, numbers, in_full)
        self.found.requests = self.visitor.requests
        return self.found

    def _knock(self, door: Door, address: str, numbers: tuple[int, ...], in_full: bool) -> None:
        is_foreign = any(number >= self.lowest for number in numbers)
        self.found.pairs += 1
        answer = self._look(door, self.visitor.get(address), is_foreign)
        if in_full and (is_foreign or not numbers):
            for body in ({}, *self.bodies.get(address, ())):
                self._look(door, self.visitor.post(address, body, watch=self.lowest), is_foreign)
        if answer.status == 200 and not is_foreign:
            self._look_inside(door, address, answer, in_full)

    def _look_inside(self, door: Door, address: str, answer: Answer, in_full: bool) -> None:
        """One's own page: its lists searched and exported, its forms sent with the numbers of others' records."""
        for query in LIST_QUERIES if door.name.endswith("_index") else ():
            self._look(door, self.visitor.get(address, query), is_foreign=False)
        for form in self._own_forms(address, answer) if in_full else ():
            if form.method == "GET":
                self._look(door, self.visitor.get(address, {**form.naming(self.lowest), "q": "zq"}), is_foreign=False)
            else:
                self._look(door, self.visitor.post(address, form.naming(self.lowest), watch=self.lowest), is_foreign=False)

    def _own_forms(self, address: str, answer: Answer) -> Iterator[Form]:
        """The forms that lead back to this very door; the others are met at theirs."""
        return (form for form in forms_of(answer.text) if form.action.partition("?")[0] in ("", address))

    def _look(self, door: Door, answer: Answer, is_foreign: bool) -> Answer:
        who = f"{self.visitor.role}, {door.name}: {answer}"
        known = self._known(door)
        if answer.status >= 500:
            self.found.failures.append(who)
        leaked = sorted(
            {place or text for place, number, text in self.words.found_in(answer.text) if self._is_secret(place, number, text, answer, known)}
        )
        if leaked:
            self.found.leaks.append(f"{who} says {', '.join(leaked[:8])}")
        if is_foreign and not answer.is_refusal and known is None and not (self.is_staff and door.name.startswith(FRAMEWORK)):
            self.found.opened.append(who)
        if answer.changed and known is None:
            self.found.changed.append(f"{who} changes {', '.join(answer.changed)}")
        return answer

    def _known(self, door: Door) -> tuple[str, ...] | None:
        found = [models for (role, prefix), models in KNOWN.items() if role == self.visitor.role and door.name.startswith(prefix)]
        return tuple(model for models in found for model in models) if found else None

    def _is_secret(self, place: str, number: int, text: str, answer: Answer, known: tuple[str, ...] | None) -> bool:
        if number < self.lowest or answer.echoes(text) or place in ("Organisation.name", "Organisation.short_name"):
            return False
        return known is None or not ("" in known or not place or place.partition(".")[0] in known)
