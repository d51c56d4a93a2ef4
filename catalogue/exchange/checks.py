"""Checks of a stock file's rows beyond single cells: the commune a row means, the landlord a file names."""

from collections.abc import Iterator
from typing import Final

from access.exchange.checking import Block, RowReader, copy_text
from access.exchange.findings import Code, FileRefused, FindingLog, quote
from access.exchange.layout import Column, Recognised
from access.exchange.limits import Limits
from access.exchange.progress import Progress, silent
from access.exchange.titles import heading_key
from access.exchange.values import Cell, as_text
from access.text import fold
from catalogue.exchange.communes import CommuneIndex, Resolved
from catalogue.exchange.layouts import LANDLORD_HEADINGS, STOCK
from catalogue.exchange.rpls import JOINED
from partners.models import Organisation

COMMUNE_FIELDS: Final = ("commune", "commune_name", "postcode")
STAGED: Final = (*(column.field for column in STOCK.columns if column.field != "commune"), "quota")


class LandlordNames:
    """How landlords are named in files: by name, short name, code or SIRET. Loaded once."""

    def __init__(self, landlord: Organisation) -> None:
        self._own: set[str] = set()
        self._others: set[str] = set()
        for other in Organisation.objects.landlords():
            names = {self._key(name) for name in (other.name, other.short_name, other.code, other.siret) if name}
            (self._own if other.pk == landlord.pk else self._others).update(names)

    def names_another(self, text: str) -> bool:
        key = self._key(text)
        return key in self._others and key not in self._own

    @staticmethod
    def _key(name: str) -> str:
        return "".join(char for char in fold(name) if char.isalnum())


class StockReader:
    """Reads a recognised stock file into lines for COPY. Everything it needs of the database is loaded beforehand: none is asked for meanwhile."""

    def __init__(self, found: Recognised, log: FindingLog, limits: Limits, *, landlord: Organisation, progress: Progress = silent) -> None:
        self.reader = RowReader(found, log, limits, progress)
        self._communes = CommuneIndex.load()
        self._landlords = LandlordNames(landlord)
        self._columns: dict[str, Column] = {column.field: column for column in found.positions}
        self._resolved: dict[tuple[Cell, Cell, Cell], Resolved] = {}
        self._landlord_columns = [position for position in found.unmapped if heading_key(found.headings[position]) in LANDLORD_HEADINGS]
        self._joins = {
            field: (parts, between)
            for field, (all_parts, between) in JOINED.items()
            if (parts := tuple(part for part in all_parts if part in self._columns))
        }
        self.fields = (*(field for field in STAGED if field in self._columns), *self._joins)

    def lines(self) -> Iterator[str]:
        """Blocks of lines: row number, whether the row can be taken, commune, then ``fields`` in order."""
        self._refuse_another_landlord()
        for block in self.reader.blocks():
            communes = self._resolve(block)
            valid = ["f" if index in block.failed else "t" for index in range(len(block.numbers))]
            for field, (parts, between) in self._joins.items():
                block.texts[field] = [between.join(filter(None, texts)) for texts in zip(*(block.texts[part] for part in parts), strict=True)]
            columns = [list(map(str, block.numbers)), valid, communes, *(block.texts[field] for field in self.fields)]
            yield "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"

    def no_rows(self) -> FileRefused:
        return FileRefused(
            Code.EMPTY_FILE,
            "Le fichier ne contient aucun logement sous sa ligne de titres.",
            "Vérifiez l'export de votre logiciel, puis envoyez de nouveau le fichier.",
            row=self.reader.found.heading_row,
        )

    def _resolve(self, block: Block) -> list[str]:
        """The commune of each row of a block, for COPY."""
        blank: list[Cell] = [""] * len(block.numbers)
        keys = list(zip(*(block.cells.get(field, blank) for field in COMMUNE_FIELDS), strict=True))
        if len(self._resolved) > 20_000:
            self._resolved.clear()
        for key in set(keys).difference(self._resolved):
            self._resolved[key] = self._resolve_cells(key)
        found = [self._resolved[key] for key in keys]
        for index, resolved in enumerate(found):
            for field, problem in resolved.problems:
                self.reader.report(block, index, field, problem)
        return [copy_text(resolved.code) for resolved in found]

    def _resolve_cells(self, key: tuple[Cell, ...]) -> Resolved:
        meanings: dict[str, str] = {}
        for field, cell in zip(COMMUNE_FIELDS, key, strict=True):
            column = self._columns.get(field)
            value, problem = column.read(cell) if column else ("", None)
            if problem and field != "postcode":
                return Resolved(None, "")
            meanings[field] = str(value or "")
        return self._communes.resolve(code=meanings["commune"], name=meanings["commune_name"], postcode=meanings["postcode"])

    def _refuse_another_landlord(self) -> None:
        """Refuse a file one of whose columns names another landlord."""
        if not self._landlord_columns:
            return
        found, seen = self.reader.found, set[Cell]()
        for number, cells in found.rows():
            for position in self._landlord_columns:
                cell = cells[position] if position < len(cells) else ""
                if cell in seen or len(seen) > 1_000:
                    continue
                seen.add(cell)
                if self._landlords.names_another(as_text(cell)):
                    raise FileRefused(
                        Code.WRONG_LANDLORD,
                        f"La ligne {number} nomme un autre bailleur : {quote(as_text(cell))}.",
                        "Choisissez le bon bailleur, ou envoyez un fichier qui ne contient que ses logements.",
                        row=number,
                        column=found.heading(position),
                        value=as_text(cell)[:80],
                    )
