"""From the bytes of a file to sheets of rows, whatever the encoding, the separator or the format.

Reading knows nothing of the domain and of the database: it takes bytes and limits and gives sheets, so that it can run in a child process.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from access.exchange import confined, delimited, workbook
from access.exchange.findings import Code, FileRefused
from access.exchange.limits import Limits
from access.exchange.values import Cell

ZIP_SIGNATURE: Final = b"PK\x03\x04"
OLE_SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
OTHER_SIGNATURES: Final = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
    b"<!DOCTYPE",
    b"<html",
    b"<?xml",
)

_FILLED = re.compile(rb"[^\xef\xbb\xbf\xff\xfe\x00 \t\r\n]")

Row = tuple[int, Sequence[Cell]]
"""A row and its number as the user sees it in the file, from 1."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of rows. ``rows`` can be called again to read from the top; ``merged`` lists merged ranges as (top, left, bottom, right),
    rows counted from 1 and columns from 0; ``length`` is about how many rows there are."""

    name: str
    rows: Callable[[], Iterator[Row]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    length: int = 0


def open_sheets(content: bytes, limits: Limits) -> list[Sheet]:
    """The sheets of a file, in the order in which to look for headings. The format is told from the bytes, never from the name.

    Raises FileRefused when nothing can be read.
    """
    if len(content) > limits.size:
        raise FileRefused(
            Code.TOO_LARGE,
            f"Le fichier dépasse {limits.size // 1_048_576} Mo.",
            "Découpez-le en plusieurs fichiers, ou retirez les colonnes et les images inutiles.",
        )
    if not _FILLED.search(content):
        raise FileRefused(Code.EMPTY_FILE, "Le fichier est vide.", "Vérifiez l'export de votre logiciel, puis envoyez de nouveau le fichier.")
    if content.startswith(OLE_SIGNATURE):
        raise _refuse_old_office(content)
    if content.startswith(OTHER_SIGNATURES):
        raise delimited.not_a_table()
    if content.startswith(ZIP_SIGNATURE):
        return [Sheet(*opened) for opened in confined.open_workbook(content, limits)]
    return [Sheet("", delimited.open_text(content, limits), length=content.count(b"\n") or content.count(b"\r"))]


def _refuse_old_office(content: bytes) -> FileRefused:
    if ENCRYPTED_PACKAGE in content:
        return workbook.encrypted()
    return FileRefused(
        Code.NOT_A_TABLE,
        "Ce fichier est dans un ancien format de tableur (XLS) ou n'est pas un tableau.",
        "Ouvrez-le dans votre tableur et enregistrez-le au format XLSX, ODS ou CSV.",
    )
