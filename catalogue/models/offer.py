"""What the scheme pays for, at what price, and under which convention."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.convention_words import unknown_words
from catalogue.enums import ChargeBase, ConventionAction, ConventionStatus, MeasureCode, Periodicity
from catalogue.models.places import Territory
from partners.models import Dated, Organisation, of_own_organisation, own_organisation_ids, period


class MeasureKindQuerySet(ScopedQuerySet):
    visibility = Visibility(dict.fromkeys((Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER), everything))


class MeasureKind(models.Model):
    """A kind of measure the scheme pays for: what it is charged on, and how often."""

    code = models.CharField("code", max_length=20, choices=MeasureCode, unique=True)
    name = models.CharField("nom", max_length=100)
    base = models.CharField("base", max_length=10, choices=ChargeBase)
    periodicity = models.CharField("périodicité", max_length=10, choices=Periodicity)
    description = models.TextField("description", blank=True)

    objects = MeasureKindQuerySet.as_manager()

    class Meta:
        verbose_name = "type de mesure"
        verbose_name_plural = "types de mesure"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


def of_a_party(user: Any, on: date) -> Q:
    """The conventions to which an organisation that employs the user is a party: their partner, or one of their landlords."""
    own = own_organisation_ids(user, on)
    joint = Convention.landlords.through.objects.filter(organisation__in=own)
    return Q(partner__in=own) | Q(pk__in=joint.values("convention"))


class TariffQuerySet(ScopedQuerySet):
    visibility = Visibility(
        {
            Role.GIE_STAFF: everything,
            Role.SUPPORT_WORKER: lambda user, on: Q(convention=None) | of_own_organisation("convention__partner")(user, on),
            Role.LANDLORD_REFERENT: lambda user, on: Q(convention=None) | Q(convention__in=Convention.objects.filter(of_a_party(user, on))),
        }
    )

    def in_force(self, *, on: date) -> "TariffQuerySet":
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class Tariff(Dated):
    """The price of a kind of measure, in euros, from one day to another: the scheme's, or one convention's own, which wins where both run.

    Tariffs of a kind, the scheme's or those of one convention, never overlap and leave no day between them (the database checks at commit).
    """

    convention = models.ForeignKey(
        "Convention",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="tariffs",
        verbose_name="propre à la convention",
        help_text="Laissez vide pour le tarif du dispositif, qui vaut partout où une convention n'a pas le sien.",
    )
    amendment = models.ForeignKey("Amendment", models.CASCADE, null=True, blank=True, editable=False, related_name="tariffs", verbose_name="avenant")
    kind = models.ForeignKey(MeasureKind, models.PROTECT, related_name="tariffs", verbose_name="type de mesure")
    amount = models.DecimalField("montant (€)", max_digits=9, decimal_places=2, validators=[MinValueValidator(0)])
    starts_on = models.DateField("en vigueur depuis le")
    ends_on = models.DateField("jusqu'au", null=True, blank=True, help_text="Laissez vide tant que le tarif court.")

    objects = TariffQuerySet.as_manager()

    class Meta:
        verbose_name = "tarif"
        verbose_name_plural = "tarifs"
        ordering = ("kind", "-starts_on")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="tariff_amount", violation_error_message="Un tarif ne peut pas être négatif."),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="tariff_dates",
                violation_error_message="La fin du tarif précède son début.",
            ),
            ExclusionConstraint(
                name="tariff_no_overlap",
                expressions=[
                    (F("kind"), RangeOperators.EQUAL),
                    (Coalesce(F("convention"), Value(0)), RangeOperators.EQUAL),
                    (period(), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Un autre tarif de ce type est déjà en vigueur à ces dates : fermez-le d'abord.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} depuis le {self.starts_on:%d/%m/%Y}"


class ConventionQuerySet(ScopedQuerySet):
    visibility = Visibility(
        {
            Role.GIE_STAFF: everything,
            Role.LANDLORD_REFERENT: of_a_party,
            Role.SUPPORT_WORKER: of_own_organisation("partner"),
        }
    )

    def in_force(self, *, on: date) -> "ConventionQuerySet":
        """Signed, and running on that day."""
        return self.filter(status=ConventionStatus.SIGNED, starts_on__lte=on, ends_on__gte=on)


class Convention(Dated):
    """The agreement between the GIE and an operator or a landlord, under which measures run."""

    number = models.CharField("numéro", max_length=30, unique=True, error_messages={"unique": "Une convention porte déjà ce numéro."})
    partner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="conventions", limit_choices_to={"kind__in": ["operator", "landlord"]}, verbose_name="partenaire"
    )
    landlords = models.ManyToManyField(
        Organisation,
        blank=True,
        related_name="joint_conventions",
        limit_choices_to={"kind": "landlord"},
        verbose_name="autres bailleurs parties",
        help_text="Les bailleurs qui signent aussi, s'il y en a. Leurs référents lisent la convention.",
    )
    purpose = models.TextField("objet")
    status = models.CharField("état", max_length=12, choices=ConventionStatus, default=ConventionStatus.DRAFT)
    measure_kinds = models.ManyToManyField(MeasureKind, related_name="conventions", verbose_name="mesures couvertes")
    capacity = models.PositiveIntegerField(
        "capacité",
        null=True,
        blank=True,
        help_text="Nombre de mesures en cours au même moment, toutes mesures confondues. Laissez vide s'il n'y a pas de limite.",
    )
    territory = models.ForeignKey(Territory, models.PROTECT, null=True, blank=True, related_name="conventions", verbose_name="territoire")
    framework = models.CharField("accord-cadre", max_length=150, blank=True, help_text="L'accord dont cette convention découle, s'il y en a un.")
    renews = models.ForeignKey("self", models.PROTECT, null=True, blank=True, editable=False, related_name="renewals", verbose_name="renouvelle")
    text = models.TextField(
        "texte propre",
        blank=True,
        help_text="Laissez vide pour le texte commun aux conventions de ce genre. Les mots entre accolades sont remplacés, comme dans ce texte.",
    )
    signed_text = models.TextField("texte signé", blank=True, editable=False)
    """What the text said on the day of the signature: later changes of the common text do not touch it."""
    signed_on = models.DateField("signée le", null=True, blank=True)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "convention"
        verbose_name_plural = "conventions"
        ordering = ("-starts_on", "number")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="convention_dates",
                violation_error_message="La fin de la convention précède son début.",
            ),
            models.CheckConstraint(
                condition=~Q(status=ConventionStatus.SIGNED) | Q(signed_on__isnull=False),
                name="convention_signed_on",
                violation_error_message="Indiquez la date de signature d'une convention signée.",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        if said := unknown_words(self.text):
            raise ValidationError({"text": said})

    def is_in_force(self, on: date) -> bool:
        return self.status == ConventionStatus.SIGNED and self.starts_on <= on <= self.ends_on

    def territory_on(self, day: date) -> Territory | None:
        """The territory on that day: an amendment changes it from its own day on."""
        coming = sorted((item for item in self.amendments.all() if item.territory_id and item.starts_on > day), key=lambda item: item.starts_on)
        return coming[0].former_territory if coming else self.territory

    def capacity_spans(self, first: date, last: date) -> list[tuple[date, date, int | None]]:
        """From ``first`` to ``last`` included, the days on which one capacity holds and that capacity; None where there is no limit.

        ``capacity`` is that of the signature; each amendment that sets another holds from its day on.
        """
        changes = [(item.starts_on, item.capacity) for item in self.amendments.all() if item.capacity is not None and item.starts_on <= last]
        steps = sorted(changes, key=lambda change: change[0])
        capacity, day, spans = self.capacity, first, []
        for starts_on, changed in steps:
            if starts_on > day:
                spans.append((day, starts_on - timedelta(days=1), capacity))
                day = starts_on
            capacity = changed
        return [*spans, (day, last, capacity)]


class ConventionMove(models.Model):
    """One move of a convention from one status to another. Never edited."""

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="moves", verbose_name="convention")
    action = models.CharField("action", max_length=12, choices=ConventionAction)
    from_status = models.CharField("de l'état", max_length=12, choices=ConventionStatus)
    to_status = models.CharField("à l'état", max_length=12, choices=ConventionStatus)
    moved_on = models.DateField("le")
    reason = models.CharField("motif", max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")
    made_at = models.DateTimeField("enregistré le", default=timezone.now)

    class Meta:
        verbose_name = "étape de convention"
        verbose_name_plural = "étapes de convention"
        ordering = ("made_at", "pk")

    def __str__(self) -> str:
        return f"{self.get_action_display()} le {self.moved_on:%d/%m/%Y}"


class Amendment(models.Model):
    """What an amendment changes in a signed convention from a day on: its capacity, its territory, its end, its own prices. Never edited."""

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="amendments", verbose_name="convention")
    number = models.PositiveSmallIntegerField("numéro")
    signed_on = models.DateField("signé le")
    starts_on = models.DateField("à partir du")
    purpose = models.CharField("objet", max_length=300)
    capacity = models.PositiveIntegerField("nouvelle capacité", null=True, blank=True)
    territory = models.ForeignKey(Territory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nouveau territoire")
    ends_on = models.DateField("nouvelle fin", null=True, blank=True)
    former_territory = models.ForeignKey(Territory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="territoire d'avant")
    former_ends_on = models.DateField("fin d'avant", null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")
    made_at = models.DateTimeField("enregistré le", default=timezone.now)

    class Meta:
        verbose_name = "avenant"
        verbose_name_plural = "avenants"
        ordering = ("starts_on", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["convention", "number"], name="amendment_number_once"),
            models.UniqueConstraint(
                fields=["convention", "starts_on"],
                condition=Q(capacity__isnull=False),
                name="amendment_capacity_once",
                violation_error_message="Un avenant change déjà la capacité ce jour-là.",
            ),
        ]

    def __str__(self) -> str:
        return f"Avenant {self.number} à {self.convention}"
