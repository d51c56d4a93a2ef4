"""Homes in landlords' stock."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connection, models
from django.db.models import F, GeneratedField, Q, Value
from django.db.models.functions import Coalesce, Concat, Trim, Upper
from django.utils import timezone

from access.enums import Role
from access.text import Folded
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.enums import FREE_OCCUPATIONS, BuildingType, DeclaredOccupation, EnergyClass, InitialFinancing, MobilisationMode, Typology
from catalogue.models.places import Commune
from partners.models import Organisation, of_own_organisation


class ResidenceQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("landlord")})


class Residence(models.Model):
    """A building or estate of a landlord, which groups homes."""

    landlord = models.ForeignKey(
        Organisation, models.PROTECT, related_name="residences", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur"
    )
    name = models.CharField("nom", max_length=150)
    street = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="residences", verbose_name="commune")

    objects = ResidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "résidence"
        verbose_name_plural = "résidences"
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "name", "commune"],
                name="residence_unique",
                violation_error_message="Ce bailleur a déjà une résidence de ce nom dans cette commune.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class NearbyServiceQuerySet(ScopedQuerySet):
    visibility = Visibility(dict.fromkeys((Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER), everything))

    def choosable_by(self, user: Any) -> "NearbyServiceQuerySet":
        """The services still in use: one that was set aside stays where it was noted and is no longer offered."""
        return self.visible_to(user).filter(is_active=True)


class NearbyService(models.Model):
    """A service that a household may need near its home: a school, a doctor … A vocabulary that staff keep."""

    name = models.CharField("nom", max_length=60, unique=True, error_messages={"unique": "Ce service existe déjà."})
    position = models.PositiveSmallIntegerField("rang dans les listes", default=100)
    is_active = models.BooleanField("proposé dans les formulaires", default=True)

    objects = NearbyServiceQuerySet.as_manager()

    class Meta:
        verbose_name = "service de proximité"
        verbose_name_plural = "services de proximité"
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


MOST_HOLDING: Final = 1_000
"""A word that more homes hold is no use to an index."""


class UnitQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("landlord")})

    def in_stock(self) -> "UnitQuerySet":
        return self.filter(withdrawn_on__isnull=True)

    def declared_free(self) -> "UnitQuerySet":
        """In stock, and not declared let, in works or lent to an association. Written as the index ``unit_free`` is."""
        return self.filter(withdrawn_on__isnull=True, declared_occupation__in=FREE_OCCUPATIONS)

    def with_total_rent(self) -> "UnitQuerySet":
        """Adds ``total_rent``: rent and charges a month, in euros; None when the rent is unknown."""
        return self.annotate(total_rent=F("main_rent") + Coalesce(F("charges"), Decimal(0)))

    def holding(self, word: str) -> "UnitQuerySet":
        """Those whose reference or address holds ``word``, accents and letter case set aside.

        The database reads the index of words beside row-level security, among the homes the scope shows; a word that too many hold is looked for
        as the list is read, which is soon over.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT solive_units_holding(%s, %s)", [word, MOST_HOLDING + 1])
            found = [row[0] for row in cursor.fetchall()]
        return self.filter(pk__in=found) if len(found) <= MOST_HOLDING else self.filter(search_key__contains=Folded(Value(word)))

    def earmarked(self) -> "UnitQuerySet":
        return self.filter(is_earmarked=True)


