"""What the public directory says of an organisation."""

from datetime import date, timedelta
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import GeneratedField, Q, Value

from access.enums import Role
from access.text import Folded
from access.visibility import ScopedQuerySet, Visibility, everything
from partners.enums import Audience
from partners.models.organisations import Organisation, of_own_organisation

VERIFIED_FOR_DAYS: Final = 365
REMINDED_EVERY_DAYS: Final = 30

POSTCODE = RegexValidator(r"^\d{5}$", "Un code postal a 5 chiffres, par exemple 35300.")
INSEE_CODE = RegexValidator(r"^\d[\dAB]\d{3}$", "Un code INSEE a 5 caractères, par exemple 35115.")
SIREN = RegexValidator(r"^\d{9}$", "Le SIREN d'une intercommunalité a 9 chiffres.")


class KnowHowQuerySet(ScopedQuerySet):
    visibility = Visibility(dict.fromkeys(Role, everything))

    def in_use(self) -> "KnowHowQuerySet":
        return self.filter(is_in_use=True)


class KnowHow(models.Model):
    """Something an organisation knows how to do. The GIE's staff keep the list; ``code`` never changes, entries refer to it."""

    code = models.SlugField("code", unique=True, help_text="Nom court et stable, sans espace ni accent. Il sert dans les adresses et les fichiers.")
    name = models.CharField("nom", max_length=80, unique=True, help_text="Ce que lit le visiteur, par exemple « Prévention des expulsions ».")
    meaning = models.CharField(
        "ce que cela recouvre", max_length=200, blank=True, help_text="Une phrase, pour que chacun range sa fiche au même endroit."
    )
    is_in_use = models.BooleanField("proposé", default=True, help_text="Décochez pour ne plus le proposer. Les fiches qui le portent le gardent.")
    search_key = GeneratedField(expression=Folded("name"), output_field=models.TextField(), db_persist=True)

    objects = KnowHowQuerySet.as_manager()

    class Meta:
        verbose_name = "savoir-faire"
        verbose_name_plural = "savoir-faire"
        ordering = ("search_key",)

    def __str__(self) -> str:
        return self.name


class EntryContent(models.Model):
    """What an entry tells. ``territories`` holds the SIREN of EPCIs and ``know_hows`` the codes of the taxonomy."""

    mission = models.TextField("mission", max_length=600, help_text="Deux phrases simples : ce que fait l'organisation, et pour qui.")
    services = models.TextField("ce qu'elle propose", max_length=2_000, blank=True, help_text="Une ligne par service.")
    know_hows = ArrayField(models.SlugField(), verbose_name="savoir-faire", default=list, blank=True)
    audiences = ArrayField(models.CharField(max_length=20, choices=Audience), verbose_name="publics", default=list, blank=True)
    is_departmental = models.BooleanField("tout le département", default=False)
    territories = ArrayField(models.CharField(max_length=9, validators=[SIREN]), verbose_name="intercommunalités", default=list, blank=True)
    area = models.CharField(
        "précision sur le territoire", max_length=200, blank=True, help_text="Si besoin, par exemple « permanences à Vitré et à La Guerche »."
    )
    address = models.CharField("adresse", max_length=200, blank=True)
    address_complement = models.CharField("complément d'adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True, validators=[POSTCODE])
    town = models.CharField("commune", max_length=100, blank=True)
    insee_code = models.CharField("code INSEE", max_length=5, blank=True, validators=[INSEE_CODE])
    latitude = models.DecimalField(
        "latitude", max_digits=9, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.DecimalField(
        "longitude", max_digits=9, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    website = models.URLField("site", blank=True)
    opening_hours = models.TextField(
        "horaires d'ouverture", max_length=500, blank=True, help_text="Par exemple « Du lundi au vendredi, de 9 h à 12 h »."
    )

    logo = models.ForeignKey("partners.EntryFile", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="logo")
    documents = models.ManyToManyField("partners.EntryFile", blank=True, related_name="+", verbose_name="documents")

    class Meta:
        abstract = True

    @property
    def audience_labels(self) -> list[str]:
        return [Audience(value).label for value in self.audiences]

    @property
    def service_lines(self) -> list[str]:
        return [line.strip() for line in self.services.splitlines() if line.strip()]

    @property
    def has_contact(self) -> bool:
        return bool(self.phone or self.email or self.website or self.address or self.town)


class DirectoryEntryQuerySet(ScopedQuerySet):
    visibility = Visibility(
        {
            Role.GIE_STAFF: everything,
            Role.LANDLORD_REFERENT: of_own_organisation("organisation"),
            Role.SUPPORT_WORKER: of_own_organisation("organisation"),
            Role.PROFILE_EDITOR: of_own_organisation("organisation"),
        }
    )

    def published(self) -> "DirectoryEntryQuerySet":
        return self.filter(is_published=True, organisation__is_active=True)

    def serving(self, sirens: list[str]) -> "DirectoryEntryQuerySet":
        """The entries that work in one of these EPCIs, or in the whole département."""
        return self.filter(Q(territories__overlap=sirens) | Q(is_departmental=True))

    def to_verify(self, *, on: date) -> "DirectoryEntryQuerySet":
        """The published entries that nobody confirmed in the year before ``on``."""
        return self.published().filter(Q(verified_on__isnull=True) | Q(verified_on__lt=on - timedelta(days=VERIFIED_FOR_DAYS)))

    def to_remind(self, *, on: date) -> "DirectoryEntryQuerySet":
        """Those of them whose organisation was not written to in the month before."""
        return self.to_verify(on=on).filter(Q(reminded_on__isnull=True) | Q(reminded_on__lt=on - timedelta(days=REMINDED_EVERY_DAYS)))


class DirectoryEntry(EntryContent):
    """What the public directory says of an organisation."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="directory_entry", verbose_name="organisation")
    slug = models.SlugField("adresse de la fiche", unique=True, help_text="La fin de l'adresse publique de la fiche, par exemple « alfadi ».")
    external_id = models.CharField(
        "identifiant dans l'annuaire du département",
        max_length=64,
        blank=True,
        help_text="Le numéro de l'organisme dans l'annuaire du département : il fait reconnaître la fiche d'un fichier à l'autre.",
    )
    is_published = models.BooleanField("publiée", default=False)
    verified_on = models.DateField("vérifiée le", null=True, blank=True, help_text="Le jour où l'organisation a confirmé que la fiche est juste.")
    updated_on = models.DateField("mise à jour le", auto_now=True)
    reminded_on = models.DateField("rappel envoyé le", null=True, blank=True, editable=False)
    search_key = GeneratedField(
        expression=Folded(
            models.functions.Concat("mission", Value(" "), "services", Value(" "), "area", Value(" "), "town", output_field=models.TextField())
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = DirectoryEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche d'annuaire"
        verbose_name_plural = "fiches d'annuaire"
        ordering = ("organisation__search_key",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_published=False) | ~Q(mission=""),
                name="directory_entry_published_with_mission",
                violation_error_message="Une fiche publiée dit la mission de l'organisation.",
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                condition=~Q(external_id=""),
                name="directory_entry_external_id_unique",
                violation_error_message="Une autre fiche porte déjà cet identifiant de l'annuaire du département.",
            ),
        ]

    def __str__(self) -> str:
        return f"Fiche : {self.organisation}"
