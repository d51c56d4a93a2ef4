"""The worked examples of the cost rules, and the laws they obey."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.costs import MissingTariff, Span, TariffSpan, active_spans, one_off_line, total, yearly_lines

TARIFFS = [
    TariffSpan("diagnosis", Decimal("300"), date(2014, 1, 1)),
    TariffSpan("support", Decimal("1500"), date(2014, 1, 1)),
    TariffSpan("adapted_management", Decimal("950"), date(2014, 1, 1)),
]
CHANGED = [
    TariffSpan("support", Decimal("1500"), date(2014, 1, 1), date(2016, 6, 30)),
    TariffSpan("support", Decimal("1560"), date(2016, 7, 1)),
]


def amounts(kind, first, last, suspensions=(), tariffs=TARIFFS):
    return [line.amount for line in yearly_lines(kind, active_spans(Span(first, last), suspensions), tariffs)]


@pytest.mark.parametrize(
    ("kind", "first", "last", "expected"),
    [
        ("support", date(2015, 3, 1), date(2015, 12, 31), ["1257.53"]),
        ("adapted_management", date(2015, 3, 1), date(2015, 12, 31), ["796.44"]),
        ("support", date(2016, 2, 29), date(2016, 2, 29), ["4.10"]),
        ("support", date(2015, 1, 1), date(2017, 12, 31), ["1500.00", "1500.00", "1500.00"]),
    ],
)
def test_worked_examples(kind, first, last, expected):
    assert amounts(kind, first, last) == [Decimal(amount) for amount in expected]


def test_a_suspended_month_is_not_paid():
    assert amounts("support", date(2015, 1, 1), date(2015, 12, 31), [Span(date(2015, 6, 1), date(2015, 6, 30))]) == [Decimal("1376.71")]


def test_a_new_tariff_counts_from_its_first_day():
    lines = amounts("support", date(2016, 1, 1), date(2016, 12, 31), tariffs=CHANGED)
    assert lines == [Decimal("745.90"), Decimal("784.26")]
    assert sum(lines) == Decimal("1530.16")


def test_integrated_offer_costs_2750_the_first_year_and_2450_after():
    def year(number):
        span = [Span(date(number, 1, 1), date(number, 12, 31))]
        return [*yearly_lines("support", span, TARIFFS), *yearly_lines("adapted_management", span, TARIFFS)]

    first = [one_off_line("diagnosis", date(2015, 1, 1), TARIFFS), *year(2015)]
    assert total(first) == Decimal("2750.00")
    assert total(year(2016)) == Decimal("2450.00")


def test_sixty_households_over_the_commitment():
    whole = [Span(date(2015, 1, 1), date(2017, 12, 31))]
    lines = [
        line
        for _ in range(60)
        for line in (
            one_off_line("diagnosis", date(2015, 1, 1), TARIFFS),
            *yearly_lines("support", whole, TARIFFS),
            *yearly_lines("adapted_management", whole, TARIFFS),
        )
    ]
    by_year = {year: total(line for line in lines if line.year == year) for year in (2015, 2016, 2017)}
    assert by_year == {2015: Decimal(165_000), 2016: Decimal(147_000), 2017: Decimal(147_000)}
    assert total(lines) == Decimal(459_000)


def test_a_day_without_a_tariff_is_named():
    with pytest.raises(MissingTariff) as missing:
        amounts("support", date(2013, 12, 30), date(2014, 1, 2))
    assert (missing.value.kind, missing.value.day) == ("support", date(2013, 12, 30))


def test_a_gap_between_two_tariffs_is_named():
    gap = [CHANGED[0], TariffSpan("support", Decimal("1560"), date(2016, 7, 3))]
    with pytest.raises(MissingTariff) as missing:
        amounts("support", date(2016, 1, 1), date(2016, 12, 31), tariffs=gap)
    assert missing.value.day == date(2016, 7, 1)


days = st.dates(min_value=date(2014, 1, 1), max_value=date(2020, 12, 31))
prices = st.decimals(min_value=0, max_value=5000, places=2)


@st.composite
def spans(draw):
    first, last = sorted((draw(days), draw(days)))
    return Span(first, last)


@st.composite
def tariff_sets(draw):
    changes = sorted(set(draw(st.lists(days, max_size=3))))
    starts = [date(2014, 1, 1), *(day for day in changes if day > date(2014, 1, 1))]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), None]
    return [TariffSpan("support", draw(prices), start, end) for start, end in zip(starts, ends, strict=True)]


@given(spans(), st.lists(spans(), max_size=5), tariff_sets())
def test_lines_are_never_negative_and_count_every_active_day_once(whole, suspensions, tariffs):
    active = active_spans(whole, suspensions)
    lines = list(yearly_lines("support", active, tariffs))
    assert all(line.amount >= 0 for line in lines)
    assert sum(line.days for line in lines) == sum(span.days for span in active)
    suspended = {day for span in suspensions for day in each_day(span)}
    assert [day for span in active for day in each_day(span)] == [day for day in each_day(whole) if day not in suspended]


def each_day(span):
    return [span.first + timedelta(days=offset) for offset in range(span.days)]


@given(spans(), st.lists(spans(), max_size=5), st.randoms())
def test_the_order_of_suspensions_does_not_matter(whole, suspensions, random):
    shuffled = list(suspensions)
    random.shuffle(shuffled)
    assert active_spans(whole, shuffled) == active_spans(whole, suspensions)


@given(spans(), st.data(), tariff_sets())
def test_splitting_a_measure_moves_a_line_by_at_most_a_cent_per_span(whole, data, tariffs):
    if whole.days == 1:
        return
    cut = whole.first + timedelta(days=data.draw(st.integers(0, whole.days - 2)))
    parts = [Span(whole.first, cut), Span(cut + timedelta(days=1), whole.last)]
    entire = {(line.year, line.tariff, line.first): line.amount for line in yearly_lines("support", [whole], tariffs)}
    split = sum((line.amount for part in parts for line in yearly_lines("support", [part], tariffs)), Decimal(0))
    assert abs(sum(entire.values()) - split) <= Decimal("0.01")


@given(spans(), tariff_sets(), prices)
def test_a_later_tariff_leaves_every_earlier_day_unchanged(whole, tariffs, amount):
    last = tariffs[-1]
    changed_on = max(last.starts_on + timedelta(days=1), date(2018, 1, 1))
    changed = [
        *tariffs[:-1],
        TariffSpan("support", last.amount, last.starts_on, changed_on - timedelta(days=1)),
        TariffSpan("support", amount, changed_on),
    ]
    before = Span(date(2014, 1, 1), changed_on - timedelta(days=1))
    active = [part for part in [whole.overlap(before)] if part]
    assert list(yearly_lines("support", active, tariffs)) == list(yearly_lines("support", active, changed))
