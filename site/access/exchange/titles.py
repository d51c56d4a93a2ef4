"""Headings compared as people write them: letters and digits only, or word by word once abbreviations are opened and small words left out."""

import re
from functools import lru_cache
from typing import Final

from access.text import fold

REMEMBERED: Final = 4_096
LONGEST_UNDERSTOOD: Final = 80

ABBREVIATIONS: Final = {
    **dict.fromkeys(("ref", "refs"), "reference"),
    **dict.fromkeys(("ident", "id"), "identifiant"),
    **dict.fromkeys(("no", "num", "nro"), "numero"),
    **dict.fromkeys(("nb", "nbr", "nbre"), "nombre"),
    **dict.fromkeys(("lgt", "lgts", "logt", "logts", "lgmt", "log"), "logement"),
    **dict.fromkeys(("surf", "superficie"), "surface"),
    **dict.fromkeys(("hab", "habit"), "habitable"),
    **dict.fromkeys(("compl", "cplt", "comp"), "complement"),
    **dict.fromkeys(("bat",), "batiment"),
    **dict.fromkeys(("adr", "adresses"), "adresse"),
    **dict.fromkeys(("cod",), "code"),
    **dict.fromkeys(("com",), "commune"),
    **dict.fromkeys(("lib", "libel", "intitule"), "libelle"),
    **dict.fromkeys(("fin", "financ"), "financement"),
    **dict.fromkeys(("const", "constr"), "construction"),
    **dict.fromkeys(("an",), "annee"),
    **dict.fromkeys(("occ", "occup"), "occupation"),
    **dict.fromkeys(("dispo",), "disponible"),
    **dict.fromkeys(("etiq",), "etiquette"),
    **dict.fromkeys(("prov",), "provision"),
    **dict.fromkeys(("ch",), "charge"),
    **dict.fromkeys(("ind", "indiv"), "individuel"),
    **dict.fromkeys(("coll",), "collectif"),
    **dict.fromkeys(("princ",), "principal"),
    **dict.fromkeys(("pers",), "personne"),
    **dict.fromkeys(("tel",), "telephone"),
    **dict.fromkeys(("naiss",), "naissance"),
    **dict.fromkeys(("etg",), "etage"),
    "hc": "hor charge",
}
"""Folded, without the point that may end them. « hors » loses its last letter as plurals do."""

SMALL_WORDS: Final = frozenset(("de", "du", "des", "la", "le", "les", "l", "d", "en", "au", "aux", "a", "dans", "par", "et", "ou", "sur"))
UNITS: Final = frozenset(("euro", "euros", "eur", "m2", "mensuel", "mensuelle", "mois"))
LODGING: Final = "logement"
LONG_PLURAL: Final = 3

CHANGES_MEANING: Final = frozenset(
    (
        *("cc", "charge", "comprise", "compris", "incluse", "inclus", "ttc", "annuel", "annuelle", "annee", "utile", "corrigee", "plafond"),
        *("maximum", "max", "maximal", "theorique", "ancien", "ancienne", "precedent", "precedente", "nombre"),
    )
)
"""Words that, between brackets, make of a heading something else: « Loyer (charges comprises) »."""

_BRACKETS = re.compile(r"[(\[](.*?)[)\]]")


@lru_cache(maxsize=REMEMBERED)
def heading_key(heading: str) -> str:
    """The form under which headings are compared: letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", fold(heading.replace("°", "o").replace("€", "")))


@lru_cache(maxsize=REMEMBERED)
def heading_words(heading: str) -> str:
    """The words of a heading that carry its meaning, abbreviations opened, in the singular; "" for one too long to be a heading."""
    if len(heading) > LONGEST_UNDERSTOOD:
        return ""
    text = re.sub(r"\bn\s*[°º]", " numero ", heading, flags=re.IGNORECASE).replace("€", " ")
    words = [ABBREVIATIONS.get(word, word) for word in re.findall(r"[a-z0-9]+", fold(text)) if word not in SMALL_WORDS and word not in UNITS]
    return " ".join(word[:-1] if word.endswith("s") and len(word) > LONG_PLURAL else word for word in words)


def without_lodging(words: str) -> str:
    """The words of a heading, less « logement » at either end, which says no more in a file of homes; "" when nothing else is left."""
    return words.removesuffix(f" {LODGING}").removeprefix(f"{LODGING} ").removesuffix(LODGING).strip()


def cut_brackets(heading: str) -> tuple[str, str]:
    """The heading less what it says between brackets, and what it says there."""
    return _BRACKETS.sub("", heading), " ".join(_BRACKETS.findall(heading))


def changes_meaning(said: str) -> bool:
    """Whether words between brackets make of a heading something else."""
    return not CHANGES_MEANING.isdisjoint(heading_words(said).split())
