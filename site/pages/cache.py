"""The cache of public pages: files shared between workers, left behind at each publication.

A page is kept under the generation it was begun in. Publishing starts another generation, so that what was drawn before, even if it is
written after, is never served again. From the moment something starts to change until the change holds, nothing is kept nor served from here:
a server that dies between the two leaves no old page behind, only CHANGING_SECONDS without a cache.
"""

from secrets import token_hex
from typing import Final

from django.core.cache import caches
from django.db import transaction

ALIAS: Final = "pages"
GENERATION: Final = "generation"
CHANGING: Final = "changing"
KEPT_SECONDS: Final = 3_600
CHANGING_SECONDS: Final = 30
"""How long a change may be under way, at most, before pages are kept again."""


def generation() -> str | None:
    """The present generation, begun when there is none; None while something is changing, or the disk takes nothing more."""
    found = caches[ALIAS].get(GENERATION)
    if found is None:
        found = token_hex(8)
        try:
            if not caches[ALIAS].add(GENERATION, found, None):
                found = caches[ALIAS].get(GENERATION, found)
        except OSError:
            return None
    return None if found == CHANGING else str(found)


def renew() -> None:
    """Leave every kept page behind, now and once more when the change under way holds.

    A disk that is full undoes the change the first time; the second time it stands, and what is CHANGING ends by itself.
    """
    caches[ALIAS].set(GENERATION, CHANGING, CHANGING_SECONDS)
    transaction.on_commit(_renew, robust=True)


def _renew() -> None:
    caches[ALIAS].clear()
    caches[ALIAS].set(GENERATION, token_hex(8), None)
