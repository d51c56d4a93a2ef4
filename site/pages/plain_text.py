"""What keeps a rich text readable by all: links that say where they lead, and bold that does not stand for a title."""

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags

from access.text import fold

LINK: Final = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)
BOLD: Final = re.compile(r"<(b|strong)\b[^>]*>.*?</\1>", re.DOTALL)
PARAGRAPH: Final = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
VAGUE: Final = frozenset(
    ("ici", "la", "cliquez ici", "cliquer ici", "lien", "ce lien", "le lien", "lire la suite", "en savoir plus", "plus d'infos", "voir", "suite")
)
FILE_NAME: Final = re.compile(r"(?:\S+\.(?:jpe?g|png|gif|webp|avif|svg|heic))|(?:(?:img|dsc|dscn|image|photo|capture|scan)[ _-]?\d*)", re.IGNORECASE)


def check_rich_text(source: str) -> None:
    """Refuse a link that does not say where it leads, and a whole paragraph in bold, which people take for a title and screen readers do not.

    Raises ValidationError, in French.
    """
    for found in LINK.finditer(source):
        words = fold(strip_tags(found[1])).strip(" .…»«:>")
        if words in VAGUE or re.match(r"(?:https?://|www\.)", words):
            raise ValidationError(
                f"Le lien « {strip_tags(found[1]).strip()} » ne dit pas où il mène. Écrivez à la place le titre de la page ou ce que l'on y trouve."
            )
    for paragraph in PARAGRAPH.finditer(source):
        if strip_tags(paragraph[1]).strip() and BOLD.search(paragraph[1]) and not strip_tags(BOLD.sub("", paragraph[1])).strip(" .:!?"):
            raise ValidationError(
                "Un paragraphe tout en gras ressemble à un titre, sans en être un. Utilisez un intertitre, ou ne gardez que quelques mots en gras."
            )


def check_alternative(text: str) -> None:
    """Refuse a file's name in place of a description. Raises ValidationError, in French."""
    if FILE_NAME.fullmatch(text.strip()):
        raise ValidationError("Ce texte est un nom de fichier. Dites ce que montre l'image, à quelqu'un qui ne la voit pas.")
