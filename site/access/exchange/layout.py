"""What a file is expected to hold, and how its headings are recognised."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from access.exchange.findings import Code, FileRefused, Finding, Level, Problem, quote
from access.exchange.limits import Limits
from access.exchange.neutral import restore
from access.exchange.reading import Sheet
from access.exchange.titles import changes_meaning, cut_brackets, heading_key, heading_words, without_lodging
from access.exchange.values import Cell, Read, Value, as_text, is_empty_word, is_spreadsheet_error
from access.text import clean, without_controls

HEADING_ROWS: Final = 60
"""How far down the headings are looked for, below title lines."""

LEAST_HEADINGS: Final = 2
ADDED_HEADINGS: Final = ("Anomalies", "Que faire")
"""The columns that a file given back with its findings has on top of its own."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a layout: its canonical heading, the model field it feeds, and how its cells are understood.

    ``blank`` is what an empty cell means: "" or None clears the field; a required column has no such meaning. ``plain`` matches the texts that
    mean exactly what they say, and need no understanding. ``lesser`` headings name the column where no other heading of the file does.
    """

    heading: str
    field: str
    parse: Callable[[Cell], Read]
    synonyms: tuple[str, ...] = ()
    required: bool = False
    blank: Value = ""
    plain: re.Pattern[str] | None = None
    lesser: tuple[str, ...] = ()

    def read(self, cell: Cell) -> Read:
        """The meaning of a cell as it stands in the file: emptiness, apostrophes and formulas settled, then parsed."""
        is_literal = False
        if isinstance(cell, str) and not (cell[:1].isalnum() and cell[-1:].isdigit() and cell.isascii() and cell.isprintable()):
            cell, is_literal = restore(cell.lstrip("\ufeff"))
            cell = without_controls(cell) if is_literal else clean(cell)
            if not is_literal and cell[:1] in ("=", "@"):
                return Read(None, _formula(cell))
            if not is_literal and is_spreadsheet_error(cell):
                return Read(None, _no_result(cell))
            if is_literal and cell and not clean(cell) and not self.required:
                read = self.parse(cell)
                return Read(self.blank) if read.problem else read
            if not clean(cell) or (not is_literal and is_empty_word(cell)):
                return Read(None, self._missing()) if self.required else Read(self.blank)
        return self.parse(cell)

    def _missing(self) -> Problem:
        return Problem(Code.MISSING_VALUE, "Cette valeur est obligatoire et la cellule est vide.", "Complétez la cellule.")


def _formula(text: str) -> Problem:
    return Problem(
        Code.FORMULA,
        f"La cellule contient la formule {quote(text)} au lieu de son résultat.",
        "Remplacez la formule par sa valeur (copier, puis collage spécial « valeurs »).",
    )


def _no_result(text: str) -> Problem:
    return Problem(
        Code.FORMULA,
        f"La cellule contient l'erreur de tableur {quote(text)} au lieu d'une valeur.",
        "Corrigez la formule, ou remplacez-la par sa valeur ; videz la cellule si la valeur n'est pas connue.",
    )


@dataclass(frozen=True)
class Layout:
    """A kind of file: its name in code and for people, and its columns in canonical order."""

    code: str
    label: str
    columns: tuple[Column, ...]
    ignored: frozenset[str] = frozenset()
    headings: Mapping[str, Column] = field(init=False, repr=False)
    wordings: Mapping[str, Column] = field(init=False, repr=False)
    lesser: Mapping[str, Column] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known: dict[str, Column] = {}
        for column in self.columns:
            for heading in (column.heading, *column.synonyms):
                key = heading_key(heading)
                if known.setdefault(key, column) is not column:
                    raise ValueError(f"{heading!r} names two columns")
        object.__setattr__(self, "headings", known)
        wordings = _by_words((column, (column.heading.replace("_", " "), *column.synonyms)) for column in self.columns)
        lesser = _by_words((column, column.lesser) for column in self.columns)
        object.__setattr__(self, "wordings", wordings)
        object.__setattr__(self, "lesser", {words: column for words, column in lesser.items() if words not in wordings})

    def knowing(self, extra: Mapping[str, Column], ignored: frozenset[str] = frozenset()) -> "Layout":
        """The same layout, where further headings, by their key, name a column, or name none; a heading already known keeps its meaning."""
        if not extra and not ignored:
            return self
        added = tuple(dict.fromkeys(column for column in extra.values() if column not in self.columns))
        wider = Layout(self.code, self.label, self.columns + added, ignored - self.headings.keys())
        object.__setattr__(wider, "headings", {**extra, **self.headings})
        return wider

    def columns_for(self, headings: Sequence[str]) -> list[Column | None]:
        """The column that each heading names: as it is known; else as it is understood; else as one of its lesser names.

        Each way counts only for columns that none of the ways before it found. Of several lesser names of an optional column, the first counts.
        """
        found: list[Column | None] = [self.headings.get(heading_key(heading)) if heading else None for heading in headings]
        for names in (self.wordings, self.lesser):
            settled, taken = set(found), set[Column]()
            for at, heading in enumerate(headings):
                column = self._understood(heading, names) if heading and found[at] is None else None
                if column is None or column in settled or (names is self.lesser and not column.required and column in taken):
                    continue
                found[at] = column
                taken.add(column)
        return found

    def column_for(self, heading: str) -> Column | None:
        """The column a heading names."""
        return self.columns_for([heading])[0]

    def _understood(self, heading: str, names: Mapping[str, Column]) -> Column | None:
        """The column that a heading names word by word, with or without what it says between brackets, and that it is about a home."""
        if heading_key(heading) in self.ignored or not any(char.isalpha() for char in heading):
            return None
        if column := names.get(heading_words(heading)):
            return column
        bare, said = cut_brackets(heading)
        words = heading_words(bare)
        column = (self.headings.get(heading_key(bare)) if names is self.wordings else None) or names.get(words) or names.get(without_lodging(words))
        says_another = changes_meaning(said) or self.headings.get(heading_key(said), column) is not column
        return None if says_another else column


def _by_words(named: Iterable[tuple[Column, Iterable[str]]]) -> dict[str, Column]:
    """Columns by the words of their headings, less the words that would name two of them."""
    found: dict[str, set[Column]] = {}
    for column, headings in named:
        for heading in headings:
            found.setdefault(heading_words(heading), set()).add(column)
    return {words: next(iter(columns)) for words, columns in found.items() if words and len(columns) == 1}


_ADDED_KEYS: Final = frozenset(map(heading_key, ADDED_HEADINGS))


def column_letters(index: int) -> str:
    """The letters of a column of a spreadsheet, from 0: A … Z, AA …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Recognised:
    """A layout found in a file: in which sheet, on which row, which column stands where, and which headings are not known."""

    layout: Layout
    sheet: Sheet
    heading_row: int
    headings: tuple[str, ...]
    positions: Mapping[Column, int]
    unmapped: tuple[int, ...]
    added: frozenset[int] = frozenset()

    def without_added(self, cells: Sequence[Cell]) -> Sequence[Cell]:
        """The cells of a row, less those of the columns we added when we gave the file back."""
        return [cell for at, cell in enumerate(cells) if at not in self.added] if self.added else cells

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(column.field for column in self.positions)

    def heading(self, position: int) -> str:
        return self.headings[position] or f"(colonne {column_letters(position)} sans titre)"

    def unmapped_findings(self) -> Iterator[Finding]:
        """One notice for each heading that is not taken."""
        for position in self.unmapped:
            yield Finding(
                Level.NOTICE,
                Code.UNMAPPED_COLUMN,
                f"La colonne {quote(self.heading(position))} n'est pas reconnue : elle n'est pas reprise.",
                "Si elle contient une donnée utile, donnez-lui l'un des titres attendus.",
                row=self.heading_row,
                column=self.heading(position),
                cell=f"{column_letters(position)}{self.heading_row}",
                value=self.headings[position],
            )

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """The rows below the headings; the value of cells merged downwards stands in each of their rows."""
        spans = [span for span in self.sheet.merged if span[0] > self.heading_row and span[2] > span[0]]
        last_heading_row = max((bottom for top, _, bottom, _ in self.sheet.merged if top <= self.heading_row < bottom), default=self.heading_row)
        below = (row for row in self.sheet.rows() if row[0] > last_heading_row)
        rows = _unmerged(below, spans) if spans else below
        return ((number, self.without_added(cells)) for number, cells in rows) if self.added else rows


