"""The household, its members, its agreement, and its road from stage to stage."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import connection, models
from django.db.models import Case, Exists, ExpressionWrapper, F, Func, GeneratedField, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from access.enums import Role
from access.text import Folded
from access.visibility import ScopedQuerySet, Visibility
from catalogue.enums import MeasureCode
from catalogue.models import Commune
from households.enums import (
    OPEN_STAGES,
    REFUSING,
    ClosingReason,
    ConsentAnswer,
    ConsentKind,
    DaloDecision,
    EntryDoor,
    Kinship,
    ReportReason,
    Stage,
    StageAction,
)
from households.models.delays import add_months, rules_by_commune
from households.models.own_cases import among, as_array, own_cases, shut_cases
from partners.models import Organisation

NUMBER_REFUSED = (
    "Ce numéro unique ne peut pas être enregistré ici. Relisez-le ; s'il est exact, laissez ce champ vide "
    "et adressez-vous à la personne déléguée à la protection des données."
)
"""Said of a number that a case out of the reader's sight bears: what to do, and nothing of that case."""


def next_reference() -> str:
    """``MEN-00042``: the next household reference, drawn by the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT solive_next_household_reference()")
        return str(cursor.fetchone()[0])


def of_visible_cases(user: Any, on: date | None) -> Q:
    """The condition that what goes with a case meets when the user sees the case on that day, today unless told.

    For staff, who see nearly all: that it is none of the few shut to them, rather than one of all the others.
    """
    if getattr(user, "role", None) == Role.GIE_STAFF and user.may_sign_in:
        return ~Q(among("household_id", shut_cases(user, on or timezone.localdate())))
    known = own_cases(user, on)
    return Q(household__in=Household.objects.visible_to(user, on=on).values("pk")) if known is None else Q(among("household_id", known))


LONGEST_OVERDUE = ("wait_limit", "seniority_on", "-pk")


def in_communes(insee_codes: Iterable[str]) -> Q:
    """Hundreds of codes as one value: one by one, they take longer to write than the list to read."""
    return Q(among("commune_id", f"{{{','.join(insee_codes)}}}", "varchar"))


def communes_by_months(on: date) -> dict[int, list[str]]:
    """The communes by the months of normal wait that the rule in force on that day gives them."""
    communes: dict[int, list[str]] = defaultdict(list)
    for insee_code, rule in rules_by_commune(on).items():
        communes[rule.months].append(insee_code)
    return communes


class HouseholdQuerySet(ScopedQuerySet):
    visibility = Visibility()
    """Filled by ``households.visibility``, which knows proposals, occupancies and measures."""

    def visible_to(self, user: Any, *, on: date | None = None) -> "HouseholdQuerySet":
        known = own_cases(user, on)
        return super().visible_to(user, on=on) if known is None else self.filter(among("pk", known))

    def open(self) -> "HouseholdQuerySet":
        """On the road: neither suspended nor closed."""
        return self.filter(stage__in=OPEN_STAGES)

    def with_wait_limit(self, *, on: date) -> "HouseholdQuerySet":
        """Adds ``wait_months`` and ``wait_limit``: the rule in force on that day for the household's commune, and the last day of the normal wait."""
        months = Case(
            *(When(in_communes(codes), then=Value(months)) for months, codes in sorted(communes_by_months(on).items())),
            default=None,
            output_field=IntegerField(null=True),
        )
        interval = Func(F("wait_months"), function="make_interval", template="%(function)s(months => %(expressions)s)")
        return self.annotate(wait_months=months).annotate(
            wait_limit=Cast(ExpressionWrapper(F("seniority_on") + interval, output_field=models.DateTimeField()), models.DateField())
        )

    def longest_overdue(self, bottom: int, top: int, *, on: date) -> list[int]:
        """Their ids in the order ``LONGEST_OVERDUE``, from one place to another.

        Households under the same delay are overdue in the order of their seniority: each such group is read by its index, no further than asked.
        """
        found = []
        for months, codes in communes_by_months(on).items():
            first = self.filter(in_communes(codes)).order_by("seniority_on", "-pk").values_list("seniority_on", "pk")[:top]
            found += [(add_months(since, months), since, -pk) for since, pk in first]
        return [-pk for _limit, _since, pk in sorted(found)[bottom:top]]

    def with_evaluation_due(self, *, on: date) -> "HouseholdQuerySet":
        """Adds ``evaluation_due_on``: the day the next evaluation is due, None without support on that day."""
        from households.models.needs.evaluations import with_evaluation_due

        return with_evaluation_due(self, on=on)

    def due_for_evaluation(self, *, on: date) -> "HouseholdQuerySet":
        """Housed, and the evaluation due by that day; the longest due first."""
        from households.models.needs.evaluations import due_for_evaluation

        return due_for_evaluation(self, on=on)

    def refusing(self, kind: str, *, on: date) -> "HouseholdQuerySet":
        """Those whose latest answer about ``kind`` (a ConsentKind) by that day is a refusal or a withdrawal."""
        return self.filter(refusal_of(kind, on=on))

    def overdue(self, *, on: date) -> "HouseholdQuerySet":
        """Waiting beyond the délai anormalement long on that day: seniority plus the rule's months is already past."""
        return self.with_wait_limit(on=on).filter(wait_limit__lt=on)

    def with_silence(self, *, on: date) -> "HouseholdQuerySet":
        """Adds ``last_met_on`` and ``silent_since``: the last day anybody met the household by that day, else the first day of its support."""
        met, supports = _meetings(on).values("contacted_on")[:1], _supports(on).order_by("starts_on").values("starts_on")[:1]
        return self.annotate(last_met_on=Subquery(met)).annotate(silent_since=Coalesce("last_met_on", Subquery(supports)))

    def without_contact_since(self, days: int, *, on: date, of_all: bool = False) -> "HouseholdQuerySet":
        """On the road and supported on that day, and met by nobody for ``days`` days: since the last meeting or, without any, the start of support.

        45 days after a visit on 2015-03-01: from 2015-04-15. When asked ``of_all`` cases, not of one, their ids are read at once beforehand.
        """
        limit = on - timedelta(days=days)
        supported = apps.get_model("households", "SupportMeasure").objects.running(on=on).filter(kind__code=MeasureCode.SUPPORT)
        lately = supported.filter(starts_on__gt=limit).filter(
            Exists(_meetings(limit, household="household_id")) | Exists(_supports(limit, household="household_id"))
        )
        silent = supported.filter(starts_on__lte=limit).order_by().values("household").union(lately.order_by().values("household"), all=True)
        if of_all:
            met = apps.get_model("households", "OutreachContact").objects.met().filter(contacted_on__gt=limit, contacted_on__lte=on)
            return self.open().filter(among("pk", as_array(silent, but_for=met.order_by().values("household"))))
        return self.open().filter(~Exists(_meetings(on).filter(contacted_on__gt=limit)), pk__in=silent)


