"""What the scheme costs, to the cent.

Source of the rules: the scheme's call for projects (prices) and its steering rules (rounding, spans). Amounts are euros as Decimals; days are
counted with both ends included. A line is one measure, one calendar year, one span of one tariff; every total is a sum of lines.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Span:
    """Days from ``first`` to ``last``, both included. Raises ValueError when ``last`` precedes ``first``."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a span ends before it starts")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def overlap(self, other: "Span") -> "Span | None":
        """The days both have, or None."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Span(first, last) if first <= last else None


@dataclass(frozen=True)
class TariffSpan:
    """A price in force from ``starts_on`` to ``ends_on`` (open when None), in euros: per year, or once."""

    kind: str
    amount: Decimal
    starts_on: date
    ends_on: date | None = None

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_on or date.max)


@dataclass(frozen=True)
class CostLine:
    """One measure, one year, one tariff span. ``days`` of ``days_in_year`` were active; a charge made once has one day of one."""

    kind: str
    year: int
    tariff: Decimal
    first: date
    last: date
    days: int
    days_in_year: int
    amount: Decimal


class MissingTariff(Exception):
    """No price is set for ``kind`` on ``day``: nothing can be counted for that day."""

    def __init__(self, kind: str, day: date) -> None:
        super().__init__(f"no tariff for {kind} on {day}")
        self.kind = kind
        self.day = day


def days_in_year(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def active_spans(whole: Span, suspensions: Iterable[Span]) -> list[Span]:
    """What is left of ``whole`` once the suspended days are taken out; suspensions may come in any order and overlap."""
    left: list[Span] = []
    first = whole.first
    for suspended in sorted(suspensions):
        if suspended.last < first or suspended.first > whole.last:
            continue
        if suspended.first > first:
            left.append(Span(first, suspended.first - ONE_DAY))
        if suspended.last >= whole.last:
            return left
        first = suspended.last + ONE_DAY
    left.append(Span(first, whole.last))
    return left


def yearly_lines(kind: str, active: Sequence[Span], tariffs: Iterable[TariffSpan]) -> Iterator[CostLine]:
    """The lines of a measure paid by the year: amount × active days ÷ days of the year, rounded half up, per year and tariff span.

    ``active`` are the measure's active days, disjoint. Raises MissingTariff at the first active day that no tariff covers.
    """
    prices = sorted((tariff for tariff in tariffs if tariff.kind == kind), key=lambda tariff: tariff.starts_on)
    for year in sorted({year for span in active for year in range(span.first.year, span.last.year + 1)}):
        whole_year = Span(date(year, 1, 1), date(year, 12, 31))
        in_year = [common for span in active if (common := span.overlap(whole_year))]
        _refuse_unpriced(kind, in_year, prices)
        for price in prices:
            priced = [common for span in in_year if (common := span.overlap(price.span))]
            days = sum(span.days for span in priced)
            if days:
                yield CostLine(
                    kind=kind,
                    year=year,
                    tariff=price.amount,
                    first=priced[0].first,
                    last=priced[-1].last,
                    days=days,
                    days_in_year=days_in_year(year),
                    amount=round_cents(price.amount * days / days_in_year(year)),
                )


def one_off_line(kind: str, charged_on: date, tariffs: Iterable[TariffSpan]) -> CostLine:
    """The line of a charge made once, at the tariff of that day. Raises MissingTariff."""
    for tariff in tariffs:
        if tariff.kind == kind and tariff.starts_on <= charged_on <= tariff.span.last:
            return CostLine(kind, charged_on.year, tariff.amount, charged_on, charged_on, 1, 1, round_cents(tariff.amount))
    raise MissingTariff(kind, charged_on)


def share_by_month(amount: Decimal, days: Mapping[int, int]) -> dict[int, Decimal]:
    """``amount`` (euros, to the cent) shared among months in proportion to their active ``days``, to the cent, by largest remainder.

    The earlier month wins between equal remainders. The shares sum to ``amount``, which is authoritative. Months without a day are left out.
    """
    cents, all_days = int(amount * 100), sum(days.values())
    shares = {month: divmod(cents * count, all_days) for month, count in sorted(days.items()) if count}
    missing = cents - sum(whole for whole, _rest in shares.values())
    served = sorted(shares, key=lambda month: (-shares[month][1], month))[:missing]
    return {month: Decimal(whole + (month in served)) / 100 for month, (whole, _rest) in shares.items()}


def round_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def total(lines: Iterable[CostLine]) -> Decimal:
    """The sum of the rounded lines, in euros."""
    return sum((line.amount for line in lines), Decimal("0.00"))


def _refuse_unpriced(kind: str, active: Iterable[Span], prices: Sequence[TariffSpan]) -> None:
    for span in active:
        unpriced = active_spans(span, [price.span for price in prices])
        if unpriced:
            raise MissingTariff(kind, unpriced[0].first)
