"""What each landlord has agreed to send, how often, and whether the file of the day has come."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import ClassVar, Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from access.enums import Role
from access.exchange.states import ImportStatus
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.enums import ExchangedLayout, ExchangePeriodicity
from catalogue.models.exchange import UnitImport
from partners.models import Dated, Organisation, of_own_organisation, period


@dataclass(frozen=True)
class Reception:
    """Where files of one layout come in: the page they are sent from, and the journal they are kept in (``landlord``, ``status``, ``uploaded_at``)."""

    journal: type[models.Model]
    upload: str


RECEPTIONS: Final[dict[str, Reception]] = {ExchangedLayout.STOCK: Reception(UnitImport, "stock_exchange:upload")}
"""By layout. An upper room adds its own when the application starts."""


@dataclass(frozen=True)
class Punctuality:
    """Where an exchange stands on one day. ``awaited_on`` is the day the next file is due, in the past when it is late; None when none is."""

    last_received_on: date | None
    awaited_on: date | None
    days_late: int

    @property
    def is_late(self) -> bool:
        return self.days_late > 0


class AgreedExchangeQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("landlord")})

    def running(self, *, on: date) -> "AgreedExchangeQuerySet":
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def with_punctuality(self, *, on: date) -> list["AgreedExchange"]:
        """The exchanges, each with its ``punctuality`` on that day."""
        return with_punctuality(self, on=on)

    def late(self, *, on: date) -> "AgreedExchangeQuerySet":
        """Those whose file should have come before that day."""
        return self.filter(pk__in=[exchange.pk for exchange in self.running(on=on).with_punctuality(on=on) if exchange.punctuality.is_late])

    def in_time(self, *, on: date) -> "AgreedExchangeQuerySet":
        return self.exclude(pk__in=self.late(on=on).values("pk"))


def with_punctuality(exchanges: Iterable["AgreedExchange"], *, on: date) -> list["AgreedExchange"]:
    """These exchanges, each with its ``punctuality`` on that day. Reads one journal for each layout, whatever the number of exchanges."""
    told = list(exchanges)
    received = {layout: received_days(layout, {item.landlord_id for item in told}) for layout in {item.layout for item in told}}
    for exchange in told:
        exchange.punctuality = exchange.punctuality_on(on, received=received[exchange.layout][exchange.landlord_id])
    return told


def received_days(layout: str, landlords: Iterable[int]) -> dict[int, set[date]]:
    """For each landlord, the days on which a file of that layout was sent and then recorded. Refused and undone files do not count."""
    days: dict[int, set[date]] = defaultdict(set)
    files = RECEPTIONS[layout].journal._default_manager.filter(landlord__in=landlords, status=ImportStatus.CONFIRMED)
    for landlord_id, uploaded_at in files.values_list("landlord_id", "uploaded_at"):
        days[landlord_id].add(timezone.localdate(uploaded_at))
    return days


class AgreedExchange(Dated):
    """A landlord sends a file of one layout at a fixed rhythm, from one day to another. ``punctuality`` is set by ``with_punctuality``."""

    punctuality: Punctuality

    landlord = models.ForeignKey(
        Organisation, models.PROTECT, related_name="agreed_exchanges", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur"
    )
    layout = models.CharField("fichier", max_length=10, choices=ExchangedLayout)
    periodicity = models.CharField("rythme", max_length=12, choices=ExchangePeriodicity, default=ExchangePeriodicity.MONTHLY)
    due_day = models.PositiveSmallIntegerField(
        "attendu le (jour du mois)",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text="De 1 à 31 ; dans un mois plus court, c'est son dernier jour.",
    )
    contact = models.CharField("interlocuteur", max_length=150, blank=True, help_text="Qui relancer chez le bailleur : un service ou une personne.")
    contact_email = models.EmailField("adresse de l'interlocuteur", blank=True)
    starts_on = models.DateField("depuis le", help_text="Le premier fichier est attendu au premier jour convenu à partir de cette date.")
    ends_on = models.DateField("jusqu'au", null=True, blank=True, help_text="Laissez vide tant que l'échange court.")
    notes = models.TextField("notes", blank=True)

    objects = AgreedExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = "échange convenu"
        verbose_name_plural = "échanges convenus"
        ordering = ("landlord__search_key", "layout", "-starts_on")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="agreed_exchange_dates",
                violation_error_message="La fin de l'échange précède son début.",
            ),
            models.CheckConstraint(
                condition=Q(due_day__gte=1, due_day__lte=31), name="agreed_exchange_day", violation_error_message="Le jour attendu va de 1 à 31."
            ),
            ExclusionConstraint(
                name="agreed_exchange_no_overlap",
                expressions=[(F("landlord"), RangeOperators.EQUAL), (F("layout"), RangeOperators.EQUAL), (period(), RangeOperators.OVERLAPS)],
                violation_error_message="Un échange de ce fichier est déjà convenu avec ce bailleur à ces dates : fermez-le d'abord.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_layout_display()} de {self.landlord}"

    @property
    def upload(self) -> str:
        """The name of the address where the file is sent."""
        return RECEPTIONS[self.layout].upload

    def due_days(self) -> Iterator[date]:
        """The days a file is due: the first one on or after the start, none after the end."""
        first = self.starts_on.year * 12 + self.starts_on.month - 1
        if day_of_month(first, self.due_day) < self.starts_on:
            first += 1
        for month in count(first, ExchangePeriodicity(self.periodicity).months):
            due = day_of_month(month, self.due_day)
            if self.ends_on and due > self.ends_on:
                return
            yield due

    def punctuality_on(self, on: date, *, received: Iterable[date]) -> Punctuality:
        """Where the exchange stands on that day, given the days on which files came.

        A file counts for the next day due. While one is missing, the first file that comes makes up for all that were missed, and counts for
        nothing else. A file is late from the day after it was due. What came before the start does not count, and an exchange that is over
        awaits nothing.
        """
        came = sorted(day for day in set(received) if self.starts_on <= day <= on)
        last = came[-1] if came else None
        if self.ends_on and on > self.ends_on:
            return Punctuality(last, None, 0)
        missed: date | None = None
        dues = self.due_days()
        for due in dues:
            meanwhile = 0
            while came and came[0] <= due:
                came.pop(0)
                meanwhile += 1
            if missed and meanwhile:
                missed, meanwhile = None, meanwhile - 1
            if due >= on:
                awaited = missed or (next(dues, None) if meanwhile else due)
                return Punctuality(last, awaited, (on - missed).days if missed else 0)
            if not meanwhile:
                missed = missed or due
        if missed and came:
            missed = None
        return Punctuality(last, missed, (on - missed).days if missed else 0)


def day_of_month(month: int, day: int) -> date:
    """That day of a month counted from year 0, or the month's last day when it is shorter."""
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day, monthrange(year, index + 1)[1]))
