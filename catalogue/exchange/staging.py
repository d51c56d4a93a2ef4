"""The file beside the database: rows staged in a temporary table, compared as sets, written in one statement."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Field
from django.utils import timezone
from psycopg import sql

from access.text import fold
from catalogue.enums import ChangeKind, DeclaredOccupation, Typology
from catalogue.exchange.layouts import KEPT_ONCE_SET, KEPT_WHEN_BLANK, STOCK
from catalogue.models import Unit, UnitChange, WrittenUnits

STAGE: Final = sql.Identifier("solive_stage")
DIFFERENCE: Final = sql.Identifier("solive_difference")
UNITS: Final = sql.Identifier(Unit._meta.db_table)
JUMP: Final = "1.30"
"""A rent that grows by more than this factor is worth a look."""

FREE: Final = [DeclaredOccupation.VACANT.value, DeclaredOccupation.WORKS.value]
"""What a file may say of a home that a scheme household cannot be living in."""

DUPLICATES_NAMED: Final = 5
"""How many of the rows that bear the same reference are named on each of them."""

CREATED_LISTED: Final = 1_000
"""How many homes to create are listed one by one: a first file creates them all, and nobody reads that list."""

FILE_FIELDS: Final = (*(column.field for column in STOCK.columns if column.field != "reference"), "quota")
WRITTEN_FIELDS: Final = (*FILE_FIELDS, "withdrawn_on")
"""What an import writes: the fields of the file, and that a home it names is in stock."""


def model_field(name: str) -> "Field[Any, Any]":
    field = Unit._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(name)
    return field


def column(name: str) -> sql.Identifier:
    """The database column of a field of Unit."""
    return sql.Identifier(str(model_field(name).column))


def mark() -> sql.Composed:
    """The expression that sums up all that a file or a person can change in a home (``u``)."""
    names = ("reference", *(name for name in WRITTEN_FIELDS if name != "quota"), "residence")
    fields = sql.SQL(", ").join(sql.SQL("u.{}").format(column(name)) for name in names)
    return sql.SQL("hashtextextended(ROW({})::text || coalesce(' ' || u.quota, ''), 0)").format(fields)


class Counts(NamedTuple):
    """Homes, or rows for ``errors``; ``fingerprint`` sums up what would be written."""

    created: int
    changed: int
    unchanged: int
    absent: int
    errors: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """A staged row about which the comparison has something to say: ``value`` is the row's, ``other`` what it meets."""

    row: int
    reference: str
    value: str
    other: str


