"""From the rows of a recognised file to reports ready for the database, with everything there is to say about each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from access.exchange.checking import Block, RowReader
from access.exchange.findings import Code, FileRefused, Finding, Level, Problem, clip, quote
from access.exchange.layout import Column, Recognised, column_letters
from access.exchange.limits import Limits
from access.exchange.progress import Progress, silent
from access.exchange.values import as_text
from access.text import fold
from catalogue.exchange.communes import CommuneIndex
from catalogue.models import Unit
from households.exchange.discretion import NEVER_REPEATED, DiscreetLog
from partners.models import Organisation

EARLIEST_YEAR: Final = 1900
PLACES_NAMED: Final = 5
PAST_DAYS: Final = ("birth_date", "applied_on")
ATTRIBUTES: Final = {"commune": "commune_id", "unit": "unit_id"}
"""Fields whose value is the key of another record."""


@dataclass(slots=True)
class ReportedRow:
    """One row: its number in the file, its reference, and the values of its other fields by attribute of the report."""

    number: int
    reference: str
    key: str
    values: dict[str, Any]
    is_valid: bool


class ReportReader:
    """Reads a recognised file for one landlord, on one day. Units are looked for among the landlord's own, and nowhere else."""

    def __init__(self, found: Recognised, limits: Limits, *, landlord: Organisation, on: date, progress: Progress = silent) -> None:
        self.log = DiscreetLog(limits.findings)
        self.log.never_repeat(frozenset(found.heading(position) for column, position in found.positions.items() if column.field in NEVER_REPEATED))
        self.reader = RowReader(found, self.log, limits, progress)
        self._landlord = landlord
        self._on = on
        self._communes = CommuneIndex.load()
        self._columns: dict[str, Column] = {column.field: column for column in found.positions}

    def read(self, about_headings: Iterable[Finding]) -> list[ReportedRow]:
        """Every data row, in the order of the file. Raises FileRefused when there is none, or more than the limit."""
        for finding in about_headings:
            self.log.add(finding)
        rows: list[ReportedRow] = []
        for block in self.reader.blocks():
            rows += self._rows(block)
            self.log.settle()
        if not rows:
            raise FileRefused(
                Code.EMPTY_FILE,
                "Le fichier ne contient aucun signalement sous sa ligne de titres.",
                "Vérifiez l'export de votre logiciel, puis envoyez de nouveau le fichier.",
                row=self.reader.found.heading_row,
            )
        self._refuse_duplicates(rows)
        self.log.settle()
        return rows

    def _rows(self, block: Block) -> list[ReportedRow]:
        texts = {field: [as_text(cell) for cell in cells] for field, cells in block.cells.items()}
        for index, number in enumerate(block.numbers):
            self.log.name(number, texts["last_name"][index], texts["first_name"][index])
        values = {field: [column.read(cell).value for cell in block.cells[field]] for field, column in self._columns.items()}
        if "commune" in values:
            self._resolve_communes(block, values["commune"])
        if "unit" in values:
            self._resolve_units(block, values["unit"])
        for field in PAST_DAYS:
            for index, day in enumerate(values.get(field, ())):
                if isinstance(day, date) and not date(EARLIEST_YEAR, 1, 1) <= day <= self._on:
                    problem = Problem(
                        Code.OUT_OF_RANGE, f"Le {day:%d/%m/%Y} n'est pas plausible.", f"Indiquez une date entre {EARLIEST_YEAR} et aujourd'hui."
                    )
                    self.reader.report(block, index, field, problem)
        references = values.pop("reference")
        return [
            ReportedRow(
                number,
                str(references[index] or ""),
                fold(str(references[index] or "")),
                {ATTRIBUTES.get(field, field): column[index] for field, column in values.items()},
                index not in block.failed,
            )
            for index, number in enumerate(block.numbers)
        ]

    def _resolve_communes(self, block: Block, codes: list[Any]) -> None:
        """Put the commune of today in place of each code, in ``codes``."""
        for index, code in enumerate(codes):
            if not code:
                continue
            resolved = self._communes.resolve(code=str(code), name="", postcode="")
            codes[index] = resolved.code
            for _, problem in resolved.problems:
                if problem.level == Level.NOTICE:
                    problem = Problem(
                        Code.OLD_COMMUNE_CODE,
                        f"Le code INSEE {quote(str(code))} est celui d'une ancienne commune : c'est aujourd'hui {resolved.code}.",
                        "Mettez ce code à jour dans votre logiciel.",
                        Level.NOTICE,
                    )
                else:
                    problem = Problem(
                        Code.UNKNOWN_COMMUNE,
                        f"{quote(str(code))} n'est pas le code INSEE d'une commune d'Ille-et-Vilaine.",
                        "Corrigez le code INSEE, ou laissez la cellule vide.",
                    )
                self.reader.report(block, index, "commune", problem)

    def _resolve_units(self, block: Block, references: list[Any]) -> None:
        """Put the id of the landlord's unit in place of each reference, in ``references``."""
        keys = {str(reference).strip().upper() for reference in references if reference}
        own = dict(Unit.objects.filter(landlord=self._landlord, reference_key__in=keys).values_list("reference_key", "pk"))
        for index, reference in enumerate(references):
            if not reference:
                references[index] = None
                continue
            references[index] = own.get(str(reference).strip().upper())
            if references[index] is None:
                problem = Problem(
                    Code.UNKNOWN_CODE,
                    f"{quote(str(reference))} n'est la référence d'aucun logement de votre patrimoine.",
                    "Corrigez la référence, envoyez d'abord votre fichier patrimoine s'il manque ce logement, ou laissez la cellule vide.",
                )
                self.reader.report(block, index, "unit", problem)

    def _refuse_duplicates(self, rows: list[ReportedRow]) -> None:
        """Note each row whose reference stands elsewhere in the file: none of them is taken."""
        numbers: dict[str, list[int]] = {}
        for row in rows:
            if row.reference:
                numbers.setdefault(row.key, []).append(row.number)
        position = self.reader.position("reference")
        for row in rows:
            others = len(numbers[row.key]) - 1 if row.reference else 0
            if not others:
                continue
            row.is_valid = False
            named = [str(number) for number in numbers[row.key][: PLACES_NAMED + 1] if number != row.number][:PLACES_NAMED]
            places = ", ".join(named) + ("…" if others > PLACES_NAMED else "")
            self.log.add(
                Finding(
                    Level.ROW,
                    Code.DUPLICATE_IN_FILE,
                    f"Cette référence figure aussi {'à la ligne' if others == 1 else 'aux lignes'} {places}.",
                    "Gardez une seule de ces lignes, ou corrigez celle qui se trompe.",
                    row=row.number,
                    column=self.reader.found.heading(position),
                    cell=f"{column_letters(position)}{row.number}",
                    reference=clip(row.reference),
                    value=clip(row.reference),
                ),
                order=position,
            )
