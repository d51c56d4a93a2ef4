"""Canaries: words and numbers that stand in the records of others and nowhere else, and how they are looked for in an answer."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from pypdf import PdfReader

OWN, FOREIGN, HIDDEN = 7_300_000, 7_310_000, 7_320_000
"""The first record of every model bears the number OWN in the reader's organisations, FOREIGN in others', HIDDEN in a confidential case of the own ones."""
SPAN = 10_000

WORD = re.compile(r"zq(\d{5})x", re.IGNORECASE)
NUMBER = re.compile(r"(?<![0-9a-z])73[12]\d{4}(?![0-9a-z])", re.IGNORECASE)


class Words:
    """The words planted, each with the place it stands in and the number of the record that bears it."""

    def __init__(self) -> None:
        self.places: list[tuple[str, int]] = []

    def __len__(self) -> int:
        return len(self.places)

    def new(self, place: str, number: int) -> str:
        """A word of eight characters found nowhere else."""
        self.places.append((place, number))
        return f"zq{len(self.places) - 1:05d}x"

    def found_in(self, text: str) -> Iterator[tuple[str, int, str]]:
        """Each canary in the text: where it was planted (model and field; nothing for a number), its record's number, and itself."""
        for match in WORD.finditer(text):
            if int(match[1]) < len(self.places):
                yield *self.places[int(match[1])], match[0].lower()
        for match in NUMBER.finditer(text):
            yield "", int(match[0]), match[0]


def said(answer: HttpResponseBase, mails: list[Any] = ()) -> str:
    """All that an answer says: its body, unpacked when it is a file, its headers and cookies, and the e-mails that left with it."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    letters = "\n".join(f"{mail.subject}\n{mail.body}\n{mail.alternatives if hasattr(mail, 'alternatives') else ''}" for mail in mails)
    return "\n".join((headers, answer.cookies.output(), letters, text_of(body)))


def text_of(content: bytes) -> str:
    """The words of a file: of a PDF its pages, of an archive or a workbook all that is in it."""
    if content.startswith(b"%PDF-"):
        reader = PdfReader(io.BytesIO(content), strict=False)
        return "\n".join([str(reader.metadata), *(page.extract_text() for page in reader.pages)])
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(f"{name}\n{text_of(archive.read(name))}" for name in archive.namelist())
    return content.decode("utf-8", "replace")
