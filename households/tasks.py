"""Background jobs of the households' room."""

from django.utils import timezone
from procrastinate.contrib.django import app

from households.models import HouseholdImportFile


@app.periodic(cron="32 3 * * *")
@app.task(queueing_lock="purge_report_files")
def purge_report_files(timestamp: int) -> None:
    """Delete the files of reported households whose time of keeping is over, with their previews; their journal stays.

    Every night; ``timestamp`` is the instant it was due, in seconds since 1970.
    """
    HouseholdImportFile.objects.expired(at=timezone.now()).delete()
