"""What ends or falls due for the scheme itself, beside its cases: conventions to renew, requests to funders to send."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from access.scope import aggregate
from catalogue.enums import ConventionStatus, FundingStatus
from catalogue.models import Convention, Funding
from households.models import SupportMeasure

AHEAD: Final = timedelta(days=60)
"""How long before its day something is told: a working habit of the GIE."""
SHOWN: Final = 10
CONVENTION_PAGE: Final = "partenaires_conventions_modeladmin_inspect"
FUNDING_PAGE: Final = "couts_cofinancements_modeladmin_edit"
AWAITING: Final = (FundingStatus.NOT_MET, FundingStatus.MET, FundingStatus.REQUESTED, FundingStatus.COMMITTED)
"""The steps at which something may still be asked of the GIE; nothing is once it is notified, paid or refused."""


@dataclass(frozen=True)
class EndingConvention:
    """A convention that ends soon with nothing signed to follow it. ``url`` leads to where it is prolonged."""

    convention: Convention
    days: int
    measures: int
    url: str


@aggregate("measures under the conventions that end")
def ending_conventions(user: Any, *, on: date) -> list[EndingConvention]:
    """The conventions in force that end within ``AHEAD``, the first to end first, with how many measures run under each.

    One that another, signed with the same partner, follows from the next day at the latest is left out.
    """
    follows = Convention.objects.filter(
        partner=OuterRef("partner"), status=ConventionStatus.SIGNED, starts_on__lte=OuterRef("next_day"), ends_on__gt=OuterRef("ends_on")
    )
    running = SupportMeasure.objects.running(on=on).filter(convention=OuterRef("pk")).order_by().values("convention")
    found = (
        Convention.objects.visible_to(user)
        .in_force(on=on)
        .filter(ends_on__lte=on + AHEAD)
        .annotate(next_day=ExpressionWrapper(F("ends_on") + timedelta(days=1), output_field=DateTimeField()))
        .filter(~Exists(follows))
        .annotate(running=Coalesce(Subquery(running.annotate(count=Count("pk")).values("count")), 0))
        .select_related("partner")
        .order_by("ends_on", "pk")
    )
    return [
        EndingConvention(convention, (convention.ends_on - on).days, convention.running, reverse(CONVENTION_PAGE, args=[convention.pk]))
        for convention in found[:SHOWN]
    ]


@dataclass(frozen=True)
class FundingDue:
    """A funding with a last day to send what its funder awaits; ``days`` left, negative once it is past."""

    funding: Funding
    days: int
    url: str

    @property
    def days_late(self) -> int:
        return -self.days

    @property
    def status_label(self) -> str:
        return str(FundingStatus(self.funding.status).label)


def fundings_due(user: Any, *, on: date) -> list[FundingDue]:
    """The fundings not yet notified whose last day comes within ``AHEAD``, or is past, the first due first."""
    found = (
        Funding.objects.visible_to(user)
        .with_status(on=on)
        .filter(status__in=AWAITING, deadline_on__lte=on + AHEAD)
        .select_related("funder")
        .order_by("deadline_on", "pk")
    )
    return [FundingDue(funding, (funding.deadline_on - on).days, reverse(FUNDING_PAGE, args=[funding.pk])) for funding in found[:SHOWN]]
