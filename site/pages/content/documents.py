"""The two documents that the public may take away: the scheme in two pages, and the model of what the GIE signs with an operator.

Facts and figures: the founding call for projects, 2014. Names are those of 2014.
"""

from dataclasses import dataclass, field
from typing import Final

COSTS: Final = (
    ("Diagnostic de la situation, par logement, une seule fois", "300 €"),
    ("Accompagnement du ménage, par an", "1 500 €"),
    ("Gestion locative adaptée, par logement et par an", "950 €"),
)
COSTS_HEAD: Final = ("Dépense", "Montant")


@dataclass(frozen=True)
class Part:
    """One part of a document: paragraphs, then a list, then a table of two columns."""

    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PublicDocument:
    """A document as it is laid out. ``title`` is also the one under which the documents page announces it."""

    title: str
    file_name: str
    subtitle: str
    closing: str
    sections: tuple[Part, ...] = field(default=())


SCHEME_SHEET: Final = PublicDocument(
    title="Fiche du dispositif",
    file_name="fiche-du-dispositif",
    subtitle="Amplifier la solution du logement adapté accompagné, en Ille-et-Vilaine",
    closing="Source : réponse à l'appel à projets « 10 000 logements HLM accompagnés », 2014. Les noms des services et des réseaux sont ceux de 2014.",
    sections=(
        Part(
            "Ce que nous cherchons",
            (
                "Jusqu'ici, personne ne pilote les situations des ménages dont la demande de logement dépasse le délai normal, en particulier ceux "
                "qui ne peuvent pas se loger dans un cadre ordinaire. Les logements adaptés à ces situations sont très rares.",
                "Les huit bailleurs sociaux du département, rassemblés dans ADO Habitat 35, confient ce pilotage à un groupement d'intérêt "
                "économique. Il cherche le bien, négocie au besoin un terrain, met en place l'accompagnement et fait évaluer régulièrement les solutions.",
            ),
        ),
        Part(
            "Pour qui",
            ("60 ménages, éligibles au DALO, relevant des accords collectifs ou, plus largement, des publics du PDALPD :",),
            (
                "ménages en difficulté financière et d'insertion ;",
                "ménages dont le mode de vie ne convient pas à l'habitat collectif ;",
                "personnes qui vivent avec une addiction ou des troubles du comportement ;",
                "personnes qui sortent de prison ou exécutent une peine alternative ;",
                "personnes victimes de violences conjugales ;",
                "locataires déjà logés que menace une expulsion.",
            ),
        ),
        Part(
            "Quels logements",
            ("60 logements, dans tout le département, de la taille que demande le diagnostic. Chaque bailleur les réserve dans son parc.",),
            (
                "offre nouvelle ;",
                "logement existant, après aménagement ;",
                "logement existant, tel quel ;",
                "logement reclassé pour en baisser le loyer.",
            ),
        ),
        Part(
            "Quel accompagnement",
            (
                "Les équipes vont vers les ménages : c'est le moyen de mobiliser ceux qui n'attendent plus rien. Chaque bailleur désigne un référent, "
                "et des associations spécialisées apportent leurs savoir-faire.",
                "La gestion locative adaptée complète l'accompagnement, plus ou moins appuyée selon le diagnostic. Une convention lie le GIE à chaque "
                "opérateur ; un comité d'orientation et d'évaluation suit les mesures.",
                "Pour l'offre neuve, Néotoa expérimente un logement modulaire, qui s'adapte aux besoins et se construit vite. L'objectif est de "
                "maîtriser un coût majoré d'au moins 20 % quand un logement de ce type est créé à l'unité.",
            ),
        ),
        Part(
            "Avec qui",
            (),
            (
                "collectivités locales et intercommunalités ;",
                "DDCSPP, DDTM, Conseil général, instances locales, acteurs du PDALPD et du PDAHI, SIAO ;",
                "FNARS et ses associations adhérentes, AMIDS.",
            ),
        ),
        Part(
            "Ce que cela coûte",
            head=COSTS_HEAD,
            rows=(*COSTS, ("Première année, tout compris", "2 750 €"), ("Chaque année suivante", "2 450 €")),
        ),
        Part(
            "Les financeurs, au jour de la réponse",
            (
                "L'État et le Conseil général ont été rencontrés, pour cibler ce qui intéresse chacun. Les collectivités locales, les "
                "intercommunalités et l'agence régionale de santé ne l'ont pas encore été. Aucun projet n'est identifié au titre du FNDOLLTS.",
            ),
        ),
        Part(
            "Quand",
            (
                "2014 : préparation de la méthode. 2015 : premières mesures, puis montée en charge territoire par territoire. Les porteurs s'engagent "
                "pour trois ans, de 2015 à 2017.",
            ),
        ),
    ),
)

