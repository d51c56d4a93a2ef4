"""Lists as files: CSV and XLSX, safe to open in a spreadsheet, produced in bounded memory, each told once in the journal of exports."""

import csv
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

from django.db.models import F, QuerySet, TextChoices
from django.http import FileResponse
from django.utils import timezone
from django.utils.timezone import localtime
from import_export import resources
from import_export.fields import Field
from import_export.widgets import Widget

from access.actions import Narrowing, record_export
from access.enums import ExportFormat, ExportOutcome
from access.exchange.neutral import for_workbook, neutralise
from access.exchange.values import is_empty_word, is_spreadsheet_error
from access.scope import at_the_end

if TYPE_CHECKING:
    from openpyxl import Workbook

FORMATS: Final = tuple(str(choice) for choice in ExportFormat.values)
CONTENT_TYPES: Final = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
CHUNK: Final = 2_000
HELD_IN_MEMORY: Final = 4 << 20
BYTE_ORDER_MARK: Final = "\ufeff"
SHEET_ROWS: Final = 1_048_575
"""How many data rows a sheet holds; further ones go on to a further sheet."""

Rendered = str | int | Decimal | date
"""A cell of an export: text already neutralised, a number, or a date."""


class Writable(Protocol):
    """Whatever bytes can be written to."""

    def write(self, data: bytes, /) -> int: ...


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
        if isinstance(value, datetime):
            return localtime(value).date()
        if isinstance(value, int | Decimal | date):
            return value
        text = str(value)
        if self.labels is not None:
            return self.labels.get(text, text)
        return neutralise(text, reads_otherwise=bool(text) and (is_empty_word(text) or is_spreadsheet_error(text)))


def labels_of(choices: type[TextChoices]) -> dict[str, str]:
    return {str(choice.value): str(choice.label) for choice in choices}


