"""The State's directory of social homes (RPLS): its published columns, and the declaration that landlords send it.

Source of the columns and of the values « sans objet »: the arrêté on the répertoire des logements locatifs des bailleurs sociaux.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Final

from django.utils import timezone

from access.exchange.findings import Code, FileRefused, Finding, Level, Problem, quote
from access.exchange.layout import Column, Layout, Recognised, column_letters, is_added
from access.exchange.reading import Sheet
from access.exchange.values import (
    MONTHS,
    Cell,
    Read,
    Value,
    as_text,
    choice_key,
    normalised,
    parse_floor,
    parse_text,
    parse_whole,
    to_date,
    to_decimal,
)
from catalogue.enums import InitialFinancing
from catalogue.exchange.cells import parse_building_type, parse_financing, parse_occupation
from catalogue.exchange.layouts import STOCK
from partners.models import Organisation

CERTIFICATE_YEARS: Final = 10
"""How long an energy certificate holds (code de la construction et de l'habitation, art. D126-19)."""

DECLARED_FIELDS: Final = 63
SIRET_FIELD: Final = 10
LEAST_HOME_FIELDS: Final = 26

JOINED: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "street_number": (("number", "repetition"), " "),
    "street": (("street_type", "street_name"), " "),
    "address_extra": (("flat", "stairs", "building", "complement", "place", "programme"), ", "),
}
"""Fields of a home that RPLS gives in several columns, and what stands between them."""

_MONTH = re.compile(r"(0?[1-9]|1[0-2])[/.\- ]([0-9]{4})")
_SIRET = re.compile(r"[0-9]{9,14}|[0-9][.,][0-9]+E\+[0-9]+", re.IGNORECASE)
"""A SIRET, whole or damaged by a spreadsheet."""
_STOCK = {column.field: column for column in STOCK.columns}


def without_object(cell: Cell, *, parse: Callable[[Cell], Read], absent: int, blank: Value) -> Read:
    """The cell as ``parse`` understands it, unless it is the number that stands for « sans objet »."""
    return Read(blank) if to_decimal(cell) == Decimal(absent) else parse(cell)


def parse_certificate_month(cell: Cell) -> Read:
    """The month of an energy certificate (``mm/aaaa``); a notice when it is older than ten years. 01/1900 stands for none."""
    text = as_text(cell).strip()
    matched, day = _MONTH.fullmatch(text), to_date(text)
    if matched is None and day is None:
        return Read(None, Problem(Code.BAD_DATE, f"{quote(text)} n'est pas un mois.", "Indiquez le mois et l'année du DPE, par exemple 05/2011."))
    month, year = (int(matched[1]), int(matched[2])) if matched else (day.month, day.year) if day else (0, 0)
    if year == 1900:
        return Read("")
    today = timezone.localdate()
    if (year + CERTIFICATE_YEARS, month) >= (today.year, today.month):
        return Read("")
    name = ("janvier", "février", *MONTHS[2:7], "août", *MONTHS[8:11], "décembre")[month - 1]
    return Read("", Problem(Code.OLD_DPE, f"Le DPE date de {name} {year} : il a plus de dix ans.", "Faites refaire le diagnostic.", Level.NOTICE))


def parse_labelled(cell: Cell, *, label: str, longest: int) -> Read:
    """A part of an address, with the word that says which unless it is there already: ``12`` becomes ``appt 12``."""
    read = parse_text(cell, longest=longest)
    if read.problem or (not str(read.value)[:1].isdigit() and len(str(read.value)) > 2):
        return read
    return Read(f"{label} {read.value}")


def _column(field: str, heading: str, *synonyms: str, like: str = "", parse: Callable[[Cell], Read] | None = None, blank: Value = "") -> Column:
    """A column of RPLS: understood as the column of the stock file that feeds ``like``, or by ``parse``."""
    model = _STOCK.get(like or field)
    if model is not None and parse is None:
        return replace(model, heading=heading, field=field, synonyms=synonyms)
    required = model is not None and model.required
    return Column(heading, field, parse or partial(parse_text, longest=60), synonyms, required, blank)


DECLARED_FINANCING: Final[Mapping[str, InitialFinancing]] = {
    **dict.fromkeys(("plalm", "plats", "plalmts", "plalmplats", "platressocial", "plaloyerminore", "plainsertion"), InitialFinancing.PLA),
    "llts": InitialFinancing.PLAI,
    "lls": InitialFinancing.PLUS,
    **dict.fromkeys(("ppls", "pcls", "placff"), InitialFinancing.PLS),
    "paplocatif": InitialFinancing.PAP,
    "pretsspeciauxducff": InitialFinancing.OTHER,
}
"""Words of field 32 that our list groups with another, by their ``choice_key``; each is told as it is understood.

Source: arrêté du 5 janvier 2010 relatif à l'alimentation du répertoire des logements locatifs, annexe, II, 32. It names the loans and numbers none.
"""