def _unmerged(rows: Iterator[tuple[int, Sequence[Cell]]], spans: Sequence[tuple[int, int, int, int]]) -> Iterator[tuple[int, Sequence[Cell]]]:
    starts: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, _ in spans:
        starts.setdefault(top, []).append((left, bottom))
    held: dict[int, tuple[int, Cell]] = {}
    for number, cells in rows:
        filled = list(cells)
        for left, (bottom, value) in list(held.items()):
            if number > bottom:
                del held[left]
            elif left < len(filled):
                filled[left] = value
        for left, bottom in starts.get(number, ()):
            if left < len(filled):
                held[left] = (bottom, filled[left])
        yield number, filled


def recognise(sheets: Sequence[Sheet], layouts: Sequence[Layout], limits: Limits) -> Recognised:
    """The layout of a file: the first sheet with a row that holds every required heading of one.

    Raises FileRefused when there is none, when two columns name one field, or when there are too many columns.
    """
    best: Recognised | None = None
    for sheet in sheets:
        spans = [span for span in sheet.merged if span[0] <= HEADING_ROWS and span[2] > span[0]]
        for number, cells in islice(_unmerged(sheet.rows(), spans), HEADING_ROWS):
            headings = _headings(cells)
            for layout in layouts:
                candidate = _match(layout, sheet, number, headings)
                if candidate and (best is None or len(candidate.positions) > len(best.positions)):
                    best = candidate
        if best and not _missing(best):
            break
    if best is None:
        raise _nothing_recognised(sheets, layouts)
    if len(best.headings) > limits.columns:
        raise FileRefused(
            Code.TOO_LARGE,
            f"Le fichier compte plus de {limits.columns} colonnes.",
            "Retirez les colonnes inutiles, puis envoyez de nouveau le fichier.",
        )
    _refuse_missing(best)
    _refuse_ambiguous(best)
    return best


