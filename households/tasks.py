"""Background jobs of the households' room."""

from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app

from access import scope
from access.exchange.work import perform
from households.exchange.engine import REPORT_COURSE
from households.models import HouseholdImportFile
from households.privacy.retention import give_notices


@app.periodic(cron="32 3 * * *")
@app.task(queueing_lock="purge_report_files")
@scope.system("purge of the files of reports")
def purge_report_files(timestamp: int) -> None:
    """Delete the files of reported households whose time of keeping is over, with their previews; their journal stays.

    Every night; ``timestamp`` is the instant it was due, in seconds since 1970.
    """
    HouseholdImportFile.objects.expired(at=timezone.now()).delete()


@app.task
def work_on_report_file(import_id: int, ticket: str) -> None:
    """Read, write or take back a large file of reported households, as its journal asks under ``ticket``."""
    perform(REPORT_COURSE, import_id, ticket)


@app.periodic(cron="7 3 * * *")
@app.task(queueing_lock="refresh_next_actions")
def refresh_next_actions(timestamp: int) -> None:
    """Work out anew what every case waits for: writes keep it true, a setting or a record put right by hand may not. Every night."""
    call_command("refresh_next_actions")


@app.periodic(cron="22 4 * * *")
@app.task(queueing_lock="give_retention_notices")
@scope.system("notices of anonymisation")
def give_retention_notices(timestamp: int) -> None:
    """Tell the officers which cases leave the active base in RETENTION_NOTICE_DAYS days. Every night."""
    give_notices(on=timezone.localdate())


@app.task(queueing_lock="run_retention")
def run_retention() -> None:
    """Anonymise the cases whose time of keeping is over, as the data protection officer asks."""
    call_command("anonymise", confirm=True)


@app.periodic(cron="0 7 * * 1-5")
@app.task(queueing_lock="send_digests")
def send_digests(timestamp: int) -> None:
    """Write to each person what waits on them. Every working morning."""
    call_command("send_digests")