def parse_declared_financing(cell: Cell) -> Read:
    """The initial financing as RPLS names it. A bare number, which no public text explains, is left out with a notice."""
    text = as_text(cell).strip()
    found = DECLARED_FINANCING.get(choice_key(text))
    if found is not None:
        return Read(found.value, normalised(cell, str(found.label)))
    if text.isdecimal():
        message = f"Le code de financement {quote(text)} n'a pas de sens connu : le financement initial n'est pas lu."
        return Read("", Problem(Code.VALUE_NORMALISED, message, "Indiquez le nom du prêt, par exemple PLUS ou HLM/O.", Level.NOTICE))
    return parse_financing(cell)


_OCCUPATION: Final = partial(without_object, parse=parse_occupation, absent=9, blank="")
_RENT: Final = partial(without_object, parse=_STOCK["main_rent"].parse, absent=9999, blank=None)
_PARTS: Final = (
    _column("number", "NUMVOIE", parse=partial(parse_text, longest=12)),
    _column("repetition", "INDREP", parse=partial(parse_text, longest=7)),
    _column("street_type", "TYPVOIE", parse=partial(parse_text, longest=40)),
    _column("street_name", "NOMVOIE", parse=partial(parse_text, longest=109)),
    _column("flat", "NUMAPPT", parse=partial(parse_labelled, label="appt", longest=15)),
    _column("stairs", "ESC", parse=partial(parse_labelled, label="esc.", longest=15)),
    _column("building", "BAT", parse=partial(parse_labelled, label="bât.", longest=20)),
    _column("complement", "COMPLIDENT", parse=partial(parse_text, longest=30)),
    _column("floor", "ETAGE", parse=partial(parse_floor, lowest=-5, highest=60), blank=None),
    _column("building_type", "TYPECONST", parse=parse_building_type),
    _column("typology", "NBPIECE"),
    _column("living_area", "SURFHAB"),
    _column("built_year", "CONSTRUCT"),
    _column("initial_financing", "FINAN", parse=parse_declared_financing),
    _column("declared_occupation", "MODE", parse=_OCCUPATION),
    _column("certificate_month", "DPEDATE", parse=parse_certificate_month),
    _column("energy_class", "DPEENERGIE"),
    _column("emission_class", "DPESERRE"),
)
_QUOTA: Final = partial(parse_whole, lowest=1, highest=7)

PUBLISHED: Final = Layout(
    "rpls_published",
    "colonnes RPLS publiées",
    (
        _column("reference", "REFLGT", STOCK.columns[0].heading, *STOCK.columns[0].synonyms),
        _column("rpls_id", "IDENT_REP", _STOCK["rpls_id"].heading, *_STOCK["rpls_id"].synonyms),
        _column("commune", "DEPCOM"),
        _column("postcode", "CODEPOSTAL"),
        _column("commune_name", "LIBCOM"),
        *_PARTS,
        _column("place", "COMPLGEO", parse=partial(parse_text, longest=30)),
        _column("quota", "CONTINGENT", parse=_QUOTA, blank=None),
        _column("main_rent", "LOYERPRINC", "loyer principal", "loyer", "loyer HC", parse=_RENT, blank=None),
    ),
)

DECLARED: Final[Mapping[int, Column]] = {
    2: _column("reference", "champ 2 (identifiant du bailleur)"),
    1: _column("rpls_id", "champ 1 (identifiant RPLS)"),
    4: _column("commune", "champ 4 (code INSEE)"),
    5: _column("postcode", "champ 5 (code postal)"),
    6: _column("commune_name", "champ 6 (commune)"),
    **{
        place: replace(column, heading=f"champ {place} ({name})")
        for place, name, column in (
            (7, "numéro", _PARTS[0]),
            (8, "indice de répétition", _PARTS[1]),
            (9, "type de voie", _PARTS[2]),
            (10, "nom de voie", _PARTS[3]),
            (11, "appartement", _PARTS[4]),
            (13, "escalier", _PARTS[5]),
            (15, "étage", _PARTS[8]),
            (16, "complément", _PARTS[7]),
            (23, "type de construction", _PARTS[9]),
            (24, "pièces principales", _PARTS[10]),
            (25, "surface habitable", _PARTS[11]),
            (26, "année de construction", _PARTS[12]),
            (32, "financement initial", _PARTS[13]),
            (40, "occupation", _PARTS[14]),
            (48, "date du DPE", _PARTS[15]),
            (49, "classe énergie", _PARTS[16]),
            (50, "classe climat", _PARTS[17]),
        )
    },
    20: _column("programme", "champ 20 (programme)", parse=partial(parse_text, longest=45)),
    44: _column("main_rent", "champ 44 (loyer principal)", parse=_RENT, blank=None),
    63: _column("quota", "champ 63 (contingent)", parse=_QUOTA, blank=None),
}
"""The fields of a declaration that are taken, by their rank from 1."""

DECLARATION: Final = Layout("rpls_declaration", "déclaration RPLS", tuple(DECLARED.values()))
LAYOUTS: Final = (STOCK, PUBLISHED, DECLARATION)


