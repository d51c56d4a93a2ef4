"""Creates the first pages of the site. A page that exists is never written again: it belongs to its editors."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import transaction
from wagtail.models import Page, Site

from pages.content import SITE, PageSpec
from pages.models import HomePage, ProcessPage, StepPage
from pages.site_search import index_page
from pages.typography import french

PAGE_ALONE = re.compile(r"^\[\[([\w-]+)\]\]$")
LINK = re.compile(r"\[\[([\w-]+)\|([^\]]+)\]\]")
ROOT_TITLE = "Racine"
DEFAULT_PORTS = {"http": 80, "https": 443}

Known = dict[str, Page]


@transaction.atomic
def seed_site(*, missing: bool = False, checked_on: date | None = None) -> list[Page]:
    """Create the first pages and the site's record; return the pages created.

    A site that has its front page is left as its editors made it, unless ``missing`` asks for the pages that are no longer there.
    ``checked_on`` is the day noted on the pages that say when they were last checked.
    """
    root = Page.objects.get(depth=1)
    if root.title == "Root":
        Page.objects.filter(pk=root.pk).update(title=ROOT_TITLE, draft_title=ROOT_TITLE)
    if HomePage.objects.exists() and not missing:
        return []
    known: Known = {page.slug: page for page in Page.objects.filter(depth__gt=1).specific()}
    created: list[tuple[Page, PageSpec]] = []
    _create(SITE, root, known, created)
    for page, spec in created:
        _fill(page, spec.fields, known)
        if isinstance(page, ProcessPage | StepPage):
            page.checked_on = checked_on
        page.save_revision().publish()
    _set_default_site(HomePage.objects.get())
    for page in Page.objects.live().filter(depth__gt=1, text__isnull=True):
        index_page(page)
    return [page for page, _ in created]


def _create(spec: PageSpec, parent: Page, known: Known, created: list[tuple[Page, PageSpec]]) -> None:
    """Create the page of ``spec`` under ``parent`` and those below it. Links wait until every page has its number."""
    page = known.get(spec.slug)
    if page is None:
        page = apps.get_model("pages", spec.model)(title=french(spec.title), slug=spec.slug, show_in_menus=spec.in_menu)
        _fill(page, spec.fields, {})
        parent.add_child(instance=page)
        known[spec.slug] = page
        created.append((page, spec))
    for child in spec.children:
        _create(child, page, known, created)


def _fill(page: Page, fields: dict[str, Any], known: Known) -> None:
    for name, value in fields.items():
        setattr(page, name, _resolve(value, known))


def _resolve(value: Any, known: Known) -> Any:
    """``value`` with its texts typeset and its links turned into pages; a page not yet known gives None, or words without a link."""
    if isinstance(value, str):
        alone = PAGE_ALONE.match(value)
        return known.get(alone[1]) if alone else LINK.sub(lambda found: _link(found, known), french(value))
    if isinstance(value, dict):
        return {name: _resolve(part, known) for name, part in value.items()}
    if isinstance(value, list):
        return [_resolve(part, known) for part in value]
    if isinstance(value, tuple):
        return tuple(_resolve(part, known) for part in value)
    return value


def _link(found: re.Match[str], known: Known) -> str:
    slug, words = found.groups()
    return f'<a linktype="page" id="{known[slug].pk}">{words}</a>' if slug in known else words


def _set_default_site(home: HomePage) -> None:
    """Make ``home`` the front page, and drop the welcome page that Wagtail installs."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None or not isinstance(site.root_page.specific, HomePage):
        address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
        site = site or Site(is_default_site=True)
        site.hostname = address.hostname or "localhost"
        site.port = address.port or DEFAULT_PORTS.get(address.scheme, 80)
        site.site_name = settings.WAGTAIL_SITE_NAME
        site.root_page = home
        site.save()
    for page in Page.objects.filter(depth=2).exclude(pk=home.pk):
        if page.specific_class is Page and not page.sites_rooted_here.exists() and page.is_leaf():
            page.delete()
