"""Cases that a report may be about, and why, in words. People decide; this only helps to look."""

import re
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When

from access.text import fold
from households.models import Household, HouseholdReport, Person

CONSIDERED: Final = 50
SHOWN: Final = 10


@dataclass(frozen=True)
class Likeness:
    """A case, the member who resembles the person reported (None when only the number does), and the reasons, in French."""

    household: Household
    person: Person | None
    reasons: tuple[str, ...]
    rank: int


def name_words(*names: str) -> frozenset[str]:
    """The words of names, accents, case, order and hyphens set aside."""
    return frozenset(re.findall(r"[^\W_]+", " ".join(fold(name) for name in names)))


def bears_the_name(person: Person, report: HouseholdReport) -> bool:
    """Whether the person bears every word of the name reported, in any order."""
    wanted = name_words(report.last_name, report.first_name)
    return bool(wanted) and wanted <= name_words(person.last_name, person.first_name)


def similar_cases(*, report: HouseholdReport, user: Any) -> list[Likeness]:
    """The cases ``user`` sees that resemble the report, the likeliest first: same application number, then same name and birth date.

    Cases out of the user's sight, confidential ones among them, are never looked at. Two queries, whatever their number.
    """
    by_number = Q(application_number__iexact=report.application_number) if report.application_number else Q(pk__in=[])
    people = _alike_people(report)
    alike = by_number | Q(Exists(people.filter(household=OuterRef("pk")))) if people is not None else by_number
    order = Case(When(by_number, then=Value(0)), default=Value(1), output_field=IntegerField())
    households = Household.objects.visible_to(user).filter(alike).select_related("commune").prefetch_related("people").order_by(order, "-pk")
    found = [likeness for household in households[:CONSIDERED] if (likeness := _compare(household, report))]
    return sorted(found, key=lambda likeness: (likeness.rank, -likeness.household.pk))[:SHOWN]


def _alike_people(report: HouseholdReport) -> Any:
    """People who bear the whole name with a birth date that does not differ, or the last name with the same birth date."""
    whole, last = name_words(report.last_name, report.first_name), name_words(report.last_name)
    if not last:
        return None
    bears_whole, bears_last = Q(), Q()
    for word in whole:
        bears_whole &= Q(search_key__contains=word)
    for word in last:
        bears_last &= Q(search_key__contains=word)
    if report.birth_date is None:
        return Person.objects.filter(bears_whole)
    same_day = Q(birth_date=report.birth_date)
    return Person.objects.filter((bears_whole & (same_day | Q(birth_date__isnull=True))) | (bears_last & same_day))


def _compare(household: Household, report: HouseholdReport) -> Likeness | None:
    """Why the case resembles the report; None when the words only looked alike."""
    person, rank, reason = None, 9, ""
    for member in household.people.all():
        member_rank, member_reason = _compare_person(member, report)
        if member_rank < rank:
            person, rank, reason = member, member_rank, member_reason
    if report.application_number and household.application_number.upper() == report.application_number:
        return Likeness(household, person, ("Même numéro unique.", reason or "Aucune personne du dossier ne porte ce nom."), 0)
    return Likeness(household, person, (reason,), rank) if person else None


def _compare_person(person: Person, report: HouseholdReport) -> tuple[int, str]:
    """How likely the person is the one reported, from 1, and why; 9 when unlikely."""
    same_day = report.birth_date is not None and person.birth_date == report.birth_date
    if bears_the_name(person, report):
        if same_day:
            return 1, "Même nom, même prénom et même date de naissance."
        if report.birth_date is None or person.birth_date is None:
            where = "le dossier" if report.birth_date else "le signalement"
            return 3, f"Même nom et même prénom. La date de naissance manque dans {where}."
        return 9, ""
    if same_day and name_words(report.last_name) <= name_words(person.last_name, person.first_name):
        return 2, "Même nom de famille et même date de naissance. Le prénom diffère."
    return 9, ""
