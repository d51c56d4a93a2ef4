"""Support measures and adapted management."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce

from access.enums import Role
from access.resources import Column, TableResource
from households.enums import MeasureEnd, NeedLevel
from households.models import Occupancy
from households.resources.columns import MASKED, SUPPORT_READERS, identity
from partners.models import own_organisations


def home_of_measure(field: str) -> Callable[[TableResource], Case]:
    """A field of the home that a measure is for, or else of the home its household lives in.

    Masked when the case is confidential, and empty for a landlord's referent when the home is another landlord's.
    """

    def expression(resource: TableResource) -> Case:
        lived_in = Occupancy.objects.running(on=resource.on).filter(household=OuterRef("household_id"))
        named = Q(unit__isnull=False)
        if resource.user is not None and resource.user.role == Role.LANDLORD_REFERENT:
            own = own_organisations(resource.user, resource.on)
            lived_in = lived_in.filter(landlord__in=own)
            named &= Q(unit__landlord__in=own)
        elsewhere = Case(When(unit__isnull=True, then=Subquery(lived_in.values(f"unit__{field}")[:1])), output_field=TextField())
        return Case(
            When(household__is_confidential=True, then=Value(MASKED)),
            When(named, then=Cast(F(f"unit__{field}"), TextField())),
            default=Coalesce(elsewhere, Value(""), output_field=TextField()),
            output_field=TextField(),
        )

    return expression


def support(heading: str, source: Any, choices: Any = None) -> Column:
    """A column of the support group of fields."""
    return Column(heading, source, choices, readers=SUPPORT_READERS)


class SupportMeasureResource(TableResource):
    code = "mesures"
    title = "Mesures"
    file_name = "mesures"
    columns: ClassVar = (
        Column("ménage", "household__reference"),
        *identity("household_id"),
        Column("mesure", "kind__name"),
        Column("intensité", "present_level", NeedLevel),
        Column("bailleur", home_of_measure("landlord__name")),
        Column("logement", home_of_measure("reference")),
        support("convention", "convention__number"),
        support("opérateur", "convention__partner__name"),
        support("étendue", "scope"),
        support("objectifs", "objectives"),
        support("méthodes", "methods"),
        Column("début", "starts_on"),
        Column("fin prévue", "planned_ends_on"),
        Column("fin réelle", "ended_on"),
        support("motif de fin", "end_reason", MeasureEnd),
    )

    def records(self, queryset: Any) -> QuerySet[Any]:
        return super().records(queryset.with_level(on=self.on))
