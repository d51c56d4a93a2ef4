"""The back office wears the colours of the site, and shows each role only what the role has a use for."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLResolver, include, path, reverse, reverse_lazy
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.models import Site
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register

from access.backoffice.accounts import AccountAdmin
from access.backoffice.exports import ExportAdmin
from access.backoffice.journal import JournalAdmin
from access.backoffice.reviews import ReviewAdmin
from access.enums import Role

REPLACED = {"explorer", "images", "documents", "reports", "help"}
"""Entries of the framework's menu: the first three come back under « Site », no role has a use for the others."""

MODERATION = {"workflow_objects_to_moderate", "user_objects_in_workflow_moderation"}
FRAMEWORK_PANELS = {*MODERATION, "recent_edits", "locked_pages", "whats_new_in_wagtail_version"}

UNUSED_SETTINGS = {"redirects", "workflows", "workflow-tasks", "collections", "sites", "locales", "groups"}


class SiteMenuItem(MenuItem):
    """An entry for those who write the public site."""

    def is_shown(self, request: HttpRequest) -> bool:
        return getattr(request.user, "role", None) == Role.GIE_STAFF


class PagesMenuItem(SiteMenuItem):
    """Leads to the pages below the front page, rather than to the root of the tree, where nothing is to be written."""

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        entry: LinkMenuItem = super().render_component(request)
        site = Site.find_for_request(request)
        if site:
            entry.url = reverse("wagtailadmin_explore", args=[site.root_page_id])
        return entry


@hooks.register("insert_global_admin_css")
def theme() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("access/backoffice.css"))


@hooks.register("insert_global_admin_js")
def starting_script() -> str:
    return format_html('<script src="{}"></script>', static("access/starts.js"))


@hooks.register("insert_editor_js")
def editor_script() -> str:
    return format_html('<script src="{}"></script>', static("access/editor.js"))


@hooks.register("register_admin_menu_item")
def site_menu() -> MenuItem:
    entries = [
        PagesMenuItem("Pages", reverse("wagtailadmin_explore_root"), name="site-pages", icon_name="doc-full", order=10),
        SiteMenuItem("Images", reverse("wagtailimages:index"), name="site-images", icon_name="image", order=20),
        SiteMenuItem("Documents", reverse("wagtaildocs:index"), name="site-documents", icon_name="doc-full-inverse", order=30),
        SiteMenuItem("Redirections", reverse("wagtailredirects:index"), name="site-redirects", icon_name="redirect", order=40),
    ]
    return SubmenuMenuItem("Site", Menu(items=entries), name="site", icon_name="globe", order=500)


@hooks.register("construct_main_menu")
def keep_useful_entries(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in REPLACED]


@hooks.register("construct_settings_menu")
def keep_useful_settings(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in UNUSED_SETTINGS]


@hooks.register("register_admin_urls")
def register_access_urls() -> list[URLResolver]:
    return [path("acces/", include("access.urls"))]


@hooks.register("register_admin_menu_item")
def security_menu() -> MenuItem:
    return MenuItem("Ma sécurité", reverse("access:security"), name="security", icon_name="lock", order=900)


modeladmin_register(AccountAdmin)
modeladmin_register(ReviewAdmin)


class ProtectionItem(MenuItem):
    """An entry for the data protection officer."""

    def is_shown(self, request: HttpRequest) -> bool:
        return getattr(request.user, "role", None) == Role.DPO


@modeladmin_register
class ProtectionGroup(ModelAdminGroup):
    menu_label = "Protection"
    menu_icon = "lock"
    menu_order = 610
    items = (JournalAdmin, ExportAdmin)

    def get_submenu_items(self) -> list[MenuItem]:
        own = [
            ProtectionItem("Alertes", reverse_lazy("journal:alerts"), name="alertes", icon_name="warning", order=15),
            ProtectionItem("Registre des traitements", reverse_lazy("protection:record"), name="registre", icon_name="clipboard-list", order=700),
            ProtectionItem("Analyse d'impact", reverse_lazy("protection:assessment"), name="analyse", icon_name="help", order=710),
        ]
        others = [entry() for entry in hooks.get_hooks("register_protection_menu_item")]
        return [*super().get_submenu_items(), *own, *others]


@hooks.register("register_admin_urls")
def register_journal_urls() -> list[object]:
    return [path("journal/", include("access.backoffice.journal")), path("protection/", include("access.backoffice.protection"))]


@hooks.register("construct_homepage_panels", order=-1)
def keep_useful_panels(request: HttpRequest, panels: list[Component]) -> None:
    """The home page of the back office tells what waits on somebody; of the framework's panels, only the pages to read over."""
    kept = MODERATION if getattr(request.user, "role", None) == Role.GIE_STAFF else set()
    panels[:] = [panel for panel in panels if panel.name in kept or panel.name not in FRAMEWORK_PANELS]