class ExportResource(resources.Resource):
    """A list as a file. Subclasses say what the columns are and how rows are read; ``code`` and ``title`` name the list in the journal."""

    code: ClassVar[str]
    title: ClassVar[str]
    file_name: ClassVar[str]

    def __init__(self, *, user: Any = None, on: date | None = None, **kwargs: Any) -> None:
        """``user`` is who reads the file (None for a scheduled exchange), ``on`` the day its rules are asked for, today unless told."""
        super().__init__(**kwargs)
        self.user = user
        self.on = on or timezone.localdate()
        self.rows_written = 0

    def get_export_order(self) -> list[str]:
        return list(self.fields)

    def headings(self) -> list[str]:
        return [neutralise(str(heading)) for heading in self.get_export_headers()]

    def records(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """The queryset as tuples, one value for each field, in order."""
        raise NotImplementedError

    def rows(self, queryset: "QuerySet[Any]") -> Iterator[list[Rendered]]:
        """The cells of each record, in the queryset's order, read from the database in chunks."""
        fields = list(self.fields.values())
        for record in self.records(queryset).iterator(chunk_size=CHUNK):
            self.rows_written += 1
            yield [field.widget.render(value) for field, value in zip(fields, record, strict=True)]

    def write(self, queryset: "QuerySet[Any]", file_format: str, target: Writable) -> None:
        """Write the file to a binary stream. Raises ValueError for a format that is not among FORMATS."""
        self.rows_written = 0
        if file_format == ExportFormat.CSV:
            self._write_csv(queryset, target)
        elif file_format == ExportFormat.XLSX:
            self._write_workbook(queryset, target)
        else:
            raise ValueError(file_format)

    def produce(self, queryset: "QuerySet[Any]", file_format: str, target: Writable, *, narrowing: Narrowing) -> int:
        """Write the file and tell the journal of exports, once the last row is written or when one fails; return the file's size in bytes.

        The line of the journal stands even when the request that asked is undone. Outside a request, not to be called inside a transaction.
        """
        counted = _Counted(target)
        outcome = ExportOutcome.FAILED
        try:
            self.write(queryset, file_format, counted)
            outcome = ExportOutcome.PRODUCED
        finally:
            at_the_end(
                partial(
                    record_export,
                    by=self.user,
                    subject=self.code,
                    label=self.title,
                    narrowing=narrowing,
                    file_format=file_format,
                    outcome=outcome,
                    rows=self.rows_written,
                    size=counted.size,
                )
            )
        return counted.size

    def as_response(self, queryset: "QuerySet[Any]", file_format: str, *, narrowing: Narrowing) -> FileResponse:
        """The export as a download: produced whole before it is sent, so that a file broken off is an error page and not a short file."""
        target = tempfile.SpooledTemporaryFile(max_size=HELD_IN_MEMORY)  # noqa: SIM115  closed by the response
        try:
            self.produce(queryset, file_format, target, narrowing=narrowing)
        except BaseException:
            target.close()
            raise
        target.seek(0)
        return FileResponse(
            target, as_attachment=True, filename=f"{self.file_name}_{self.on:%Y-%m-%d}.{file_format}", content_type=CONTENT_TYPES[file_format]
        )

    def _write_csv(self, queryset: "QuerySet[Any]", target: Writable) -> None:
        """A CSV file as French spreadsheets open it: UTF-8 with its mark, semicolons, decimal commas."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
        buffer.write(BYTE_ORDER_MARK)
        writer.writerow(self.headings())
        for number, row in enumerate(self.rows(queryset), start=1):
            writer.writerow([_csv_cell(value) for value in row])
            if number % CHUNK == 0:
                target.write(buffer.getvalue().encode())
                buffer.seek(0)
                buffer.truncate()
        target.write(buffer.getvalue().encode())

    def _write_workbook(self, queryset: "QuerySet[Any]", target: Writable) -> None:
        # Ten megabytes, for whoever writes a workbook and not for every process.
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = self._sheet(book)
        for number, row in enumerate(self.rows(queryset)):
            if number and number % SHEET_ROWS == 0:
                sheet = self._sheet(book)
            sheet.append([_workbook_cell(sheet, value) for value in row])
        with tempfile.TemporaryFile() as whole:
            book.save(whole)
            whole.seek(0)
            shutil.copyfileobj(whole, target)

    def _sheet(self, book: "Workbook") -> Any:
        number = len(book.sheetnames)
        sheet = book.create_sheet(f"{self.title} {number + 1}" if number else self.title)
        sheet.freeze_panes = "A2"
        sheet.append([_workbook_cell(sheet, heading) for heading in self.headings()])
        return sheet


class _Counted:
    """Passes what is written on to another stream, and counts it."""

    def __init__(self, target: Writable) -> None:
        self._target = target
        self.size = 0

    def write(self, data: bytes, /) -> int:
        self._target.write(data)
        self.size += len(data)
        return len(data)


Source = str | Callable[["TableResource"], Any]
"""Where a column's value is: a field path, or the expression that the resource makes for its reader and its day."""


@dataclass(frozen=True)
class Column:
    """One column of a list: its heading, where its value is, the words of its codes, and the roles that read it (all who export unless told)."""

    heading: str
    source: Source
    choices: type[TextChoices] | None = None
    readers: frozenset[str] | None = None


class TableResource(ExportResource):
    """A list whose columns are declared: field paths and expressions, each for the roles that may read it.

    What a reader may not read has no column at all, rather than an empty one.
    """

    columns: ClassVar[Sequence[Column]] = ()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        role = getattr(self.user, "role", None)
        self.read = [column for column in self.columns if column.readers is None or role in column.readers]
        self.fields = {
            column.heading: Field(
                attribute=column.heading,
                column_name=column.heading,
                readonly=True,
                widget=CellWidget(labels_of(column.choices) if column.choices else None),
            )
            for column in self.read
        }

    def records(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        cells = {f"cell_{number}": self._expression(column.source) for number, column in enumerate(self.read)}
        return queryset.select_related(None).prefetch_related(None).annotate(**cells).values_list(*cells)

    def _expression(self, source: Source) -> Any:
        return F(source) if isinstance(source, str) else source(self)


def _csv_cell(value: Rendered) -> Rendered:
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


def _workbook_cell(sheet: Any, value: Rendered) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, for_workbook(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, date):
        cell.number_format = "DD/MM/YYYY"
    return cell
