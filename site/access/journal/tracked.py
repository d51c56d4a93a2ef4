"""Whose rows the journal follows field by field, and to which record each belongs. Each room says which when the application starts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, models

UNTOLD: Final = frozenset({"password", "last_login", "secret", "candidate", "last_step", "password_mark"})
"""Fields that no journal holds, not even sealed."""


@dataclass(frozen=True)
class Tracked:
    """A model followed by the journal. ``path`` leads from a row to the record it belongs to, empty when the row is that record itself."""

    model: type[models.Model]
    kind: str
    path: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """Column names with the field names that people's code knows; what the database works out is left out."""
        fields: Any = self.model._meta.concrete_fields
        return {field.column: field.name for field in fields if not field.generated and not field.primary_key and field.name not in UNTOLD}


_tables: dict[str, Tracked] = {}
_doors: dict[str, str] = {}


def name_doors(names: Mapping[str, str]) -> None:
    """Say in words what is behind an address's name, for who reads the journal."""
    _doors.update(names)


def door_in_words(door: str) -> str:
    return _doors.get(door, "")


def track(model: type[models.Model], kind: str, path: tuple[str, ...] = ()) -> None:
    """Follow the rows of ``model`` as parts of records of ``kind``."""
    _tables[model._meta.db_table] = Tracked(model, kind, path)


def follow(root: type[models.Model], kind: str, *, leaving_out: Iterable[type[models.Model]] = ()) -> None:
    """Follow a model and everything that hangs on it, however far: rows that name it, rows that name those. What is followed already stays as it is."""
    left_out = {*leaving_out}
    waiting: list[tuple[type[models.Model], tuple[str, ...]]] = [(root, ())]
    while waiting:
        model, path = waiting.pop(0)
        if model in left_out or (model._meta.db_table in _tables and path):
            continue
        track(model, kind, path)
        for relation in model._meta.get_fields(include_hidden=True):
            if relation.auto_created and (relation.one_to_many or relation.one_to_one) and relation.concrete is False:
                field: Any = relation.field  # type: ignore[union-attr]
                waiting.append((field.model, (field.name, *path)))


def tracked(table: str) -> Tracked | None:
    return _tables.get(table)


def tables() -> dict[str, Tracked]:
    return dict(_tables)


def install(**signal: Any) -> None:
    """Put the trigger that notes changes on every followed table. Runs under the owner's account, at the end of ``migrate``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_proc WHERE proname = 'solive_note_change'")
        if cursor.fetchone() is None:
            return
        present = set(connection.introspection.table_names(cursor))
        for table in sorted(present & _tables.keys()):
            cursor.execute(
                f'CREATE OR REPLACE TRIGGER solive_change_noted AFTER INSERT OR UPDATE OR DELETE ON "{table}" FOR EACH ROW '
                "WHEN (current_setting('solive.tracing', true) = 'on') EXECUTE FUNCTION solive_note_change()"
            )


def record_of(subject_kind: str, subject_id: int) -> models.Model | None:
    """The record that the journal calls by kind and id; None when it is gone."""
    found = next((one for one in _tables.values() if one.kind == subject_kind and not one.path), None)
    return None if found is None else found.model._base_manager.filter(pk=subject_id).first()
