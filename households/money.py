"""What the scheme costs a reader may see, who pays for it, and what is missing: year by year."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from access.enums import Role
from access.scope import aggregate
from catalogue.enums import MeasureCode
from catalogue.models import Funding, MeasureKind
from catalogue.models.money import Contribution, coverage
from households.ledger import FAR, Ledger
from households.models import Household
from households.small_counts import SMALL
from partners.models import own_organisation_ids

ZERO: Final = Decimal("0.00")
READERS: Final = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER, Role.COMMITTEE, Role.FUNDER})
LINE_READERS: Final = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER})
FUNDING_READERS: Final = frozenset({Role.GIE_STAFF, Role.COMMITTEE, Role.FUNDER})


@dataclass(frozen=True)
class YearMoney:
    """One year in euros: the cost by code of measure, what covers it, and what is missing. ``is_hidden``: too few households to be told apart."""

    year: int
    costs: Mapping[str, Decimal]
    contributions: tuple[Contribution, ...] = ()
    is_detail_hidden: bool = False
    is_hidden: bool = False

    @property
    def diagnosis(self) -> Decimal:
        return self.costs.get(MeasureCode.DIAGNOSIS, ZERO)

    @property
    def support(self) -> Decimal:
        return self.costs.get(MeasureCode.SUPPORT, ZERO)

    @property
    def adapted_management(self) -> Decimal:
        return self.costs.get(MeasureCode.ADAPTED_MANAGEMENT, ZERO)

    @property
    def total(self) -> Decimal:
        return sum(self.costs.values(), ZERO)

    @property
    def funded(self) -> Decimal:
        """What is committed, notified or paid and may pay for these costs; never more than they come to."""
        return coverage(self.costs, self.contributions)

    @property
    def gap(self) -> Decimal:
        return self.total - self.funded

    @property
    def committed(self) -> Decimal:
        return sum((item.amount for item in self.contributions), ZERO)

    @property
    def unusable(self) -> Decimal:
        """Committed, yet beyond what it may pay for."""
        return self.committed - self.funded

    @property
    def rate(self) -> Decimal | None:
        """The part of the cost that is covered, in percent; None without a cost."""
        return (self.funded * 100 / self.total).quantize(Decimal("0.1")) if self.total else None


def ledger_for(user: Any, *, first_year: int, last_year: int, until: date = FAR, on: date) -> Ledger:
    """The cost lines that count for this reader on that day. Source: the scheme's role table.

    Staff, committee and funders: all of them; a support worker: what the own organisation does; a landlord's referent: the own homes.
    Confidential cases on which the reader is not named are one line, or nothing for a landlord. Raises PermissionError for any other role.
    """
    if user.role not in READERS or not user.may_sign_in:
        raise PermissionError
    if user.role in (Role.COMMITTEE, Role.FUNDER):
        return Ledger(first_year, last_year, until, named=())
    named = tuple(Household.objects.filter(is_confidential=True).visible_to(user, on=on).values_list("pk", flat=True))
    own = tuple(own_organisation_ids(user, on)) if user.role != Role.GIE_STAFF else None
    return Ledger(
        first_year,
        last_year,
        until,
        operators=own if user.role == Role.SUPPORT_WORKER else None,
        landlords=own if user.role == Role.LANDLORD_REFERENT else None,
        named=named,
        leaves_out=user.role == Role.LANDLORD_REFERENT,
    )


def by_year(ledger: Ledger, contributions: Iterable[Contribution] = (), *, hides_small: bool = False) -> list[YearMoney]:
    """Each year of the ledger with its costs and what covers them.

    With ``hides_small``, the measures of a year are told apart only when each concerns five households or none, and the year itself likewise.
    """
    codes = dict(MeasureKind.objects.values_list("pk", "code"))
    totals, given = ledger.totals("year", "kind"), list(contributions)
    counts = ledger.households("year", "kind") if hides_small else {}
    whole = ledger.households("year") if hides_small else {}
    return [
        YearMoney(
            year,
            {code: totals.get((year, kind), ZERO) for kind, code in codes.items()},
            tuple(item for item in given if item.year == year),
            is_detail_hidden=any(0 < counts.get((year, kind), 0) < SMALL for kind in codes),
            is_hidden=0 < whole.get((year,), 0) < SMALL,
        )
        for year in range(ledger.first_year, ledger.last_year + 1)
    ]


@aggregate("what pays for the scheme")
def contributions(*, on: date) -> list[Contribution]:
    """What covers the scheme's running costs on that day, by funding and year, in euros."""
    return Funding.objects.all().contributions(on=on)


def scheme_years(first_year: int, last_year: int, *, until: date, on: date) -> list[YearMoney]:
    """The whole scheme's years as its managers count them: every case, and the funding that stands on the day ``on``."""
    return by_year(Ledger(first_year, last_year, until), contributions(on=on))
