"""The words between braces in the text of a convention, and what each stands for."""

import re
from typing import Final

WORDS: Final = {
    "numéro": "le numéro de la convention",
    "partenaire": "le nom du partenaire",
    "bailleurs": "les autres bailleurs parties à la convention",
    "objet": "son objet",
    "accord-cadre": "l'accord dont elle découle",
    "territoire": "le territoire",
    "capacité": "le nombre de mesures au même moment",
    "mesures": "les mesures couvertes",
    "tarifs": "leurs tarifs, un par ligne",
    "début": "son premier jour",
    "fin": "son dernier jour",
}
BRACES: Final = re.compile(r"\{([^{}]*)\}")
ARTICLE: Final = re.compile(r"^(article|préambule|annexe)\b", re.IGNORECASE)
"""How a line that is a heading begins."""


def unknown_words(text: str) -> str:
    """What is wrong with the words between braces, in French; empty when each is known."""
    unknown = [word for word in dict.fromkeys(BRACES.findall(text)) if word.strip() not in WORDS]
    if not unknown:
        return ""
    said = ", ".join(f"{{{word}}}" for word in unknown)
    return f"Mots inconnus entre accolades : {said}. Mots possibles : {', '.join(f'{{{word}}}' for word in WORDS)}."
