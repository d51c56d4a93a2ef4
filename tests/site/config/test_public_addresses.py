"""Nothing but the public pages answers an anonymous visitor. New addresses join this walk by themselves."""

import re

import pytest
from django.urls import get_resolver
from django.urls.resolvers import RoutePattern

PUBLIC = {
    "robots.txt",
    "sitemap.xml",
    "favicon.ico",
    "api/v1/",
    "api/v1/openapi.json",
    "api/v1/pages/",
    "gestion/login/",
    "gestion/sprite/",
    "gestion/jsi18n/",
    "gestion/password_reset/",
    "gestion/password_reset/done/",
    "gestion/password_reset/confirm/x/x/",
    "gestion/invitation/x/x/",
    "gestion/password_reset/complete/",
    "",
}
"""Addresses, without their variable parts, that answer 200 to anybody; "" stands for the pages of the site."""
SIGN_IN = "/gestion/login/"
SAMPLES = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x"}


def addresses(resolver=None, prefix=""):
    """Every address of the site, with a sample in place of each variable part."""
    for pattern in (resolver or get_resolver()).url_patterns:
        address = prefix + sample(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern, address)
        else:
            yield address


def sample(pattern) -> str:
    text = str(pattern)
    if isinstance(pattern, RoutePattern):
        return re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES.get(match[1] or "str", "x"), text)
    text = re.sub(r"\(\?P<\w+>[^()]*(?:\([^()]*\)[^()]*)*\)", "1", text)
    text = re.sub(r"\(\((?:[^()]|\([^()]*\))*\)\*?\)|\([^()]*\)", "", text)
    return text.replace("^", "").replace("$", "").replace("\\", "")


@pytest.mark.django_db
def test_an_anonymous_visitor_reaches_the_public_pages_only(client):
    walked = sorted(set(addresses()))
    assert len(walked) > 150
    open_to_all = []
    for address in walked:
        answer = client.get(f"/{address}", follow=address == "favicon.ico")
        is_sign_in = answer.status_code == 302 and answer["Location"].startswith(SIGN_IN)
        if answer.status_code == 200:
            open_to_all.append(address)
        else:
            assert is_sign_in or answer.status_code in (301, 404, 405), (address, answer.status_code, answer.get("Location"))
    assert set(open_to_all) <= PUBLIC


@pytest.mark.django_db
def test_an_anonymous_post_changes_nothing(client):
    for address in sorted(set(addresses())):
        if address in PUBLIC or not address.startswith("gestion/"):
            continue
        answer = client.post(f"/{address}", {})
        is_sign_in = answer.status_code == 302 and answer["Location"].startswith(SIGN_IN)
        assert is_sign_in or answer.status_code in (403, 404, 405), (address, answer.status_code, answer.get("Location"))
