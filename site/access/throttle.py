"""How often one may try: a few times, then a wait, that no stranger can impose on the owner of an account.

Failures count three ways: for an account from one place, for an account from everywhere, and for one place whatever the account. The
browsers from which an account was already opened carry a signed cookie: they are a place of their own, and answer for their own
failures only. So a stranger who fails a thousand times makes strangers wait, not the person at the usual desk. (OWASP, « Slow Down
Online Guessing Attacks with Device Cookies ».)

An address that no account bears is counted like any other: waiting tells nothing.
"""

import ipaddress
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from access.enums import Guess
from access.models import Try, User
from access.secrecy import mark

DEVICE_COOKIE: Final = "solive_appareil"
DEVICE_DAYS: Final = 180
DEVICE_ACCOUNTS: Final = 5
KEPT_HOURS: Final = 24
MINUTE: Final = 60
HOUR: Final = 3_600


@dataclass(frozen=True)
class Limits:
    """How many failures are borne, and over how many seconds: of one account from one place, of one account, of one place."""

    both: tuple[int, int]
    account: tuple[int, int]
    source: tuple[int, int]


LIMITS: Final = {
    Guess.PASSWORD: Limits(both=(5, 15 * MINUTE), account=(30, HOUR), source=(60, HOUR)),
    Guess.CODE: Limits(both=(5, 15 * MINUTE), account=(20, 24 * HOUR), source=(60, HOUR)),
    Guess.RESET: Limits(both=(5, HOUR), account=(5, HOUR), source=(30, HOUR)),
}
"""A code has a million values, three of which are good at any time: twenty failures a day leave one chance in sixteen thousand."""


TOLD: Final = frozenset({Guess.PASSWORD, Guess.CODE})
"""What the owner of the account is told of. A link asked for too often is nobody's attempt to come in."""


@dataclass(frozen=True)
class Source:
    """Where a try comes from: a browser known to the account, or a network address."""

    mark: str
    is_known_device: bool


class Turn:
    """One try under way: whether it may be made, and what became of it."""

    def __init__(self, guess: Guess, address: str, account: str, source: Source) -> None:
        self.guess, self.account, self.source = guess, account, source
        self._address = address

    def wait(self) -> int:
        """Seconds before this try may be made; 0 when it may now."""
        limits = LIMITS[self.guess]
        tries = Try.objects.filter(guess=self.guess)
        own = tries.filter(account=self.account, source=self.source.mark)
        waits = [self._wait(own, *limits.both), self._wait(own, *limits.account)]
        if not self.source.is_known_device:
            strangers = tries.filter(is_known_device=False)
            waits.append(self._wait(strangers.filter(account=self.account), *limits.account))
            waits.append(self._wait(strangers.filter(source=self.source.mark), *limits.source))
        return max(waits)

    def fail(self) -> None:
        """Count this try among the failures. The one that makes others wait is told by e-mail to the owner of the account, if anybody is.

        The worker is asked the same whether the address is somebody's: the answer takes as long.
        """
        Try.objects.create(guess=self.guess, account=self.account, source=self.source.mark, is_known_device=self.source.is_known_device)
        if self.guess in TOLD and self.wait():
            known = User.objects.open().filter(email=self._address.strip().lower()).values_list("pk", flat=True).first()
            app.configure_task("access.send_lock_notice").defer(account=known or 0)

    def succeed(self) -> None:
        """Forget the failures of this account from this place. Those from elsewhere stay: they are somebody else's."""
        Try.objects.filter(guess=self.guess, account=self.account, source=self.source.mark).delete()

    def _wait(self, tries: "models.QuerySet[Try]", most: int, seconds: int) -> int:
        now = timezone.now()
        oldest = tries.filter(at__gt=now - timedelta(seconds=seconds)).order_by("-at").values_list("at", flat=True)[most - 1 : most].first()
        return 0 if oldest is None else max(1, round((oldest + timedelta(seconds=seconds) - now).total_seconds()))


@contextmanager
def turn(guess: Guess, address: str, request: HttpRequest) -> Iterator[Turn]:
    """The turn of one try on the account of that e-mail address. Tries on one account wait for each other, so that none goes uncounted.

    The body must not raise for a failed try: its count would be taken back with the transaction.
    """
    account = account_mark(address)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"{guess}:{account}"])
        yield Turn(guess, address, account, source_of(request, account))


def lift(user: User) -> int:
    """Forget every failure on this account; return how many there were."""
    return Try.objects.filter(account=account_mark(user.email)).delete()[0]


def is_locked(user: User) -> bool:
    """Whether strangers to this account have to wait before they try its password or its codes again."""
    now, account = timezone.now(), account_mark(user.email)
    for guess in (Guess.PASSWORD, Guess.CODE):
        most, seconds = LIMITS[guess].account
        tries = Try.objects.filter(guess=guess, account=account, is_known_device=False, at__gt=now - timedelta(seconds=seconds))
        if tries.count() >= most:
            return True
    return False


def waiting_words(seconds: int) -> str:
    """« 1 minute », « 12 minutes », « 3 heures »: rounded up, so that nobody comes back too early."""
    minutes = -(-seconds // MINUTE)
    if minutes < 90:
        return f"{minutes}\u00a0minute{'s' if minutes > 1 else ''}"
    return f"{-(-minutes // 60)}\u00a0heures"


def account_mark(address: str) -> str:
    return mark(address.strip().lower(), purpose="account")


def source_of(request: HttpRequest, account: str) -> Source:
    device = _device(request)
    if account in device.get("accounts", ()):
        return Source(mark(str(device["id"]), purpose="device"), is_known_device=True)
    return Source(mark(network_of(client_address(request)), purpose="network"), is_known_device=False)


def remember_device(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Mark the browser as one from which this account was opened, among the last few."""
    device = _device(request)
    account = account_mark(user.email)
    accounts = [account, *(known for known in device.get("accounts", ()) if known != account)][:DEVICE_ACCOUNTS]
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps({"id": device.get("id") or secrets.token_urlsafe(16), "accounts": accounts}, salt=DEVICE_COOKIE),
        max_age=DEVICE_DAYS * 24 * HOUR,
        path=reverse("wagtailadmin_home"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def client_address(request: HttpRequest) -> str:
    """The network address of who asks, as the nearest server we trust saw it; what a visitor writes further left is not believed."""
    seen = str(request.META.get("REMOTE_ADDR", ""))
    hops = settings.FORWARDING_PROXIES
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return forwarded[-hops] if 0 < hops <= len(forwarded) else seen


def network_of(address: str) -> str:
    """The address itself, or the /64 network of an IPv6 one, that a single visitor holds whole."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


def _device(request: HttpRequest) -> dict[str, Any]:
    try:
        device = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_COOKIE, max_age=timedelta(days=DEVICE_DAYS))
    except signing.BadSignature:
        return {}
    return device if isinstance(device, dict) else {}
