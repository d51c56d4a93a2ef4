"""What is said about a file: one finding says what is wrong, where, and what to do."""

from collections import Counter
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

from django.db import models

QUOTED_CHARACTERS: Final = 80


class Level(models.TextChoices):
    """How much of the file a finding stops: all of it, its row, or nothing."""

    FILE = "file", "fichier"
    ROW = "row", "ligne"
    NOTICE = "notice", "remarque"


class Code(StrEnum):
    """The stable names of findings. They keep their meaning; others may be added."""

    EMPTY_FILE = "empty_file"
    NOT_A_TABLE = "not_a_table"
    MISSING_COLUMN = "missing_column"
    AMBIGUOUS_COLUMNS = "ambiguous_columns"
    WRONG_LANDLORD = "wrong_landlord"
    TOO_LARGE = "too_large"
    ENCRYPTED_FILE = "encrypted_file"
    HOSTILE_FILE = "hostile_file"
    SENSITIVE_COLUMN = "sensitive_column"

    MISSING_VALUE = "missing_value"
    UNKNOWN_TYPOLOGY = "unknown_typology"
    UNKNOWN_COMMUNE = "unknown_commune"
    UNKNOWN_CODE = "unknown_code"
    BAD_NUMBER = "bad_number"
    BAD_DATE = "bad_date"
    OUT_OF_RANGE = "out_of_range"
    DUPLICATE_IN_FILE = "duplicate_in_file"
    RPLS_ID_TAKEN = "rpls_id_taken"
    DAMAGED_ID = "damaged_id"
    FORMULA = "formula"
    TOO_LONG = "too_long"
    EXTRA_CELLS = "extra_cells"
    BAD_ADDRESS = "bad_address"
    VERSION_UNDER_WAY = "version_under_way"

    INSEE_COMMUNE_MISMATCH = "insee_commune_mismatch"
    POSTCODE_MISMATCH = "postcode_mismatch"
    RENT_JUMP = "rent_jump"
    OLD_COMMUNE_CODE = "old_commune_code"
    OLD_DPE = "old_dpe"
    BACK_IN_STOCK = "back_in_stock"
    FINANCING_KEPT = "financing_kept"
    OCCUPATION_MISMATCH = "occupation_mismatch"
    NAME_KEPT = "name_kept"
    TERRITORY_DEDUCED = "territory_deduced"
    UNMAPPED_COLUMN = "unmapped_column"
    VALUE_NORMALISED = "value_normalised"


NAMES: Final = {
    Code.MISSING_VALUE: "valeur obligatoire manquante",
    Code.UNKNOWN_TYPOLOGY: "typologie inconnue",
    Code.UNKNOWN_COMMUNE: "commune inconnue",
    Code.UNKNOWN_CODE: "valeur hors de la liste",
    Code.BAD_NUMBER: "nombre illisible",
    Code.BAD_DATE: "date impossible",
    Code.OUT_OF_RANGE: "valeur peu plausible",
    Code.DUPLICATE_IN_FILE: "en double dans le fichier",
    Code.RPLS_ID_TAKEN: "identifiant RPLS déjà pris",
    Code.DAMAGED_ID: "identifiant abîmé par le tableur",
    Code.FORMULA: "formule au lieu d'une valeur",
    Code.TOO_LONG: "texte trop long",
    Code.EXTRA_CELLS: "cellules en trop",
    Code.BAD_ADDRESS: "adresse électronique ou de site incorrecte",
    Code.VERSION_UNDER_WAY: "version déjà en préparation",
    Code.INSEE_COMMUNE_MISMATCH: "code INSEE et commune en désaccord",
    Code.POSTCODE_MISMATCH: "code postal et commune en désaccord",
    Code.RENT_JUMP: "loyer en forte hausse",
    Code.OLD_COMMUNE_CODE: "ancienne commune",
    Code.OLD_DPE: "DPE de plus de dix ans",
    Code.BACK_IN_STOCK: "retour dans le parc",
    Code.FINANCING_KEPT: "financement initial conservé",
    Code.OCCUPATION_MISMATCH: "occupation en désaccord avec le dispositif",
    Code.NAME_KEPT: "nom de l'organisation conservé",
    Code.TERRITORY_DEDUCED: "territoire déduit de la commune",
    Code.UNMAPPED_COLUMN: "colonne non reprise",
    Code.VALUE_NORMALISED: "valeur interprétée",
}
"""What findings about rows are called on screen, in few words."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a value, wherever it stands. ``message`` and ``hint`` are French sentences."""

    code: Code
    message: str
    hint: str = ""
    level: Level = Level.ROW


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem and its place: ``row`` as the user counts rows in the file, the column's heading, the cell (``F12``)."""

    level: Level
    code: Code
    message: str
    hint: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""
    reference: str = ""
    value: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The finding as the command line prints it."""
        return {**asdict(self), "level": self.level.value, "code": self.code.value}


class FileRefused(Exception):
    """Nothing can be read from the file; ``finding`` says why. ``unknown_headings`` may hold what is missing, under another name."""

    unknown_headings: tuple[str, ...] = ()

    def __init__(self, code: Code, message: str, hint: str = "", **place: Any) -> None:
        super().__init__(message)
        self.finding = Finding(Level.FILE, code, message, hint, **place)


class FindingLog:
    """Findings as they come: the first ``kept`` of them in full, all of them counted."""

    def __init__(self, kept: int) -> None:
        self.kept = kept
        self.total = 0
        self.by_kind: Counter[tuple[str, str]] = Counter()
        self.noticed_rows: set[int] = set()
        self._findings: list[tuple[int, int, Finding]] = []

    def add(self, finding: Finding, order: int = 0) -> None:
        """Note a finding; ``order`` places it among those of its row."""
        self.total += 1
        self.by_kind[finding.level.value, finding.code.value] += 1
        if finding.level == Level.NOTICE and finding.code != Code.UNMAPPED_COLUMN and finding.row is not None:
            self.noticed_rows.add(finding.row)
        if self.total <= self.kept:
            self._findings.append((finding.row or 0, order, finding))

    def counts(self) -> dict[str, dict[str, int]]:
        """How many findings there are, by level, then by code, the most frequent first; also those that are not kept."""
        found: dict[str, dict[str, int]] = {}
        for (level, code), count in self.by_kind.most_common():
            found.setdefault(level, {})[code] = count
        return found

    def in_file_order(self) -> list[Finding]:
        return [finding for _, _, finding in sorted(self._findings, key=lambda entry: entry[:2])]


def as_notice(problem: Problem) -> Problem:
    """The same problem, told without stopping the row."""
    return replace(problem, level=Level.NOTICE)


def clip(text: str, length: int = QUOTED_CHARACTERS) -> str:
    """``text`` on one line, without control characters, cut to ``length``."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text[: length * 2]).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def quote(text: str) -> str:
    """``text`` between French quotation marks."""
    return f"«\u00a0{clip(text)}\u00a0»"
