"""Columns that a file of reported households must not hold: health, addictions, justice, violence, beliefs, origins, social security number.

Nothing below their heading is read, and the file is not kept. Source: field group « sensitive » of the scheme, and article 9 of the GDPR.
"""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from access.exchange.findings import Code, FileRefused, clip, quote
from access.exchange.layout import HEADING_ROWS, Recognised, column_letters
from access.exchange.reading import Sheet
from access.exchange.values import as_text
from access.text import fold

LONGEST_HEADING: Final = 80

STEMS: Final = (
    *("sante", "medic", "medec", "maladi", "malade", "patholog", "hospital", "therap", "vih", "sida", "cancer", "grossesse", "enceinte"),
    *("psy", "mental", "depress", "suicid", "handicap", "invalid", "mdph", "cotorep", "curatel", "tutel", "genetique", "biometr"),
    *("addict", "toxico", "drogue", "stupefiant", "alcool", "ethyli", "dependance", "sevrage"),
    *("casier", "judiciair", "justice", "prison", "emprison", "peniten", "carcer", "incarcer", "detenu", "detention", "ecrou", "condamn"),
    *("delinqu", "infraction", "crimin", "spip", "probation"),
    *("violen", "maltrait", "agress", "victime", "feminicid"),
    *("religi", "croyance", "ethni", "racia", "sexuel", "syndica", "politique", "philosoph"),
    "origine",
)
"""Beginnings of words, folded."""

WORDS: Final = frozenset(
    (
        "aah",
        "ald",
        "hiv",
        "nir",
        "noss",
        "tox",
        "race",
        "races",
        "secu",
        "nss",
        "ss",
        "penal",
        "penale",
        "penaux",
        "penales",
        "culte",
        "crime",
        "delit",
        "delits",
        *("rqth", "vif", "csapa", "caarud", "cmp", "soin", "soins", "trouble", "troubles", "ivg", "viol", "viols"),
        *("bracelet", "peine", "peines", "sursis", "tig", "ppsmj"),
    )
)
"""Whole words, folded."""

COMPOUNDS: Final = (
    *("sante", "medica", "maladie", "psychiatr", "psycholog", "handicap", "addiction", "toxicoman", "alcool", "casier", "judiciaire", "justice"),
    *("prison", "incarcer", "condamn", "violence", "religion", "securitesociale", "numerosecu", "nosecu", "ethnique", "mandatdedepot", "gardeavue"),
)
"""Said with enough letters to be told anywhere in a heading, even spelled letter by letter or run together."""

HARMLESS: Final = ("politique de la ville", "politiques de la ville", "croissante", "puissante", "suffisante", "interessante")
"""Expressions that would be taken for another."""

_CAMEL = re.compile(r"(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")


def _refusal(heading: str, row: int, position: int) -> FileRefused:
    """The refusal of a file that holds a sensitive column: its heading, and nothing of what stands below."""
    shown = clip(heading)
    return FileRefused(
        Code.SENSITIVE_COLUMN,
        f"La colonne {quote(shown)} porte sur une donnée sensible : le fichier est refusé et n'est pas conservé.",
        "Retirez cette colonne, puis envoyez de nouveau le fichier. La santé, les addictions, la justice, les violences, les croyances, "
        "les origines et le numéro de sécurité sociale ne s'échangent jamais par fichier.",
        row=row,
        column=shown,
        cell=f"{column_letters(position)}{row}",
        value=shown,
    )


def is_sensitive(heading: str) -> bool:
    """Whether a heading names something that no file may hold, accents, case and compounds set aside."""
    text = " ".join(re.sub(r"[^a-z0-9]+", " ", fold(_CAMEL.sub(" ", heading))).split())
    for expression in HARMLESS:
        text = text.replace(expression, " ")
    words = text.split()
    joined = "".join(words)
    return joined in WORDS or any(word in WORDS or word.startswith(STEMS) for word in words) or any(compound in joined for compound in COMPOUNDS)


def refuse_sensitive(found: Recognised, sheets: Sequence[Sheet]) -> None:
    """Refuse a file that holds a sensitive heading: among those of the table read, or at the top of another sheet.

    Raises FileRefused.
    """
    for position, heading in enumerate(found.headings):
        if is_sensitive(heading):
            raise _refusal(heading, found.heading_row, position)
    for sheet in sheets:
        if sheet is found.sheet:
            continue
        for number, cells in islice(sheet.rows(), HEADING_ROWS):
            for position, cell in enumerate(cells):
                text = as_text(cell).strip()
                if 0 < len(text) <= LONGEST_HEADING and is_sensitive(text):
                    raise _refusal(text, number, position)
