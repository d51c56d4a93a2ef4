"""Words the demonstration draws from: invented people, ordinary streets, directory entries."""

from typing import Any, Final

LAST_NAMES: Final = (
    "Le Floch", "Morin", "Kerbrat", "Dubreuil", "Traoré", "Martins", "Le Guen", "Haddad", "Perrin", "Jégou", "Lemoine", "Nowak",
    "Chevalier", "Bihan", "Okafor", "Renault", "Quéméner", "Aubert", "Diallo", "Lucas", "Briand", "Santos", "Poulain", "Rouxel",
)  # fmt: skip
FIRST_NAMES: Final = (
    "Anaïs", "Bruno", "Chloé", "Damien", "Élodie", "Fanch", "Gaëlle", "Hugo", "Inès", "Joël", "Katell", "Loïc",
    "Mariam", "Nolwenn", "Oscar", "Perrine", "Quentin", "Rozenn", "Samir", "Tiphaine", "Ursule", "Vincent", "Wassim", "Yuna",
)  # fmt: skip
STREETS: Final = (
    "rue des Lilas", "avenue du Général Leclerc", "impasse des Chênes", "rue Jean-Macé", "boulevard de Vitré", "allée de la Hublais",
    "square de l'Île", "rue du Moulin", "place des Halles", "rue de la Paix",
)  # fmt: skip

ENTRIES: Final[dict[str, dict[str, Any]]] = {
    "alfadi": {
        "mission": "ALFADI accompagne vers et dans le logement des personnes seules et des familles de Rennes Métropole. "
        "Ses équipes vont à la rencontre des ménages, chez eux ou là où ils se trouvent.",
        "services": "Diagnostic social\nAccompagnement à domicile\nGestion locative adaptée",
        "audiences": ["all", "isolated", "families"],
        "territories": ["243500139"],
        "know_hows": ["aller-vers", "diagnostic-social", "accompagnement", "gestion-locative-adaptee", "addictions"],
        "town": "Rennes",
        "postcode": "35000",
    },
    "asfad": {
        "mission": "L'ASFAD accueille et accompagne des femmes, des familles et des jeunes en difficulté. "
        "Elle protège et reloge les personnes victimes de violences.",
        "services": "Accompagnement des femmes victimes de violences\nAccompagnement à domicile\nDiagnostic social",
        "audiences": ["women_victims", "families", "youth"],
        "territories": ["243500139"],
        "know_hows": ["diagnostic-social", "accompagnement", "violences"],
        "town": "Rennes",
        "postcode": "35000",
    },
    "ais-35": {
        "mission": "AIS 35 aide les personnes exclues à retrouver un logement et à s'y maintenir. "
        "Elle intervient autour de Rennes, de Vitré et de Redon.",
        "services": "Diagnostic social\nAccompagnement à domicile\nSous-location et bail glissant",
        "audiences": ["all", "isolated", "leaving_prison"],
        "territories": ["243500139", "200039022", "243500741"],
        "know_hows": ["aller-vers", "diagnostic-social", "accompagnement", "sous-location", "sortie-de-prison"],
        "town": "Vitré",
        "postcode": "35500",
    },
    "ape2a": {
        "mission": "L'APE2A accompagne les ménages du pays de Fougères dans leur logement et dans leurs démarches. "
        "Elle travaille avec les bailleurs et les services sociaux du territoire.",
        "services": "Diagnostic social\nAccompagnement à domicile\nGestion locative adaptée",
        "audiences": ["all", "tenants"],
        "territories": ["200072452"],
        "know_hows": ["aller-vers", "diagnostic-social", "accompagnement", "gestion-locative-adaptee", "prevention-expulsion"],
        "town": "Fougères",
        "postcode": "35300",
    },
    "amids": {
        "mission": "L'AMIDS accompagne vers l'autonomie les personnes en difficulté du pays de Saint-Malo. "
        "Elle propose un logement de transition quand il le faut.",
        "services": "Diagnostic social\nAccompagnement à domicile",
        "audiences": ["all", "isolated"],
        "territories": ["243500782"],
        "know_hows": ["diagnostic-social", "accompagnement", "hebergement"],
        "town": "Saint-Malo",
        "postcode": "35400",
    },
    "espoir-35": {
        "mission": "Espoir 35 soutient des personnes qui vivent avec un handicap psychique. "
        "Elle les aide à habiter, à rompre l'isolement et à garder leurs soins.",
        "services": "Accompagnement à la vie sociale\nConseil aux équipes de proximité",
        "audiences": ["psychic_health"],
        "is_departmental": True,
        "know_hows": ["accompagnement", "sante-psychique"],
        "town": "Rennes",
        "postcode": "35000",
    },
    "unafam": {
        "mission": "L'UNAFAM écoute et conseille les proches de personnes malades psychiques. "
        "Elle éclaire les partenaires sur ce que vivent les familles.",
        "services": "Écoute des familles\nFormation des professionnels",
        "audiences": ["psychic_health", "families"],
        "is_departmental": True,
        "know_hows": ["sante-psychique"],
        "town": "Rennes",
        "postcode": "35000",
    },
    "siao-35": {
        "mission": "Le SIAO 35 reçoit les demandes d'hébergement et de logement accompagné du département. "
        "Il oriente chaque personne vers la solution qui lui convient.",
        "services": "Évaluation et orientation\nSignalement des ménages au dispositif",
        "audiences": ["all"],
        "is_departmental": True,
        "know_hows": ["hebergement", "diagnostic-social"],
        "town": "Rennes",
        "postcode": "35000",
    },
    "neotoa": {
        "mission": "Néotoa est un bailleur social du département. "
        "Il met des logements à disposition du dispositif et expérimente un logement modulaire, vite construit et facile à adapter.",
        "services": "Logements fléchés pour le dispositif\nLogement modulaire\nGestion locative adaptée",
        "audiences": ["all", "tenants"],
        "is_departmental": True,
        "know_hows": ["logement-social", "gestion-locative-adaptee"],
        "town": "Rennes",
        "postcode": "35000",
    },
    "archipel-habitat": {
        "mission": "Archipel Habitat est un bailleur social. Il flèche des logements de son parc pour les ménages du dispositif.",
        "services": "Logements fléchés pour le dispositif\nRéférent désigné",
        "audiences": ["all", "tenants"],
        "territories": ["243500139"],
        "know_hows": ["logement-social", "prevention-expulsion"],
        "town": "Rennes",
        "postcode": "35000",
    },
    "fougeres-habitat": {
        "mission": "Fougères Habitat est un bailleur social. Il repère les locataires menacés d'expulsion et flèche des logements pour le dispositif.",
        "services": "Logements fléchés pour le dispositif\nRéférent désigné",
        "audiences": ["all", "tenants"],
        "territories": ["200072452"],
        "know_hows": ["logement-social", "prevention-expulsion"],
        "town": "Fougères",
        "postcode": "35300",
    },
    "emeraude-habitation": {
        "mission": "Émeraude Habitation est un bailleur social. Il flèche des logements de son parc pour les ménages du dispositif.",
        "services": "Logements fléchés pour le dispositif\nRéférent désigné",
        "audiences": ["all", "tenants"],
        "territories": ["243500782"],
        "know_hows": ["logement-social", "prevention-expulsion"],
        "town": "Saint-Malo",
        "postcode": "35400",
    },
}
