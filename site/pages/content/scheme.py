"""What the scheme is. Facts and figures: the founding call for projects, 2014."""

from pages.content.spec import PageSpec, bullets, heading, key_point, paragraph

SCHEME = PageSpec(
    model="SchemePage",
    slug="dispositif",
    title="Le dispositif",
    in_menu=True,
    fields={
        "summary": "Solive suit, du premier signalement au logement stable, des ménages qui attendent depuis trop longtemps ou qui risquent de tout perdre.",
        "body": [
            heading("Pourquoi Solive existe"),
            paragraph(
                "Certaines demandes de logement social dépassent le délai normal et restent sans réponse. Souvent, ce ne sont pas les "
                "logements qui manquent : c'est le bon logement, et quelqu'un pour accompagner."
            ),
            paragraph(
                "Avant Solive, personne ne pilotait ces situations à l'échelle du département, et les logements adaptés étaient très rares. "
                "Les huit bailleurs sociaux d'Ille-et-Vilaine, rassemblés dans ADO Habitat 35, ont donc confié ce travail à un groupement commun : "
                "le GIE Solive."
            ),
            key_point(
                "Un ménage, un diagnostic, un logement choisi pour lui, un accompagnement ajusté, et un point régulier sur ce qui marche.",
                "En une phrase",
            ),
            heading("Pour qui"),
            paragraph("Solive s'adresse à des ménages en difficulté financière et d'insertion, qui relèvent du logement social :"),
            bullets(
                "les demandeurs dont l'attente dépasse le délai fixé par le préfet ;",
                "les personnes dont la façon de vivre ne convient pas à un immeuble collectif ;",
                "les personnes qui vivent avec une addiction ou des troubles du comportement ;",
                "les personnes qui sortent de prison ou exécutent une peine alternative ;",
                "les personnes victimes de violences conjugales ;",
                "les locataires déjà logés que menace une expulsion.",
            ),
            paragraph(
                "Le ménage peut relever du droit au logement opposable (DALO), des accords collectifs, ou du plan départemental d'action pour le "
                "logement des personnes défavorisées (PDALPD en 2014, PDALHPD aujourd'hui). L'un n'exclut pas l'autre."
            ),
            heading("Deux portes d'entrée"),
            bullets(
                "<b>Accéder à un logement.</b> Le ménage n'a pas de logement, ou pas de logement qui convient : Solive en cherche un.",
                "<b>Garder son logement.</b> Le ménage est locataire et risque l'expulsion : l'accompagnement commence sur place.",
            ),
            heading("Quels logements"),
            paragraph(
                "Le diagnostic dit ce qu'il faut : taille, étage, isolement, jardin, accessibilité. Quatre voies permettent ensuite de trouver le logement :"
            ),
            bullets(
                "réserver un logement qui existe déjà et qui convient tel quel ;",
                "aménager un logement existant ;",
                "reclasser un logement pour en baisser le loyer ;",
                "construire un logement neuf, au besoin après avoir négocié un terrain.",
            ),
            paragraph(
                "Construire un seul logement à la fois revient au moins 20 % plus cher qu'une opération courante. Néotoa expérimente donc un "
                "logement modulaire : il s'adapte aux besoins, se construit vite, et son coût baisse quand on le reproduit."
            ),
            heading("Quel accompagnement"),
            paragraph(
                "Des ménages qui n'attendent plus rien ne poussent pas la porte d'un guichet. Les équipes vont donc vers eux : c'est la démarche "
                "d'« aller vers ». Chaque bailleur désigne un référent ; chaque association apporte son métier."
            ),
            paragraph(
                "À l'accompagnement du ménage s'ajoute, autant que nécessaire, une gestion locative adaptée (GLA) : une attention rapprochée au "
                "logement, au loyer et au voisinage."
            ),
            heading("Avec qui"),
            bullets(
                "<b>Les bailleurs sociaux</b> réservent des logements dans leur patrimoine et les attribuent.",
                "<b>Les associations</b> diagnostiquent et accompagnent : le réseau de la FNARS (devenue la Fédération des acteurs de la solidarité), "
                "l'AMIDS et d'autres, chacune sur son territoire.",
                "<b>L'État et le Département</b> (Conseil général en 2014) : services de la cohésion sociale, du logement et de l'insertion.",
                "<b>Les communes et les intercommunalités</b>, proches des habitants et des terrains.",
                "<b>Le SIAO et les acteurs de l'hébergement</b>, qui connaissent les ménages et les signalent.",
            ),
            paragraph("Les coordonnées sont dans [[annuaire|l'annuaire des partenaires]]."),
            heading("Quand et combien"),
            paragraph(
                "La méthode se prépare en 2014. Les premières mesures commencent en 2015 et s'étendent territoire par territoire, dans tout le "
                "département. Les porteurs s'engagent pour trois ans, de 2015 à 2017, pour 60 ménages et 60 logements."
            ),
            paragraph(
                "En 2014, l'État et le Conseil général ont été rencontrés pour le financement ; les collectivités locales et l'agence régionale de "
                "santé restent à rencontrer."
            ),
        ],
        "costs": [
            ("cost", {"label": "Diagnostic de la situation", "amount": "300 €", "basis": "par logement, une seule fois"}),
            ("cost", {"label": "Accompagnement du ménage", "amount": "1 500 €", "basis": "par ménage et par an"}),
            ("cost", {"label": "Gestion locative adaptée", "amount": "950 €", "basis": "par logement et par an"}),
            ("cost", {"label": "Total la première année", "amount": "2 750 €", "basis": "diagnostic, accompagnement et gestion adaptée"}),
            ("cost", {"label": "Total chaque année suivante", "amount": "2 450 €", "basis": "accompagnement et gestion adaptée"}),
        ],
        "costs_note": "Montants inscrits au projet du dispositif pour 2015–2017. Une année incomplète se compte au jour près.",
    },
)
