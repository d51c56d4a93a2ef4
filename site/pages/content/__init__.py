"""The first content of the site. Once a page exists, its editors own it and this is no longer read."""

from pages.content.home import HOME
from pages.content.spec import PageSpec

SITE: PageSpec = HOME

__all__ = ["SITE", "PageSpec"]
