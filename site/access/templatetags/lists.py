"""The headings, rows and choices of a back-office list, written in one go: a template for each cell took longer than reading the rows."""

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.utils import display_for_field, display_for_value, lookup_field
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

BLANK = mark_safe("&nbsp;")


@register.simple_tag
def list_headers(view: Any) -> list[dict[str, Any]]:
    """The headings of the columns, each with the address that sorts by it where the screen sorts."""
    return list(result_headers(view))


@register.simple_tag
def list_rows(view: Any, records: Iterable[Any]) -> SafeString:
    """A row for each record, a cell for each column of the screen; what a record stands on but is beyond the reader's sight is shown as empty."""
    columns = [_column(view.model_admin, name) for name in view.list_display]
    rows = "".join(f"<tr>{''.join(column(record) for column in columns)}</tr>" for record in records)
    return mark_safe(rows)  # noqa: S308  each cell is escaped by its column


@register.simple_tag
def list_choices(spec: Any) -> SafeString:
    """The choices of a filter, as options."""
    options = (
        f'<option value="{_as_html(value)}"{" selected" if chosen else ""}>{_as_html(label)}</option>' for value, label, chosen in spec.options()
    )
    return mark_safe("".join(options))  # noqa: S308  values and labels are escaped just before


def _as_html(said: Any) -> str:
    """As ``conditional_escape``, without its provision for texts translated late, which asks of each of a thousand cells."""
    return str(said.__html__()) if hasattr(said, "__html__") else escape(str(said))


def _column(model_admin: Any, name: str) -> Callable[[Any], str]:
    """How a column writes the cell of a record."""
    empty = model_admin.get_empty_value_display(name)
    field = _field(model_admin, name)
    shown = _shown(model_admin, name, field, empty)
    opening = '<td class="solive-date">' if isinstance(field, models.DateField) else "<td>"

    def cell(record: Any) -> str:
        try:
            said = shown(record)
        except ObjectDoesNotExist:
            said = empty
        return f"{opening}{_as_html(said) or BLANK}</td>"

    return cell


def _field(model_admin: Any, name: str) -> Any:
    """The model's field of that name, None for what the screen or the record works out."""
    try:
        field = model_admin.opts.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if field.concrete else None


def _shown(model_admin: Any, name: str, field: Any, empty: str) -> Callable[[Any], Any]:
    if field is None:
        return lambda record: display_for_value(lookup_field(name, record, model_admin)[2], empty)
    if field.flatchoices:
        labels = dict(field.flatchoices)
        return lambda record: labels.get(getattr(record, name), empty)
    return lambda record: display_for_field(getattr(record, name), field, empty)
