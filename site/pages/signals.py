"""What follows from a page's publication."""

from typing import Any

from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from pages.site_search import forget_page, index_page


def published(sender: Any, instance: Page, **kwargs: Any) -> None:
    index_page(instance)


def unpublished(sender: Any, instance: Page, **kwargs: Any) -> None:
    forget_page(instance)


def connect() -> None:
    page_published.connect(published, dispatch_uid="pages.index")
    page_unpublished.connect(unpublished, dispatch_uid="pages.forget")
