"""Taking back a whole import: the homes it created go, the values it changed come back, unless something happened to them since."""

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection
from django.db.models import ForeignObjectRel
from psycopg import sql

from access.exchange.course import LISTED, Blocking, UndoPlan, UndoRefused, refuse_unless_confirmed
from catalogue.enums import ChangeKind
from catalogue.exchange.staging import UNITS, WRITTEN_FIELDS, column, mark, model_field
from catalogue.models import Unit, UnitChange, UnitImport, WrittenUnits

NOTES: Final = sql.Identifier(WrittenUnits._meta.db_table)
CHANGES: Final = sql.Identifier(UnitChange._meta.db_table)


def plan(unit_import: UnitImport) -> UndoPlan:
    """What undoing ``unit_import`` would do as things stand. Raises UndoRefused when it cannot be undone at all."""
    refuse_unless_confirmed(unit_import)
    counts = dict(_rows(sql.SQL("SELECT kind, cardinality(unit_ids) FROM {} WHERE unit_import_id = {}").format(NOTES, unit_import.pk)))
    if sum(counts.values()) != unit_import.written:
        raise UndoRefused("Cet import ne peut pas être annulé : il date d'avant la tenue du détail des logements écrits.")
    blocking = tuple(_first(_blocking(unit_import.pk)))
    return UndoPlan(counts.get(ChangeKind.CREATED, 0), counts.get(ChangeKind.CHANGED, 0), blocking)


def hold(unit_import: UnitImport) -> None:
    """Keep the homes that ``unit_import`` wrote from changing until the end of the transaction."""
    _run(sql.SQL("SELECT u.id FROM {} u JOIN ({}) w ON w.unit_id = u.id ORDER BY u.id FOR UPDATE OF u").format(UNITS, _written(unit_import.pk)))


def take_back(unit_import: UnitImport) -> None:
    """Restore the homes changed, remove those created."""
    _restore(unit_import.pk)
    _remove(unit_import.pk)


def _written(import_id: int, kind: ChangeKind | None = None) -> sql.Composed:
    """The homes an import wrote, as rows (kind, unit_id, mark)."""
    only = sql.SQL(" AND n.kind = {}").format(str(kind)) if kind else sql.SQL("")
    return sql.SQL(
        "SELECT n.kind, w.unit_id, w.mark FROM {} n, unnest(n.unit_ids, n.marks) AS w (unit_id, mark) WHERE n.unit_import_id = {}{}"
    ).format(NOTES, import_id, only)


def _blocking(import_id: int) -> Iterator[Blocking]:
    """Homes changed since, then those created that serve since, then those whose former RPLS id is another's by now."""
    found: dict[str, str] = {}
    changed = sql.SQL("SELECT u.reference FROM ({}) w JOIN {} u ON u.id = w.unit_id WHERE {} <> w.mark ORDER BY u.reference_key LIMIT {}").format(
        _written(import_id), UNITS, mark(), LISTED
    )
    for (reference,) in _rows(changed):
        found.setdefault(reference, "modifié depuis cet import")
    for table, key, noun in _users():
        used = sql.SQL(
            "SELECT u.reference FROM ({}) w JOIN {} u ON u.id = w.unit_id WHERE EXISTS (SELECT FROM {} x WHERE x.{} = u.id)"
            " ORDER BY u.reference_key LIMIT {}"
        ).format(_written(import_id, ChangeKind.CREATED), UNITS, sql.Identifier(table), sql.Identifier(key), LISTED)
        for (reference,) in _rows(used):
            found.setdefault(reference, f"créé par cet import, il sert depuis ({noun})")
    taken = sql.SQL(
        "SELECT o.reference FROM {changes} c JOIN {units} u ON u.id = c.unit_id JOIN {units} o ON o.landlord_id = u.landlord_id AND o.id <> u.id"
        " AND o.rpls_id = c.fields->'rpls_id'->>0 WHERE c.unit_import_id = {id} AND c.kind = {changed} AND o.rpls_id <> ''"
        " AND NOT EXISTS (SELECT FROM ({written}) w WHERE w.unit_id = o.id) ORDER BY o.reference_key LIMIT {listed}"
    ).format(changes=CHANGES, units=UNITS, id=import_id, changed=str(ChangeKind.CHANGED), written=_written(import_id), listed=LISTED)
    for (reference,) in _rows(taken):
        found.setdefault(reference, "porte depuis un identifiant RPLS à rétablir sur un autre logement")
    return (Blocking(reference, reason) for reference, reason in found.items())


def _first(blocking: Iterator[Blocking]) -> list[Blocking]:
    return [found for _, found in zip(range(LISTED), blocking, strict=False)]


def _users() -> Iterator[tuple[str, str, str]]:
    """The tables whose rows point to a home: table, column, what its rows are called."""
    for relation in Unit._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and not relation.many_to_many and relation.related_model is not UnitChange:
            yield relation.related_model._meta.db_table, str(relation.field.column), str(relation.related_model._meta.verbose_name)


def _restore(import_id: int) -> None:
    """Give back to the homes changed the values they had."""
    where = sql.SQL("FROM {changes} c WHERE c.unit_import_id = {id} AND c.kind = {kind} AND u.id = c.unit_id").format(
        changes=CHANGES, id=import_id, kind=str(ChangeKind.CHANGED)
    )
    _run(sql.SQL("UPDATE {units} u SET rpls_id = '' {where} AND c.fields ? 'rpls_id'").format(units=UNITS, where=where))
    values = sql.SQL(", ").join(
        sql.SQL("{column} = CASE WHEN c.fields ? {name} THEN (c.fields->{name}->>0)::{type} ELSE u.{column} END").format(
            column=column(name), name=sql.Literal(name), type=sql.SQL(_type(name))
        )
        for name in WRITTEN_FIELDS
    )
    _run(sql.SQL("UPDATE {units} u SET updated_at = now(), {values} {where}").format(units=UNITS, values=values, where=where))


def _type(name: str) -> str:
    return str(model_field(name).db_type(connection))


def _remove(import_id: int) -> None:
    """Delete the homes created; what the journal says of them stays, by their reference."""
    created = _written(import_id, ChangeKind.CREATED)
    _run(sql.SQL("UPDATE {} c SET unit_id = NULL FROM ({}) w WHERE c.unit_id = w.unit_id").format(CHANGES, created))
    _run(sql.SQL("DELETE FROM {} u USING ({}) w WHERE u.id = w.unit_id").format(UNITS, created))
    _run(sql.SQL("SET CONSTRAINTS ALL IMMEDIATE"))
    _run(sql.SQL("SET CONSTRAINTS ALL DEFERRED"))


def _rows(statement: sql.Composed) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _run(statement: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
