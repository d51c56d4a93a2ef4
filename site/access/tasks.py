"""Background jobs of the house itself: purges that nobody asks for by hand, and jobs whose worker was killed."""

from django.core.management import call_command
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from access import letters
from access.actions import close_leavers
from access.housekeeping import purge_traces_of_sign_in
from access.journal import alerts, chain

JOBS_KEPT_HOURS = 30 * 24
MOST_ATTEMPTS = 3
AGAIN = RetryStrategy(max_attempts=5, exponential_wait=30)


@app.task(name="access.send_password_link", retry=AGAIN)
def send_password_link(account: int) -> None:
    """Send the link by which a person chooses a password; nothing where no open account has that number."""
    letters.send_password_link(account=account)


@app.task(name="access.send_notice", retry=AGAIN)
def send_notice(account: int, notice: str, former_address: str = "") -> None:
    """Tell a person that something of the account changed, at the former address too where one is given, sealed."""
    letters.send_notice(account=account, notice=notice, former_address=former_address)


@app.task(name="access.send_lock_notice", retry=AGAIN)
def send_lock_notice(account: int) -> None:
    """Tell a person that sign-in is locked for who tries the account; nothing where no open account has that number, or the person knows."""
    letters.send_lock_notice(account=account, on=timezone.localdate())


@app.periodic(cron="2 0 * * *")
@app.task(queueing_lock="close_accounts_of_leavers")
def close_accounts_of_leavers(timestamp: int) -> None:
    """Mark as closed the accounts whose leaving day has come. Just after midnight; the rule shut them out already."""
    close_leavers(on=timezone.localdate())


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="purge_expired_sessions")
def purge_expired_sessions(timestamp: int) -> None:
    """Delete the sessions that have expired, and what sign-in left behind. Every night; ``timestamp`` is the instant it was due, in seconds since 1970."""
    call_command("clearsessions")
    purge_traces_of_sign_in(at=timezone.now())


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="purge_finished_jobs", pass_context=True)
async def purge_finished_jobs(context: JobContext, timestamp: int) -> None:
    """Delete the jobs that ended, well or not, more than JOBS_KEPT_HOURS ago. Every night."""
    await context.app.job_manager.delete_old_jobs(JOBS_KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="resume_orphaned_jobs", pass_context=True)
async def resume_orphaned_jobs(context: JobContext, timestamp: int) -> None:
    """Put back in the queue the jobs whose worker died under them. Every five minutes.

    It gives up on a job that began MOST_ATTEMPTS times, and on one whose like waits in the queue already.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        try:
            if job.attempts >= MOST_ATTEMPTS:
                await manager.finish_job(job, status=Status.FAILED, delete_job=False)
            else:
                await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, status=Status.ABORTED, delete_job=False)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="close_journal_batches")
def close_journal_batches(timestamp: int) -> None:
    """Close the settled lines of the journal into a batch whose hash is chained. Every ten minutes."""
    chain.close_batches()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="watch_readings")
def watch_readings(timestamp: int) -> None:
    """Raise an alert when somebody opens many cases in little time. Every five minutes."""
    alerts.raise_alerts()


@app.periodic(cron="47 3 1 * *")
@app.task(queueing_lock="purge_journal")
def purge_journal(timestamp: int) -> None:
    """Take the months beyond the setting out of the journal. On the first of each month."""
    chain.close_batches()
    chain.purge()
