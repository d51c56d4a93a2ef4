"""Organisations, their dated names, and who works for whom."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, GeneratedField, Q, Value
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siret as siret_number

from access.enums import Role
from access.text import Folded
from access.visibility import Rule, ScopedQuerySet, Visibility, everything
from partners.enums import OrganisationKind


def period(start: str = "starts_on", end: Any = "ends_on") -> Func:
    """The days from ``start`` to ``end`` (a field or an expression), both included; open when there is no end. For exclusion constraints."""
    return Func(F(start), F(end) if isinstance(end, str) else end, Value("[]"), function="daterange", output_field=DateRangeField())


class Dated(models.Model):
    """A record with a first and a last day; a last day before the first is refused beside its field."""

    date_pairs: ClassVar[tuple[tuple[str, str], ...]] = (("starts_on", "ends_on"),)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        for start, end in self.date_pairs:
            first, last = getattr(self, start), getattr(self, end)
            if first and last and last < first:
                raise ValidationError({end: "Cette date précède la date de début."})


def validate_siret(value: str) -> None:
    """Refuse a SIRET whose key is wrong. La Poste's own numbers follow another rule and are accepted by the library."""
    try:
        siret_number.validate(value)
    except NumberError as error:
        raise ValidationError("Ce SIRET n'est pas valable : vérifiez ses 14 chiffres.", code="siret") from error


def own_organisations(user: Any, on: date) -> models.QuerySet[Any, Any]:
    """The ids of the organisations that employ ``user`` on that day, as a subquery."""
    return Membership.objects.in_force(on=on).filter(user=user).values("organisation_id")


def own_organisation_ids(user: Any, on: date) -> list[int]:
    """The same ids, read at once: knowing them, the planner walks the index of one organisation in the order of the list."""
    return list(own_organisations(user, on).values_list("organisation_id", flat=True))


def of_own_organisation(path: str) -> Rule:
    """The rule « what belongs to an organisation that employs the user »; ``path`` leads from the record to that organisation."""
    return lambda user, on: Q(**{f"{path}__in": own_organisation_ids(user, on)})


class OrganisationQuerySet(ScopedQuerySet):
    visibility = Visibility(
        {
            Role.GIE_STAFF: everything,
            Role.LANDLORD_REFERENT: of_own_organisation("pk"),
            Role.SUPPORT_WORKER: of_own_organisation("pk"),
            Role.PRESCRIBER: of_own_organisation("pk"),
            Role.PROFILE_EDITOR: of_own_organisation("pk"),
        }
    )

    def landlords(self) -> "OrganisationQuerySet":
        return self.filter(kind=OrganisationKind.LANDLORD)

    def operators(self) -> "OrganisationQuerySet":
        return self.filter(kind=OrganisationKind.OPERATOR)

    def active(self) -> "OrganisationQuerySet":
        return self.filter(is_active=True)


class Organisation(ClusterableModel):
    """A body that takes part: landlord, operator, authority, funder … ``code`` is its stable name in files and commands."""

    code = models.SlugField("code", unique=True, help_text="Nom court et stable, sans espace ni accent : il sert dans les fichiers et les commandes.")
    kind = models.CharField("nature", max_length=20, choices=OrganisationKind)
    name = models.CharField(
        "nom d'usage", max_length=150, help_text="Le nom d'aujourd'hui. Les noms d'autrefois se notent plus bas, avec leurs dates."
    )
    short_name = models.CharField("sigle", max_length=40, blank=True)
    siret = models.CharField(
        "SIRET",
        max_length=14,
        blank=True,
        validators=[validate_siret],
        help_text="14 chiffres. Il permet de reconnaître les déclarations RPLS du bailleur.",
    )
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    is_active = models.BooleanField("active", default=True)
    search_key = GeneratedField(
        expression=Folded(models.functions.Concat("name", Value(" "), "short_name", Value(" "), "code", output_field=models.TextField())),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisations"
        ordering = ("search_key",)
        indexes: ClassVar = [GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="organisation_search")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="organisation_siret_unique",
                violation_error_message="Une autre organisation porte déjà ce SIRET.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def name_on(self, day: date) -> str:
        """The name the organisation bore on ``day``: a 2014 record keeps its 2014 label."""
        for dated in self.names.all():
            if dated.starts_on <= day and (dated.ends_on is None or day <= dated.ends_on):
                return dated.name
        return self.name


class OrganisationName(Dated):
    """A name an organisation bore from one day to another."""

    organisation = ParentalKey(Organisation, on_delete=models.CASCADE, related_name="names", verbose_name="organisation")
    name = models.CharField("nom", max_length=150)
    short_name = models.CharField("sigle", max_length=40, blank=True)
    starts_on = models.DateField("porté depuis le")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)

    class Meta:
        verbose_name = "nom daté"
        verbose_name_plural = "noms datés"
        ordering = ("starts_on",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="organisation_name_dates",
                violation_error_message="La fin du nom précède son début.",
            ),
            ExclusionConstraint(
                name="organisation_name_no_overlap",
                expressions=[(F("organisation"), RangeOperators.EQUAL), (period(), RangeOperators.OVERLAPS)],
                violation_error_message="Deux noms de cette organisation se chevauchent : corrigez leurs dates.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.ADMINISTRATOR: everything})

    def in_force(self, *, on: date) -> "MembershipQuerySet":
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def shown(self, *, on: date) -> "MembershipQuerySet":
        """Those of the people who agreed to be named on their organisation's public entry."""
        return self.in_force(on=on).filter(shown_since__isnull=False, user__is_active=True)


class Membership(Dated):
    """A person works for an organisation, from one day to another. It opens what is the organisation's own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name="personne")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships", verbose_name="organisation")
    position = models.CharField("fonction", max_length=100, blank=True)
    is_referent = models.BooleanField("référent désigné", default=False, help_text="Chaque bailleur désigne un référent pour le dispositif.")
    shown_since = models.DateField(
        "accepte d'être montré depuis le", null=True, blank=True, editable=False, help_text="La personne l'a accepté elle-même, et peut s'en dédire."
    )
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "rattachement"
        verbose_name_plural = "rattachements"
        ordering = ("organisation__search_key", "-starts_on")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_dates",
                violation_error_message="La fin du rattachement précède son début.",
            ),
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[(F("user"), RangeOperators.EQUAL), (F("organisation"), RangeOperators.EQUAL), (period(), RangeOperators.OVERLAPS)],
                violation_error_message="Cette personne est déjà rattachée à cette organisation à ces dates.",
            ),
            ExclusionConstraint(
                name="membership_one_referent",
                expressions=[(F("organisation"), RangeOperators.EQUAL), (period(), RangeOperators.OVERLAPS)],
                condition=Q(is_referent=True),
                violation_error_message="Cette organisation a déjà un référent désigné à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, depuis le {self.starts_on:%d/%m/%Y}"
