"""Every door of the site, in turns; all of them, in every way there is, are walked by ``make audit`` (tests/audit)."""

import pytest
from django.urls import URLResolver, path
from django.urls.resolvers import RegexPattern

from access.enums import Role
from tests.doors.addresses import Door, Unfilled, doors
from tests.doors.visitors import Visitor
from tests.doors.walk import Found, Walk
from tests.doors.words import FOREIGN
from tests.doors.world import World

SKIP, SHARE = 5, 73


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_door_gives_a_byte_of_what_is_not_ones_own():
    """Each door is knocked at by two roles, in turn, and each role knocks at some in every way there is."""
    world, every, found = World(), doors(), Found()
    shown = Visitor(world.others[Role.GIE_STAFF]).get(f"/gestion/dossiers/{FOREIGN}/").text
    assert {place for place, _, _ in world.words.found_in(shown)} >= {"Person.last_name", "Unit.reference", "User.last_name"}
    for rank, role in enumerate((None, *Role)):
        visitor = Visitor(world.own[role] if role else None)
        found += Walk(world.words, visitor, rank=rank, skip=SKIP, share=SHARE).along(every)
    assert found.faults == []
    assert found.requests > 1_000


def site_with(route: str) -> list[Door]:
    return doors(URLResolver(RegexPattern(r"^/"), [path(route, lambda request, **kwargs: None, name="nouvelle")]))


def test_a_new_address_joins_by_itself():
    (door,) = site_with("gestion/nouveau/<int:pk>/lignes/<int:line_pk>/")
    assert list(door.addresses(7, 8)) == ["/gestion/nouveau/7/lignes/8/"]


def test_a_new_address_with_a_word_that_nobody_said_how_to_fill_is_refused():
    with pytest.raises(Unfilled, match="what « colour » may be"):
        site_with("gestion/nouveau/<slug:colour>/")
