"""Text that a spreadsheet would run as a formula: made harmless on the way out, and given back exactly on the way in.

A leading apostrophe means « take what follows as it stands ». Exports put one before every text that could be run, or that an import
would not give back as it was (outer spaces, invisible characters, the words that mean « empty », the errors of a spreadsheet, a leading apostrophe); imports take exactly one off.
"""

import re
from typing import Final

from access.text import clean

MARK: Final = "'"
DANGEROUS: Final = frozenset("=+-@\t\r\n＝＋－＠")


def neutralise(text: str, *, reads_otherwise: bool = False) -> str:
    """``text`` as it can stand in a cell. ``reads_otherwise``: an import would take this text for something else.

    Only for texts: a number, negative or not, is written as a number.
    """
    bare = clean(text)
    needs_mark = text != bare or reads_otherwise or text[:1] == MARK or bare[:1] in DANGEROUS if text else False
    return MARK + text if needs_mark else text


def restore(cell: str) -> tuple[str, bool]:
    """The text behind a cell, and whether the cell asked for it to be taken as it stands."""
    return (cell[1:], True) if cell[:1] == MARK else (cell, False)


_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 holds in no form (2.2, « Char »)."""


def for_workbook(text: str) -> str:
    """``text`` as the XML of a workbook gives it back exactly: what XML cannot hold, or would change, is written ``_x000D_`` (ECMA-376, 22.9.2.19)."""
    return _ESCAPE.sub("_x005F_", _UNWRITABLE.sub(" ", text)).replace("\r", "_x000D_")
