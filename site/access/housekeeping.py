"""What sign-in leaves behind and has no more use."""

from datetime import datetime, timedelta

from django.conf import settings

from access.models import HeldForm, SignIn, Try
from access.throttle import KEPT_HOURS


def purge_traces_of_sign_in(*, at: datetime) -> None:
    """Delete the tries no limit counts any more, the connections past their life and the forms nobody came back for."""
    Try.objects.filter(at__lte=at - timedelta(hours=KEPT_HOURS)).delete()
    SignIn.objects.spent(at=at).delete()
    HeldForm.objects.filter(held_at__lte=at - timedelta(minutes=settings.HELD_FORM_MINUTES)).delete()
