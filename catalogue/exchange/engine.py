"""The import of a stock file: the one path that screens, commands and the worker take."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from access.exchange.course import (
    BinaryReader,
    ConfirmRefused,
    Course,
    Examination,
    Outdated,
    PreviewOutdated,
    UndoPlan,
    UndoRefused,
    Upload,
    receive,
)
from access.exchange.limits import Limits
from access.exchange.progress import WRITING, Progress, silent
from catalogue.exchange import undo
from catalogue.exchange.examination import examine, stage_again
from catalogue.exchange.headings import LandlordHeadings
from catalogue.models import HeadingMapping, ImportedFile, UnitImport, UnitImportWork
from partners.models import Organisation

__all__ = ["BinaryReader", "ConfirmRefused", "PreviewOutdated", "UndoPlan", "UndoRefused", "Upload", "check", "confirm", "receive"]


class StockCourse(Course):
    """The course of a stock file: its rows are kept as they were understood, staged again to be confirmed, and written in one statement."""

    code = "units"
    task = "catalogue.tasks.work_on_stock_file"
    imports, files, works, headings = UnitImport, ImportedFile, UnitImportWork, HeadingMapping
    lock_space = 7_201_947
    records = ("logement", "logements")
    heavy = ("packed_rows",)

    def examine(self, entry: UnitImport, content: bytes, limits: Limits, progress: Progress) -> AbstractContextManager[Examination]:
        return examine(entry, content, limits, progress)

    def write(self, entry: UnitImport, kept: ImportedFile, *, by: Any, skip_errors: bool, limits: Limits, progress: Progress) -> int:
        with stage_again(entry, kept, progress) as (staging, counts):
            if (counts.fingerprint, counts.errors) != (entry.fingerprint, entry.errors):
                raise Outdated
            self.refuse_errors(counts.errors, skip_errors=skip_errors)
            progress(WRITING, 0, 0)
            if staging.write(entry.pk) != (counts.created, counts.changed):
                raise Outdated
        return counts.created + counts.changed

    def plan(self, entry: UnitImport) -> UndoPlan:
        return undo.plan(entry)

    def hold(self, entry: UnitImport) -> None:
        undo.hold(entry)

    def take_back(self, entry: UnitImport) -> None:
        undo.take_back(entry)

    def unknown(self, landlord: Organisation, headings: Iterable[str]) -> list[str]:
        return LandlordHeadings(landlord).unknown(headings)


STOCK_COURSE = StockCourse()
check = STOCK_COURSE.check


def confirm(*, unit_import: UnitImport, by: Any, skip_errors: bool = False, limits: Limits | None = None, progress: Progress = silent) -> UnitImport:
    """Write what the preview of ``unit_import`` shows: see ``Course.confirm``."""
    confirmed: UnitImport = STOCK_COURSE.confirm(entry=unit_import, by=by, skip_errors=skip_errors, limits=limits, progress=progress)
    return confirmed
