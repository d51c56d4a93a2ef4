"""What is said about a file of reported households never repeats a person's name.

A finding repeats what stands in the file only where it cannot name anybody: it holds a digit, and none of the names of its row. The heading,
the cell and the row tell the landlord where to look.
"""

from dataclasses import replace
from typing import Final

from access.exchange.findings import Code, Finding, FindingLog
from access.text import fold

NEVER_REPEATED: Final = frozenset(("last_name", "first_name", "phone"))
WITHOUT_QUOTATION: Final = frozenset((Code.MISSING_VALUE, Code.DUPLICATE_IN_FILE, Code.EXTRA_CELLS))
"""Findings whose words are the same whatever the cell holds."""

SILENT: Final = {
    Code.UNKNOWN_CODE: "Cette valeur n'est pas connue.",
    Code.UNKNOWN_COMMUNE: "Ce n'est pas le code INSEE d'une commune d'Ille-et-Vilaine.",
    Code.BAD_NUMBER: "Cette valeur n'est pas un nombre de la forme attendue.",
    Code.BAD_DATE: "Cette valeur n'est pas une date qui existe.",
    Code.OUT_OF_RANGE: "Cette valeur n'est pas plausible.",
    Code.DAMAGED_ID: "Cet identifiant est abîmé : le tableur l'a pris pour un nombre et en a perdu des chiffres.",
    Code.FORMULA: "La cellule contient une formule au lieu de son résultat.",
    Code.TOO_LONG: "Ce texte est trop long.",
}
CUT: Final = "…"
"""Ends a text too long to be quoted whole: part of a name may stand in it."""

ANYTHING_ELSE: Final = "Cette valeur n'est pas comprise."


def name_key(text: str) -> str:
    """The form under which names are looked for in a text: letters and digits only, folded."""
    return "".join(char for char in fold(text) if char.isalnum())


class DiscreetLog(FindingLog):
    """Findings that wait until the names of their rows are known, and then forget them."""

    def __init__(self, kept: int) -> None:
        super().__init__(kept)
        self._waiting: list[tuple[Finding, int]] = []
        self._names: dict[int, tuple[str, ...]] = {}
        self._columns: frozenset[str] = frozenset()

    def never_repeat(self, headings: frozenset[str]) -> None:
        """Say which columns, by heading, are never repeated whatever they hold."""
        self._columns = headings

    def add(self, finding: Finding, order: int = 0) -> None:
        """Note a finding; it is kept by the next ``settle``."""
        self._waiting.append((finding, order))

    def name(self, row: int, *names: str) -> None:
        """Say whom a row is about."""
        words = {name_key(word) for name in names for word in (name, *name.replace("-", " ").split())}
        self._names[row] = tuple(word for word in words if word)

    def settle(self) -> None:
        """Keep what waits, without anybody's name."""
        for finding, order in self._waiting:
            super().add(finding if finding.code == Code.UNMAPPED_COLUMN else self._discreet(finding), order)
        self._waiting.clear()

    def _discreet(self, finding: Finding) -> Finding:
        names = self._names.get(finding.row or 0, ())
        reference = finding.reference if self._may_repeat(finding.reference, names) else ""
        if not finding.value or (finding.column not in self._columns and self._may_repeat(finding.value, names)):
            return replace(finding, reference=reference)
        message = finding.message if finding.code in WITHOUT_QUOTATION else SILENT.get(finding.code, ANYTHING_ELSE)
        return replace(finding, reference=reference, value="", message=message)

    @staticmethod
    def _may_repeat(text: str, names: tuple[str, ...]) -> bool:
        key = name_key(text)
        return not text.endswith(CUT) and any(char.isdigit() for char in text) and not any(name in key for name in names)
