"""Every door of the site, walked by every role in every way there is."""

from collections.abc import Iterator
from typing import Final

import pytest

from access.enums import Role
from tests.doors.addresses import Door, doors
from tests.doors.keepers import SHUT, Keepers
from tests.doors.visitors import Visitor
from tests.doors.walk import Found, Walk
from tests.doors.words import FOREIGN
from tests.doors.world import World
from tests.site.access.test_screens import screens

pytestmark = [pytest.mark.audit, pytest.mark.django_db, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]


def test_no_door_gives_a_byte_of_what_is_not_ones_own():
    world, every, found = World(), doors(), Found()
    keepers = Keepers(world)
    bodies = {address: keepers.bodies(door, address) for door in every if door.numbers for address in door.addresses(*[FOREIGN] * door.numbers)}
    for rank, role in enumerate((None, *Role)):
        visitor = Visitor(world.own[role] if role else None)
        one = Walk(world.words, visitor, rank=rank, bodies=bodies).along(every)
        print(f"\n{visitor.role}: {one.figures}, {len(one.faults)} faults", end="")
        found += one
    sent = sum(map(len, bodies.values()))
    print(f"\n{len(every)} doors: {found.figures}, {sent} forms of others sent, {len(world.words)} canaries sought, {len(found.leaks)} leaks")
    assert found.faults == []


NEVER_WALKED_IN: Final = {
    "public_api:": "what is published is nobody's own",
    "access_invitation": "opens with the word of a letter",
    "wagtailadmin_password_reset_confirm": "opens with the word of a letter",
    "media": "pictures resized for a published page",
    "gestion": "what is no address",
    "wagtailadmin_api:": "asks which record in its query",
    "wagtail_bulk_action": "asks which records in its query",
    "pilotage:homes": "asks which figure in its query",
    "pilotage:cases": "asks which figure in its query",
    "households:tell_apart": "asks which cases in its form",
    "access_code": "the second step of a sign-in under way",
    "access_enrol": "the second step of a sign-in under way",
    "access:resume": "a form kept as its connection ended",
    "wagtailadmin_logout": "leads back to the sign-in page",
    "partenaires_conventions_modeladmin_edit": "a signed convention changes by amendment",
    "access:close": "asks which connection in its form",
    "committee:minutes": "a session has minutes once it is closed",
    "entries:preview": "asks for the version in its form",
    "wagtailadmin_pages:": "a page that is an alias, or on its way through a workflow",
    "wagtailadmin_block_preview": "asks which block in its query",
    "wagtailsettings:": "no settings of the framework's are used",
    "wagtailsnippets:": "no snippets of the framework's are used",
    "wagtaildocs:": "a document sent and not described yet",
    "wagtailimages:": "a picture sent and not described yet, addresses made on demand: not used",
    "wagtaildocs_authenticate_with_password": "no collection has a password",
}
"""Doors that the walk's records cannot open, and why."""


def by_declaration() -> set[str]:
    """The doors of screens that no role may open: nothing is deleted from a screen, many are only read."""
    shut = set()
    for screen in screens():
        name = screen.url_helper.get_action_url_name
        shut.add(name("delete"))
        if not screen.creators:
            shut.add(name("create"))
        if not screen.editors:
            shut |= {name("edit"), name("history")}
    return shut


def candidates(door: Door) -> Iterator[str]:
    """The addresses of a door with others' records, two at once when it takes two, then with any record of its screen's."""
    yield from door.addresses(*[FOREIGN] * door.numbers)
    if door.numbers == 2:
        yield from door.addresses(FOREIGN, FOREIGN + 1)
    screen = next(
        (screen for screen in screens() if door.name.startswith(screen.url_helper.get_action_url_name("index").removesuffix("index"))), None
    )
    if screen and door.numbers:
        for record in screen.model._default_manager.all()[:8]:
            yield from door.addresses(record.pk)


def test_every_door_opens_to_somebody():
    """A number that leads nowhere for anybody would prove nothing."""
    keepers, shut = Keepers(World()), by_declaration()
    vain = []
    for door in doors():
        if door.name in shut or door.template.startswith(SHUT) or door.name.startswith(tuple(NEVER_WALKED_IN)):
            continue
        addresses = [address for address in candidates(door) if door.is_reached(address)]
        if addresses and not any(map(keepers.open, addresses)):
            vain.append(f"{door.name}: {addresses[0]}")
    assert not vain, "\n".join(vain)