def recognise_declaration(sheets: Sequence[Sheet]) -> Recognised | None:
    """The declaration that the first filled sheet holds, None when it holds something else. It has no headings: its first line is the landlord's."""
    for sheet in sheets:
        lines = _first_lines(sheet)
        if not lines:
            continue
        number, first = lines[0]
        if not _is_landlord_line(first) or (len(lines) > 1 and not any(_is_home_line(cells) for _, cells in lines[1:])):
            return None
        headings = tuple(DECLARED[place].heading if place in DECLARED else f"champ {place}" for place in range(1, DECLARED_FIELDS + 1))
        added = frozenset(at for at in range(DECLARED_FIELDS, len(first)) if is_added(as_text(first[at])))
        positions = {column: place - 1 for place, column in DECLARED.items()}
        return Recognised(DECLARATION, sheet, number, headings, positions, (), added)
    return None


def _first_lines(sheet: Sheet) -> list[tuple[int, Sequence[Cell]]]:
    """The first lines of a sheet, less blank ones and titles of one cell."""
    return [(number, cells) for number, cells in islice(sheet.rows(), 60) if sum(1 for cell in cells if as_text(cell).strip()) > 1]


def _is_landlord_line(cells: Sequence[Cell]) -> bool:
    return len(cells) >= SIRET_FIELD and _SIRET.fullmatch(declared_siret(cells)) is not None


def _is_home_line(cells: Sequence[Cell]) -> bool:
    texts = [as_text(cell).strip() for cell in cells]
    return len(texts) >= LEAST_HOME_FIELDS and (not texts[4] or re.fullmatch(r"[0-9]{4,5}", texts[4]) is not None)


def refuse_declaration_without_siret(sheets: Sequence[Sheet], landlord: Organisation) -> None:
    """Raise FileRefused when the lines are those of a declaration, and the first one that of no landlord."""
    for sheet in sheets:
        lines = _first_lines(sheet)
        if not any(len(cells) >= DECLARED_FIELDS - 1 and _is_home_line(cells) and as_text(cells[3]).strip().isdecimal() for _, cells in lines[:2]):
            continue
        number, first = lines[0]
        siret = declared_siret(first) if len(first) >= SIRET_FIELD and not _is_home_line(first) else ""
        raise FileRefused(
            Code.WRONG_LANDLORD,
            f"Cette déclaration RPLS ne dit pas de quel bailleur elle est : le champ 10 de sa première ligne n'est pas un SIRET ({quote(siret)})."
            if siret
            else "Cette déclaration RPLS ne dit pas de quel bailleur elle est : sa première ligne doit être celle du bailleur, avec le SIRET en champ 10.",
            f"Complétez la première ligne avec le SIRET de {landlord}, puis envoyez de nouveau le fichier.",
            row=number,
            column="SIRET",
            cell=f"{column_letters(SIRET_FIELD - 1)}{number}",
            value=siret[:80],
        )


def declared_siret(cells: Sequence[Cell]) -> str:
    """The SIRET of a declaration's first line, without its spaces."""
    return "".join(as_text(cells[SIRET_FIELD - 1]).split())


def refuse_another_siret(found: Recognised, landlord: Organisation) -> None:
    """Raise FileRefused unless the declaration is the landlord's own, and its own alone: every landlord's line counts, wherever it stands."""
    for number, cells in found.sheet.rows():
        if number < found.heading_row or not _is_landlord_line(cells) or (landlord.siret and declared_siret(cells) == landlord.siret):
            continue
        siret = declared_siret(cells)
        place = {"row": number, "column": "SIRET", "cell": f"{column_letters(SIRET_FIELD - 1)}{number}", "value": siret[:80]}
        if not landlord.siret:
            raise FileRefused(
                Code.WRONG_LANDLORD,
                f"Le SIRET de {landlord} n'est pas enregistré : rien ne dit que cette déclaration est la sienne.",
                "Faites inscrire ce SIRET par le GIE dans la fiche du bailleur, puis envoyez de nouveau le fichier.",
                **place,
            )
        where = "La déclaration" if number == found.heading_row else f"La ligne {number} de la déclaration"
        raise FileRefused(
            Code.WRONG_LANDLORD,
            f"{where} porte le SIRET {quote(siret)}, qui n'est pas celui de {landlord}.",
            "Choisissez le bon bailleur, ou faites vérifier par le GIE le SIRET de sa fiche.",
            **place,
        )


def fields_left_out(found: Recognised) -> Finding:
    """The notice that lists the fields of a declaration that are not taken."""
    left = [str(place) for place in range(1, DECLARED_FIELDS + 1) if place not in DECLARED]
    return Finding(
        Level.NOTICE,
        Code.UNMAPPED_COLUMN,
        f"Ces champs de la déclaration ne sont pas repris : {', '.join(left)}.",
        "Il n'y a rien à faire : le parc n'a pas de place pour eux.",
        row=found.heading_row,
        column=f"champs {', '.join(left)}",
    )