class Staging(AbstractContextManager["Staging"]):
    """The temporary tables of one file. Must live inside a transaction; leaves nothing behind."""

    def __init__(self, landlord_id: int, fields: Iterable[str]) -> None:
        self.landlord_id = landlord_id
        self.today = timezone.localdate()
        self.given = ("commune", *fields)
        self.compared = (*(name for name in FILE_FIELDS if name in self.given), "withdrawn_on")

    def __enter__(self) -> "Staging":
        self._drop()
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(column(name), sql.SQL("text" if name == "reference" else str(model_field(name).db_type(connection))))
            for name in self.given
        )
        self._run(
            sql.SQL(
                "CREATE TEMPORARY TABLE {} (row_number integer, is_valid boolean, {}, reference_key text GENERATED ALWAYS AS (upper(trim(reference))) STORED)"
            ).format(STAGE, columns)
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._drop()

    def load(self, blocks: Iterable[bytes]) -> None:
        """Stage blocks of lines in COPY's text format, in UTF-8. ``blocks`` must ask nothing of the database."""
        columns = sql.SQL(", ").join([sql.Identifier("row_number"), sql.Identifier("is_valid"), *map(column, self.given)])
        with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(STAGE, columns)) as copy:
            for block in blocks:
                copy.write(block)

    def duplicates(self, field: str) -> list[Flagged]:
        """Mark as in error the rows that share a value of ``field`` with another row; ``other`` lists the first of these other rows."""
        key = sql.Identifier("reference_key") if field == "reference" else column(field)
        return self._flag(
            sql.SQL(
                "UPDATE {stage} s SET is_valid = false FROM (SELECT {key} AS key, (array_agg(row_number ORDER BY row_number))[1:{named} + 1] AS rows,"
                " count(*) AS total FROM {stage} WHERE {key} <> '' GROUP BY {key} HAVING count(*) > 1) d WHERE s.{key} = d.key"
                " RETURNING s.row_number, s.reference, s.{value}, array_to_string((array_remove(d.rows, s.row_number))[1:{named}], ', ')"
                " || CASE WHEN d.total > {named} + 1 THEN '…' ELSE '' END"
            ).format(stage=STAGE, key=key, value=column(field), named=DUPLICATES_NAMED)
        )

    def taken_rpls_ids(self) -> list[Flagged]:
        """Mark as in error the rows whose RPLS id belongs to a home that keeps it; ``other`` is that home's reference.

        A row left out keeps its home's former id, which may stop another row, and so on along a column that slipped by one row.
        """
        met = self._rows(
            sql.SQL(
                "SELECT s.row_number, s.reference, s.rpls_id, u.reference, s.reference_key, u.reference_key,"
                " EXISTS (SELECT FROM {stage} o WHERE o.is_valid AND o.reference_key = u.reference_key) FROM {stage} s JOIN {units} u"
                " ON u.landlord_id = {landlord} AND u.rpls_id = s.rpls_id WHERE s.is_valid AND s.rpls_id <> '' AND u.reference_key <> s.reference_key"
            ).format(stage=STAGE, units=UNITS, landlord=self.landlord_id)
        )
        waiting = {holder: (Flagged(*told), key) for *told, key, holder, gives_up in met if gives_up}
        stopped = [(Flagged(*told), key) for *told, key, _, gives_up in met if not gives_up]
        for _, key in stopped:
            if key in waiting:
                stopped.append(waiting.pop(key))
        found = [flagged for flagged, _ in stopped]
        if found:
            self._run(
                sql.SQL("UPDATE {stage} SET is_valid = false WHERE row_number = ANY({rows})").format(
                    stage=STAGE, rows=sql.Literal([flagged.row for flagged in found])
                )
            )
        return found

    def rent_jumps(self) -> list[Flagged]:
        """Rows that raise a rent by more than 30 %; ``other`` is the present rent."""
        return self._flag(
            sql.SQL(
                "SELECT s.row_number, s.reference, s.main_rent::text, u.main_rent::text FROM {stage} s JOIN {units} u ON u.landlord_id = {landlord}"
                " AND u.reference_key = s.reference_key WHERE s.is_valid AND u.main_rent > 0 AND s.main_rent > u.main_rent * {jump}::numeric"
            ).format(stage=STAGE, units=UNITS, landlord=self.landlord_id, jump=JUMP)
        )

    def said_free(self, occupied: set[int]) -> list[Flagged]:
        """Rows that declare vacant, or empty for works, one of the homes of ``occupied``."""
        if not occupied:
            return []
        return self._flag(
            sql.SQL(
                "SELECT s.row_number, s.reference, s.declared_occupation, u.reference FROM {stage} s JOIN {units} u ON u.landlord_id = {landlord}"
                " AND u.reference_key = s.reference_key WHERE s.is_valid AND s.declared_occupation = ANY({free}) AND u.id = ANY({occupied})"
            ).format(stage=STAGE, units=UNITS, landlord=self.landlord_id, free=sql.Literal(FREE), occupied=sql.Literal(sorted(occupied)))
        )

    def totals(self) -> dict[str, list[list[Any]]]:
        """Rows by commune and by typology, with how many of each are to create, to change and unchanged; to be asked after ``compare``."""
        counted = self._rows(
            sql.SQL(
                "SELECT grouping(s.commune_id) = 0, coalesce((SELECT c.name FROM catalogue_commune c WHERE c.insee_code = s.commune_id), s.typology),"
                " count(*) FILTER (WHERE d.row_number IS NOT NULL AND d.unit_id IS NULL), count(*) FILTER (WHERE d.unit_id IS NOT NULL),"
                " count(*) FILTER (WHERE d.row_number IS NULL) FROM {stage} s LEFT JOIN {difference} d USING (row_number)"
                " WHERE s.is_valid GROUP BY GROUPING SETS (s.commune_id, s.typology)"
            ).format(stage=STAGE, difference=DIFFERENCE)
        )
        found: dict[str, list[list[Any]]] = {"commune": [], "typology": []}
        for is_commune, *line in counted:
            found["commune" if is_commune else "typology"].append(line)
        found["commune"].sort(key=lambda line: fold(line[0]))
        found["typology"].sort(key=lambda line: list(Typology).index(line[0]))
        return found

    def other_financing(self) -> list[Flagged]:
        """Rows that differ from the initial financing already known, which stays; ``other`` is the known one."""
        return self._flag(
            sql.SQL(
                "SELECT s.row_number, s.reference, s.initial_financing, u.initial_financing FROM {stage} s JOIN {units} u ON u.landlord_id = {landlord}"
                " AND u.reference_key = s.reference_key WHERE s.is_valid AND u.initial_financing <> '' AND s.initial_financing <> ''"
                " AND s.initial_financing <> u.initial_financing"
            ).format(stage=STAGE, units=UNITS, landlord=self.landlord_id)
        )

    def back_in_stock(self) -> list[Flagged]:
        """Rows of homes withdrawn from the stock, which come back; ``value`` is the day they were."""
        return self._flag(
            sql.SQL(
                "SELECT s.row_number, s.reference, to_char(u.withdrawn_on, 'DD/MM/YYYY'), u.reference FROM {stage} s JOIN {units} u"
                " ON u.landlord_id = {landlord} AND u.reference_key = s.reference_key WHERE s.is_valid AND u.withdrawn_on <= {today}::date"
            ).format(stage=STAGE, units=UNITS, landlord=self.landlord_id, today=self.today)
        )

    def compare(self) -> Counts:
        """Work out what confirming would write, and keep it for ``record`` and ``write``."""
        self._run(self._difference())
        row = self._rows(
            sql.SQL(
                "SELECT count(*) FILTER (WHERE unit_id IS NULL), count(*) FILTER (WHERE unit_id IS NOT NULL),"
                " coalesce(sum(hashtextextended(d::text, 0)::numeric), 0)::text,"
                " (SELECT count(*) FROM {stage} WHERE is_valid), (SELECT count(*) FROM {stage} WHERE NOT is_valid),"
                " (SELECT count(*) FROM {units} u WHERE {absent}) FROM {difference} d"
            ).format(stage=STAGE, units=UNITS, difference=DIFFERENCE, absent=self._absent())
        )[0]
        created, changed, fingerprint, valid, errors, absent = row
        return Counts(created, changed, valid - created - changed, absent, errors, f"{created}-{changed}-{fingerprint}")

    def record(self, import_id: int) -> None:
        """Keep, with the import, what it does to each home; of those it creates, the first only."""
        changes = sql.Identifier(UnitChange._meta.db_table)
        for kind, condition in ((ChangeKind.CHANGED, "IS NOT NULL"), (ChangeKind.CREATED, f"IS NULL ORDER BY row_number LIMIT {CREATED_LISTED}")):
            self._run(
                sql.SQL(
                    "INSERT INTO {changes} (unit_import_id, kind, unit_id, row, reference, fields)"
                    " SELECT {id}, {kind}, unit_id, row_number, reference, changes FROM (SELECT * FROM {difference} WHERE unit_id {condition}) d ORDER BY row_number"
                ).format(changes=changes, difference=DIFFERENCE, id=import_id, kind=str(kind), condition=sql.SQL(condition))
            )
        self._run(
            sql.SQL(
                "INSERT INTO {changes} (unit_import_id, kind, unit_id, reference, fields)"
                " SELECT {id}, {kind}, u.id, u.reference, '{{}}' FROM {units} u WHERE {absent} ORDER BY u.reference_key"
            ).format(changes=changes, units=UNITS, id=import_id, kind=str(ChangeKind.ABSENT), absent=self._absent())
        )

    def lock(self) -> None:
        """Keep the homes that the file would change from changing under it."""
        self._run(
            sql.SQL("SELECT id FROM {units} WHERE id IN (SELECT unit_id FROM {difference}) ORDER BY id FOR UPDATE").format(
                units=UNITS, difference=DIFFERENCE
            )
        )
        self._run(sql.SQL("DROP TABLE {}").format(DIFFERENCE))

    def write(self, import_id: int) -> tuple[int, int]:
        """Write what ``compare`` found, note each home written, and return how many were created and changed."""
        if "rpls_id" in self.compared:
            self._run(
                sql.SQL(
                    "UPDATE {units} u SET rpls_id = '' FROM {difference} d WHERE u.id = d.unit_id AND d.rpls_id <> u.rpls_id AND u.rpls_id <> ''"
                    " AND EXISTS (SELECT FROM {difference} o WHERE o.rpls_id = u.rpls_id)"
                ).format(units=UNITS, difference=DIFFERENCE)
            )
        names = [column(name) for name in WRITTEN_FIELDS]
        values = [column(name) if name in self.compared else sql.Literal(model_field(name).get_default()) for name in WRITTEN_FIELDS]
        compared = [column(name) for name in self.compared]
        written = self._rows(
            sql.SQL(
                "WITH written AS (INSERT INTO {units} AS u (landlord_id, reference, updated_at, {names})"
                " SELECT {landlord}, btrim(reference), now(), {values} FROM {difference} ORDER BY row_number"
                " ON CONFLICT (landlord_id, reference_key) DO UPDATE SET updated_at = excluded.updated_at, {updates}"
                " WHERE ({before}) IS DISTINCT FROM ({after}) RETURNING u.id, (u.xmax = 0) AS is_new, {mark} AS mark),"
                " noted AS (INSERT INTO {notes} (unit_import_id, kind, unit_ids, marks)"
                " SELECT {id}, CASE WHEN is_new THEN {created} ELSE {changed} END, array_agg(id), array_agg(mark) FROM written GROUP BY is_new)"
                " SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written"
            ).format(
                units=UNITS,
                difference=DIFFERENCE,
                landlord=self.landlord_id,
                mark=mark(),
                notes=sql.Identifier(WrittenUnits._meta.db_table),
                id=import_id,
                created=str(ChangeKind.CREATED),
                changed=str(ChangeKind.CHANGED),
                names=sql.SQL(", ").join(names),
                values=sql.SQL(", ").join(values),
                updates=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in compared),
                before=sql.SQL(", ").join(sql.SQL("u.{}").format(name) for name in compared),
                after=sql.SQL(", ").join(sql.SQL("excluded.{}").format(name) for name in compared),
            )
        )[0]
        return int(written[0]), int(written[1])

    def _difference(self) -> sql.Composed:
        """The statement that keeps the rows to create or change, each with the values to write and the fields that differ."""
        after = [sql.SQL("{} AS {}").format(self._effective(name), column(name)) for name in self.compared]
        before = [sql.SQL("u.{} AS {}").format(column(name), sql.Identifier(f"was_{name}")) for name in self.compared]
        changes = [
            sql.SQL("{}, CASE WHEN {} IS DISTINCT FROM {} THEN jsonb_build_array({}, {}) END").format(
                sql.Literal(name), column(name), sql.Identifier(f"was_{name}"), sql.Identifier(f"was_{name}"), column(name)
            )
            for name in self.compared
        ]
        return sql.SQL(
            "CREATE TEMPORARY TABLE {difference} AS SELECT *, CASE WHEN unit_id IS NULL THEN '{{}}'::jsonb"
            " ELSE jsonb_strip_nulls(jsonb_build_object({changes})) END AS changes FROM"
            " (SELECT s.row_number, s.reference, u.id AS unit_id, {after}, {before} FROM {stage} s"
            " LEFT JOIN {units} u ON u.landlord_id = {landlord} AND u.reference_key = s.reference_key WHERE s.is_valid) e"
            " WHERE unit_id IS NULL OR ({now}) IS DISTINCT FROM ({was})"
        ).format(
            difference=DIFFERENCE,
            stage=STAGE,
            units=UNITS,
            landlord=self.landlord_id,
            after=sql.SQL(", ").join(after),
            before=sql.SQL(", ").join(before),
            changes=sql.SQL(", ").join(changes),
            now=sql.SQL(", ").join(column(name) for name in self.compared),
            was=sql.SQL(", ").join(sql.Identifier(f"was_{name}") for name in self.compared),
        )

    def _effective(self, name: str) -> sql.Composed:
        """The value to write for a field, given the row (``s``) and the home as it is (``u``)."""
        names = {"column": column(name), "default": sql.Literal(model_field(name).get_default())}
        if name == "withdrawn_on":
            return sql.SQL("CASE WHEN u.withdrawn_on <= {today}::date THEN NULL ELSE u.withdrawn_on END").format(today=self.today)
        if name in KEPT_WHEN_BLANK:
            return sql.SQL("coalesce(s.{column}, u.{column}, {default})").format(**names)
        if name in KEPT_ONCE_SET:
            return sql.SQL("CASE WHEN u.{column} <> '' THEN u.{column} ELSE s.{column} END").format(**names)
        if name == "commune_name":
            return sql.SQL(
                "CASE WHEN u.commune_id = s.commune_id AND u.commune_name <> s.commune_name AND solive_fold(s.commune_name) = solive_fold("
                "CASE WHEN u.commune_name = '' THEN (SELECT c.name FROM catalogue_commune c WHERE c.insee_code = u.commune_id) ELSE u.commune_name END)"
                " THEN u.commune_name ELSE s.commune_name END"
            ).format()
        return sql.SQL("s.{column}").format(**names)

    def _absent(self) -> sql.Composed:
        return sql.SQL(
            "u.landlord_id = {} AND u.withdrawn_on IS NULL AND NOT EXISTS (SELECT FROM {} s WHERE s.reference_key = u.reference_key)"
        ).format(self.landlord_id, STAGE)

    def _flag(self, statement: sql.Composed) -> list[Flagged]:
        return [Flagged(*row) for row in self._rows(statement)]

    def _rows(self, statement: sql.Composed) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def _run(self, statement: sql.Composed) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    def _drop(self) -> None:
        self._run(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}, pg_temp.{}").format(DIFFERENCE, STAGE))
