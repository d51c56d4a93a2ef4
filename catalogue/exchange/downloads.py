"""What can be taken back from an import while its file is kept: the file as it came, and the file with its findings."""

from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePath
from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header

from access.exchange.annotated import annotated_rows, as_csv, write_workbook
from access.exchange.findings import Code, FileRefused, Level
from access.exchange.limits import Limits
from access.exchange.reading import ZIP_SIGNATURE
from access.exchange.values import Cell
from catalogue.exchange.examination import recognise_stock
from catalogue.exchange.headings import LandlordHeadings
from catalogue.exchange.views import ExchangeView
from catalogue.models import ImportedFile, UnitImport

PRIVATE: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def kept_file(entry: UnitImport) -> ImportedFile:
    """The file of an import; Http404 when it is not, or no longer, kept."""
    kept: ImportedFile | None = ImportedFile.objects.filter(pk=entry.pk, kept_until__gt=timezone.now()).first()
    if kept is None:
        raise Http404
    return kept


class OriginalView(ExchangeView):
    """The file as it was sent, always as a download."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        entry = self.entry(pk)
        disposition = content_disposition_header(as_attachment=True, filename=entry.file_name)
        return HttpResponse(
            kept_file(entry).content(), content_type="application/octet-stream", headers={**PRIVATE, "Content-Disposition": str(disposition)}
        )


class MendView(ExchangeView):
    """The file as it was sent, with its findings in two added columns: CSV, or XLSX when it was a workbook."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        entry = self.entry(pk)
        content = kept_file(entry).content()
        try:
            rows = with_findings(entry, content)
        except FileRefused as refusal:
            messages.error(request, f"Le fichier n'est plus lu : {refusal}")
            return redirect("stock_exchange:entry", pk=entry.pk)
        name = f"{PurePath(entry.file_name).stem}_a_corriger"
        if content.startswith(ZIP_SIGNATURE):
            target = BytesIO()
            write_workbook(rows, target)
            target.seek(0)
            return FileResponse(target, as_attachment=True, filename=f"{name}.xlsx", content_type=WORKBOOK, headers=PRIVATE)
        disposition = content_disposition_header(as_attachment=True, filename=f"{name}.csv")
        headers = {**PRIVATE, "Content-Disposition": str(disposition)}
        return StreamingHttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8", headers=headers)


def with_findings(entry: UnitImport, content: bytes) -> Iterator[list[Cell]]:
    """The rows of the file with its findings. Raises FileRefused when the file can no longer be read."""
    told: dict[int, list[tuple[str, str]]] = defaultdict(list)
    findings: Any = entry.findings.exclude(code=Code.UNMAPPED_COLUMN).filter(row__isnull=False)
    for finding in findings:
        place = f"{finding.column} : " if finding.column else ""
        level = "Remarque – " if finding.level == Level.NOTICE else ""
        told[finding.row].append((f"{level}{place}{finding.message}", finding.hint))
    return annotated_rows(
        recognise_stock(content, Limits.from_settings().with_rows(entry.rows + entry.skipped), entry.landlord, LandlordHeadings(entry.landlord)), told
    )
