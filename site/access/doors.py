"""Doors of the framework's back office that a role has no use for: to whom they are closed, they do not exist."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotFound
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.views.defaults import bad_request

from access.enums import Role

logger = logging.getLogger(__name__)

CLOSED = ("reports/", "test404/", "failwhale/", "workflows/", "collections/", "sites/", "groups/", "users/", "locales/")
"""To all. The reports list what is beyond their reader's scope; workflows, sites and groups come by migration; accounts have a screen of their own."""

EDITORIAL = (
    "pages/",
    "images/",
    "documents/",
    "redirects/",
    "api/",
    "tag-autocomplete/",
    "choose-page/",
    "choose-external-link/",
    "choose-email-link/",
    "choose-phone-link/",
    "choose-anchor-link/",
    "editing-sessions/",
    "block-preview/",
    "bulk/wagtailcore/",
    "bulk/wagtailimages/",
    "bulk/wagtaildocs/",
)
"""To all but those who write the public site."""

EDITORIAL_FILES = ("/documents/", "/media/original_images/")
"""The files of the public site as they were sent in, outside the back office: to the same people alone."""


class DoorsMiddleware:
    """Answers 404 at a closed door. Comes after the one that sends anonymous visitors to sign in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any) -> HttpResponseBase | None:
        home = reverse("wagtailadmin_home")
        is_file = request.path.startswith(EDITORIAL_FILES)
        if not (is_file or request.path.startswith(home)) or request.user.is_anonymous:
            return None
        is_editor = getattr(request.user, "role", None) == Role.GIE_STAFF
        door = request.path.removeprefix(home)
        is_editorial = is_file or door.startswith(EDITORIAL)
        if door.startswith(CLOSED) or (is_editorial and not is_editor):
            return HttpResponseNotFound(render_to_string("wagtailadmin/404.html", request=request))
        return None


class IncompleteFormMiddleware:
    """Answers 400, in words, to a form that lacks what its page sends, where the page would fail.

    The framework's own pages take for granted, too, that a number is one, an address filled and a page named there to be found. Comes before
    the middleware that opens the request's transaction, which is then undone already.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        door = request.path.removeprefix(reverse("wagtailadmin_home"))
        is_damaged = isinstance(exception, AttributeError | KeyError | ValueError | ObjectDoesNotExist) and door.startswith(EDITORIAL)
        if not (is_damaged or isinstance(exception, MultiValueDictKeyError)):
            return None
        logger.warning("Damaged form at %s", request.path, exc_info=exception)
        return bad_request(request, exception)
