"""The front page, and the order of the site below it."""

from pages.content.directory import DIRECTORY
from pages.content.information import DOCUMENTS, KEY_FIGURES, NEWS, PUBLICS, QUESTIONS, SEARCH_PAGE, SITE_MAP
from pages.content.legal import ACCESSIBILITY, CONTACT, LEGAL_NOTICE, PRIVACY
from pages.content.process import PROCESS
from pages.content.professionals import PROFESSIONALS
from pages.content.scheme import SCHEME
from pages.content.spec import PageSpec

HOME = PageSpec(
    model="HomePage",
    slug="accueil",
    title="Solive",
    fields={
        "headline": "Un logement qui convient, un accompagnement qui tient.",
        "introduction": (
            "En Ille-et-Vilaine, Solive réunit les bailleurs sociaux et leurs partenaires "
            "pour loger, puis accompagner, les ménages que le logement ordinaire laisse de côté."
        ),
        "search_description": (
            "Solive réunit les bailleurs sociaux d'Ille-et-Vilaine et leurs partenaires pour loger et accompagner "
            "les ménages que le logement ordinaire laisse de côté."
        ),
        "doors": [
            (
                "door",
                {
                    "title": "Je suis un professionnel",
                    "text": "Signaler un ménage, suivre un dossier, savoir qui fait quoi et ce qui se passe ensuite.",
                    "page": "[[professionnels]]",
                    "drawing": "table",
                },
            ),
            (
                "door",
                {
                    "title": "Je cherche un partenaire",
                    "text": "Bailleurs, associations, services publics : ce qu'ils font, où, et comment les joindre.",
                    "page": "[[annuaire]]",
                    "drawing": "key",
                },
            ),
            (
                "door",
                {
                    "title": "Comprendre le dispositif",
                    "text": "Pourquoi Solive existe, pour quels ménages, avec quels logements et à quel coût.",
                    "page": "[[dispositif]]",
                    "drawing": "plan",
                },
            ),
        ],
        "process_title": "Le parcours d'un ménage, en sept étapes",
        "process_introduction": "Une solive est une poutre qui porte un plancher. Ici, chaque étape porte la suivante, et le ménage avance d'appui en appui.",
        "figures": [
            ("figure", {"value": "60", "meaning": "ménages à accompagner", "dated": "objectif 2015–2017"}),
            ("figure", {"value": "60", "meaning": "logements à mobiliser, dans tout le département", "dated": "objectif 2015–2017"}),
            ("figure", {"value": "2 750 €", "meaning": "par ménage la première année, diagnostic compris", "dated": "montant prévu au lancement"}),
        ],
        "carried_by": (
            "<p>Solive est porté par un groupement d'intérêt économique (GIE) : les huit bailleurs sociaux du département, "
            "rassemblés dans ADO Habitat 35, lui confient le pilotage de ces situations.</p>"
            "<p>Le GIE ne travaille pas seul. Des associations spécialisées vont à la rencontre des ménages ; l'État, le Département, "
            "les intercommunalités, le SIAO et les acteurs de la santé et de l'insertion apportent leurs compétences ou leurs financements.</p>"
        ),
    },
    children=[
        SCHEME,
        PUBLICS,
        PROCESS,
        DIRECTORY,
        PROFESSIONALS,
        NEWS,
        KEY_FIGURES,
        DOCUMENTS,
        QUESTIONS,
        CONTACT,
        SEARCH_PAGE,
        SITE_MAP,
        ACCESSIBILITY,
        PRIVACY,
        LEGAL_NOTICE,
    ],
)
