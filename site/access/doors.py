"""Doors of the framework's back office that a role has no use for: to whom they are closed, they do not exist."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotFound
from django.template.loader import render_to_string
from django.urls import reverse

from access.enums import Role

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
