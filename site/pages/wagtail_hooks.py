"""Registration of the public site's screens."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail_modeladmin.options import modeladmin_register

from access.enums import Role
from pages.backoffice.home import add_entries
from pages.backoffice.messages import ContactMessageAdmin
from partners.policies import may_write_entries


class EntriesMenuItem(MenuItem):
    """« Ma fiche » for an organisation's people, « Fiches à relire » for the GIE's staff."""

    def is_shown(self, request: HttpRequest) -> bool:
        if not may_write_entries(request.user):
            return False
        return (getattr(request.user, "role", None) == Role.GIE_STAFF) == (self.name == "fiches-a-relire")


@hooks.register("register_admin_menu_item")
def own_entry_menu() -> MenuItem:
    return EntriesMenuItem("Ma fiche", reverse("entries:entries"), name="ma-fiche", icon_name="user", order=310)


@hooks.register("register_admin_menu_item")
def entries_to_read_menu() -> MenuItem:
    return EntriesMenuItem("Fiches à relire", reverse("entries:entries"), name="fiches-a-relire", icon_name="edit", order=310)


@hooks.register("register_admin_urls")
def register_entry_urls() -> list[URLPattern | URLResolver]:
    return [path("fiches/", include("pages.backoffice.entries_urls"))]


@hooks.register("on_serve_page", order=1_000)
def let_be_kept(serve_page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark what a page itself answers: it may stand in the page cache. A refusal, or the demand for a password, comes before."""

    def serve(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
        answer = serve_page(page, request, args, kwargs)
        answer.may_be_kept = getattr(page, "is_cacheable", True)
        return answer

    return serve


hooks.register("construct_homepage_panels", add_entries)
modeladmin_register(ContactMessageAdmin)
