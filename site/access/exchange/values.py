"""Values as French landlords write them: numbers, dates, yes and no, closed lists. Pure functions, no database."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from functools import partial
from math import isfinite
from typing import Final, NamedTuple

from django.db import models

from access.exchange.findings import Code, Level, Problem, quote
from access.text import fold

Cell = str | float | date
"""A cell as read: text, a number of a spreadsheet, or a date of a spreadsheet."""

Value = str | int | bool | Decimal | date | None


class Read(NamedTuple):
    """What a cell means, and what there is to say about it. The value counts only when the problem does not stop the row."""

    value: Value
    problem: Problem | None = None


EMPTY_WORDS: Final = frozenset(
    (
        *("-", "--", "–", "—", "/", "nc", "n.c.", "n.c", "nr", "n.r.", "n.r", "n/a", "na", "n.a.", "#n/a", "sans objet", "so", "s.o."),
        *("non communique", "non renseigne", "non renseignee", "null", "neant"),
    )
)
LONGEST_EMPTY_WORD: Final = 20
SPREADSHEET_ERRORS: Final = frozenset(
    ("#ref!", "#value!", "#valeur!", "#div/0!", "#name?", "#nom?", "#null!", "#nul!", "#num!", "#nombre!", "#spill!", "#propagation!", "#calc!")
)
"""What a spreadsheet shows where it could not work a cell out, in English and in French, folded. « #N/A » stands for an empty cell."""

YES: Final = frozenset(("oui", "o", "x", "1", "vrai", "true", "yes", "y"))
NO: Final = frozenset(("non", "n", "0", "faux", "false", "no"))
MONTHS: Final = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre")
SHORTEST_MONTH: Final = 3
"""Letters of a month cut short: ``déc``, ``sept``; « jui » could be two of them, and is none."""

SPREADSHEET_EPOCH: Final = date(1899, 12, 30)
SERIAL_DAYS: Final = range(20_000, 80_000)
FIRST_YEAR, LAST_YEAR = 1850, 2100
TWO_DIGIT_PIVOT: Final = 69

_UNIT = re.compile(r"(?:€|euros?|eur|m²|m2)?(?:/mois|parmois)?$")
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,2})?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4}|[0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.\-]([0-9]{1,2})[/.\-]([0-9]{1,2})")
_DAY_IN_WORDS = re.compile(r"([0-9]{1,2})(?:er)?[ \-]([a-z]{3,9})\.?[ \-]([0-9]{4}|[0-9]{2})")
_DAY_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
_TIME_AFTER = re.compile(r"[t ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?z?$")
_DAMAGED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{2,3}|[0-9][.,][0-9]+E-[0-9]{2,3}", re.IGNORECASE)
_FLOOR = re.compile(r"(?:r ?\+ ?|etage |niveau )?([+-]?[0-9]{1,4})(?: ?(?:er|e|eme|ere|nd|nde))?(?: etage)?")
EXACT_DIGITS: Final = 15


def is_empty_word(text: str) -> bool:
    """Whether ``text`` is blank, or one of the words that stand for an empty cell."""
    if len(text) > LONGEST_EMPTY_WORD or text[-1:].isdigit():
        return not text.strip()
    return not text.strip() or fold(text) in EMPTY_WORDS


FORMULA_SHOWN: Final = "#FORMULE "
"""Begins a formula that a file given back shows as text: harmless there, and still no value when it comes back as it is."""


def is_spreadsheet_error(text: str) -> bool:
    """Whether ``text`` is what a spreadsheet shows in place of a result."""
    bare = text.strip()
    return bare[:1] == "#" and (fold(bare) in SPREADSHEET_ERRORS or bare.startswith(FORMULA_SHOWN) or (len(bare) > 2 and not bare.strip("#")))


