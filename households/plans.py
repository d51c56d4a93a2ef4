"""What a plan or a scenario costs: the same lines as real cases, for households and homes that are only planned."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from catalogue.enums import MeasureCode
from catalogue.models import Funding
from catalogue.models.money import Contribution
from households.costs import Span, TariffSpan, active_spans, one_off_line, yearly_lines
from households.models import Scenario
from households.money import YearMoney
from households.prices import Prices

EVERY_MEASURE = frozenset(MeasureCode.values)
SUPPOSED = 0
"""The id that stands for a funding that is only supposed."""


def scenarios() -> Any:
    """Every scenario with what it is made of, the plan first."""
    return Scenario.objects.prefetch_related("intakes", "prices__kind", "fundings")


def supposed_prices(scenario: Scenario, kind: str) -> list[TariffSpan]:
    """The prices of ``kind`` in the scenario: the scheme's, then each supposed one from its day on, in euros."""
    prices = Prices.load().of(kind, None)
    for supposed in scenario.prices.all():
        if supposed.kind.code != kind:
            continue
        kept = [
            TariffSpan(kind, price.amount, span.first, span.last)
            for price in prices
            for span in active_spans(price.span, [Span(supposed.starts_on, date.max)])
        ]
        prices = [*kept, TariffSpan(kind, supposed.amount, supposed.starts_on)]
    return prices


def scenario_costs(scenario: Scenario) -> dict[tuple[int, str], Decimal]:
    """Euros by year and code of measure: for each household a diagnosis and its support, for each home its adapted management.

    They run from the first day of their quarter to the scenario's last day; each is a line rounded to the cent, and totals are sums of lines.
    Raises MissingTariff when a day has no price.
    """
    totals: dict[tuple[int, str], Decimal] = defaultdict(lambda: Decimal("0.00"))
    prices = {code: supposed_prices(scenario, code) for code in MeasureCode.values}
    for intake in scenario.intakes.all():
        first = max(intake.quarter_on, scenario.starts_on)
        if first > scenario.ends_on:
            continue
        whole = [Span(first, scenario.ends_on)]
        if intake.households:
            charged = one_off_line(MeasureCode.DIAGNOSIS, first, prices[MeasureCode.DIAGNOSIS])
            totals[charged.year, charged.kind] += charged.amount * intake.households
        for code, times in ((MeasureCode.SUPPORT, intake.households), (MeasureCode.ADAPTED_MANAGEMENT, intake.homes)):
            if times:
                for line in yearly_lines(code, whole, prices[code]):
                    totals[line.year, line.kind] += line.amount * times
    return dict(totals)


def scenario_years(scenario: Scenario, first_year: int, last_year: int, *, on: date) -> list[YearMoney]:
    """Each year of the scenario: its costs, and what is committed on the day ``on`` with what the scenario supposes beside."""
    costs, contributions = scenario_costs(scenario), Funding.objects.all().contributions(on=on)
    contributions += [Contribution(SUPPOSED, SUPPOSED, item.year, item.amount, EVERY_MEASURE) for item in scenario.fundings.all()]
    return [
        YearMoney(
            year,
            {code: costs.get((year, code), Decimal("0.00")) for code in MeasureCode.values},
            tuple(item for item in contributions if item.year == year),
        )
        for year in range(first_year, last_year + 1)
    ]


def planned_by(scenario: Scenario, day: date) -> tuple[int, int]:
    """How many households and homes the scenario has brought in by that day: those of the quarters begun."""
    begun = [intake for intake in scenario.intakes.all() if intake.quarter_on <= day]
    return sum(intake.households for intake in begun), sum(intake.homes for intake in begun)
