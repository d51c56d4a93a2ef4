"""What the frame of every public page shows: the menus, the doors of the search and of the feed, and words as French prints them."""

import json
from datetime import date
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from django.template.defaultfilters import stringfilter
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page, Site

from pages.typography import french

register = template.Library()


def _top_pages(request: HttpRequest) -> list[Page]:
    """The live pages just below the home page, read once per request."""
    if not hasattr(request, "_solive_top_pages"):
        site = Site.find_for_request(request)
        request._solive_top_pages = list(site.root_page.get_children().live().filter(view_restrictions__isnull=True)) if site else []  # type: ignore[attr-defined]
    found: list[Page] = request._solive_top_pages  # type: ignore[attr-defined]
    return found


@register.inclusion_tag("pages/parts/menu.html", takes_context=True)
def menu(context: dict[str, Any], in_menus: bool) -> dict[str, Any]:
    """The pages an editor marked « visible dans les menus » when ``in_menus``, else the others; the present one is marked."""
    request, here = context["request"], context.get("page")
    items = [
        {
            "title": page.title,
            "url": page.get_url(request),
            "current": "page" if here and here.pk == page.pk else "true" if here and here.is_descendant_of(page) else "",
        }
        for page in _top_pages(request)
        if page.show_in_menus == in_menus
    ]
    return {"items": items}


@register.simple_tag(takes_context=True)
def search_address(context: dict[str, Any]) -> str:
    """Where the search of the site is; nothing when there is no such page, or no request to find it by."""
    return _address_of("searchpage", context)


@register.simple_tag(takes_context=True)
def feed_address(context: dict[str, Any]) -> str:
    """Where the feed of the news is; nothing when there is no such page."""
    address = _address_of("newsindexpage", context)
    return f"{address}flux/" if address else ""


def _address_of(model: str, context: dict[str, Any]) -> str:
    request = context.get("request")
    found = next((page for page in _top_pages(request) if page.cached_content_type.model == model), None) if request else None
    return str(found.get_url(request)) if found else ""


@register.filter(is_safe=True)
@stringfilter
def typeset(text: str) -> str:
    """The text with French spaces and apostrophes."""
    return french(text)


@register.filter
def day(value: date) -> str:
    """A date as French writes it: « 1er mars 2015 », « 3 mars 2015 »."""
    written = date_format(value, "j F Y")
    return written.replace("1 ", "1er ", 1) if value.day == 1 else written


@register.filter
def weight(size: int) -> str:
    """The size of a file as people say it: « 35 ko », « 1,2 Mo » (a ko is 1 000 bytes)."""
    if size < 999_500:
        return f"{max(round(size / 1_000), 1)}\u00a0ko"
    return f"{size / 1_000_000:.1f}\u00a0Mo".replace(".", ",")


@register.filter
def item(mapping: dict[str, str], key: str) -> str:
    """The value at ``key``, nothing when there is none."""
    return mapping.get(key, "")


@register.filter
def json_ld(data: dict[str, Any]) -> SafeString:
    """Linked data for a block that no browser runs; what could end the block is escaped."""
    written = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    return mark_safe(written.translate({ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}))  # noqa: S308  what could end the block is escaped just before