class Unit(models.Model):
    """A home. (landlord, reference) identifies it: outer spaces and letter case do not make two of one reference.

    Areas are in square metres, amounts in euros a month, floors counted from 0 at street level.
    """

    landlord = models.ForeignKey(Organisation, models.PROTECT, related_name="units", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur")
    reference = models.CharField("référence", max_length=50, help_text="La référence du logement chez le bailleur.")
    reference_key = GeneratedField(expression=Upper(Trim("reference")), output_field=models.CharField(max_length=50), db_persist=True)
    rpls_id = models.CharField("identifiant RPLS", max_length=10, blank=True, help_text="10 caractères, attribué par l'État.")
    residence = models.ForeignKey(Residence, models.SET_NULL, null=True, blank=True, related_name="units", verbose_name="résidence")

    street_number = models.CharField("numéro", max_length=20, blank=True)
    street = models.CharField("voie", max_length=150, blank=True)
    address_extra = models.CharField("complément", max_length=150, blank=True)
    postcode = models.CharField("code postal", max_length=5)
    commune_name = models.CharField("commune (telle que reçue)", max_length=100, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="units", verbose_name="commune")

    typology = models.CharField("typologie", max_length=5, choices=Typology)
    living_area = models.DecimalField(
        "surface habitable (m²)", max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    floor = models.SmallIntegerField("étage", null=True, blank=True, validators=[MinValueValidator(-5), MaxValueValidator(60)])
    built_year = models.PositiveSmallIntegerField(
        "année de construction", null=True, blank=True, validators=[MinValueValidator(1500), MaxValueValidator(2100)]
    )
    building_type = models.CharField("type de construction", max_length=10, choices=BuildingType, blank=True)
    initial_financing = models.CharField("financement initial", max_length=12, choices=InitialFinancing, blank=True)
    main_rent = models.DecimalField(
        "loyer hors charges (€/mois)",
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(9999)],
    )
    charges = models.DecimalField(
        "charges (€/mois)", max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(9999)]
    )
    energy_class = models.CharField("classe énergie (DPE)", max_length=1, choices=EnergyClass, blank=True)
    emission_class = models.CharField("classe climat (GES)", max_length=1, choices=EnergyClass, blank=True)
    is_accessible = models.BooleanField("accessible PMR", null=True, blank=True)
    has_lift = models.BooleanField("ascenseur", null=True, blank=True)
    has_outdoor_space = models.BooleanField("espace extérieur", null=True, blank=True)
    animals_allowed = models.BooleanField("animaux acceptés", null=True, blank=True)
    nearby_services = ArrayField(
        models.PositiveIntegerField(),
        verbose_name="services à proximité",
        null=True,
        blank=True,
        help_text="Les services que l'on rejoint à pied. Laissez vide si personne ne l'a vérifié.",
    )
    quota = models.PositiveSmallIntegerField(
        "contingent",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(7)],
        help_text="Le contingent de réservation, de 1 à 7 (champ 63 de la déclaration RPLS).",
    )

    declared_occupation = models.CharField("occupation déclarée", max_length=12, choices=DeclaredOccupation, blank=True)
    available_on = models.DateField("disponible le", null=True, blank=True)
    mobilisation_mode = models.CharField("mode de mobilisation", max_length=12, choices=MobilisationMode, blank=True)
    is_earmarked = models.BooleanField("fléché pour le dispositif", default=False)
    withdrawn_on = models.DateField("retiré du parc le", null=True, blank=True)
    updated_at = models.DateTimeField("modifié le", default=timezone.now, editable=False)

    search_key = GeneratedField(
        expression=Folded(
            Concat(
                "reference",
                Value(" "),
                "rpls_id",
                Value(" "),
                "street_number",
                Value(" "),
                "street",
                Value(" "),
                "postcode",
                Value(" "),
                "commune_name",
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "logement"
        verbose_name_plural = "logements"
        ordering = ("-pk",)
        indexes: ClassVar = [
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="unit_search"),
            models.Index(fields=["landlord", "-id"], name="unit_landlord_recent"),
            models.Index(
                fields=["declared_occupation", "-id"], condition=~Q(declared_occupation__in=("let", "vacant")), name="unit_seldom_occupation"
            ),
            models.Index(fields=["commune", "typology"], name="unit_commune_typology"),
            models.Index(fields=["mobilisation_mode", "-id"], condition=~Q(mobilisation_mode=""), name="unit_mobilised"),
            models.Index(
                fields=["commune", "typology", "id"],
                include=[
                    "landlord",
                    "main_rent",
                    "charges",
                    "building_type",
                    "is_accessible",
                    "floor",
                    "has_lift",
                    "has_outdoor_space",
                    "animals_allowed",
                    "nearby_services",
                    "energy_class",
                    "is_earmarked",
                ],
                condition=Q(withdrawn_on__isnull=True, declared_occupation__in=FREE_OCCUPATIONS),
                name="unit_free",
            ),
            models.Index(fields=["landlord", "mobilisation_mode"], condition=Q(is_earmarked=True), name="unit_earmarked"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "reference_key"],
                name="unit_reference_unique",
                violation_error_message="Ce bailleur a déjà un logement avec cette référence.",
            ),
            models.UniqueConstraint(
                fields=["landlord", "rpls_id"],
                condition=~Q(rpls_id=""),
                name="unit_rpls_unique",
                violation_error_message="Ce bailleur a déjà un logement avec cet identifiant RPLS.",
            ),
            models.CheckConstraint(
                condition=~Q(reference_key=""), name="unit_reference_filled", violation_error_message="Indiquez la référence du logement."
            ),
            models.CheckConstraint(
                condition=Q(quota__isnull=True) | Q(quota__range=(1, 7)),
                name="unit_quota",
                violation_error_message="Le contingent va de 1 à 7.",
            ),
            models.CheckConstraint(
                condition=(Q(main_rent__isnull=True) | Q(main_rent__gte=0)) & (Q(charges__isnull=True) | Q(charges__gte=0)),
                name="unit_amounts",
                violation_error_message="Un loyer ou des charges ne peuvent pas être négatifs.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def clean(self) -> None:
        """Refuse a reference or postcode that cannot be: generated columns are not checked by the form itself."""
        super().clean()
        if self.postcode and not re.fullmatch(r"\d{5}", self.postcode):
            raise ValidationError({"postcode": "Un code postal compte 5 chiffres."})
        same = Unit.objects.filter(landlord=self.landlord_id, reference_key=self.reference.strip().upper()).exclude(pk=self.pk)
        if self.landlord_id and same.exists():
            raise ValidationError({"reference": "Ce bailleur a déjà un logement avec cette référence."})

    @property
    def address(self) -> str:
        """The postal address on one line."""
        street = " ".join(part for part in (self.street_number, self.street) if part)
        return ", ".join(part for part in (street, self.address_extra, f"{self.postcode} {self.commune}".strip()) if part)

    @property
    def rent_with_charges(self) -> Decimal | None:
        """Rent and charges a month, in euros; None when the rent is unknown."""
        return None if self.main_rent is None else self.main_rent + (self.charges or 0)

    @property
    def service_names(self) -> list[str]:
        """The names of the services noted near the home; none when nobody noted any."""
        return list(NearbyService.objects.filter(pk__in=self.nearby_services or []).values_list("name", flat=True))

    def is_in_stock(self, on: date) -> bool:
        return self.withdrawn_on is None or on < self.withdrawn_on