def _headings(cells: Sequence[Cell]) -> tuple[str, ...]:
    headings = [" ".join(restore(clean(as_text(cell)))[0].split()) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    return tuple(headings)


def _match(layout: Layout, sheet: Sheet, number: int, headings: tuple[str, ...]) -> Recognised | None:
    headings, added = _less_added(headings)
    positions: dict[Column, int] = {}
    unmapped: list[int] = []
    for position, column in enumerate(layout.columns_for(headings)):
        if column is None:
            unmapped.append(position)
        else:
            positions.setdefault(column, position)
    if len(positions) < LEAST_HEADINGS:
        return None
    return Recognised(layout, sheet, number, headings, positions, tuple(unmapped), added)


def _less_added(headings: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[int]]:
    """The headings of the user's own columns, and where the columns stand that we added at the end of the file."""
    own = list(headings)
    while own and (not own[-1] or is_added(own[-1])):
        own.pop()
    added = frozenset(at for at in range(len(own), len(headings)) if headings[at])
    return (tuple(own), added) if added else (headings, added)


def is_added(heading: str) -> bool:
    return heading_key(heading) in _ADDED_KEYS


def _missing(found: Recognised) -> list[Column]:
    return [column for column in found.layout.columns if column.required and column not in found.positions]


def _refuse_missing(found: Recognised) -> None:
    missing = _missing(found)
    if missing:
        names = ", ".join(quote(column.heading) for column in missing)
        several = len(missing) > 1
        refusal = FileRefused(
            Code.MISSING_COLUMN,
            f"{'Il manque les colonnes obligatoires' if several else 'Il manque la colonne obligatoire'} {names}.",
            f"Ajoutez {'ces colonnes' if several else 'cette colonne'} à la ligne de titres (ligne {found.heading_row}), puis envoyez de nouveau le fichier.",
            row=found.heading_row,
            column=missing[0].heading,
        )
        refusal.unknown_headings = tuple(found.headings[position] for position in found.unmapped)
        raise refusal


def _refuse_ambiguous(found: Recognised) -> None:
    columns = found.layout.columns_for(found.headings)
    for column, first in found.positions.items():
        for position in range(first + 1, len(found.headings)):
            if columns[position] is column:
                raise FileRefused(
                    Code.AMBIGUOUS_COLUMNS,
                    f"Deux colonnes disent la même chose : {quote(found.headings[first])} (colonne {column_letters(first)}) "
                    f"et {quote(found.headings[position])} (colonne {column_letters(position)}).",
                    "Gardez une seule des deux, ou changez le titre de l'autre.",
                    row=found.heading_row,
                    column=found.headings[position],
                    cell=f"{column_letters(position)}{found.heading_row}",
                    value=found.headings[position],
                )


def _nothing_recognised(sheets: Sequence[Sheet], layouts: Sequence[Layout]) -> FileRefused:
    filled = [sum(1 for cell in cells if as_text(cell).strip()) for sheet in sheets for _, cells in islice(sheet.rows(), HEADING_ROWS)]
    if not any(filled):
        return FileRefused(Code.EMPTY_FILE, "Le fichier est vide.", "Vérifiez l'export de votre logiciel, puis envoyez de nouveau le fichier.")
    if max(filled) == 1:
        return FileRefused(
            Code.NOT_A_TABLE,
            "Ce fichier n'est pas un tableau : ses lignes n'ont qu'une colonne.",
            "Envoyez un fichier CSV, XLSX ou ODS, avec une ligne de titres et une ligne par logement.",
        )
    required = ", ".join(quote(column.heading) for column in layouts[0].columns if column.required)
    return FileRefused(
        Code.MISSING_COLUMN,
        f"Aucun titre de colonne n'est reconnu dans les {HEADING_ROWS} premières lignes. Les colonnes obligatoires sont {required}.",
        "Ajoutez une ligne de titres au-dessus des données, puis envoyez de nouveau le fichier.",
    )
