"""Registration of the catalogue's screens."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks

from catalogue.backoffice import menu
from catalogue.backoffice.agreed import add_awaited_files

__all__ = ["menu"]


@hooks.register("register_admin_urls")
def register_exchange_urls() -> list[URLPattern | URLResolver]:
    return [path("echanges/", include("catalogue.exchange.urls"))]


@hooks.register("register_admin_urls")
def register_operation_urls() -> list[URLPattern | URLResolver]:
    return [path("operations/", include("catalogue.backoffice.operation_urls"))]


@hooks.register("register_admin_urls")
def register_convention_urls() -> list[URLPattern | URLResolver]:
    return [path("conventions/", include("catalogue.backoffice.convention_urls"))]


hooks.register("construct_homepage_panels", add_awaited_files)
