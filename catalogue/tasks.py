"""Background jobs of the catalogue."""

from django.utils import timezone
from procrastinate.contrib.django import app

from catalogue.models import ImportedFile


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="purge_imported_files")
def purge_imported_files(timestamp: int) -> None:
    """Delete the files received whose time of keeping is over; their journal stays. Every night; ``timestamp`` is the instant it was due, in seconds since 1970."""
    ImportedFile.objects.expired(at=timezone.now()).delete()
