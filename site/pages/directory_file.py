"""The file of the département's directory, read: what each row says, and how it differs from the entries we hold. Writes nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from access.exchange.checking import Block, RowReader
from access.exchange.findings import Code, FileRefused, Finding, FindingLog, Level, Problem, quote
from access.exchange.layout import Column, Layout, recognise
from access.exchange.limits import Limits
from access.exchange.reading import open_sheets
from access.exchange.values import Cell, Read, as_text, parse_date, parse_digits, parse_identifier, parse_text, to_decimal
from access.text import fold
from catalogue.exchange.communes import CommuneIndex
from catalogue.models import Commune
from pages.forms import french_phone
from partners.models import DirectoryEntry, EntryContent, EntryDraft, Organisation

LARGEST_BYTES: Final = 1024 * 1024
CONTENT: Final = {
    "address": "Adresse",
    "address_complement": "Complément d'adresse",
    "postcode": "Code postal",
    "insee_code": "Code INSEE",
    "town": "Commune",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "phone": "Téléphone",
    "email": "Courriel",
    "website": "Site",
    "opening_hours": "Horaires d'ouverture",
    "mission": "Présentation",
}
"""The fields of an entry that the file feeds, and what they are called."""
NOTHING: Final = "vide"
validate_url: Final = URLValidator(schemes=["http", "https"])


def parse_lines(cell: Cell, *, longest: int) -> Read:
    """A text that may hold line ends, each written the same way."""
    read = parse_text(cell, longest=longest)
    return Read(read.value.replace("\r\n", "\n").replace("\r", "\n").strip(), read.problem) if isinstance(read.value, str) else read


def parse_degrees(cell: Cell, *, most: int) -> Read:
    """A latitude or a longitude in decimal degrees, of six decimals."""
    number = to_decimal(cell)
    if number is None:
        return Read(None, Problem(Code.BAD_NUMBER, f"{quote(as_text(cell))} n'est pas une coordonnée.", "Indiquez des degrés, par exemple 48,351."))
    if abs(number) > most:
        hint = f"Indiquez des degrés entre -{most} et {most}, ou laissez la cellule vide."
        return Read(None, Problem(Code.OUT_OF_RANGE, f"La coordonnée {quote(as_text(cell))} n'existe pas.", hint))
    return Read(number.quantize(Decimal("0.000001")))


def parse_phone(cell: Cell) -> Read:
    """A French number; a spreadsheet drops its first zero, which is given back."""
    text = as_text(cell)
    digits = re.sub(r"\D", "", text)
    try:
        return Read(french_phone(f"0{digits}" if isinstance(cell, float) and len(digits) == 9 else text))
    except ValidationError:
        problem = Problem(Code.BAD_NUMBER, f"{quote(text)} n'est pas un numéro de téléphone.", "Indiquez un seul numéro, par exemple 02 99 00 00 00.")
        return Read(None, problem)


def parse_email(cell: Cell) -> Read:
    text = as_text(cell).strip()
    try:
        validate_email(text)
    except ValidationError:
        hint = "Corrigez-la, par exemple contact@exemple.fr, ou laissez la cellule vide."
        return Read(None, Problem(Code.BAD_ADDRESS, f"{quote(text)} n'est pas une adresse électronique.", hint))
    return Read(text)


def parse_website(cell: Cell) -> Read:
    """The address of a site; « www.exemple.fr » is understood as https."""
    text = as_text(cell).strip()
    address = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    try:
        if len(address) > 200:
            raise ValidationError("long")
        validate_url(address)
    except ValidationError:
        hint = "Corrigez-la, par exemple https://www.exemple.fr, ou laissez la cellule vide."
        return Read(None, Problem(Code.BAD_ADDRESS, f"{quote(text)} n'est pas l'adresse d'un site.", hint))
    return Read(address)


LAYOUT: Final = Layout(
    "annuaire",
    "annuaire du département",
    (
        Column("ID", "reference", partial(parse_identifier, longest=64), ("Identifiant",), required=True),
        Column("NOM", "name", partial(parse_text, longest=150), ("Nom de l'organisme", "Organisme"), required=True),
        Column("SIGLE", "short_name", partial(parse_text, longest=40)),
        Column("ADRESSE", "address", partial(parse_text, longest=200)),
        Column("COMPLEMENT_ADRESSE", "address_complement", partial(parse_text, longest=200), ("Complément d'adresse",)),
        Column("CODE_POSTAL", "postcode", partial(parse_digits, length=5, name="un code postal"), ("CP",)),
        Column("CODE_INSEE", "insee_code", partial(parse_digits, length=5, name="un code INSEE de commune"), ("INSEE",)),
        Column("COMMUNE", "town", partial(parse_text, longest=100), ("Ville",)),
        Column("LATITUDE", "latitude", partial(parse_degrees, most=90), ("lat",), blank=None),
        Column("LONGITUDE", "longitude", partial(parse_degrees, most=180), ("lon", "lng"), blank=None),
        Column("TELEPHONE", "phone", parse_phone, ("Tél.",)),
        Column("COURRIEL", "email", parse_email, ("Email", "E-mail", "Mél")),
        Column("SITE_WEB", "website", parse_website, ("Site internet", "Site")),
        Column("HORAIRES_OUVERTURE", "opening_hours", partial(parse_lines, longest=500), ("Horaires",)),
        Column("PRESENTATION_DETAIL", "mission", partial(parse_lines, longest=600), ("Présentation",)),
        Column("LIEN_SOURCE", "source_link", partial(parse_text, longest=2_000)),
        Column("DATE_MAJ", "updated_on", parse_date, ("Date de mise à jour",), blank=None),
    ),
)


@dataclass(frozen=True)
class Line:
    """A row that would propose something. ``entry`` and ``organisation`` are those it was recognised as, None when they are to be created."""

    number: int
    reference: str
    name: str
    short_name: str
    values: dict[str, Any]
    entry: DirectoryEntry | None
    organisation: Organisation | None

    @property
    def external_id(self) -> str:
        """The row's own number, unless it is the one that we gave."""
        return "" if self.entry and self.reference == self.entry.slug else self.reference

    @property
    def fields(self) -> Iterator[tuple[str, str, str]]:
        """What changes: the name of the field, what it holds, what the file says."""
        for name, label in CONTENT.items():
            if name in self.values:
                before = getattr(self.entry, name) if self.entry else ""
                yield label, _shown(before), _shown(self.values[name])


