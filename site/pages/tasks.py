"""Background jobs of the public site."""

from datetime import timedelta

from django.core.mail import EmailMessage
from django.core.management import call_command
from django.template.loader import render_to_string
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from access.enums import Role
from access.models import User
from pages.models import ContactMessage
from partners.enums import OrganisationKind
from partners.models import Organisation

MESSAGES_KEPT_DAYS = 365


@app.task(name="pages.send_contact", retry=RetryStrategy(max_attempts=5, exponential_wait=30))
def send_contact(message_id: int) -> None:
    """Send a visitor's message to the GIE: to its own address, else to each of its staff."""
    message = ContactMessage.objects.filter(pk=message_id).first()
    if message is None:
        return
    own = Organisation.objects.active().filter(kind=OrganisationKind.GIE).exclude(email="").values_list("email", flat=True)
    staff = User.objects.open().filter(role=Role.GIE_STAFF).values_list("email", flat=True)
    body = render_to_string("pages/mails/contact.txt", {"message": message})
    for address in list(own) or list(staff):
        EmailMessage(f"Message du site : {message.get_subject_display()}", body, to=[address], reply_to=[message.email]).send()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="publish_scheduled_pages")
def publish_scheduled_pages(timestamp: int) -> None:
    """Publish and withdraw the pages whose hour has come. Every five minutes; ``timestamp`` is the instant it was due, in seconds since 1970."""
    call_command("publish_scheduled")


@app.periodic(cron="57 3 * * *")
@app.task(queueing_lock="purge_contact_messages")
def purge_contact_messages(timestamp: int) -> None:
    """Delete the visitors' messages a year after they came. Every night."""
    ContactMessage.objects.filter(received_at__lt=timezone.now() - timedelta(days=MESSAGES_KEPT_DAYS)).delete()
