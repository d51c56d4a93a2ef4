"""What can be taken back from an import while its file is kept: the file as it came, and the file with its findings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import PurePath
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from access.exchange.annotated import annotated_rows, as_csv, write_workbook
from access.exchange.course import Course
from access.exchange.desk import Desk
from access.exchange.findings import Code, FileRefused, Level
from access.exchange.limits import Limits
from access.exchange.progress import silent
from access.exchange.reading import ZIP_SIGNATURE
from access.exchange.screens import DeskView
from access.exchange.values import Cell

PRIVATE: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class OriginalView(DeskView):
    """The file as it was sent, always as a download."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        entry = self.opened(pk)
        disposition = content_disposition_header(as_attachment=True, filename=entry.file_name)
        headers = {**PRIVATE, "Content-Disposition": str(disposition)}
        return HttpResponse(kept_content(self.course, entry), content_type="application/octet-stream", headers=headers)


class MendView(DeskView):
    """The file as it was sent, with its findings in two added columns: CSV, or XLSX when it was a workbook."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        entry = self.opened(pk)
        content = kept_content(self.course, entry)
        try:
            rows = with_findings(self.desk, entry, content)
        except FileRefused as refusal:
            messages.error(request, f"Le fichier n'est plus lu : {refusal}")
            return self.to("entry", entry.pk)
        name = f"{PurePath(entry.file_name).stem}_a_corriger"
        if content.startswith(ZIP_SIGNATURE):
            target = BytesIO()
            write_workbook(rows, target)
            target.seek(0)
            return FileResponse(target, as_attachment=True, filename=f"{name}.xlsx", content_type=WORKBOOK, headers=PRIVATE)
        disposition = content_disposition_header(as_attachment=True, filename=f"{name}.csv")
        headers = {**PRIVATE, "Content-Disposition": str(disposition)}
        return StreamingHttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8", headers=headers)


def kept_content(course: Course, entry: Any) -> bytes:
    """The bytes of the file of an import; Http404 when it is not, or no longer, kept."""
    kept = course.files.objects.filter(pk=entry.pk, kept_until__gt=timezone.now()).first()
    if kept is None:
        raise Http404
    content: bytes = kept.content()
    return content


def with_findings(desk: Desk, entry: Any, content: bytes) -> Iterator[list[Cell]]:
    """The rows of the file with its findings, all of them. Raises FileRefused when the file can no longer be read."""
    limits = Limits.from_settings().with_rows(max(entry.rows + entry.skipped, 1))
    told: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for finding in _findings(desk.course, entry, content, limits):
        if finding.row is not None and finding.code != Code.UNMAPPED_COLUMN:
            place = f"{finding.column} : " if finding.column else ""
            level = "Remarque – " if finding.level == Level.NOTICE else ""
            told[finding.row].append((f"{level}{place}{finding.message}", finding.hint))
    return annotated_rows(desk.recognise(content, limits, entry.landlord), told)


def _findings(course: Course, entry: Any, content: bytes, limits: Limits) -> Iterable[Any]:
    """The findings of an import: those kept, or, when they are too many to be, all that its file gives once more."""
    if entry.finding_count <= entry.findings.count():
        return list(entry.findings.all())
    with transaction.atomic(), course.examine(entry, content, replace(limits, findings=entry.finding_count * 2), silent) as found:
        return found.log.in_file_order()
