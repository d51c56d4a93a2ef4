"""Columns that several lists share, and what keeps them discreet: names by the household, homes of confidential cases masked.

A file travels further than a screen: in it, whoever reads, nothing tells where the household of a confidential case lives.
"""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import Case, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Concat, Trim

from access.enums import Role
from access.resources import Column, TableResource
from households.enums import Kinship
from households.models import Person
from households.policies import reads_identity

MASKED: Final = "masqué"
SUPPORT_READERS: Final = frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER})
"""Who reads the support group of fields whole; a landlord's referent reads its dates, and adapted management."""

Expression = Callable[[TableResource], Any]


def holder(field: str, household: str) -> Expression:
    """A name of the person who holds the case, in the rows where the reader may read identities; ``household`` leads to the case's id."""

    def expression(resource: TableResource) -> Case:
        people = Person.objects.filter(household=OuterRef(household), kinship=Kinship.HOLDER).order_by("pk")
        allowed = reads_identity(resource.user, household, on=resource.on)
        return Case(When(allowed, then=Subquery(people.values(field)[:1])), default=Value(""), output_field=TextField())

    return expression


def identity(household: str) -> tuple[Column, Column]:
    return (Column("nom du titulaire", holder("last_name", household)), Column("prénom du titulaire", holder("first_name", household)))


def masked_when_confidential(expression: Any, *, household: str = "household__") -> Expression:
    """``expression`` as text, masked in the rows of confidential cases; ``household`` is the path to the case, with its underscores."""

    def masked(resource: TableResource) -> Case:
        is_confidential = Q(**{f"{household}is_confidential": True})
        return Case(When(is_confidential, then=Value(MASKED)), default=Cast(expression, TextField()), output_field=TextField())

    return masked


def street(unit: str) -> Trim:
    """Number, street and complement of a home, on one line."""
    return Trim(Concat(f"{unit}street_number", Value(" "), f"{unit}street", Value(" "), f"{unit}address_extra", output_field=TextField()))


def home(unit: str = "unit__") -> tuple[Column, ...]:
    """Where the home is, unless the case is confidential; ``unit`` is the path to the home, with its underscores."""
    return (
        Column("bailleur", f"{unit}landlord__name"),
        Column("logement", masked_when_confidential(F(f"{unit}reference"))),
        Column("adresse", masked_when_confidential(street(unit))),
        Column("code postal", masked_when_confidential(F(f"{unit}postcode"))),
        Column("commune", masked_when_confidential(F(f"{unit}commune__name"))),
        Column("typologie", f"{unit}typology"),
    )
