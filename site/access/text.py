"""Text compared as people compare it: accents, case and outer spaces set aside."""

import re
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


_BREAKS = re.compile("[\x0b\x0c\x85]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What shows nothing: soft hyphens, zero-width spaces and joiners, direction marks, byte-order marks, fillers (Unicode, Default_Ignorable_Code_Point)."""


def without_controls(text: str) -> str:
    """``text`` without control characters, tabs and line ends apart; old forms of a line end become a space."""
    return text if text.isprintable() else _CONTROLS.sub("", _BREAKS.sub(" ", text))


def clean(text: str) -> str:
    """What a person sees of ``text``: no control character, nothing invisible, no outer spaces of any kind. Nothing visible gives ""."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _INVISIBLE.sub("", without_controls(text)).strip()


LONGEST_SEARCH = 100
MOST_WORDS = 8


def search_words(typed: str) -> list[str]:
    """The distinct words of a search, cut to what a person types: each one costs the database a pass."""
    return list(dict.fromkeys(typed.replace("\x00", "")[:LONGEST_SEARCH].split()))[:MOST_WORDS]