def refusal_of(kind: str, *, on: date, household: str = "pk") -> Q:
    """The condition « the household's latest answer about ``kind`` by that day is a refusal or a withdrawal ».

    ``household`` is the field of the rows that holds the household's id.
    """
    answers = Consent.objects.filter(kind=kind, decided_on__lte=on)
    later = Q(decided_on__gt=OuterRef("decided_on")) | Q(decided_on=OuterRef("decided_on"), pk__gt=OuterRef("pk"))
    replaced = answers.filter(later, household=OuterRef("household"))
    return Q(Exists(answers.filter(household=OuterRef(household), answer__in=sorted(REFUSING)).filter(~Exists(replaced))))


def _meetings(on: date, *, household: str = "pk") -> Any:
    """The contacts by that day in which the outer household was met, the latest first."""
    met = apps.get_model("households", "OutreachContact").objects.met()
    return met.filter(household=OuterRef(household), contacted_on__lte=on).order_by("-contacted_on")


def _supports(on: date, *, household: str = "pk") -> Any:
    """The support measures of the outer household that have started by that day."""
    measures = apps.get_model("households", "SupportMeasure").objects
    return measures.filter(household=OuterRef(household), kind__code=MeasureCode.SUPPORT, starts_on__lte=on)


class Household(ClusterableModel):
    """A household the scheme follows. Its reference is its only public name.

    ``stage`` is written by ``households.stages.move`` and by nothing else.
    """

    reference = models.CharField("référence", max_length=12, unique=True, blank=True, editable=False)
    entry_door = models.CharField(
        "porte d'entrée",
        max_length=12,
        choices=EntryDoor,
        help_text="Accès : le ménage cherche un logement. Maintien : il est locataire et menacé d'expulsion.",
    )
    stage = models.CharField("étape", max_length=12, choices=Stage, default=Stage.IDENTIFIED, editable=False)
    stage_since = models.DateField("à cette étape depuis le", default=timezone.localdate, editable=False)
    suspended_from = models.CharField("étape avant suspension", max_length=12, choices=Stage, blank=True, editable=False)
    closing_reason = models.CharField("motif de clôture", max_length=20, choices=ClosingReason, blank=True, editable=False)
    opened_on = models.DateField("ouvert le", default=timezone.localdate)

    application_number = models.CharField(
        "numéro unique",
        max_length=18,
        blank=True,
        validators=[RegexValidator(r"^[0-9A-Za-z]{18}$", "Le numéro unique compte 18 caractères, chiffres ou lettres.")],
        help_text="Le numéro national de la demande de logement social, 18 caractères.",
    )
    seniority_on = models.DateField(
        "ancienneté de la demande", null=True, blank=True, help_text="Date de la première demande ; elle survit à son renouvellement."
    )
    is_dalo = models.BooleanField("DALO", default=False)
    dalo_appeal_on = models.DateField("recours DALO le", null=True, blank=True)
    dalo_decision = models.CharField("décision DALO", max_length=12, choices=DaloDecision, blank=True)
    dalo_decided_on = models.DateField("décision DALO le", null=True, blank=True)
    has_collective_agreement = models.BooleanField("accords collectifs", default=False)
    is_pdalpd = models.BooleanField("PDALPD", default=False)

    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        related_name="households",
        verbose_name="commune",
        help_text="Où le ménage vit ou demande à vivre : elle fixe la règle de délai.",
    )
    size = models.PositiveSmallIntegerField("nombre de personnes", default=1, validators=[MinValueValidator(1)])
    monthly_resources = models.DecimalField(
        "ressources (€/mois)", max_digits=8, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    reported_by = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="reported_households", verbose_name="signalé par"
    )
    reported_on = models.DateField("signalé le", null=True, blank=True)
    report_reason = models.CharField("motif du signalement", max_length=24, choices=ReportReason, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="followed_households", verbose_name="chargé du dossier"
    )
    is_confidential = models.BooleanField(
        "dossier confidentiel",
        default=False,
        help_text="Le dossier ne s'ouvre plus qu'aux personnes nommées dessus ; son adresse est masquée ailleurs.",
    )
    opening_key = models.UUIDField(
        "envoi du formulaire", null=True, blank=True, unique=True, editable=False, help_text="Un formulaire envoyé deux fois ouvre un seul dossier."
    )
    search_key = GeneratedField(
        expression=Folded(Concat("reference", Value(" "), "application_number", output_field=models.TextField())),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "ménage"
        verbose_name_plural = "ménages"
        ordering = ("-pk",)
        indexes: ClassVar = [
            models.Index(
                fields=["stage", "commune", "id"],
                include=["is_dalo", "seniority_on", "opened_on", "is_confidential", "monthly_resources"],
                condition=Q(stage__in=[Stage.SEARCHING, Stage.PROPOSED]),
                name="household_in_search",
            ),
            models.Index(fields=["id"], condition=Q(is_confidential=True), name="household_confidential"),
            models.Index(fields=["id"], include=["stage", "stage_since", "is_confidential"], name="household_stage"),
            models.Index(fields=["seniority_on", "-id"], condition=~Q(stage=Stage.CLOSED), name="household_waiting_longest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stage=Stage.CLOSED) ^ Q(closing_reason=""),
                name="household_closing_reason",
                violation_error_message="Un dossier clos a un motif, un dossier ouvert n'en a pas.",
            ),
            models.CheckConstraint(
                condition=Q(stage=Stage.SUSPENDED) ^ Q(suspended_from=""),
                name="household_suspended_from",
                violation_error_message="Un dossier suspendu garde l'étape où il reprendra.",
            ),
            models.UniqueConstraint(
                fields=["application_number"],
                condition=~Q(application_number=""),
                name="household_application_number_unique",
                violation_error_message=NUMBER_REFUSED,
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1), name="household_size", violation_error_message="Un ménage compte au moins une personne."
            ),
        ]

    def __str__(self) -> str:
        return self.reference or "nouveau ménage"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with a reference drawn at the first time."""
        if not self.reference:
            self.reference = next_reference()
        super().save(*args, **kwargs)

    @property
    def journal_reference(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN_STAGES

    @property
    def eligibilities(self) -> list[str]:
        """The labels of the eligibilities the household holds."""
        held = ((self.is_dalo, "DALO"), (self.has_collective_agreement, "accords collectifs"), (self.is_pdalpd, "PDALPD"))
        return [label for has_it, label in held if has_it]

    def display_with_names(self) -> str:
        """For screens whose reader may see identities: the reference and who holds the case."""
        holder = next((person for person in self.people.all() if person.kinship == Kinship.HOLDER), None)
        return f"{self.reference} · {holder.full_name}" if holder else self.reference

    def has_agreed(self, kind: str, *, on: date) -> bool:
        """Whether the household's latest answer about ``kind`` on or before that day is an agreement."""
        latest = self.latest_answer(kind, on=on)
        return latest is not None and latest.answer == ConsentAnswer.AGREED

    def has_refused(self, kind: str, *, on: date) -> bool:
        """Whether the household's latest answer about ``kind`` by that day is a refusal or a withdrawal; one that never answered has not."""
        latest = self.latest_answer(kind, on=on)
        return latest is not None and latest.answer in REFUSING

    def latest_answer(self, kind: str, *, on: date) -> "Consent | None":
        """The answer about ``kind`` that counts on that day."""
        answers = [consent for consent in self.consents.all() if consent.kind == kind and consent.decided_on <= on]
        return max(answers, key=lambda consent: (consent.decided_on, consent.pk), default=None)