def as_text(cell: Cell) -> str:
    """The cell as its reader sees it, in French: ``35000``, ``49,47``, ``31/12/2015``."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isfinite(cell) and cell == int(cell) and abs(cell) < 10**EXACT_DIGITS:
        return str(int(cell))
    return repr(cell).removesuffix(".0").replace(".", ",").upper()


def parse_text(cell: Cell, *, longest: int) -> Read:
    """Text of at most ``longest`` characters."""
    text = cell if isinstance(cell, str) else as_text(cell)
    if len(text) <= longest:
        return Read(text)
    return Read(
        None, Problem(Code.TOO_LONG, f"Le texte {quote(text)} compte {len(text)} caractères.", f"Raccourcissez-le à {longest} caractères au plus.")
    )


def parse_identifier(cell: Cell, *, longest: int) -> Read:
    """An identifier, which a spreadsheet must not have turned into a number."""
    text = cell.strip() if isinstance(cell, str) else as_text(cell)
    if isinstance(cell, date):
        return Read(
            None,
            Problem(
                Code.DAMAGED_ID,
                f"L'identifiant est abîmé : le tableur l'a pris pour une date, {quote(text)}.",
                "Mettez la colonne au format Texte, puis saisissez de nouveau l'identifiant d'origine.",
            ),
        )
    if _DAMAGED.fullmatch(text) or (isinstance(cell, float) and abs(cell) >= 10**EXACT_DIGITS):
        return Read(
            None,
            Problem(
                Code.DAMAGED_ID,
                f"L'identifiant {quote(text)} est abîmé : le tableur l'a pris pour un nombre et en a perdu des chiffres.",
                "Mettez la colonne au format Texte, puis saisissez de nouveau l'identifiant d'origine.",
            ),
        )
    return parse_text(text, longest=longest)


def parse_digits(cell: Cell, *, length: int, name: str) -> Read:
    """A code of ``length`` characters such as a postcode; ``name`` is what it is called, with its article."""
    read = parse_identifier(cell, longest=32_767)
    if read.problem:
        return read
    text = "".join(str(read.value).split()).upper()
    if len(text) != length or not (text.isascii() and text.isalnum()):
        return Read(
            None, Problem(Code.UNKNOWN_CODE, f"{quote(str(read.value))} n'est pas {name}.", f"Indiquez ses {length} caractères, par exemple 35000.")
        )
    return Read(text)


def to_decimal(cell: Cell) -> Decimal | None:
    """The number a cell holds, None when it holds none. Spaces of every kind, units and both decimal marks are understood."""
    if isinstance(cell, float):
        return Decimal(repr(cell)) if isfinite(cell) else None
    if not isinstance(cell, str):
        return None
    if _PLAIN_NUMBER.fullmatch(cell):
        return Decimal(cell)
    text = _UNIT.sub("", "".join(cell.split()).lower().lstrip("€").replace("−", "-"))
    if "," in text and "." in text:
        decimal_mark = max(",", ".", key=text.rindex)
        text = text.replace("." if decimal_mark == "," else ",", "")
    text = text.replace(",", ".")
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _not_a_number(cell: Cell, example: str) -> Read:
    return Read(None, Problem(Code.BAD_NUMBER, f"{quote(as_text(cell))} n'est pas un nombre.", f"Indiquez un nombre, par exemple {example}."))


def _out_of_range(cell: Cell, lowest: int, highest: int) -> Read:
    return Read(
        None,
        Problem(Code.OUT_OF_RANGE, f"La valeur {quote(as_text(cell))} n'est pas plausible.", f"Indiquez une valeur entre {lowest} et {highest}."),
    )


def normalised(cell: Cell, kept: str) -> Problem:
    """The notice that a value was understood as ``kept``."""
    return Problem(
        Code.VALUE_NORMALISED,
        f"{quote(as_text(cell))} est compris comme {quote(kept)}.",
        "Vérifiez que c'est bien ce que vous vouliez dire.",
        Level.NOTICE,
    )


def parse_amount(cell: Cell, *, lowest: int, highest: int) -> Read:
    """A number with two decimals, in the unit of its column; more decimals are rounded half-up, with a notice."""
    number = to_decimal(cell)
    if number is None:
        return _not_a_number(cell, "412,50")
    if not lowest <= number <= highest:
        return _out_of_range(cell, lowest, highest)
    rounded = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
    is_noise = isinstance(cell, float) and abs(rounded - number) < Decimal("0.000001")
    return Read(rounded, None if rounded == number or is_noise else normalised(cell, str(rounded).replace(".", ",")))


def parse_whole(cell: Cell, *, lowest: int, highest: int) -> Read:
    """A whole number."""
    number = to_decimal(cell)
    if number is None or number != number.to_integral_value():
        return _not_a_number(cell, str(max(lowest, 0) or 2))
    return Read(int(number)) if lowest <= number <= highest else _out_of_range(cell, lowest, highest)


def parse_year(cell: Cell, *, lowest: int, highest: int) -> Read:
    """A year, or the year of a full date."""
    if isinstance(cell, str):
        found = to_date(cell)
        return parse_whole(float(found.year) if found else cell, lowest=lowest, highest=highest)
    return parse_whole(float(cell.year) if isinstance(cell, date) else cell, lowest=lowest, highest=highest)


def parse_floor(cell: Cell, *, lowest: int, highest: int) -> Read:
    """A floor, counted from 0 at street level: ``RDC``, ``2e``, ``R+3``, ``sous-sol``."""
    if isinstance(cell, str):
        text = fold(cell).replace("°", "e").strip(". ")
        if text in {"rdc", "rez de chaussee", "rez-de-chaussee", "r", "rch", "rdj", "rez-de-jardin", "rez de jardin", "plain-pied", "plain pied"}:
            return Read(0)
        if text in {"sous-sol", "sous sol", "ss", "ssol"}:
            return Read(-1)
        if matched := _FLOOR.fullmatch(text):
            return parse_whole(matched[1], lowest=lowest, highest=highest)
    read = parse_whole(cell, lowest=lowest, highest=highest)
    if read.problem and read.problem.code == Code.BAD_NUMBER:
        return Read(None, Problem(Code.BAD_NUMBER, f"{quote(as_text(cell))} n'est pas un étage.", "Indiquez RDC ou un nombre, par exemple 2."))
    return read


def to_date(text: str) -> date | None:
    """The day a text names, None when it names none that exists."""
    bare = _TIME_AFTER.sub("", fold(text))
    if matched := _YEAR_FIRST.fullmatch(bare) or _DAY_COMPACT.fullmatch(bare):
        year, month, day = (int(part) for part in matched.groups())
    elif matched := _DAY_FIRST.fullmatch(bare):
        day, month, year = int(matched[1]), int(matched[2]), _full_year(matched[3])
    elif matched := _DAY_IN_WORDS.fullmatch(bare):
        day, month, year = int(matched[1]), _month_named(matched[2]), _full_year(matched[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full_year(digits: str) -> int:
    """The year that four digits say, or two."""
    year = int(digits)
    return year if len(digits) > 2 else year + (1900 if year >= TWO_DIGIT_PIVOT else 2000)


def _month_named(word: str) -> int:
    """The number of a month from its name, whole or cut short, folded; 0 when it names none, or two."""
    named = [number for number, name in enumerate(MONTHS, start=1) if name.startswith(word)]
    return named[0] if len(named) == 1 and len(word) >= SHORTEST_MONTH else 0


def parse_date(cell: Cell) -> Read:
    """A day: ``31/12/2015``, ``2015-12-31``, ``31-12-15``, ``31 décembre 2015``, a date of a spreadsheet or its serial number."""
    problem = None
    found: date | None
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    elif isinstance(cell, float):
        found = SPREADSHEET_EPOCH + timedelta(days=int(cell)) if isfinite(cell) and int(cell) in SERIAL_DAYS else None
        problem = normalised(cell, f"{found:%d/%m/%Y}") if found else None
    else:
        found = to_date(cell)
    if found is None:
        return Read(
            None,
            Problem(Code.BAD_DATE, f"{quote(as_text(cell))} n'est pas une date qui existe.", "Indiquez jour, mois et année, par exemple 31/12/2015."),
        )
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return _out_of_range(f"{found:%d/%m/%Y}", FIRST_YEAR, LAST_YEAR)
    return Read(found, problem)


def parse_boolean(cell: Cell) -> Read:
    """Yes or no, however it is written."""
    word = fold(as_text(cell))
    if word in YES or word in NO:
        return Read(word in YES)
    return Read(None, Problem(Code.UNKNOWN_CODE, f"{quote(as_text(cell))} ne dit ni oui ni non.", "Indiquez oui ou non."))


def choice_key(text: str) -> str:
    """The form under which words of a closed list are compared: letters, digits and ``+`` only."""
    return re.sub(r"[^a-z0-9+]", "", fold(text))


def parse_choice(cell: Cell, *, words: Mapping[str, str], labels: tuple[str, ...]) -> Read:
    """A word of a closed list. ``words`` leads from its ``choice_key`` to the stored value; ``labels`` are the words to suggest."""
    text = as_text(cell)
    found = words.get(choice_key(text))
    if found is not None:
        return Read(found)
    return Read(
        None,
        Problem(
            Code.UNKNOWN_CODE,
            f"{quote(text)} n'est pas une valeur connue.",
            f"{suggestion(choice_key(text), {choice_key(label): label for label in labels})}Indiquez {', '.join(labels[:-1])} ou {labels[-1]}.",
        ),
    )


def words_of(choices: type[models.TextChoices], synonyms: Mapping[str, str]) -> "partial[Read]":
    """The parser of a closed list: its labels and values, and the ``synonyms`` that lead to a value."""
    words = {choice_key(str(word)): str(choice.value) for choice in choices for word in (choice.label, choice.value)}
    words |= {choice_key(word): str(value) for word, value in synonyms.items()}
    return partial(parse_choice, words=words, labels=tuple(str(choice.label) for choice in choices))


def suggestion(key: str, known: Mapping[str, str], *, cutoff: float = 0.75) -> str:
    """« Vouliez-vous dire … ? » when a known key is close to ``key``, else nothing. Ends with a space when there is something."""
    close = get_close_matches(key[:60], known, n=1, cutoff=cutoff)
    return f"Vouliez-vous dire {quote(known[close[0]])}\u00a0? " if close else ""
