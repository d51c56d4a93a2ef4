"""What a landlord's own headings mean, said once on screen and remembered."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from partners.models import Organisation, of_own_organisation


class HeadingMappingQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("landlord")})


class HeadingMapping(models.Model):
    """The field of a home that a heading of a landlord's files feeds; blank when the column is not to be imported.

    ``heading_key`` is the heading reduced to its letters and digits: the form under which headings are compared.
    """

    landlord = models.ForeignKey(
        Organisation, models.CASCADE, related_name="heading_mappings", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur"
    )
    heading_key = models.CharField("clé du titre", max_length=255)
    heading = models.CharField("titre de colonne", max_length=255)
    field = models.CharField("donnée", max_length=30, blank=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="indiqué par")
    updated_at = models.DateTimeField("indiqué le", default=timezone.now, editable=False)

    objects = HeadingMappingQuerySet.as_manager()

    class Meta:
        verbose_name = "titre retenu"
        verbose_name_plural = "titres retenus"
        ordering = ("landlord", "heading_key")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "heading_key"],
                name="heading_mapping_unique",
                violation_error_message="Ce titre est déjà retenu pour ce bailleur.",
            ),
            models.CheckConstraint(
                condition=~models.Q(heading_key=""), name="heading_mapping_filled", violation_error_message="Indiquez le titre de la colonne."
            ),
        ]

    def __str__(self) -> str:
        return self.heading
