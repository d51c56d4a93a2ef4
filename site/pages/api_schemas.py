"""What the open data look like, as their OpenAPI description tells it."""

from datetime import date, datetime

from ninja import Schema


class PageLine(Schema):
    """Une page publiée."""

    id: int
    type: str
    titre: str
    adresse: str
    publiee_le: datetime | None
    modifiee_le: datetime | None


class PageDetail(PageLine):
    """Une page publiée, avec son texte."""

    chapeau: str
    texte: str


class PageList(Schema):
    total: int
    pages: list[PageLine]


class PartnerFile(Schema):
    """Un document joint à une fiche."""

    titre: str
    format: str
    octets: int
    lien: str


class Partner(Schema):
    """La fiche publiée d'un partenaire."""

    id: str
    nom: str
    sigle: str
    nature: str
    mission: str
    services: list[str]
    savoir_faire: list[str]
    publics: list[str]
    tout_le_departement: bool
    intercommunalites: list[str]
    precision_territoire: str
    adresse: str
    complement_adresse: str
    code_postal: str
    commune: str
    code_insee: str
    latitude: float | None
    longitude: float | None
    telephone: str
    courriel: str
    site_web: str
    horaires: str
    logo: str | None
    documents: list[PartnerFile]
    verifiee_le: date | None
    modifiee_le: date
    lien: str


class PartnerList(Schema):
    total: int
    partenaires: list[Partner]


class PartnerFilters(Schema):
    """Les mêmes filtres que l'annuaire : texte, commune ou SIREN d'intercommunalité, savoir-faire, public, nature."""

    q: str = ""
    lieu: str = ""
    savoir_faire: str = ""
    public: str = ""
    nature: str = ""


class InclusionPlace(Schema):
    """Où se trouve une structure ou un service, et comment le joindre, au schéma data.inclusion. Ce qui n'est pas connu est omis."""

    commune: str | None = None
    code_postal: str | None = None
    code_insee: str | None = None
    adresse: str | None = None
    complement_adresse: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    telephone: str | None = None
    courriel: str | None = None


class InclusionStructure(InclusionPlace):
    """Une structure au schéma data.inclusion, version 1."""

    source: str
    id: str
    nom: str
    date_maj: date
    lien_source: str
    description: str | None = None
    siret: str | None = None
    site_web: str | None = None


class InclusionService(InclusionPlace):
    """Un service au schéma data.inclusion, version 1."""

    source: str
    id: str
    structure_id: str
    nom: str
    description: str
    date_maj: date
    lien_source: str
    thematiques: list[str] | None = None
    publics: list[str] | None = None
    publics_precisions: str | None = None
    zone_eligibilite: list[str] | None = None
