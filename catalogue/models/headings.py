"""What a landlord's own headings mean, said once on screen and remembered."""

from typing import ClassVar

from django.db import models

from access.enums import Role
from access.exchange.journal import HeadingMeaning
from access.visibility import ScopedQuerySet, Visibility, everything
from partners.models import Organisation, of_own_organisation


class HeadingMappingQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("landlord")})


class HeadingMapping(HeadingMeaning):
    """The field of a home that a heading of a landlord's files feeds."""

    landlord = models.ForeignKey(
        Organisation, models.CASCADE, related_name="heading_mappings", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur"
    )

    objects = HeadingMappingQuerySet.as_manager()

    class Meta(HeadingMeaning.Meta):
        ordering = ("landlord", "heading_key")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "heading_key"],
                name="heading_mapping_unique",
                violation_error_message="Ce titre est déjà retenu pour ce bailleur.",
            ),
            *HeadingMeaning.Meta.constraints,
        ]
