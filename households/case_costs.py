"""The cost of one household: what the cost engine makes of its diagnosis and measures."""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from catalogue.enums import EVER_SIGNED, MeasureCode
from catalogue.models import Convention
from households import costs
from households.models import Diagnosis, Household, SupportMeasure
from households.prices import Prices

ZERO = Decimal("0.00")


@dataclass
class YearCost:
    """What one calendar year costs, in euros, by kind of measure; ``total`` is the sum of its lines."""

    year: int
    lines: list[costs.CostLine] = field(default_factory=list)

    def amount(self, kind: str) -> Decimal:
        return costs.total(line for line in self.lines if line.kind == kind)

    @property
    def diagnosis(self) -> Decimal:
        return self.amount(MeasureCode.DIAGNOSIS)

    @property
    def support(self) -> Decimal:
        return self.amount(MeasureCode.SUPPORT)

    @property
    def adapted_management(self) -> Decimal:
        return self.amount(MeasureCode.ADAPTED_MANAGEMENT)

    @property
    def total(self) -> Decimal:
        return costs.total(self.lines)


def household_lines(
    household: Household, prices: Prices, *, until: date | None = None, partners: Container[int] | None = None
) -> list[costs.CostLine]:
    """Every cost line of a household: planned to each measure's last day or, with ``until``, only what has run by that day included.

    The diagnosis is charged once, at its first completion. With ``partners`` (ids of organisations), only what these did or do.
    Raises costs.MissingTariff when a day has no price.
    """
    lines: list[costs.CostLine] = []
    completed = [diagnosis for diagnosis in household.diagnoses.all() if diagnosis.completed_on]
    first = min(completed, key=lambda diagnosis: (diagnosis.completed_on, diagnosis.pk), default=None)
    if first and (until is None or first.completed_on <= until) and (partners is None or first.operator_id in partners):
        convention_id = diagnosis_convention_id(first) if prices.has_own(MeasureCode.DIAGNOSIS) else None
        lines.append(costs.one_off_line(MeasureCode.DIAGNOSIS, first.completed_on, prices.of(MeasureCode.DIAGNOSIS, convention_id)))
    for measure in household.measures.all():
        if partners is None or measure.convention.partner_id in partners:
            lines.extend(measure_lines(measure, prices, until=until))
    return lines


def measure_lines(measure: SupportMeasure, prices: Prices, *, until: date | None = None) -> list[costs.CostLine]:
    """The lines of one measure, to its last day or to ``until``; none when it starts later."""
    last = min(measure.last_day, until) if until else measure.last_day
    if last < measure.starts_on:
        return []
    suspensions = [costs.Span(item.starts_on, item.ends_on or date.max) for item in measure.suspensions.all()]
    active = costs.active_spans(costs.Span(measure.starts_on, last), suspensions)
    return list(costs.yearly_lines(measure.kind.code, active, prices.of(measure.kind.code, measure.convention_id)))


def diagnosis_convention_id(diagnosis: Diagnosis) -> int | None:
    """The convention that its operator completed it under: one that covers diagnoses and ran that day, the latest begun; None without any."""
    day = diagnosis.completed_on
    running = Convention.objects.filter(
        partner=diagnosis.operator_id, measure_kinds__code=MeasureCode.DIAGNOSIS, status__in=EVER_SIGNED, starts_on__lte=day, ends_on__gte=day
    )
    return running.order_by("-starts_on", "-pk").values_list("pk", flat=True).first()


def by_year(lines: Iterable[costs.CostLine]) -> list[YearCost]:
    """The lines gathered by calendar year, in order."""
    years: dict[int, list[costs.CostLine]] = defaultdict(list)
    for line in lines:
        years[line.year].append(line)
    return [YearCost(year, years[year]) for year in sorted(years)]