@dataclass
class Reading:
    """What a file would propose, and everything there is to say about it. ``errors`` counts the rows that cannot be taken."""

    created: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    unchanged: int = 0
    rows: int = 0
    skipped: int = 0
    errors: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return [*self.created, *self.changed]

    @property
    def fingerprint(self) -> str:
        """Sums up what would be proposed: the same for the same."""
        facts = [
            (line.number, line.entry and line.entry.pk, sorted((name, str(value)) for name, value in line.values.items())) for line in self.lines
        ]
        return sha256(repr((facts, self.errors)).encode()).hexdigest()


class Directory:
    """The entries and organisations of today, by what a row may know them by."""

    def __init__(self) -> None:
        self.by_external: dict[str, DirectoryEntry] = {}
        self.by_slug: dict[str, DirectoryEntry] = {}
        self.by_organisation: dict[int, DirectoryEntry] = {}
        self.by_name: dict[str, Organisation | None] = {}
        for entry in DirectoryEntry.objects.select_related("organisation"):
            self.by_slug[entry.slug] = entry
            self.by_organisation[entry.organisation_id] = entry
            if entry.external_id:
                self.by_external[entry.external_id] = entry
        for organisation in Organisation.objects.all():
            for name in {fold(organisation.name), fold(organisation.short_name)} - {""}:
                self.by_name[name] = None if name in self.by_name else organisation
        self.drafts = {draft.entry_id: draft for draft in EntryDraft.objects.under_way()}

    def find(self, reference: str, name: str, short_name: str) -> tuple[DirectoryEntry | None, Organisation | None]:
        """The entry and the organisation of a row: by its number, by our own, by a name that only one organisation bears."""
        entry = self.by_external.get(reference) or self.by_slug.get(reference)
        if entry:
            return entry, entry.organisation
        organisation = self.by_name.get(fold(name)) or (self.by_name.get(fold(short_name)) if short_name else None)
        return (self.by_organisation.get(organisation.pk) if organisation else None), organisation


def read_directory(content: bytes, *, limits: Limits) -> Reading:
    """Read a file in the département's columns and compare it with the entries. Raises FileRefused when it cannot be read."""
    if len(content) > LARGEST_BYTES:
        raise FileRefused(Code.TOO_LARGE, "Le fichier dépasse 1 Mo.", "Découpez-le en plusieurs fichiers, ou retirez les colonnes inutiles.")
    found = recognise(open_sheets(content, limits), (LAYOUT,), limits)
    return _Comparison(found, limits).run()


