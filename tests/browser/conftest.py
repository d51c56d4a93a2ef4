"""A real browser on a live server. Where Chromium is not found, these tests say so instead of passing."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.db import connections

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=fr-FR"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker("browser")
            item.add_marker(pytest.mark.django_db(transaction=True))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium n'est pas installé : les essais dans le navigateur ne sont pas faits"))


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """One browser a module: its event loop must not outlive it, other tests run loops of their own.

    Connections opened before the loop started lie out of its sight and die with the database it restores: they are closed at the end.
    """
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    connections.close_all()


@pytest.fixture
def open_page(browser, live_server):
    """Opens a page of a given width on the live server.

    Requests to any other host are refused and reported; so is whatever the browser blocked because of the site's own policy.
    """
    contexts, strangers, blocked = [], [], []

    def listen(message):
        if "Content Security Policy" in message.text:
            blocked.append(f"{message.location.get('url')}: {message.text}")

    def guard(route):
        if route.request.url.startswith((live_server.url, "data:", "blob:")):
            route.continue_()
        else:
            strangers.append(route.request.url)
            route.abort()

    def open_one(width: int = 1300):
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 900}, locale="fr-FR")
        context.route("**/*", guard)
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.set_default_timeout(60_000)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert strangers == []
    assert blocked == []
