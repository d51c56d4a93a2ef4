"""Background jobs of the catalogue."""

from django.utils import timezone
from procrastinate.contrib.django import app

from access import scope
from access.exchange.work import perform
from catalogue.exchange.engine import STOCK_COURSE
from catalogue.models import ImportedFile


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="purge_imported_files")
@scope.system("purge of stock files")
def purge_imported_files(timestamp: int) -> None:
    """Delete the files received whose time of keeping is over; their journal stays. Every night; ``timestamp`` is the instant it was due, in seconds since 1970."""
    ImportedFile.objects.expired(at=timezone.now()).delete()


@app.task
def work_on_stock_file(import_id: int, ticket: str) -> None:
    """Read, write or take back a large stock file, as its journal asks under ``ticket``."""
    perform(STOCK_COURSE, import_id, ticket)
