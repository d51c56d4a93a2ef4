"""Every form of the site, and every query it reads, filled with hostile values by those who may use them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from django.urls import reverse
from hypothesis import Phase, given, seed, settings

from access.enums import Role
from households.enums import Stage
from tests.doors.addresses import Door, doors
from tests.doors.forms import Field, Form, forms_of
from tests.doors.hostile import hostile
from tests.doors.visitors import Answer, Visitor
from tests.doors.words import FOREIGN, HIDDEN, OWN
from tests.doors.world import World
from tests.factories import HouseholdFactory, PersonFactory, name_on_case

LIST_FIELDS: Final = tuple(Field(name, "text") for name in ("q", "o", "p", "page", "du", "au", "annee", "export"))
ENDLESS: Final = ("0", "9" * 18, "9" * 30)
"""Numbers of records that there cannot be."""
TRACE: Final = "Traceback (most recent call last)"


@dataclass
class Tried:
    """What was tried, and what failed: a failure is told once for each door and cause."""

    forms: int = 0
    inputs: int = 0
    failures: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A form at an address, and who may send it."""

    door: Door
    address: str
    visitor: Visitor
    form: Form


class Fuzz:
    """Hostile input for one door in ``skip``; ``examples`` for each form."""

    def __init__(self, world: World, *, examples: int, skip: int = 1) -> None:
        self.world, self.examples, self.skip = world, examples, skip
        self.tried = Tried()
        self.cases = self._cases()

    def _cases(self) -> list[int]:
        """One of the staff's own cases at each stage, so that each thing done to a case finds one that waits for it."""
        made = []
        for stage in (Stage.IDENTIFIED, Stage.IN_DIAGNOSIS, Stage.TO_ORIENT, Stage.SEARCHING):
            household = HouseholdFactory(stage=stage, officer=self.world.own[Role.GIE_STAFF])
            PersonFactory(household=household)
            name_on_case(household, self.world.own[Role.GIE_STAFF])
            made.append(household.pk)
        return made

    def pages(self) -> Iterator[Page]:
        """The forms that each role meets at its own doors; the same form at the same address once."""
        met = set()
        visitors = [Visitor(self.world.own[role]) for role in Role] + [Visitor(None)]
        for place, door in enumerate(doors()):
            if place % self.skip:
                continue
            for address in self._addresses(door):
                for visitor in visitors:
                    answer = visitor.get(address)
                    for form in self._forms(door, address, answer):
                        key = (address, form.method, tuple(item.name for item in form.fields))
                        if key not in met:
                            met.add(key)
                            yield Page(door, address, visitor, form)
                    if answer.status == 200:
                        break

    def _addresses(self, door: Door) -> Iterator[str]:
        numbers = [(OWN,) * door.numbers]
        if door.name in ("households:action", "households:propose"):
            numbers += [(pk,) for pk in self.cases]
        for chosen in numbers:
            yield from filter(door.is_reached, door.addresses(*chosen))

    def _forms(self, door: Door, address: str, answer: Answer) -> Iterator[Form]:
        if answer.status == 405:
            yield Form("POST", address)
        if answer.status != 200:
            return
        for form in forms_of(answer.text) if "<form" in answer.text else ():
            if form.action.partition("?")[0] in ("", address):
                yield form
        if not door.numbers:
            yield Form("GET", address, list(LIST_FIELDS))

    def run(self) -> Tried:
        for page in self.pages():
            self.tried.forms += 1
            self._fill(page)
        return self.tried

    def _fill(self, page: Page) -> None:
        @seed(self.tried.forms)
        @settings(max_examples=self.examples, phases=[Phase.generate], database=None)
        @given(sent=hostile(page.form))
        def attempt(sent: dict[str, Any]) -> None:
            self.judge(page.door, page.visitor, page.visitor.ask(page.form.method, page.address, sent), sent)

        attempt()

    def strange_numbers(self) -> None:
        """Each address with numbers of records that there cannot be, and each public query with hostile words."""
        staff = Visitor(self.world.own[Role.GIE_STAFF])
        for door in doors()[:: self.skip]:
            for number in ENDLESS if door.numbers else ():
                for address in door.addresses(*[number] * door.numbers):
                    self.judge(door, staff, staff.get(address), {})

    def public_queries(self) -> None:
        """Every parameter that the description of the open data declares."""
        visitor = Visitor(None)
        described = visitor.client.get(reverse("public_api:openapi-json")).json()
        for route, methods in described["paths"].items():
            door = next(door for door in doors() if door.name == "public_api:pages")
            wanted = methods["get"].get("parameters", [])
            fields = [Field(item["name"], "text") for item in wanted if item["in"] == "query"] + [Field("inconnu", "text")]
            address = route
            for item in wanted:
                if item["in"] == "path":
                    address = address.replace(f"{{{item['name']}}}", quote("9" * 30))
            self.tried.forms += 1
            self._fill(Page(door, address, visitor, Form("GET", address, fields)))

    def judge(self, door: Door, visitor: Visitor, answer: Answer, sent: dict[str, Any]) -> None:
        """Keep what failed: an error of ours, a stack trace, or a word of others' records."""
        self.tried.inputs += 1
        lowest = HIDDEN if visitor.role == Role.GIE_STAFF else FOREIGN
        if answer.status >= 500 or TRACE in answer.text:
            cause = answer.failure[:60] or TRACE
            self.tried.failures.setdefault((door.name, cause), f"{visitor.role}, {answer} with {str(sent)[:600]}")
        elif visitor.role not in (Role.DPO, Role.ADMINISTRATOR):
            told = [place for place, number, _ in self.world.words.found_in(answer.text) if place.startswith("Person.") and number >= lowest]
            if told:
                self.tried.failures.setdefault((door.name, "a name"), f"{visitor.role}, {answer} says {told[0]} with {str(sent)[:300]}")
