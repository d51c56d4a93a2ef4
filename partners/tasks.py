"""Background jobs of the partners' room: e-mails, the yearly reminder, the purge of files that nothing uses."""

from datetime import timedelta

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from partners import notices
from partners.actions import FILES_KEPT_DAYS, remind_organisations
from partners.models import DirectoryEntry, EntryDraft, EntryFile

AGAIN = RetryStrategy(max_attempts=5, exponential_wait=30)


@app.task(name="partners.send_news", retry=AGAIN)
def send_news(news: str, draft_id: int) -> None:
    """Tell the GIE and the author what becomes of a proposed version."""
    notices.send_news(news=news, draft_id=draft_id)


@app.task(name="partners.send_reminder", retry=AGAIN)
def send_reminder(entry_id: int) -> None:
    """Remind the people of an organisation to confirm its entry."""
    notices.send_reminder(entry_id=entry_id)


@app.periodic(cron="7 7 * * 1-5")
@app.task(queueing_lock="remind_to_verify_entries")
def remind_to_verify_entries(timestamp: int) -> None:
    """Remind the organisations whose entry is a year old, on working days; ``timestamp`` is the instant it was due, in seconds since 1970."""
    remind_organisations(on=timezone.localdate())


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="purge_unused_entry_files")
def purge_unused_entry_files(timestamp: int) -> None:
    """Delete the files that no entry and no version uses, a week after they came. Every night."""
    used: set[int] = set()
    for model in (DirectoryEntry, EntryDraft):
        used.update(model.objects.filter(logo__isnull=False).values_list("logo_id", flat=True))
        used.update(model.documents.through.objects.values_list("entryfile_id", flat=True))
    EntryFile.objects.filter(created_at__lt=timezone.now() - timedelta(days=FILES_KEPT_DAYS)).exclude(pk__in=used).delete()
