"""Those who may open a door: they show that it leads somewhere, and what its forms send."""

from typing import Any, Final

from access.doors import CLOSED
from access.enums import Role
from tests.doors.addresses import Door
from tests.doors.forms import forms_of
from tests.doors.visitors import Answer, Visitor
from tests.doors.words import FOREIGN
from tests.doors.world import World

ORDER: Final = (
    Role.GIE_STAFF,
    Role.DPO,
    Role.ADMINISTRATOR,
    Role.LANDLORD_REFERENT,
    Role.SUPPORT_WORKER,
    Role.PRESCRIBER,
    Role.COMMITTEE,
    Role.FUNDER,
    Role.PROFILE_EDITOR,
    None,
)
SHUT: Final = tuple(f"/gestion/{door}" for door in CLOSED)
"""Doors closed to everybody."""


class Keepers:
    """The accounts to which all that is foreign to the walkers is their own."""

    def __init__(self, world: World) -> None:
        self.visitors = [Visitor(world.others[role] if role else None) for role in ORDER]

    def open(self, address: str) -> Answer | None:
        """The first answer that is no refusal; None when everybody is refused."""
        for visitor in self.visitors:
            answer = visitor.get(address)
            if answer.status == 405:
                answer = visitor.post(address)
            if not answer.is_refusal:
                return answer
        return None

    def bodies(self, door: Door, address: str) -> list[dict[str, Any]]:
        """What the forms of the page at this address send to it."""
        answer = self.open(address)
        forms = forms_of(answer.text) if answer is not None and answer.status == 200 else []
        return [form.naming(FOREIGN) for form in forms if form.method == "POST" and form.action.partition("?")[0] in ("", address)]
