"""An operator's statement as a CSV, XLSX or ODS file: one row by household and measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from access.exchange.findings import Code, FileRefused
from access.exchange.limits import Limits
from access.exchange.reading import open_sheets
from access.exchange.values import Cell, Read, as_text, parse_amount, parse_date
from access.text import fold
from catalogue.models import MeasureKind
from households.models import StatementLine

HEADINGS: Final = {
    "household": ("menage", "reference", "reference du menage", "dossier", "ref menage"),
    "kind": ("mesure", "type de mesure", "prestation", "type"),
    "starts_on": ("du", "debut", "date de debut"),
    "ends_on": ("au", "fin", "date de fin"),
    "amount": ("montant", "montant (€)", "montant (eur)", "montant €", "montant ttc", "somme"),
}
NEEDED: Final = {"household": "ménage", "kind": "mesure", "amount": "montant"}
KINDS: Final = {
    "diagnosis": ("diagnostic",),
    "support": ("accompagnement", "suivi", "accompagnement social"),
    "adapted_management": ("gla", "gestion locative adaptee", "gestion adaptee"),
}
LOOKED_AT: Final = 20
MOST_ROWS: Final = 20_000
MOST_AMOUNT: Final = 9_999_999


@dataclass(frozen=True)
class FileRead:
    """The lines understood, and in plain French what is wrong, row by row."""

    lines: list[StatementLine]
    problems: list[str]


def read_statement(content: bytes) -> FileRead:
    """The lines of the file, unsaved. Nothing is kept of a row that is not understood. Raises FileRefused when no table can be read."""
    kinds = {word: kind for kind in MeasureKind.objects.all() for word in (*KINDS.get(kind.code, ()), fold(kind.name))}
    for sheet in open_sheets(content, Limits.from_settings().with_rows(MOST_ROWS)):
        places: dict[str, int] = {}
        lines: list[StatementLine] = []
        problems: list[str] = []
        for number, row in sheet.rows():
            if not places:
                places = _places(row) if number <= LOOKED_AT else {}
                continue
            if any(as_text(cell).strip() for cell in row):
                line, said = _line(row, places, kinds)
                problems += [f"Ligne {number} : {sentence}" for sentence in said]
                if line:
                    lines.append(line)
        if places:
            return FileRead(lines, problems)
    raise FileRefused(
        Code.MISSING_COLUMN,
        "Les colonnes « ménage », « mesure » et « montant » n'ont pas été trouvées.",
        "Donnez ces titres aux colonnes de la première ligne ; « du » et « au » sont facultatives.",
    )


def _places(row: Sequence[Cell]) -> dict[str, int]:
    """Where each column stands when this row holds the headings, else nothing."""
    words = [fold(as_text(cell)).strip(" :*") for cell in row]
    found = {name: place for place, word in enumerate(words) for name, known in HEADINGS.items() if word in known}
    return found if set(NEEDED) <= set(found) else {}


def _line(row: Sequence[Cell], places: dict[str, int], kinds: dict[str, MeasureKind]) -> tuple[StatementLine | None, list[str]]:
    cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}
    problems: list[str] = []
    reference = as_text(cells["household"]).strip().upper()
    if not reference or len(reference) > 12:
        problems.append("indiquez la référence du ménage, par exemple MEN-00042.")
    kind = kinds.get(fold(as_text(cells["kind"])))
    if kind is None:
        problems.append("indiquez la mesure : diagnostic, accompagnement ou gestion locative adaptée.")
    values: dict[str, Any] = {}
    for name in ("starts_on", "ends_on"):
        cell = cells.get(name, "")
        if as_text(cell).strip():
            values[name] = _value(parse_date(cell), problems)
    values["amount"] = _value(parse_amount(cells["amount"], lowest=0, highest=MOST_AMOUNT), problems)
    if problems or kind is None:
        return None, problems
    return StatementLine(household_reference=reference, kind=kind, **values), []


def _value(read: Read, problems: list[str]) -> Any:
    if read.problem and read.value is None:
        problems.append(f"{read.problem.message} {read.problem.hint}")
    return read.value
