"""The partners, accounts, homes and conventions of the demonstration. Organisations are real or plausible; people are fictional."""

import csv
import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from access.enums import Role
from access.models import User
from catalogue.enums import (
    BuildingType,
    ConventionStatus,
    DeclaredOccupation,
    ExchangedLayout,
    ExchangePeriodicity,
    InitialFinancing,
    MeasureCode,
    MobilisationMode,
    Typology,
)
from catalogue.models import AgreedExchange, Commune, Convention, MeasureKind, Territory, Unit
from households.demo.words import ENTRIES, STREETS
from households.models import DelayRule
from partners.enums import OrganisationKind
from partners.models import DirectoryEntry, Membership, Organisation, OrganisationName

LANDLORDS_FILE = Path(__file__).resolve().parents[2] / "partners" / "data" / "landlords_demo.csv"
PASSWORD = "solive-demo-2015"
UNITS_PER_LANDLORD = 30
TOWNS = ("35238", "35115", "35288", "35360", "35236", "35024", "35047", "35001")
"""Rennes, Fougères, Saint-Malo, Vitré, Redon, Betton, Bruz, Acigné."""

OTHERS = (
    ("gie-solive", OrganisationKind.GIE, "GIE Solive", ""),
    ("ado-habitat-35", OrganisationKind.ASSOCIATION, "ADO Habitat 35", "ADO 35"),
    ("alfadi", OrganisationKind.OPERATOR, "ALFADI", ""),
    ("asfad", OrganisationKind.OPERATOR, "ASFAD", ""),
    ("ais-35", OrganisationKind.OPERATOR, "AIS 35", ""),
    ("ape2a", OrganisationKind.OPERATOR, "APE2A", ""),
    ("amids", OrganisationKind.OPERATOR, "AMIDS", ""),
    ("unafam", OrganisationKind.ASSOCIATION, "UNAFAM", ""),
    ("espoir-35", OrganisationKind.ASSOCIATION, "Espoir 35", ""),
    ("spip-35", OrganisationKind.JUSTICE_SERVICE, "SPIP 35", ""),
    ("siao-35", OrganisationKind.PRESCRIBER, "SIAO 35", ""),
    ("fas-bretagne", OrganisationKind.FEDERATION, "FAS Bretagne", ""),
    ("ddcspp-35", OrganisationKind.STATE_SERVICE, "DDCSPP 35", ""),
    ("ddtm-35", OrganisationKind.STATE_SERVICE, "DDTM 35", ""),
    ("ars-bretagne", OrganisationKind.HEALTH_AGENCY, "ARS Bretagne", ""),
    ("conseil-departemental-35", OrganisationKind.DEPARTMENT_COUNCIL, "Conseil départemental d'Ille-et-Vilaine", "CD 35"),
    ("rennes-metropole", OrganisationKind.LOCAL_AUTHORITY, "Rennes Métropole", ""),
)
FORMER_NAMES = (
    ("fas-bretagne", "FNARS Bretagne", date(2005, 1, 1), date(2016, 12, 31)),
    ("conseil-departemental-35", "Conseil général d'Ille-et-Vilaine", date(1982, 3, 2), date(2015, 3, 31)),
)
OPERATORS = ("alfadi", "asfad", "ais-35", "ape2a", "amids")


@dataclass(frozen=True)
class Account:
    """One demo account: who, in which role, for which organisation (by code), if any."""

    email: str
    first_name: str
    last_name: str
    role: Role
    organisation: str | None = None
    position: str = ""
    is_referent: bool = False


ACCOUNTS = (
    Account("claire@gie-solive.example", "Claire", "Morvan", Role.GIE_STAFF, "gie-solive", "chargée de dossiers"),
    Account("yann@gie-solive.example", "Yann", "Lebreton", Role.GIE_STAFF, "gie-solive", "chargé de dossiers"),
    Account("referent@neotoa.example", "Soizic", "Garnier", Role.LANDLORD_REFERENT, "neotoa", "référente du dispositif", True),
    Account("referent@fougeres-habitat.example", "Hervé", "Collin", Role.LANDLORD_REFERENT, "fougeres-habitat", "référent du dispositif", True),
    Account("intervenante@ape2a.example", "Nadia", "Perrot", Role.SUPPORT_WORKER, "ape2a", "travailleuse sociale"),
    Account("intervenant@alfadi.example", "Bastien", "Roussel", Role.SUPPORT_WORKER, "alfadi", "travailleur social"),
    Account("prescriptrice@siao-35.example", "Maëlle", "Guérin", Role.PRESCRIBER, "siao-35", "coordinatrice"),
    Account("comite@solive.example", "Jean", "Kermarrec", Role.COMMITTEE, "ado-habitat-35", "membre du comité"),
    Account("financeur@solive.example", "Odile", "Tanguy", Role.FUNDER, "conseil-departemental-35", "suivi des financements"),
    Account("fiche@asfad.example", "Lucie", "Bertin", Role.PROFILE_EDITOR, "asfad", "chargée de communication"),
    Account("dpo@solive.example", "Marc", "Hamon", Role.DPO),
    Account("admin@solive.example", "Élodie", "Salaün", Role.ADMINISTRATOR),
)


