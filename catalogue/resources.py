"""Units as files: the stock layout, in its canonical order and headings, safe to open in a spreadsheet and taken back unchanged."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import IO, Any, Final

from django.db.models import F, QuerySet, TextChoices, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from import_export import resources
from import_export.fields import Field
from import_export.widgets import Widget
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from access.exchange.neutral import neutralise
from access.exchange.values import is_empty_word
from catalogue.enums import BuildingType, DeclaredOccupation, InitialFinancing, MobilisationMode
from catalogue.exchange.layouts import STOCK

FORMATS: Final = ("csv", "xlsx")
CHUNK: Final = 2_000
BYTE_ORDER_MARK: Final = "\ufeff"
CHOICES: Final[dict[str, type[TextChoices]]] = {
    "building_type": BuildingType,
    "initial_financing": InitialFinancing,
    "declared_occupation": DeclaredOccupation,
    "mobilisation_mode": MobilisationMode,
}
LABELS: Final = {field: {str(choice.value): str(choice.label) for choice in choices} for field, choices in CHOICES.items()}

Rendered = str | int | Decimal | date
"""A cell of an export: text already neutralised, a number, or a date."""


class CellWidget(Widget):
    """A value as a cell that an import reads back as the same value."""

    def __init__(self, labels: dict[str, str] | None = None) -> None:
        super().__init__()
        self.labels = labels

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Rendered:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "oui" if value else "non"
        if isinstance(value, int | Decimal | date):
            return value
        text = str(value)
        if self.labels is not None:
            return self.labels.get(text, text)
        return neutralise(text, reads_as_empty=bool(text) and is_empty_word(text))


def stock_field(heading: str, name: str) -> Field:
    attribute = {"commune": "commune_id", "commune_name": "received_commune"}.get(name, name)
    return Field(attribute=attribute, column_name=heading, readonly=True, widget=CellWidget(LABELS.get(name)))


class UnitResource(resources.Resource):
    """The stock layout. Reads the database in chunks of plain rows, whatever the size of the stock."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields = {column.heading: stock_field(column.heading, column.field) for column in STOCK.columns}

    def get_export_order(self) -> list[str]:
        return list(self.fields)

    def headings(self) -> list[str]:
        return [neutralise(str(heading)) for heading in self.get_export_headers()]

    def rows(self, queryset: "QuerySet[Any]") -> Iterator[list[Rendered]]:
        """The cells of each unit, in the queryset's order."""
        fields = list(self.fields.values())
        attributes = [str(field.attribute) for field in fields]
        units = queryset.annotate(received_commune=Coalesce(NullIf(F("commune_name"), Value("")), F("commune__name")))
        for unit in units.values_list(*attributes).iterator(chunk_size=CHUNK):
            yield [field.widget.render(value) for field, value in zip(fields, unit, strict=True)]

    def csv_lines(self, queryset: "QuerySet[Any]") -> Iterator[str]:
        """A CSV file as French spreadsheets open it: UTF-8 with its mark, semicolons, decimal commas."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
        buffer.write(BYTE_ORDER_MARK)
        writer.writerow(self.headings())
        for number, row in enumerate(self.rows(queryset), start=1):
            writer.writerow([_csv_cell(value) for value in row])
            if number % CHUNK == 0:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    def write(self, queryset: "QuerySet[Any]", file_format: str, target: IO[bytes]) -> None:
        """Write the export to a binary file. Raises ValueError for a format that is not among FORMATS."""
        if file_format == "csv":
            for text in self.csv_lines(queryset):
                target.write(text.encode())
        elif file_format == "xlsx":
            self._write_workbook(queryset, target)
        else:
            raise ValueError(file_format)

    def as_response(self, queryset: "QuerySet[Any]", file_format: str) -> HttpResponseBase:
        """The export as a download, in CSV unless ``file_format`` is ``xlsx``."""
        name = f"patrimoine_{timezone.localdate():%Y-%m-%d}"
        if file_format == "xlsx":
            target = io.BytesIO()
            self.write(queryset, "xlsx", target)
            target.seek(0)
            return FileResponse(target, as_attachment=True, filename=f"{name}.xlsx")
        return StreamingHttpResponse(
            (text.encode() for text in self.csv_lines(queryset)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )

    def _write_workbook(self, queryset: "QuerySet[Any]", target: IO[bytes]) -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Patrimoine")
        sheet.append(self.headings())
        for row in self.rows(queryset):
            sheet.append([_workbook_cell(sheet, value) for value in row])
        book.save(target)


def _csv_cell(value: Rendered) -> Rendered:
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


def _workbook_cell(sheet: Any, value: Rendered) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", value))
    cell.data_type = "s"
    return cell
