"""The file of reported households: columns in canonical order, the headings landlords give them, how each cell is understood."""

import re
from functools import partial
from typing import Final

from access.exchange.findings import Code, Problem, quote
from access.exchange.layout import Column, Layout
from access.exchange.values import (
    Cell,
    Read,
    as_text,
    parse_boolean,
    parse_date,
    parse_digits,
    parse_identifier,
    parse_text,
    parse_whole,
    words_of,
)
from households.enums import EntryDoor, ReportReason

NUMBER_LENGTH: Final = 18
NATIONAL_DIGITS: Final = 10
LARGEST_HOUSEHOLD: Final = 20


def _one_line(read: Read) -> Read:
    """The same reading, its text on one line and free of what a database cannot hold."""
    return Read(" ".join(read.value.replace("\x00", " ").split()), read.problem) if isinstance(read.value, str) else read


def parse_line(cell: Cell, *, longest: int) -> Read:
    """Text on one line, of at most ``longest`` characters."""
    return _one_line(parse_text(cell, longest=longest))


def parse_reference(cell: Cell, *, longest: int) -> Read:
    """A landlord's own reference, which a spreadsheet must not have turned into a number."""
    return _one_line(parse_identifier(cell, longest=longest))


def parse_application_number(cell: Cell) -> Read:
    """The national number of a housing demand: 18 letters or digits; spaces and dashes are set aside."""
    read = parse_identifier(cell, longest=60)
    if read.problem:
        return read
    number = re.sub(r"[\s.\-]", "", str(read.value)).upper()
    if len(number) == NUMBER_LENGTH and number.isascii() and number.isalnum():
        return Read(number)
    problem = Problem(
        Code.UNKNOWN_CODE,
        f"{quote(as_text(cell))} n'est pas un numéro unique.",
        f"Indiquez ses {NUMBER_LENGTH} caractères, ou laissez la cellule vide si la demande n'est pas enregistrée.",
    )
    return Read(None, problem)


def parse_phone(cell: Cell) -> Read:
    """A telephone number. A spreadsheet drops the first zero of a French one: it is given back."""
    text = as_text(cell)
    digits = re.sub(r"\D", "", text)
    if len(digits) == NATIONAL_DIGITS - 1 and isinstance(cell, float):
        return Read(f"0{digits}")
    kept = re.sub(r"[^0-9+ ]", " ", text)
    if NATIONAL_DIGITS - 1 <= len(digits) <= 15 and not re.search(r"[^\W\d_]", text):
        return Read(" ".join(kept.split())[:20])
    return Read(
        None, Problem(Code.BAD_NUMBER, f"{quote(text)} n'est pas un numéro de téléphone.", "Indiquez un seul numéro, par exemple 02 99 01 02 03.")
    )


parse_door = words_of(
    EntryDoor,
    dict.fromkeys(("accès au logement", "accès logement", "A", "demandeur"), EntryDoor.ACCESS)
    | dict.fromkeys(("maintien dans les lieux", "maintien dans le logement", "M", "locataire"), EntryDoor.MAINTENANCE),
)
parse_reason = words_of(
    ReportReason,
    dict.fromkeys(("hors délai", "délai anormalement long", "délais dépassés", "ancienneté"), ReportReason.OVERDUE)
    | dict.fromkeys(("expulsion", "procédure d'expulsion", "menace expulsion", "expulsion locative"), ReportReason.EVICTION_THREAT)
    | dict.fromkeys(("inadapté", "habitat collectif inadapté", "inadaptation au collectif"), ReportReason.UNFIT_FOR_COLLECTIVE)
    | dict.fromkeys(("sortant d'hébergement", "hébergement", "sortie de CHRS"), ReportReason.LEAVING_SHELTER)
    | dict.fromkeys(("autres", "divers"), ReportReason.OTHER),
)

HOUSEHOLDS: Final = Layout(
    "households",
    "ménages signalés",
    (
        Column(
            "reference_signalement",
            "reference",
            partial(parse_reference, longest=50),
            ("Réf. signalement", "Référence", "Réf.", "Référence du signalement", "N° signalement", "Numéro de signalement", "Id signalement"),
            required=True,
        ),
        Column("porte_entree", "entry_door", parse_door, ("Porte d'entrée", "Porte", "Accès ou maintien", "Accès / maintien"), required=True),
        Column(
            "numero_unique",
            "application_number",
            parse_application_number,
            ("N° unique", "NUD", "NUR", "NUE", "Numéro unique d'enregistrement", "Numéro de demande", "N° de demande", "Numéro unique départemental"),
            lesser=("N° unique de demande", "Numéro d'enregistrement", "Numéro de la demande de logement social"),
        ),
        Column(
            "date_demande",
            "applied_on",
            parse_date,
            ("Date de la demande", "Date de demande", "Demande du", "Ancienneté de la demande", "Date de première demande"),
            lesser=("Date de dépôt", "Date de dépôt de la demande", "Date d'enregistrement"),
            blank=None,
        ),
        Column(
            "nom",
            "last_name",
            partial(parse_line, longest=100),
            ("Nom de famille", "Nom du demandeur", "Nom du locataire", "Nom d'usage", "Nom titulaire"),
            lesser=("Nom usuel", "Nom du ménage", "Nom patronymique", "Nom de naissance"),
            required=True,
        ),
        Column(
            "prenom",
            "first_name",
            partial(parse_line, longest=100),
            ("Prénoms", "Prénom du demandeur", "Prénom du locataire", "Prénom titulaire"),
            lesser=("Prénom usuel",),
            required=True,
        ),
        Column("date_naissance", "birth_date", parse_date, ("Date de naissance", "Né le", "Née le", "Né(e) le", "Naissance", "DDN"), blank=None),
        Column(
            "nb_personnes",
            "size",
            partial(parse_whole, lowest=1, highest=LARGEST_HOUSEHOLD),
            ("Nombre de personnes", "Nbre de personnes", "Nb pers.", "Nb de personnes", "Composition", "Taille du ménage", "Personnes"),
            lesser=("Composition familiale", "Nombre d'occupants", "Nombre de personnes du ménage"),
            blank=None,
        ),
        Column("telephone", "phone", parse_phone, ("Tél.", "Téléphone portable", "N° de téléphone", "Numéro de téléphone", "Portable", "Mobile")),
        Column(
            "code_insee",
            "commune",
            partial(parse_digits, length=5, name="un code INSEE de commune"),
            ("INSEE", "Code commune", "Code INSEE commune", "Code commune INSEE", "Commune (code INSEE)"),
            blank=None,
        ),
        Column(
            "reference_logement",
            "unit",
            partial(parse_reference, longest=50),
            ("Réf. logement", "Réf. lgt", "Ref_lgt", "Référence du logement", "Code logement", "N° logement", "Logement occupé"),
            blank=None,
        ),
        Column("dalo", "is_dalo", parse_boolean, ("Reconnu DALO", "DALO reconnu", "Bénéficiaire DALO"), blank=False),
        Column(
            "accords_collectifs",
            "has_collective_agreement",
            parse_boolean,
            ("Accord collectif", "ACD", "Accord collectif départemental"),
            blank=False,
        ),
        Column("pdalpd", "is_pdalpd", parse_boolean, ("PDALHPD", "Plan départemental"), blank=False),
        Column("motif", "reason", parse_reason, ("Motif du signalement", "Raison", "Motif de signalement")),
    ),
)