def seed_organisations() -> None:
    """Landlords, operators, authorities and their directory entries, with the names they bore before."""
    with LANDLORDS_FILE.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle, delimiter=";"):
            fields = {"name": row["name"], "kind": OrganisationKind.LANDLORD, "siret": row["siret_fictional"]}
            Organisation.objects.get_or_create(code=row["code"], defaults=fields)
    for code, kind, name, short_name in OTHERS:
        Organisation.objects.get_or_create(code=code, defaults={"name": name, "kind": kind, "short_name": short_name})
    by_code = {organisation.code: organisation for organisation in Organisation.objects.all()}
    for code, name, starts_on, ends_on in FORMER_NAMES:
        OrganisationName.objects.get_or_create(organisation=by_code[code], name=name, defaults={"starts_on": starts_on, "ends_on": ends_on})
    for code, entry in ENTRIES.items():
        DirectoryEntry.objects.get_or_create(organisation=by_code[code], defaults={"slug": code, "is_published": True, **entry})


def seed_accounts(since: date) -> None:
    """One account per role, all with the demo password."""
    by_code = {organisation.code: organisation for organisation in Organisation.objects.all()}
    for account in ACCOUNTS:
        user = User.objects.filter(email=account.email).first()
        if user is None:
            user = User.objects.create_user(
                email=account.email, password=PASSWORD, first_name=account.first_name, last_name=account.last_name, role=account.role
            )
        if account.organisation:
            Membership.objects.get_or_create(
                user=user,
                organisation=by_code[account.organisation],
                defaults={"position": account.position, "is_referent": account.is_referent, "starts_on": since},
            )


def seed_rules(since: date) -> None:
    """The département's wait limit. The 24 months are a figure for the demonstration, confirmed by no source."""
    if not DelayRule.objects.exists():
        everywhere = list(Territory.objects.all().most_specific_first())[-1]
        DelayRule.objects.create(territory=everywhere, months=24, starts_on=since, order_reference="Arrêté de démonstration (valeur non vérifiée)")


def seed_conventions(first: date, last: date) -> None:
    """A signed convention with each operator, and one with Néotoa for adapted management."""
    kinds = {kind.code: kind for kind in MeasureKind.objects.all()}
    for code in (*OPERATORS, "neotoa"):
        partner = Organisation.objects.get(code=code)
        convention, created = Convention.objects.get_or_create(
            number=f"{code.upper()}-{first.year}",
            defaults={
                "partner": partner,
                "purpose": f"Accompagner les ménages du dispositif Solive avec {partner.name}.",
                "status": ConventionStatus.SIGNED,
                "signed_on": first,
                "starts_on": first,
                "ends_on": last,
                "capacity": 160,
            },
        )
        if created:
            codes = [MeasureCode.ADAPTED_MANAGEMENT] if code == "neotoa" else list(MeasureCode)
            convention.measure_kinds.set(kinds[kind] for kind in codes)


def seed_exchanges(since: date) -> None:
    """What three landlords have agreed to send each month or quarter."""
    agreed = (
        ("neotoa", ExchangedLayout.STOCK, ExchangePeriodicity.MONTHLY, 5),
        ("fougeres-habitat", ExchangedLayout.STOCK, ExchangePeriodicity.QUARTERLY, 31),
        ("fougeres-habitat", ExchangedLayout.REPORTS, ExchangePeriodicity.MONTHLY, 15),
        ("archipel-habitat", ExchangedLayout.STOCK, ExchangePeriodicity.MONTHLY, 10),
    )
    for code, layout, periodicity, due_day in agreed:
        landlord = Organisation.objects.get(code=code)
        AgreedExchange.objects.get_or_create(
            landlord=landlord,
            layout=layout,
            defaults={"periodicity": periodicity, "due_day": due_day, "starts_on": since, "contact": "Service patrimoine"},
        )


def seed_units(chance: random.Random) -> None:
    """A few homes for each landlord, in the towns of the département."""
    communes = {commune.pk: commune for commune in Commune.objects.filter(pk__in=TOWNS)}
    for landlord in Organisation.objects.landlords():
        if landlord.units.exists():
            continue
        prefix = landlord.code[:3].upper()
        Unit.objects.bulk_create(
            _unit(landlord, f"{prefix}-D{number:04d}", communes[chance.choice(TOWNS)], chance) for number in range(1, UNITS_PER_LANDLORD + 1)
        )


def _unit(landlord: Organisation, reference: str, commune: Commune, chance: random.Random) -> Unit:
    typology = chance.choices(list(Typology), weights=(2, 2, 4, 6, 4, 2, 1))[0]
    area = Decimal(18 + 17 * list(Typology).index(typology) + chance.randint(0, 12))
    is_earmarked = chance.random() < 0.3
    return Unit(
        landlord=landlord,
        reference=reference,
        street_number=str(chance.randint(1, 90)),
        street=chance.choice(STREETS),
        postcode=commune.postcodes[0],
        commune=commune,
        commune_name=commune.name,
        typology=typology,
        living_area=area,
        floor=chance.randint(0, 4),
        built_year=chance.randint(1958, 2013),
        building_type=chance.choices(list(BuildingType), weights=(3, 1))[0],
        initial_financing=chance.choice([InitialFinancing.HLMO, InitialFinancing.PLAI, InitialFinancing.PLUS, InitialFinancing.PLA]),
        main_rent=(area * Decimal("5.6")).quantize(Decimal("0.01")),
        charges=(area * Decimal("1.2")).quantize(Decimal("0.01")),
        energy_class=chance.choice("BCDE"),
        emission_class=chance.choice("BCDE"),
        is_accessible=chance.random() < 0.3,
        declared_occupation=DeclaredOccupation.VACANT,
        mobilisation_mode=chance.choice(list(MobilisationMode)) if is_earmarked else "",
        is_earmarked=is_earmarked,
    )
