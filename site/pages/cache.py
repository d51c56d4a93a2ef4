"""The cache of public pages: files shared between workers, left behind at each publication.

A page is kept under the generation it was begun in. Publishing starts another generation, so that what was drawn before, even if it is
written after, is never served again.
"""

from secrets import token_hex
from typing import Final

from django.core.cache import caches
from django.db import transaction

ALIAS: Final = "pages"
GENERATION: Final = "generation"
KEPT_SECONDS: Final = 3_600


def generation() -> str:
    """The present generation; begun when there is none."""
    found = caches[ALIAS].get(GENERATION)
    if found is None:
        found = token_hex(8)
        if not caches[ALIAS].add(GENERATION, found, None):
            found = caches[ALIAS].get(GENERATION, found)
    return str(found)


def renew() -> None:
    """Leave every kept page behind, once the change under way holds."""
    transaction.on_commit(_renew)


def _renew() -> None:
    caches[ALIAS].clear()
    caches[ALIAS].set(GENERATION, token_hex(8), None)