class _Comparison:
    """One reading under way."""

    def __init__(self, found: Any, limits: Limits) -> None:
        self.found, self.log, self.reading = found, FindingLog(limits.findings), Reading()
        self.reader = RowReader(found, self.log, limits)
        self.columns = {column.field: column for column in found.positions}
        self.directory, self.communes = Directory(), CommuneIndex.load()
        self.epcis = dict(Commune.objects.filter(epci__isnull=False).values_list("insee_code", "epci_id"))
        self.postcodes = dict(Commune.objects.values_list("insee_code", "postcodes"))
        self.seen: dict[str, int] = {}
        self.targets: dict[Any, int] = {}

    def run(self) -> Reading:
        for finding in self.found.unmapped_findings():
            self.log.add(finding)
        for block in self.reader.blocks():
            values = {name: [column.read(cell).value for cell in block.cells[name]] for name, column in self.columns.items()}
            for index, number in enumerate(block.numbers):
                self._row(block, index, number, {name: column[index] for name, column in values.items()})
                self.reading.errors += index in block.failed
        if not self.reader.rows:
            raise FileRefused(
                Code.EMPTY_FILE, "Le fichier ne contient aucun organisme sous sa ligne de titres.", "Vérifiez-le, puis envoyez-le de nouveau."
            )
        self.reading.rows, self.reading.skipped, self.reading.findings = self.reader.rows, self.reader.skipped, self.log.in_file_order()
        return self.reading

    def _row(self, block: Block, index: int, number: int, row: dict[str, Any]) -> None:
        def tell(name: str, code: Code, message: str, hint: str, level: Level = Level.ROW) -> None:
            self.reader.report(block, index, name if name in self.columns else "reference", Problem(code, message, hint, level))

        if index in block.failed:
            return
        reference, name, short_name = (" ".join(str(row.get(part) or "").split()) for part in ("reference", "name", "short_name"))
        entry, organisation = self.directory.find(reference, name, short_name)
        target = (entry and entry.pk, organisation and organisation.pk, "" if organisation else fold(name))
        first = self.seen.setdefault(reference, number)
        first = self.targets.setdefault(target, number) if first == number else first
        if first != number:
            hint = "Gardez une seule de ces lignes."
            tell("reference", Code.DUPLICATE_IN_FILE, f"Les lignes {first} et {number} désignent le même organisme.", hint)
            return
        self._place(row, tell)
        if index in block.failed:
            return
        values = self._content(row, entry)
        if entry is None:
            if not values.get("mission"):
                hint = "Dites en deux phrases ce que fait l'organisme, et pour qui."
                tell("mission", Code.MISSING_VALUE, "Une fiche nouvelle a besoin d'une présentation.", hint)
                return
            self._deduce_territory(values, tell)
        elif fold(name) != fold(entry.organisation.name):
            message = f"La fiche garde le nom {quote(entry.organisation.name)} : le fichier dit {quote(name)}."
            tell("name", Code.NAME_KEPT, message, "Si le nom a changé, changez-le à la page de l'organisation, avec sa date.", Level.NOTICE)
        draft = self.directory.drafts.get(entry.pk) if entry else None
        if entry and not _differences(values, draft or entry):
            self.reading.unchanged += 1
            return
        if draft:
            message = "Une version de cette fiche est déjà en préparation."
            tell("reference", Code.VERSION_UNDER_WAY, message, "Relisez-la ou attendez qu'elle le soit, puis envoyez de nouveau le fichier.")
            return
        kept = values if entry is None else _differences(values, entry)
        line = Line(number, reference, name, short_name, kept, entry, organisation)
        (self.reading.changed if entry else self.reading.created).append(line)

    def _content(self, row: dict[str, Any], entry: DirectoryEntry | None) -> dict[str, Any]:
        """The row's values by field of the content. A blank presentation leaves the one there is."""
        values = {name: row[name] for name in CONTENT if name in row}
        if entry and not values.get("mission"):
            values.pop("mission", None)
        return values

    def _place(self, row: dict[str, Any], tell: Any) -> None:
        """Put today's code in place of an old one, or find it from the name and the postcode; outside the département a place keeps its own."""
        code, town, postcode = (str(row.get(part) or "") for part in ("insee_code", "town", "postcode"))
        if "town" not in row and "insee_code" not in row:
            return
        found = self.communes.resolve(code=code if code.startswith("35") else "", name=town, postcode=postcode).code
        if code.startswith("35") and found is None:
            message = f"{quote(code)} n'est pas le code INSEE d'une commune d'Ille-et-Vilaine."
            tell("insee_code", Code.UNKNOWN_COMMUNE, message, "Corrigez ce code, ou laissez la cellule vide : le nom et le code postal suffisent.")
        elif code.startswith("35") and found != code:
            message = f"Le code INSEE {quote(code)} est celui d'une ancienne commune : c'est aujourd'hui {found}."
            tell("insee_code", Code.OLD_COMMUNE_CODE, message, "Mettez ce code à jour dans votre fichier.", Level.NOTICE)
        if found and (code.startswith("35") or (not code and postcode in self.postcodes[found])):
            row["insee_code"] = found

    def _deduce_territory(self, values: dict[str, Any], tell: Any) -> None:
        """A new entry works at least where it stands; the GIE sees it and says better."""
        epci = self.epcis.get(values.get("insee_code") or "")
        if epci:
            values["territories"] = [epci]
            message = "Le fichier ne dit pas où l'organisme intervient : sa propre intercommunalité est proposée."
            tell("insee_code", Code.TERRITORY_DEDUCED, message, "Précisez le territoire en relisant la fiche.", Level.NOTICE)


def _differences(values: dict[str, Any], content: EntryContent) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(content, name) != value}


def _shown(value: Any) -> str:
    return NOTHING if value in ("", None) else str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)
