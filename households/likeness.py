"""Cases that a report, a form or another case may be about, and why, in words. People decide; this only helps to look."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from django.db import connection
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When

from access.text import fold
from households.models import Household, HouseholdReport, Person

CONSIDERED: Final = 50
SHOWN: Final = 10
UNLIKELY: Final = 9


class Bearer(Protocol):
    """Anything that bears a person's name."""

    @property
    def last_name(self) -> str: ...

    @property
    def first_name(self) -> str: ...


@dataclass(frozen=True)
class Named:
    """A person as somebody names them."""

    last_name: str
    first_name: str
    birth_date: date | None


@dataclass(frozen=True)
class Described:
    """A household as somebody describes it. ``source`` says where, in French with its article: a birth date may be missing there."""

    application_number: str
    people: tuple[Named, ...]
    source: str


@dataclass(frozen=True)
class Likeness:
    """A case, its member who resembles a person described (None when only the number does), and the reasons, in French."""

    household: Household
    person: Person | None
    reasons: tuple[str, ...]
    rank: int


def name_words(*names: str) -> frozenset[str]:
    """The words of names, accents, case, order and hyphens set aside."""
    return frozenset(re.findall(r"[^\W_]+", " ".join(fold(name) for name in names)))


def bears_the_name(person: Bearer, named: Bearer) -> bool:
    """Whether the person bears every word of the other's name, in any order."""
    wanted = name_words(named.last_name, named.first_name)
    return bool(wanted) and wanted <= name_words(person.last_name, person.first_name)


def reported(report: HouseholdReport) -> Described:
    """The household as a partner reports it."""
    return Described(report.application_number, (Named(report.last_name, report.first_name, report.birth_date),), "le signalement")


def recorded(household: Household, people: Iterable[Person], source: str) -> Described:
    """The household as a case, or a form that is to open one, holds it."""
    return Described(household.application_number, tuple(Named(one.last_name, one.first_name, one.birth_date) for one in people), source)


def similar_cases(*, report: HouseholdReport, user: Any) -> list[Likeness]:
    """The cases ``user`` sees that resemble the report: see ``alike``."""
    return alike(reported(report), user=user)


def alike(described: Described, *, user: Any) -> list[Likeness]:
    """The cases ``user`` sees that resemble the household described, the likeliest first: same number, then same name and birth date.

    Cases out of the user's sight, confidential ones among them, are never looked at. Two queries, whatever their number.
    """
    number = described.application_number
    by_number = Q(application_number__iexact=number) if number else Q(pk__in=[])
    like_one = Q()
    for named in described.people:
        like_one |= _alike_people(named)
    resembling = by_number | Q(Exists(Person.objects.filter(like_one, household=OuterRef("pk")))) if like_one else by_number
    order = Case(When(by_number, then=Value(0)), default=Value(1), output_field=IntegerField())
    households = Household.objects.visible_to(user).filter(resembling).select_related("commune").prefetch_related("people").order_by(order, "-pk")
    found = [likeness for household in households[:CONSIDERED] if (likeness := compare(household, described))]
    return sorted(found, key=lambda likeness: (likeness.rank, -likeness.household.pk))[:SHOWN]


def _alike_people(named: Named) -> Q:
    """People who bear the whole name with a birth date that does not differ, or the last name with the same birth date; nothing for no name."""
    last = name_words(named.last_name)
    if not last:
        return Q()
    bears_whole, bears_last = Q(), Q()
    for word in name_words(named.last_name, named.first_name):
        bears_whole &= Q(search_key__contains=word)
    for word in last:
        bears_last &= Q(search_key__contains=word)
    if named.birth_date is None:
        return bears_whole
    same_day = Q(birth_date=named.birth_date)
    return (bears_whole & (same_day | Q(birth_date__isnull=True))) | (bears_last & same_day)


def compare(household: Household, described: Described) -> Likeness | None:
    """Why the case resembles the household described; None when it does not. Reads the case's ``people``."""
    person, rank, reason = None, UNLIKELY, ""
    for member in household.people.all():
        for named in described.people:
            member_rank, member_reason = _compare_person(member, named, described.source)
            if member_rank < rank:
                person, rank, reason = member, member_rank, member_reason
    if described.application_number and household.application_number.upper() == described.application_number.upper():
        return Likeness(household, person, ("Même numéro unique.", reason or "Aucune personne du dossier ne porte ce nom."), 0)
    return Likeness(household, person, (reason,), rank) if person else None


def _compare_person(person: Person, named: Named, source: str) -> tuple[int, str]:
    """How likely the person is the one named, from 1, and why; 9 when unlikely."""
    same_day = named.birth_date is not None and person.birth_date == named.birth_date
    if bears_the_name(person, named):
        if same_day:
            return 1, "Même nom, même prénom et même date de naissance."
        if named.birth_date is None or person.birth_date is None:
            where = f"le dossier {person.household}" if named.birth_date else source
            return 3, f"Même nom et même prénom. La date de naissance manque dans {where}."
        return UNLIKELY, ""
    if same_day and name_words(named.last_name) <= name_words(person.last_name, person.first_name):
        return 2, "Même nom de famille et même date de naissance. Le prénom diffère."
    return UNLIKELY, ""


PAIRS_CONSIDERED: Final = 500
PAIRS = """
WITH pair AS (
    SELECT one.household_id AS first_id, other.household_id AS second_id FROM households_person AS one
    JOIN households_person AS other ON other.birth_date = one.birth_date AND solive_fold(other.last_name) = solive_fold(one.last_name)
    WHERE one.birth_date IS NOT NULL AND other.birth_date IS NOT NULL AND other.household_id > one.household_id
    UNION
    SELECT least(one.household_id, other.household_id), greatest(one.household_id, other.household_id) FROM households_person AS one
    JOIN households_person AS other ON other.search_key = one.search_key AND other.household_id <> one.household_id
    WHERE one.birth_date IS NOT NULL AND other.birth_date IS NULL
)
SELECT pair.first_id, pair.second_id FROM pair
WHERE NOT EXISTS (
    SELECT FROM households_distincthouseholds AS told WHERE told.first_id = pair.first_id AND told.second_id = pair.second_id
)
ORDER BY pair.second_id DESC, pair.first_id DESC LIMIT %s
"""


@dataclass(frozen=True)
class Twins:
    """Two cases that resemble each other, the older one first, and the reasons, in French."""

    first: Household
    second: Household
    reasons: tuple[str, ...]
    rank: int

    @property
    def cases(self) -> tuple[Household, Household]:
        return self.first, self.second


def likely_twins(*, user: Any) -> list[Twins]:
    """Pairs of cases that resemble each other and that ``user`` both sees, the likeliest first, those that people told apart left out.

    The same birth date with the same last name, or the same whole name where one birth date is not known. At most ``PAIRS_CONSIDERED``, the
    latest cases first; two queries whatever their number.
    """
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, [PAIRS_CONSIDERED])
        pairs = cursor.fetchall()
    households = Household.objects.visible_to(user).select_related("commune").prefetch_related("people")
    seen = households.in_bulk({pk for pair in pairs for pk in pair})
    found = []
    for first, second in ((seen[first], seen[second]) for first, second in pairs if first in seen and second in seen):
        likeness = compare(first, recorded(second, second.people.all(), f"le dossier {second}"))
        if likeness is not None:
            found.append(Twins(first, second, likeness.reasons, likeness.rank))
    return sorted(found, key=lambda twins: twins.rank)
