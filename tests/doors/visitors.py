"""Who knocks at the doors: an account, what it asks, what it was answered and what it changed. Everything it does is undone at once."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from django.apps import apps
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from access.models import User
from tests.doors.words import HIDDEN, SPAN, said

REFUSALS: Final = (403, 404, 405)
"""Answers that a door gives without having done anything."""


@dataclass
class Answer:
    """What a door answered: ``text`` is all that it said, in headers, body, files and e-mails; ``asked`` what the question itself held."""

    method: str
    address: str
    status: int
    text: str
    location: str
    asked: str
    failure: str = ""
    changed: list[str] = field(default_factory=list)

    @property
    def is_refusal(self) -> bool:
        """Whether the door stayed shut: no such thing, or a way back to the sign-in page or to one's own home."""
        home = reverse("wagtailadmin_home")
        return self.status in REFUSALS or (self.status == 302 and self.location.partition("?")[0] in (home, reverse("wagtailadmin_login")))

    def echoes(self, canary: str) -> bool:
        return canary in self.asked.lower()

    def __str__(self) -> str:
        return f"{self.method} {self.address} → {self.status} {self.failure}".rstrip()


class Visitor:
    """Somebody who knocks: ``user`` is None for an anonymous one."""

    def __init__(self, user: User | None) -> None:
        self.user = user
        self.role = user.role if user else "anonymous"
        self.requests = 0
        self.client = Client(raise_request_exception=False)
        if user:
            self.client.force_login(user)
        self.cookies = dict(self.client.cookies)

    def get(self, address: str, data: dict[str, Any] | None = None) -> Answer:
        return self.ask("GET", address, data or {})

    def post(self, address: str, data: dict[str, Any] | None = None, *, watch: int = 0) -> Answer:
        return self.ask("POST", address, data or {}, watch=watch)

    def ask(self, method: str, address: str, data: dict[str, Any], *, watch: int = 0) -> Answer:
        """Ask, look at everything that comes back and, at what changed in the records numbered from ``watch`` on; then undo it."""
        self.requests += 1
        mail.outbox.clear()
        for name, cookie in self.cookies.items():
            self.client.cookies[name] = cookie
        with transaction.atomic():
            before = foreign_state(watch) if watch else {}
            jobs = last_job()
            send = self.client.get if method == "GET" else self.client.post
            answer = send(address, data)
            if method == "POST" and answer.status_code not in REFUSALS:
                run_jobs(since=jobs)
            text = said(answer, mail.outbox)
            changed = []
            if watch and answer.status_code not in REFUSALS:
                changed = sorted(name for name, mark in foreign_state(watch).items() if before[name] != mark)
            transaction.set_rollback(True)
        asked = f"{address} {urlencode(data, doseq=True)}".lower()
        failure = repr(answer.exc_info[1])[:300] if getattr(answer, "exc_info", None) else ""
        return Answer(method, address, answer.status_code, text, answer.headers.get("Location", ""), asked, failure, changed)


UNWATCHED: Final = re.compile(r"access_(?!user$)|django_|procrastinate_|wagtailcore_|wagtailsearch_|households_pendingaction")
"""Tables that every visit writes to: sessions, the journal, the queue."""


@cache
def watched(first: int) -> str:
    """One statement that sums up the rows numbered from ``first`` on, and all that names one of them."""
    parts = []
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if UNWATCHED.match(table) or model._meta.proxy or not model._meta.managed:
            continue
        numbers = [item.column for item in model._meta.local_concrete_fields if item.remote_field or item.primary_key]
        kept = " OR ".join(f"kept.{column}::text BETWEEN '{first}' AND '{HIDDEN + SPAN}'" for column in numbers)
        parts.append(f"SELECT '{table}' AS name, md5(string_agg(kept::text, '|' ORDER BY kept::text)) AS mark FROM {table} AS kept WHERE {kept}")
    return " UNION ALL ".join(parts)


def foreign_state(first: int) -> dict[str, str]:
    """A mark for each table of what it holds of others' records, or of links to them."""
    with connection.cursor() as cursor:
        cursor.execute(watched(first))
        return dict(cursor.fetchall())


def last_job() -> int:
    return ProcrastinateJob.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def run_jobs(*, since: int) -> None:
    """Do what the request left to the worker, so that the e-mails it asked for leave."""
    for job in ProcrastinateJob.objects.filter(pk__gt=since).order_by("pk"):
        app.tasks[job.task_name].func(**job.args)
