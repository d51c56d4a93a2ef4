"""Text that a spreadsheet would run as a formula: made harmless on the way out, and given back exactly on the way in.

A leading apostrophe means « take what follows as it stands ». Exports put one before every text that could be run, or that an import
would not give back as it was (outer spaces, invisible characters, the words that mean « empty », a leading apostrophe); imports take exactly one off.
"""

from typing import Final

from access.text import clean

MARK: Final = "'"
DANGEROUS: Final = frozenset("=+-@\t\r\n＝＋－＠")


def neutralise(text: str, *, reads_as_empty: bool = False) -> str:
    """``text`` as it can stand in a cell. ``reads_as_empty``: an import would take this text for an empty cell.

    Only for texts: a number, negative or not, is written as a number.
    """
    bare = clean(text)
    needs_mark = text != bare or reads_as_empty or text[:1] == MARK or bare[:1] in DANGEROUS if text else False
    return MARK + text if needs_mark else text


def restore(cell: str) -> tuple[str, bool]:
    """The text behind a cell, and whether the cell asked for it to be taken as it stands."""
    return (cell[1:], True) if cell[:1] == MARK else (cell, False)
