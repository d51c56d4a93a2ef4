"""Text compared as people compare it: accents, case and outer spaces set aside."""

import unicodedata
from typing import Any

from django.db.models import CharField, Func


class Folded(Func):
    """The database's folded form of a text (function ``solive_fold``): no accents, lower case. Immutable, so it can be stored and indexed."""

    function = "solive_fold"
    arity = 1
    output_field = CharField()

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        extra.setdefault("output_field", CharField())
        super().__init__(*expressions, **extra)


def fold(text: str) -> str:
    """The folded form of ``text`` in Python: ligatures opened, no accents, lower case, single spaces."""
    opened = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae").replace("’", "'")
    bare = "".join(char for char in unicodedata.normalize("NFKD", opened) if not unicodedata.combining(char))
    return " ".join(bare.lower().split())


LONGEST_SEARCH = 100
MOST_WORDS = 8


def search_words(typed: str) -> list[str]:
    """The distinct words of a search, cut to what a person types: each one costs the database a pass."""
    return list(dict.fromkeys(typed.replace("\x00", "")[:LONGEST_SEARCH].split()))[:MOST_WORDS]
