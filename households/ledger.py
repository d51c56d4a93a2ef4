"""The scheme's cost lines, all of them at once: one computation in the database, grouped as asked.

The lines are those of ``households.costs`` (same rule, same rounding): one measure, one calendar year, one span of one price, rounded half up to
the cent; the diagnosis once per case, at its first completion. Every total is a sum of lines. Source: the scheme's steering rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from access.scope import aggregate
from catalogue.enums import EVER_SIGNED, MeasureCode
from catalogue.models import MeasureKind
from households.costs import CENT, MissingTariff, Span, active_spans
from households.models import SupportMeasure
from households.models.support import until
from households.prices import Prices

FAR: Final = date(9999, 12, 31)
CONFIDENTIAL: Final = -1
"""The key that stands for every confidential case whose reader is not named on it."""
GROUPINGS: Final[Mapping[str, str]] = {
    "year": "line.year",
    "month": "line.month",
    "kind": "line.kind_id",
    "operator": "line.operator_id",
    "convention": "line.convention_id",
    "landlord": "CASE WHEN line.hidden THEN -1 ELSE line.landlord_id END",
    "territory": "CASE WHEN line.hidden THEN '-1' ELSE line.epci_id END",
    "household": "CASE WHEN line.hidden THEN -1 ELSE line.household_id END",
    "measure": "CASE WHEN line.hidden THEN -1 ELSE line.measure_id END",
}
"""What totals can be grouped by. What would tell of a confidential case stands under ``CONFIDENTIAL``."""

LINES: Final = """
WITH price AS (
    SELECT * FROM unnest(%(kinds)s::int[], %(conventions)s::int[], %(firsts)s::date[], %(lasts)s::date[], %(amounts)s::numeric[])
        AS given(kind_id, convention_id, first, last, amount)
), year AS (
    SELECT number, make_date(number, 1, 1) AS first, make_date(number, 12, 31) AS last, make_date(number + 1, 1, 1) - make_date(number, 1, 1) AS days
    FROM generate_series(%(first_year)s::int, %(last_year)s::int) AS number
), ran AS (
    SELECT id, household_id, kind_id, convention_id, unit_id, starts_on AS first, LEAST(COALESCE(ended_on, planned_ends_on), %(until)s::date) AS last
    FROM households_supportmeasure
), span AS (
    SELECT ran.id AS measure_id, ran.household_id, ran.kind_id, ran.convention_id, ran.unit_id, year.number AS year, year.days AS days_in_year,
        price.amount AS tariff, GREATEST(ran.first, year.first, price.first) AS first, LEAST(ran.last, year.last, price.last) AS last
    FROM ran
    JOIN year ON year.first <= ran.last AND year.last >= ran.first
    JOIN price ON price.kind_id = ran.kind_id
        AND price.convention_id = CASE WHEN ran.convention_id = ANY(%(own)s::int[]) THEN ran.convention_id ELSE 0 END
        AND price.first <= LEAST(ran.last, year.last) AND price.last >= GREATEST(ran.first, year.first)
    WHERE ran.first <= ran.last
), pause AS (
    SELECT span.measure_id, span.first, SUM(LEAST(COALESCE(stop.ends_on, 'infinity'), span.last) - GREATEST(stop.starts_on, span.first) + 1) AS days
    FROM span
    JOIN households_measuresuspension AS stop
        ON stop.measure_id = span.measure_id AND stop.starts_on <= span.last AND COALESCE(stop.ends_on, 'infinity') >= span.first
    GROUP BY span.measure_id, span.first
), paid AS (
    SELECT span.*, span.last - span.first + 1 - COALESCE(pause.days, 0) AS days, pause.days IS NOT NULL AS is_paused
    FROM span LEFT JOIN pause USING (measure_id, first)
), diagnosed AS (
    SELECT DISTINCT ON (household_id) household_id, operator_id, completed_on
    FROM households_diagnosis
    WHERE completed_on IS NOT NULL
    ORDER BY household_id, completed_on, id
), charged AS (
    SELECT diagnosed.*, (
        SELECT convention.id
        FROM catalogue_convention AS convention
        JOIN catalogue_convention_measure_kinds AS covered ON covered.convention_id = convention.id AND covered.measurekind_id = %(diagnosis)s
        WHERE convention.partner_id = diagnosed.operator_id AND convention.status = ANY(%(signed)s)
            AND diagnosed.completed_on BETWEEN convention.starts_on AND convention.ends_on
        ORDER BY convention.starts_on DESC, convention.id DESC
        LIMIT 1
    ) AS convention_id
    FROM diagnosed
    WHERE completed_on <= %(until)s::date AND completed_on BETWEEN make_date(%(first_year)s::int, 1, 1) AND make_date(%(last_year)s::int, 12, 31)
), every AS (
    SELECT measure_id, household_id, kind_id, convention_id, unit_id, NULL::bigint AS diagnosed_by, year, tariff, first, last, days::int, days_in_year, is_paused,
        round(tariff * days / days_in_year, 2) AS amount
    FROM paid
    WHERE days > 0
    UNION ALL
    SELECT NULL, charged.household_id, %(diagnosis)s, charged.convention_id, NULL, charged.operator_id, EXTRACT(year FROM completed_on)::int, price.amount,
        completed_on, completed_on, 1, 1, FALSE, round(price.amount, 2)
    FROM charged
    JOIN price ON price.kind_id = %(diagnosis)s
        AND price.convention_id = CASE WHEN charged.convention_id = ANY(%(own)s::int[]) THEN charged.convention_id ELSE 0 END
        AND completed_on BETWEEN price.first AND price.last
), home AS (
    SELECT DISTINCT ON (occupancy.household_id) occupancy.household_id, unit.landlord_id
    FROM households_occupancy AS occupancy
    JOIN catalogue_unit AS unit ON unit.id = occupancy.unit_id
    ORDER BY occupancy.household_id, occupancy.starts_on DESC, occupancy.id DESC
), line AS (
    SELECT every.*, COALESCE(every.diagnosed_by, convention.partner_id) AS operator_id, COALESCE(unit.landlord_id, home.landlord_id) AS landlord_id,
        commune.epci_id, household.reference, %(closed)s AND household.is_confidential AND household.id <> ALL(%(named)s::bigint[]) AS hidden
    FROM every
    LEFT JOIN households_household AS household ON household.id = every.household_id
    LEFT JOIN catalogue_commune AS commune ON commune.insee_code = household.commune_id
    LEFT JOIN catalogue_convention AS convention ON convention.id = every.convention_id
    LEFT JOIN catalogue_unit AS unit ON unit.id = every.unit_id
    LEFT JOIN home ON home.household_id = every.household_id
)
"""

MONTHS: Final = """, alike AS (
    SELECT kind_id, year, first, last, days, amount, operator_id, convention_id, landlord_id, epci_id, hidden, household_id, measure_id, count(*) AS times, paused_id
    FROM (SELECT kind_id, year, first, last, days, amount, CASE WHEN is_paused THEN measure_id END AS paused_id, operator_id, {kept} FROM line {where}) AS narrowed
    GROUP BY kind_id, year, first, last, days, amount, operator_id, convention_id, landlord_id, epci_id, hidden, household_id, measure_id, paused_id
), part AS (
    SELECT numbered.*, month.number AS month,
        LEAST(numbered.last, month.last) - GREATEST(numbered.first, month.first) + 1 - COALESCE((
            SELECT SUM(LEAST(COALESCE(stop.ends_on, 'infinity'), numbered.last, month.last) - GREATEST(stop.starts_on, numbered.first, month.first) + 1)
            FROM households_measuresuspension AS stop
            WHERE stop.measure_id = numbered.paused_id AND stop.starts_on <= LEAST(numbered.last, month.last)
                AND COALESCE(stop.ends_on, 'infinity') >= GREATEST(numbered.first, month.first)
        ), 0) AS month_days
    FROM (SELECT alike.*, row_number() OVER () AS number FROM alike) AS numbered
    JOIN LATERAL (
        SELECT number, make_date(numbered.year, number, 1) AS first, (make_date(numbered.year, number, 1) + interval '1 month')::date - 1 AS last
        FROM generate_series(EXTRACT(month FROM numbered.first)::int, EXTRACT(month FROM numbered.last)::int) AS number
    ) AS month ON TRUE
), shared AS (
    SELECT part.*, div(amount * 100 * month_days, days) AS whole, amount * 100 * month_days %% days AS rest FROM part
), ranked AS (
    SELECT shared.*, amount * 100 - SUM(whole) OVER (PARTITION BY number) AS missing,
        row_number() OVER (PARTITION BY number ORDER BY rest DESC, month) AS place
    FROM shared
), line_of_month AS (
    SELECT ranked.*, times * (whole + CASE WHEN place <= missing THEN 1 ELSE 0 END) / 100 AS share FROM ranked
)
"""

FILTERS: Final[Mapping[str, str]] = {
    "year": "year",
    "kind": "kind_id",
    "operator": "operator_id",
    "convention": "convention_id",
    "landlord": "landlord_id",
    "territory": "epci_id",
    "household": "household_id",
    "measure": "measure_id",
}
KEPT: Final = ("convention_id", "landlord_id", "epci_id", "hidden", "household_id", "measure_id")
KINDS_OF: Final = {"epci_id": "text", "hidden": "boolean"}
"""The SQL types of the columns left out that are not ids."""
TELLING: Final = frozenset({"landlord", "territory", "household", "measure"})
"""Groupings and filters that would tell of a confidential case."""


@dataclass(frozen=True)
class LedgerLine:
    """One cost line: of which case, under what, and how it is counted. ``days`` of ``days_in_year`` were active; euros."""

    household_id: int
    reference: str
    measure_id: int | None
    kind_id: int
    convention_id: int | None
    operator_id: int
    landlord_id: int | None
    year: int
    first: date
    last: date
    days: int
    days_in_year: int
    tariff: Decimal
    amount: Decimal


@dataclass(frozen=True)
class MonthLine:
    """The part of one cost line that falls in a month: its days, ``whole`` the line's euros, ``amount`` the month's share of them."""

    household_id: int
    reference: str
    kind_id: int
    operator_id: int
    year: int
    first: date
    last: date
    days: int
    whole: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Ledger:
    """The cost lines from ``first_year`` to ``last_year``, both included, up to the day ``until`` included.

    ``operators`` and ``landlords`` (ids), when given, keep only theirs. ``named`` are the confidential cases that the reader may read, None
    when every case is open; with ``leaves_out``, the others are not counted at all. ``kept`` narrows to one value of some groupings.
    """

    first_year: int
    last_year: int
    until: date = FAR
    operators: tuple[int, ...] | None = None
    landlords: tuple[int, ...] | None = None
    named: tuple[int, ...] | None = None
    leaves_out: bool = False
    kept: Mapping[str, Any] = field(default_factory=dict)

    def totals(self, *groupings: str) -> dict[tuple[Any, ...], Decimal]:
        """Euros by value of the groupings (names among ``GROUPINGS``), only where there are lines; by ``()`` without any grouping."""
        keys = ", ".join(GROUPINGS[name] for name in groupings)
        grouped = f" GROUP BY {keys}" if keys else ""
        where = f"WHERE {self._where()}"
        if "month" in groupings:
            kept = ", ".join(name if self._needs(name, groupings) else f"NULL::{KINDS_OF.get(name, 'bigint')} AS {name}" for name in KEPT)
            query = LINES + MONTHS.format(kept=kept, where=where)
            query += f"SELECT {keys}, SUM(share) FROM line_of_month AS line{grouped}"
        else:
            query = f"{LINES} SELECT {keys + ', ' if keys else ''}SUM(amount) FROM line {where}{grouped}"
        return {row[:-1]: row[-1].quantize(CENT) for row in self._rows(query) if row[-1] is not None}

    def households(self, *groupings: str) -> dict[tuple[Any, ...], int]:
        """How many households have a line, by value of the groupings (months excepted)."""
        keys = ", ".join(GROUPINGS[name] for name in groupings)
        query = f"{LINES} SELECT {keys}, COUNT(DISTINCT household_id) FROM line WHERE {self._where()} GROUP BY {keys}"
        return {row[:-1]: row[-1] for row in self._rows(query)}

    def total(self) -> Decimal:
        """All the lines, in euros."""
        return self.totals().get((), Decimal("0.00"))

    def count(self) -> int:
        """How many lines are open to the reader."""
        return int(self._rows(f"{LINES} SELECT COUNT(*) FROM line WHERE {self._where()} AND NOT hidden")[0][0])

    def lines(self, *, offset: int = 0, limit: int | None = None) -> list[LedgerLine]:
        """The lines open to the reader, by year, case and measure."""
        columns = ", ".join(LedgerLine.__dataclass_fields__)
        query = f"{LINES} SELECT {columns} FROM line WHERE {self._where()} AND NOT hidden ORDER BY year, reference, kind_id, measure_id, first"
        return [LedgerLine(*row) for row in self._rows(f"{query} LIMIT %(limit)s OFFSET %(offset)s", limit=limit, offset=offset)]

    def confidential(self) -> Decimal:
        """What the cases closed to the reader come to, in euros: the one line « dossiers confidentiels »."""
        return Decimal(self._rows(f"{LINES} SELECT COALESCE(SUM(amount), 0.00) FROM line WHERE {self._where()} AND hidden")[0][0])

    def month_lines(self, month: int, *, offset: int = 0, limit: int | None = None) -> list[MonthLine]:
        """The shares of one month (of each year) that the open lines give it, by year and case."""
        columns = (
            "line.household_id, household.reference, line.kind_id, line.operator_id, line.year, "
            "GREATEST(line.first, make_date(line.year, line.month, 1)), "
            "LEAST(line.last, (make_date(line.year, line.month, 1) + interval '1 month')::date - 1), "
            "line.month_days::int, line.times * line.amount, line.share::numeric(12, 2)"
        )
        query = (
            f"{self._months()} SELECT {columns} FROM line_of_month AS line JOIN households_household AS household ON household.id = line.household_id "
            "WHERE line.month = %(month)s AND line.month_days > 0 AND NOT line.hidden "
            "ORDER BY line.year, household.reference, line.kind_id, line.measure_id, line.first LIMIT %(limit)s OFFSET %(offset)s"
        )
        return [MonthLine(*row) for row in self._rows(query, month=month, limit=limit, offset=offset)]

    def month_sums(self, month: int) -> tuple[int, Decimal, Decimal]:
        """How many shares of that month are open to the reader, what they come to, and what the closed cases do, in euros."""
        query = (
            f"{self._months()} SELECT COUNT(*) FILTER (WHERE NOT hidden), COALESCE(SUM(share) FILTER (WHERE NOT hidden), 0.00), "
            "COALESCE(SUM(share) FILTER (WHERE hidden), 0.00) FROM line_of_month WHERE month = %(month)s AND month_days > 0"
        )
        count, seen, closed = self._rows(query, month=month)[0]
        return int(count), seen.quantize(CENT), closed.quantize(CENT)

    def _months(self) -> str:
        return LINES + MONTHS.format(kept=", ".join(KEPT), where=f"WHERE {self._where()}")

    def narrowed(self, **kept: Any) -> "Ledger":
        """The same lines, those of one value of each given grouping only."""
        return replace(self, kept={**self.kept, **kept})

    @aggregate("a day that no price covers")
    def missing(self) -> MissingTariff | None:
        """The first active day that no price covers, if any: while there is one, the totals fall short."""
        prices, kinds = Prices.load(), {kind.code: kind.pk for kind in MeasureKind.objects.all()}
        first, last = date(self.first_year, 1, 1), min(date(self.last_year, 12, 31), self.until)
        for code, kind_id in kinds.items():
            for convention_id in (0, *prices.conventions):
                for hole in prices.unpriced(code, convention_id):
                    low, high = max(hole.first, first), min(hole.last, last)
                    day = _first_active(kind_id, convention_id, prices.conventions, low, high) if low <= high else None
                    if day:
                        return MissingTariff(code, day)
        return None

    def _needs(self, column: str, groupings: Iterable[str]) -> bool:
        if column == "hidden":
            return bool(TELLING.intersection(groupings))
        return any(FILTERS.get(name) == column for name in groupings)

    def _where(self) -> str:
        conditions = ["TRUE"]
        if self.operators is not None:
            conditions.append("operator_id = ANY(%(operators)s::bigint[])")
        if self.landlords is not None:
            conditions.append("landlord_id = ANY(%(landlords)s::bigint[])")
        if self.leaves_out or TELLING.intersection(self.kept):
            conditions.append("NOT hidden" if CONFIDENTIAL not in self.kept.values() else "hidden")
        conditions += [
            f"{FILTERS[name]} IS NULL" if value is None else f"{FILTERS[name]} = %(kept_{name})s"
            for name, value in self.kept.items()
            if value != CONFIDENTIAL
        ]
        return " AND ".join(conditions)

    @aggregate("cost lines")
    def _rows(self, query: str, **more: Any) -> list[tuple[Any, ...]]:
        kinds = {kind.code: kind.pk for kind in MeasureKind.objects.all()}
        prices = Prices.load()
        rows = [(kinds[code], convention_id, span) for code, convention_id, span in prices.rows(list(kinds))]
        given = {
            "kinds": [row[0] for row in rows],
            "conventions": [row[1] for row in rows],
            "firsts": [row[2].starts_on for row in rows],
            "lasts": [row[2].span.last for row in rows],
            "amounts": [row[2].amount for row in rows],
            "own": prices.conventions,
            "first_year": self.first_year,
            "last_year": self.last_year,
            "until": self.until,
            "diagnosis": kinds[MeasureCode.DIAGNOSIS],
            "signed": list(EVER_SIGNED),
            "closed": self.named is not None,
            "named": list(self.named or ()),
            "operators": list(self.operators or ()),
            "landlords": list(self.landlords or ()),
            **{f"kept_{name}": value for name, value in self.kept.items()},
            **more,
        }
        with connection.cursor() as cursor:
            cursor.execute(query, given)
            return list(cursor.fetchall())


def _first_active(kind_id: int, convention_id: int, own: list[int], first: date, last: date) -> date | None:
    """The first day between these on which a measure of that kind runs under that convention (0: under one without own prices)."""
    running = SupportMeasure.objects.filter(kind=kind_id, starts_on__lte=last).filter(until(first))
    running = running.filter(convention=convention_id) if convention_id else running.exclude(convention__in=own)
    measures = running.prefetch_related("suspensions").order_by("starts_on")
    for measure in measures.iterator(chunk_size=500):
        whole = Span(max(measure.starts_on, first), min(measure.last_day, last))
        active = active_spans(whole, [Span(item.starts_on, item.ends_on or date.max) for item in measure.suspensions.all()])
        if active:
            return active[0].first
    return None
