"""The directory for other sites: the département's columns, the data.inclusion schema and schema.org."""

import csv
import io
from collections.abc import Iterable
from typing import Any, Final

from access.exchange.neutral import neutralise
from partners.enums import Audience
from partners.models import DirectoryEntry

SOURCE: Final = "solive"
DEPARTMENT: Final = "35"
COLUMNS: Final = (
    "ID",
    "NOM",
    "SIGLE",
    "ADRESSE",
    "COMPLEMENT_ADRESSE",
    "CODE_POSTAL",
    "CODE_INSEE",
    "COMMUNE",
    "LATITUDE",
    "LONGITUDE",
    "TELEPHONE",
    "COURRIEL",
    "SITE_WEB",
    "HORAIRES_OUVERTURE",
    "PRESENTATION_DETAIL",
    "LIEN_SOURCE",
    "DATE_MAJ",
)
"""The columns of the département's own directory, in its order."""

PUBLICS: Final = {
    Audience.ALL: "tous-publics",
    Audience.FAMILIES: "familles",
    Audience.YOUTH: "jeunes",
    Audience.PSYCHIC_HEALTH: "personnes-en-situation-de-handicap",
    Audience.WOMEN_VICTIMS: "femmes",
    Audience.LEAVING_PRISON: "personnes-en-situation-juridique-specifique",
}
THEMES: Final = {
    "accompagnement": "logement-hebergement--se-maintenir-dans-le-logement",
    "gestion-locative-adaptee": "logement-hebergement--se-maintenir-dans-le-logement",
    "prevention-expulsion": "logement-hebergement--se-maintenir-dans-le-logement",
    "sous-location": "logement-hebergement--louer-un-logement",
    "logement-social": "logement-hebergement--louer-un-logement",
    "hebergement": "logement-hebergement--rechercher-une-solution-dhebergement-temporaire",
}
SHORTEST_NAME, LONGEST_NAME = 3, 150


def as_csv(entries: Iterable[DirectoryEntry], *, base: str) -> str:
    """The entries in the département's columns, separated by semicolons, dates as 2015-03-31. ``base`` is the directory's full address.

    Texts that a spreadsheet would run are made harmless.
    """
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        organisation = entry.organisation
        texts = (
            entry.external_id or entry.slug,
            organisation.name,
            organisation.short_name,
            entry.address,
            entry.address_complement,
            entry.postcode,
            entry.insee_code,
            entry.town,
            _number(entry.latitude),
            _number(entry.longitude),
            entry.phone,
            entry.email,
            entry.website,
            entry.opening_hours,
            entry.mission,
            f"{base}{entry.slug}/",
            entry.updated_on.isoformat(),
        )
        numbers = {COLUMNS.index("LATITUDE"), COLUMNS.index("LONGITUDE")}
        writer.writerow([text if at in numbers else neutralise(text) for at, text in enumerate(texts)])
    return written.getvalue()


def _number(value: Any) -> str:
    return "" if value is None else str(value)


def structure(entry: DirectoryEntry, *, base: str) -> dict[str, Any]:
    """The entry as a structure of the data.inclusion schema, version 1; what is unknown is left out."""
    place = _place(entry)
    return {
        "source": SOURCE,
        "id": f"{SOURCE}--{entry.slug}",
        "nom": _name(entry.organisation.name),
        "date_maj": entry.updated_on.isoformat(),
        "lien_source": f"{base}{entry.slug}/",
        **_known({"description": entry.mission, "siret": entry.organisation.siret, "site_web": entry.website, **place}),
    }


def services(entry: DirectoryEntry, *, base: str) -> list[dict[str, Any]]:
    """What the entry proposes, line by line, as services of the data.inclusion schema, version 1."""
    publics = sorted({PUBLICS[Audience(value)] for value in entry.audiences if Audience(value) in PUBLICS})
    shared = {
        "source": SOURCE,
        "structure_id": f"{SOURCE}--{entry.slug}",
        "description": entry.mission,
        "date_maj": entry.updated_on.isoformat(),
        "lien_source": f"{base}{entry.slug}/",
        **_known(
            {
                "thematiques": sorted({THEMES[code] for code in entry.know_hows if code in THEMES}),
                "publics": [PUBLICS[Audience.ALL]] if PUBLICS[Audience.ALL] in publics else publics,
                "publics_precisions": ", ".join(entry.audience_labels),
                "zone_eligibilite": [DEPARTMENT] if entry.is_departmental else sorted(entry.territories),
                **_place(entry),
            }
        ),
    }
    lines = [line for line in entry.service_lines if len(line) >= SHORTEST_NAME]
    return [{**shared, "id": f"{SOURCE}--{entry.slug}-{number}", "nom": _name(line)} for number, line in enumerate(lines, start=1)]


def _place(entry: DirectoryEntry) -> dict[str, Any]:
    return {
        "commune": entry.town,
        "code_postal": entry.postcode,
        "code_insee": entry.insee_code,
        "adresse": entry.address,
        "complement_adresse": entry.address_complement,
        "latitude": float(entry.latitude) if entry.latitude is not None else None,
        "longitude": float(entry.longitude) if entry.longitude is not None else None,
        "telephone": entry.phone,
        "courriel": entry.email,
    }


def _name(text: str) -> str:
    return text[:LONGEST_NAME].rstrip(". ").ljust(SHORTEST_NAME)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, [])}


def json_ld(entry: DirectoryEntry, *, address: str) -> dict[str, Any]:
    """The entry as a schema.org organisation."""
    place = _known({"streetAddress": entry.address, "postalCode": entry.postcode, "addressLocality": entry.town})
    return {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": address,
        "name": entry.organisation.name,
        "description": entry.mission,
        **_known({"telephone": entry.phone, "email": entry.email, "url": entry.website}),
        **({"address": {"@type": "PostalAddress", "addressCountry": "FR", **place}} if place else {}),
    }