CONVENTION: Final = PublicDocument(
    title="Modèle de convention entre le GIE et un opérateur",
    file_name="modele-de-convention",
    subtitle="Entre le GIE Solive et ……………………, ci-après « l'opérateur »",
    closing="Ce modèle est une base de travail : faites-le relire par votre conseil juridique avant de signer.",
    sections=(
        Part(
            "Article 1. Objet",
            (
                "Le GIE Solive pilote, pour les bailleurs sociaux d'Ille-et-Vilaine, la recherche d'un logement et l'accompagnement des ménages que "
                "le logement ordinaire exclut. La convention dit ce que l'opérateur fait pour ces ménages, où, combien, et à quel prix.",
            ),
        ),
        Part(
            "Article 2. Territoire, publics et capacité",
            (
                "Territoire : ……………………",
                "Publics : ……………………",
                "Capacité : …… mesures en cours au même moment, toutes mesures confondues.",
            ),
        ),
        Part(
            "Article 3. Ce que fait l'opérateur",
            (),
            (
                "il diagnostique, à la demande du GIE, les besoins du ménage sur trois échelles distinctes : logement, accompagnement, gestion locative "
                "adaptée ;",
                "il va vers le ménage : visites, appels et courriers, y compris quand les premiers essais échouent ;",
                "il accompagne le ménage selon des objectifs, des moyens et une intensité écrits, et les ajuste ;",
                "il assure, quand elle lui est confiée, la gestion locative adaptée ;",
                "il évalue régulièrement la situation avec le ménage, qui donne son propre avis ;",
                "il prévient le GIE et le référent du bailleur de ce qui met le logement en danger.",
            ),
        ),
        Part(
            "Article 4. Ce que fait le GIE",
            (),
            (
                "il ouvre le dossier, demande le diagnostic et cherche le logement ;",
                "il réunit le comité d'orientation et d'évaluation et lui présente les dossiers sans nom ;",
                "il tient le lien avec les bailleurs, les financeurs et les services de l'État ;",
                "il règle l'opérateur dans les conditions de l'article 6.",
            ),
        ),
        Part(
            "Article 5. L'accord du ménage et la confidentialité",
            (
                "L'accompagnement ne commence pas sans l'accord daté du ménage, qui peut le retirer. L'opérateur n'accède qu'aux dossiers qu'il "
                "diagnostique ou accompagne. Ce qui touche à la santé, à la violence ou à la justice reste entre les personnes nommées au dossier.",
                "Chaque partie traite les données personnelles selon le règlement européen et informe le ménage de ses droits.",
            ),
        ),
        Part(
            "Article 6. Tarifs et règlement",
            (
                "Les mesures annuelles se comptent au jour près, premier et dernier jour compris. Le diagnostic se paie une fois par dossier, quand il est "
                "terminé. L'opérateur remet un relevé par mois ; le GIE l'accepte ou dit, ligne par ligne, ce qu'il conteste.",
            ),
            head=COSTS_HEAD,
            rows=COSTS,
        ),
        Part(
            "Article 7. Suivi",
            ("Les parties se rencontrent au moins une fois par an. Elles font le point sur les mesures, les difficultés et les moyens.",),
        ),
        Part(
            "Article 8. Durée, avenants, fin",
            (
                "La convention court du ……………… au ………………. Un avenant daté peut en changer un point à partir d'un jour donné.",
                "Chaque partie peut la suspendre ou la résilier par écrit, en laissant …… mois. Les mesures en cours se poursuivent jusqu'à ce qu'un "
                "relais soit trouvé pour chaque ménage.",
            ),
        ),
        Part(
            "Signatures",
            ("Fait à ………………………, le ………………………, en deux exemplaires.", "Pour le GIE Solive : ………………………", "Pour l'opérateur : ………………………"),
        ),
    ),
)

DOCUMENTS: Final = (SCHEME_SHEET, CONVENTION)
