"""Cells of stock files: typologies, energy classes and the closed lists, as landlords write them."""

import re
from typing import Final

from access.exchange.findings import Code, Problem, quote
from access.exchange.values import Cell, Read, as_text, normalised, suggestion, words_of
from access.text import fold
from catalogue.enums import RPLS_OCCUPATION, BuildingType, DeclaredOccupation, InitialFinancing, MobilisationMode, Typology

_TYPOLOGY = re.compile(
    r"(?:(?:t|f|p|type)\.?\s*)?([0-9]{1,2})\s*(?:p|pieces?|pieces? principales?)?\s*(bis|ter|b|')?(\+|\s*et\s*\+|\s*et plus|\s*pieces? et plus|\s*ou plus)?"
)
_STUDIOS: Final = frozenset(("studio", "studette", "chambre", "t1 studio"))
LARGEST: Final = 6
ROOMS_BELIEVED: Final = 12


def parse_typology(cell: Cell) -> Read:
    """``T3``, ``t 3``, ``3``, ``F3``, ``T1 bis``, ``5 et plus``; homes of more than six rooms are T6 and more, with a notice."""
    text = as_text(cell)
    word = fold(text)
    if word in _STUDIOS:
        return Read(Typology.T1.value, normalised(cell, Typology.T1.label))
    matched = _TYPOLOGY.fullmatch(re.sub(r"^([0-9]+)[.,]0+$", r"\1", word))
    rooms = int(matched[1]) if matched else 0
    if matched is None or not 1 <= rooms <= ROOMS_BELIEVED:
        names = {fold(choice.value): str(choice.value) for choice in Typology}
        hint = suggestion(word, names) if not word[-1:].isdigit() else ""
        return Read(None, Problem(Code.UNKNOWN_TYPOLOGY, f"{quote(text)} n'est pas une typologie.", f"{hint}Indiquez T1 à T6, par exemple T3."))
    if rooms == 1 and matched[2]:
        return Read(Typology.T1BIS.value)
    if rooms >= LARGEST:
        return Read(Typology.T6.value, normalised(cell, Typology.T6.label) if rooms > LARGEST else None)
    kept = Typology(f"T{rooms}")
    return Read(kept.value, normalised(cell, kept.label) if matched[2] or matched[3] else None)


def parse_energy_class(cell: Cell) -> Read:
    """A class from A to G; a home whose certificate is blank or not required has none."""
    word = fold(as_text(cell))
    matched = re.fullmatch(r"(?:classe |etiquette )?([a-g])", word)
    if matched:
        return Read(matched[1].upper())
    if word in {"vierge", "non soumis", "non requis", "sans"}:
        return Read("", normalised(cell, "sans étiquette"))
    return Read(None, Problem(Code.UNKNOWN_CODE, f"{quote(as_text(cell))} n'est pas une classe énergétique.", "Indiquez une lettre de A à G."))


parse_building_type = words_of(
    BuildingType,
    dict.fromkeys(("c", "coll", "collective", "logement collectif", "immeuble", "immeuble collectif", "appartement", "appt"), BuildingType.COLLECTIVE)
    | dict.fromkeys(("i", "ind", "indiv", "individuelle", "logement individuel", "maison", "maison individuelle", "pavillon"), BuildingType.DETACHED),
)
parse_financing = words_of(
    InitialFinancing,
    dict.fromkeys(("HLM", "HLMO", "HLM ordinaire", "HLM-O"), InitialFinancing.HLMO)
    | dict.fromkeys(("PLR", "PSR", "PLR PSR"), InitialFinancing.PLR_PSR)
    | dict.fromkeys(("PLA-I", "PLA intégration", "PLA d'intégration"), InitialFinancing.PLAI)
    | dict.fromkeys(("PLAI-A", "PLAI A", "PLAI adaptée", "PLAIA"), InitialFinancing.PLAI_ADAPTED)
    | dict.fromkeys(("autres", "divers", "autre financement"), InitialFinancing.OTHER),
)
parse_occupation = words_of(
    DeclaredOccupation,
    RPLS_OCCUPATION
    | dict.fromkeys(("louée", "loué(e)", "occupé", "occupée", "location", "en location", "L"), DeclaredOccupation.LET)
    | dict.fromkeys(("vacante", "vide", "libre", "disponible", "V"), DeclaredOccupation.VACANT)
    | dict.fromkeys(("en travaux", "vide pour travaux", "vacant travaux", "vacance technique"), DeclaredOccupation.WORKS)
    | dict.fromkeys(("associations", "géré par une association", "asso"), DeclaredOccupation.ASSOCIATION)
    | dict.fromkeys(("autres", "divers"), DeclaredOccupation.OTHER),
)
parse_mobilisation = words_of(
    MobilisationMode,
    dict.fromkeys(("construction neuve", "logement neuf", "neuve"), MobilisationMode.NEW_BUILD)
    | dict.fromkeys(("adaptation", "aménagé", "adapté"), MobilisationMode.ADAPTATION)
    | dict.fromkeys(("en l'état", "logement existant"), MobilisationMode.EXISTING)
    | dict.fromkeys(("reclassé", "déclassement", "reclassement PLAI"), MobilisationMode.RECLASSIFIED),
)
