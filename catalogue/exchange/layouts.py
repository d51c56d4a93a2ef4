"""The stock file: its columns in canonical order, the headings landlords give them, how each cell is understood."""

import re
from functools import partial
from typing import Final

from access.exchange.layout import Column, Layout
from access.exchange.values import parse_amount, parse_boolean, parse_date, parse_digits, parse_floor, parse_identifier, parse_text, parse_year
from catalogue.exchange.cells import (
    parse_building_type,
    parse_energy_class,
    parse_financing,
    parse_mobilisation,
    parse_occupation,
    parse_typology,
)

KEPT_WHEN_BLANK: Final = frozenset(("mobilisation_mode", "is_earmarked"))
"""Fields the GIE records: a blank cell leaves them as they are."""

KEPT_ONCE_SET: Final = frozenset(("initial_financing",))
"""History: a file that differs changes nothing."""

_PLAIN_REFERENCE = re.compile(r"[A-Za-z][A-Za-z0-9_./-]{0,48}[0-9]")
_PLAIN_RPLS_ID = re.compile(r"[A-Za-z][A-Za-z0-9]{0,8}[0-9]")
_PLAIN_AMOUNT = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{2}")

STOCK: Final = Layout(
    "stock",
    "fichier patrimoine",
    (
        Column(
            "reference",
            "reference",
            partial(parse_identifier, longest=50),
            (
                *(
                    "Réf.",
                    "Réf. logement",
                    "Ref_lgt",
                    "Réf. lgt",
                    "Référence logement",
                    "Référence du logement",
                    "Référence bailleur",
                    "Réf. bailleur",
                ),
                *("Code logement", "N° logement", "Numéro logement", "Numéro de logement", "Identifiant logement", "Id logement", "Matricule"),
                *(
                    "Code lgt",
                    "N° lgt",
                    "Réf. interne",
                    "Référence interne",
                    "Réf. patrimoine",
                    "Code UG",
                    "Réf. lot",
                    "N° lot",
                    "Code lot",
                    "Réf. local",
                ),
            ),
            required=True,
            plain=_PLAIN_REFERENCE,
        ),
        Column(
            "identifiant_rpls",
            "rpls_id",
            partial(parse_identifier, longest=10),
            (
                "RPLS",
                "N° RPLS",
                "Numéro RPLS",
                "Id RPLS",
                "Ident. RPLS",
                "Code RPLS",
                "Réf. RPLS",
                "Référence RPLS",
                "Identifiant du logement au répertoire",
            ),
            plain=_PLAIN_RPLS_ID,
        ),
        Column(
            "numero",
            "street_number",
            partial(parse_text, longest=20),
            ("N°", "Num", "Nº", "Num. voie", "N° voie", "N° de voie", "Numéro voie", "Numéro de voie", "N° rue", "Numéro de rue", "N° dans la voie"),
        ),
        Column(
            "voie",
            "street",
            partial(parse_text, longest=150),
            (
                "Rue",
                "Adresse",
                "Libellé voie",
                "Nom de la voie",
                "Nom voie",
                "Nom de voie",
                "Adresse 1",
                "Adresse ligne 1",
                "Nom de rue",
                "Voirie",
                "Lib. voie",
            ),
        ),
        Column(
            "complement",
            "address_extra",
            partial(parse_text, longest=150),
            (
                *("Compl.", "Complément d'adresse", "Complément adresse", "Compl. adresse", "Compl. d'adresse", "Adresse 2", "Adresse ligne 2"),
                *("Bâtiment", "Bât.", "Résidence", "Escalier / porte"),
            ),
        ),
        Column(
            "code_postal",
            "postcode",
            partial(parse_digits, length=5, name="un code postal"),
            ("CP", "Code post.", "C. postal", "Postal", "Cod. postal"),
            required=True,
        ),
        Column(
            "commune",
            "commune_name",
            partial(parse_text, longest=100),
            ("Ville", "Localité", "Nom commune", "Nom de la commune", "Libellé commune", "Lib. commune", "Lib. com.", "Nom ville", "Com."),
            required=True,
        ),
        Column(
            "code_insee",
            "commune",
            partial(parse_digits, length=5, name="un code INSEE de commune"),
            (
                "INSEE",
                "Code commune",
                "Code INSEE commune",
                "N° INSEE",
                "Code commune INSEE",
                "INSEE commune",
                "Cod. INSEE",
                "Code géographique",
                "DEPCOM",
            ),
            blank=None,
        ),
        Column(
            "typologie",
            "typology",
            parse_typology,
            (
                *("Type", "Typo", "Type logement", "Type de logement", "Typologie logement", "Type lgt", "Type lgmt", "Nb pièces", "Nbre de pièces"),
                *("Nombre de pièces", "Nb de pièces", "Pièces", "Nombre de pièces principales", "Nb pièces principales", "Taille"),
            ),
            required=True,
        ),
        Column(
            "surface_habitable",
            "living_area",
            partial(parse_amount, lowest=1, highest=1_000),
            (
                "Surf. hab.",
                "Surface",
                "SH",
                "Surf.",
                "Surface hab.",
                "Surface habitable m²",
                "Surf. hab. m²",
                "Surface m²",
                "SHAB",
                "Superficie",
                "m²",
            ),
            blank=None,
            plain=_PLAIN_AMOUNT,
        ),
        Column(
            "etage",
            "floor",
            partial(parse_floor, lowest=-5, highest=60),
            ("Niveau", "Ét.", "Étg.", "N° étage", "Numéro d'étage", "Niv."),
            blank=None,
        ),
        Column(
            "annee_construction",
            "built_year",
            partial(parse_year, lowest=1_500, highest=2_100),
            (
                *(
                    "Année",
                    "Année constr.",
                    "Année de construction",
                    "An. construction",
                    "Date de construction",
                    "Date construction",
                    "Constr. année",
                ),
                *("Année d'achèvement", "Année achèvement", "Année de mise en service", "Année livraison"),
            ),
            blank=None,
        ),
        Column(
            "type_construction",
            "building_type",
            parse_building_type,
            (
                "Construction",
                "Type de construction",
                "Type constr.",
                "Type bâtiment",
                "Type de bâtiment",
                "Nature",
                "Nature logement",
                "Collectif / individuel",
            ),
        ),
        Column(
            "financement_initial",
            "initial_financing",
            parse_financing,
            (
                "Financement",
                "Fin.",
                "Financ.",
                "Fin. initial",
                "Financement d'origine",
                "Type de financement",
                "Type financement",
                "Mode de financement",
                "Finan",
            ),
        ),
        Column(
            "loyer_principal",
            "main_rent",
            partial(parse_amount, lowest=0, highest=9_999),
            (
                *(
                    "Loyer",
                    "Loyer HC",
                    "Loyer hors charges",
                    "Loyer mensuel",
                    "Loyer mensuel HC",
                    "Loyer principal mensuel",
                    "Loyer de base",
                    "Loyer nu",
                ),
                *("Montant loyer", "Montant du loyer", "Loyer net", "Loyer h.c.", "Loyer principal HC"),
            ),
            blank=None,
            plain=_PLAIN_AMOUNT,
        ),
        Column(
            "charges",
            "charges",
            partial(parse_amount, lowest=0, highest=9_999),
            ("Ch.", "Provision charges", "Provisions pour charges", "Charges locatives", "Montant charges", "Charges mensuelles", "Prov. charges"),
            blank=None,
            plain=_PLAIN_AMOUNT,
        ),
        Column(
            "dpe",
            "energy_class",
            parse_energy_class,
            (
                *(
                    "Étiquette énergie",
                    "Classe énergie",
                    "Classe DPE",
                    "DPE énergie",
                    "Étiquette DPE",
                    "Énergie",
                    "Étiquette énergétique",
                    "DPE classe",
                ),
                *("Classe énergétique", "Consommation énergie", "Étiq. énergie"),
            ),
        ),
        Column(
            "ges",
            "emission_class",
            parse_energy_class,
            ("Étiquette GES", "Classe GES", "DPE GES", "Classe climat", "Étiquette climat", "Gaz à effet de serre", "DPE climat", "Émission GES"),
        ),
        Column(
            "accessible_pmr",
            "is_accessible",
            parse_boolean,
            (
                "PMR",
                "Accessible",
                "Accessibilité",
                "Accessibilité PMR",
                "Access. PMR",
                "Accès PMR",
                "Logement PMR",
                "Handicap",
                "Accessible handicapé",
                "Adapté PMR",
            ),
            blank=None,
        ),
        Column(
            "occupation",
            "declared_occupation",
            parse_occupation,
            (
                "Occupé",
                "Statut",
                "Statut occupation",
                "État",
                "État d'occupation",
                "Situation",
                "Situation locative",
                "Mode d'occupation",
                "État locatif",
                "Occup.",
            ),
        ),
        Column(
            "disponible_le",
            "available_on",
            parse_date,
            (
                *(
                    "Dispo le",
                    "Dispo.",
                    "Disponible",
                    "Date de disponibilité",
                    "Date disponibilité",
                    "Date dispo",
                    "Disponibilité",
                    "Date de libération",
                ),
                *("Libre le", "Date libre", "Libre au", "Disponible à compter du"),
            ),
            blank=None,
        ),
        Column(
            "mobilisation",
            "mobilisation_mode",
            parse_mobilisation,
            ("Mode de mobilisation", "Mode mobilisation", "Mobilisation mode"),
            blank=None,
        ),
        Column(
            "fleche",
            "is_earmarked",
            parse_boolean,
            ("Fléchage", "Fléché Solive", "Fléché GIE", "Réservé Solive", "Logement fléché", "Fléché pour le dispositif", "Réservé GIE"),
            blank=None,
        ),
    ),
)

LANDLORD_HEADINGS: Final = frozenset(
    ("bailleur", "nombailleur", "organisme", "organismehlm", "proprietaire", "siret", "siretbailleur", "codebailleur")
)
"""Keys of headings that name the landlord: not a field, but a file that names another landlord is refused."""