class Person(models.Model):
    """A member of a household."""

    household = ParentalKey(Household, on_delete=models.CASCADE, related_name="people", verbose_name="ménage")
    kinship = models.CharField("place dans le ménage", max_length=10, choices=Kinship, default=Kinship.HOLDER)
    last_name = models.CharField("nom", max_length=100)
    first_name = models.CharField("prénom", max_length=100)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    search_key = GeneratedField(
        expression=Folded(Concat("last_name", Value(" "), "first_name", output_field=models.TextField())),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        ordering = ("pk",)
        indexes: ClassVar = [
            models.Index(F("birth_date"), Folded("last_name"), condition=Q(birth_date__isnull=False), name="person_born_and_named"),
            models.Index(fields=["search_key"], condition=Q(birth_date__isnull=True), name="person_named_without_birth"),
        ]

    def __str__(self) -> str:
        return f"personne {self.pk}" if self.pk else "nouvelle personne"

    def clean(self) -> None:
        super().clean()
        if self.birth_date and not date(1900, 1, 1) <= self.birth_date <= timezone.localdate():
            raise ValidationError({"birth_date": "Cette date de naissance n'est pas possible."})

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class CaseMember(models.Model):
    """A person named on a case: member of its team, and the only ones a confidential case opens to."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="team", verbose_name="ménage")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="cases", verbose_name="personne")

    class Meta:
        verbose_name = "personne nommée sur le dossier"
        verbose_name_plural = "personnes nommées sur le dossier"
        constraints: ClassVar = [models.UniqueConstraint(fields=["household", "user"], name="case_member_unique")]

    def __str__(self) -> str:
        return f"Équipe de {self.household}"


class Consent(models.Model):
    """The household's dated answer: agreement, refusal or withdrawal. The latest one counts; support needs an agreement."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="consents", verbose_name="ménage")
    kind = models.CharField("objet", max_length=10, choices=ConsentKind)
    answer = models.CharField("réponse", max_length=10, choices=ConsentAnswer)
    decided_on = models.DateField("le")
    collected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="recueilli par")

    class Meta:
        verbose_name = "adhésion"
        verbose_name_plural = "adhésions"
        ordering = ("-decided_on", "-pk")

    def __str__(self) -> str:
        return f"Adhésion de {self.household} du {self.decided_on:%d/%m/%Y}"


class StageMove(models.Model):
    """One step on the road: who moved the case, when, why, from where to where. Never edited."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="moves", verbose_name="ménage")
    action = models.CharField("action", max_length=24, choices=StageAction)
    from_stage = models.CharField("de", max_length=12, choices=Stage)
    to_stage = models.CharField("à", max_length=12, choices=Stage)
    moved_on = models.DateField("le")
    moved_at = models.DateTimeField("enregistré le", default=timezone.now)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")
    reason = models.CharField("motif", max_length=200, blank=True)

    class Meta:
        verbose_name = "mouvement"
        verbose_name_plural = "mouvements"
        ordering = ("-moved_at", "-pk")
        indexes: ClassVar = [models.Index(fields=["household", "-moved_at"], name="stage_move_history")]

    def __str__(self) -> str:
        return f"{self.household} : {self.get_from_stage_display()} → {self.get_to_stage_display()}"
