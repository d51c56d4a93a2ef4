"""Background jobs of the room: purges that nobody asks for by hand."""

from django.core.management import call_command
from procrastinate.contrib.django import app


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="purge_expired_sessions", pass_context=False)
def purge_expired_sessions(timestamp: int) -> None:
    """Delete the sessions that have expired. Every night; ``timestamp`` is the instant it was due, in seconds since 1970."""
    call_command("clearsessions")
