"""What a file changes, in words: field by field, before and after."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db.models import BooleanField, DateField, DecimalField, Field

from catalogue.models import Commune, Unit, UnitChange

NOTHING: Final = "vide"
UNITS: Final = {"living_area": "\u00a0m²", "main_rent": "\u00a0€", "charges": "\u00a0€"}


class FieldChange(NamedTuple):
    label: str
    before: str
    after: str


def describe(changes: Iterable[UnitChange]) -> list[tuple[UnitChange, list[FieldChange]]]:
    """Each change with its fields in words. Names of communes are asked for once."""
    listed = list(changes)
    codes = {code for change in listed for code in change.fields.get("commune", []) if code}
    communes = dict(Commune.objects.filter(pk__in=codes).values_list("pk", "name")) if codes else {}
    return [(change, [_field_change(name, values, communes) for name, values in change.fields.items()]) for change in listed]


def _field_change(name: str, values: list[Any], communes: dict[str, str]) -> FieldChange:
    field = Unit._meta.get_field(name)
    label = str(getattr(field, "verbose_name", name)).partition(" (")[0]
    before, after = (_in_words(name, field, value, communes) for value in values)
    return FieldChange(label, before, after)


def _in_words(name: str, field: Any, value: Any, communes: dict[str, str]) -> str:
    if value is None or value == "":
        return NOTHING
    if name == "commune":
        return f"{communes.get(value, value)} ({value})"
    if isinstance(field, BooleanField):
        return "oui" if value else "non"
    if isinstance(field, DecimalField):
        return f"{Decimal(str(value)):.2f}".replace(".", ",") + UNITS.get(name, "")
    if isinstance(field, DateField):
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    if isinstance(field, Field) and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)
