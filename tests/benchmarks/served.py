"""A browser that asks as the server is asked.

The client of the tests keeps every template and context of an answer, which on a list of fifty rows takes longer than the answer itself.
"""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import HttpResponseBase
from django.test import Client, RequestFactory

from access.models import User


class Browser:
    """Signed in as one account. ``client`` is for what only the tests' client tells: the context of a page."""

    def __init__(self, email: str) -> None:
        self.client = Client()
        self.client.force_login(User.objects.get(email=email))
        self._requests = RequestFactory()
        self._requests.cookies = self.client.cookies
        request_started.disconnect(close_old_connections)
        self._handler = WSGIHandler()

    def get(self, url: str, parameters: dict[str, Any] | None = None) -> HttpResponseBase:
        """The whole answer, rendered. The connection to the database stays open, as the server keeps it from one request to the next."""
        environ = self._requests.get(url, parameters).environ
        answer: HttpResponseBase = self._handler(environ, lambda status, headers: None)
        return answer
