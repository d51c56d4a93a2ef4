"""Publics, news, documents, questions, search and the map of the site."""

from pages.content.spec import PageSpec, bullets, heading, key_point, paragraph

PUBLICS = PageSpec(
    model="ContentPage",
    slug="publics",
    title="Pour qui",
    in_menu=True,
    fields={
        "summary": "Six situations, une même démarche : comprendre ce qui empêche de se loger, puis réunir le logement et l'appui qui conviennent.",
        "body": [
            heading("Les ménages qui attendent depuis trop longtemps"),
            paragraph(
                "Leur demande de logement social dépasse le délai fixé par le préfet. Solive calcule cette attente depuis le premier jour de la "
                "demande et cherche ce qui la fait durer : le loyer, la taille, l'étage, le voisinage, ou l'absence d'accompagnement."
            ),
            heading("Les ménages dont la vie ne convient pas au collectif"),
            paragraph(
                "Bruit, animaux, stockage, besoin d'espace ou de solitude : un immeuble peut rendre la vie impossible à tous. "
                "Un logement un peu à l'écart, avec un jardin, change souvent la situation."
            ),
            heading("Les personnes qui vivent avec une addiction ou des troubles du comportement"),
            paragraph(
                "Le logement ne soigne pas, mais il permet de se soigner. Des associations spécialisées viennent chez la personne et font le lien avec "
                "les soins."
            ),
            heading("Les personnes qui sortent de prison ou exécutent une peine alternative"),
            paragraph("Une adresse stable aide à repartir. Le retour au logement se prépare avant la sortie."),
            heading("Les personnes victimes de violences conjugales"),
            paragraph("Leur dossier est confidentiel : il ne s'ouvre qu'aux personnes nommées, et l'adresse y est masquée."),
            key_point("En cas de danger immédiat, appelez le 17. Pour être écoutée et conseillée, appelez le 3919.", "Urgence"),
            heading("Les locataires que menace une expulsion"),
            paragraph(
                "Le logement est là : il faut le garder. L'accompagnement commence dès la décision du comité, dans le logement que le ménage occupe."
            ),
            heading("Ce que ces ménages ont en commun"),
            bullets(
                "Ils relèvent du logement social et connaissent des difficultés financières et d'insertion.",
                "Ils peuvent relever du DALO, des accords collectifs ou du PDALPD (devenu PDALHPD).",
                "Ils donnent leur accord : sans lui, l'accompagnement ne commence pas.",
            ),
            paragraph("La suite se lit dans [[parcours|le parcours]]."),
        ],
    },
)

NEWS = PageSpec(
    model="NewsIndexPage",
    slug="actualites",
    title="Actualités",
    fields={"summary": "Ce qui avance dans le dispositif, territoire par territoire."},
    children=[
        PageSpec(
            model="NewsPage",
            slug="le-site-de-solive-ouvre",
            title="Le site de Solive ouvre",
            fields={
                "summary": "Le dispositif, son parcours étape par étape et l'annuaire de ses partenaires se lisent désormais en un seul endroit.",
                "body": [
                    paragraph(
                        "Solive est né d'un projet de 2014, « Amplifier la solution du logement adapté accompagné » : les huit bailleurs sociaux "
                        "d'Ille-et-Vilaine, rassemblés dans ADO Habitat 35, en confient le pilotage à un groupement commun, le GIE Solive."
                    ),
                    heading("Ce que vous trouvez ici"),
                    bullets(
                        "[[dispositif|Le dispositif]] : pourquoi, pour qui, avec quels logements, à quel coût.",
                        "[[parcours|Le parcours]] : ce qui se passe à chaque étape, qui s'en charge et combien de temps il faut.",
                        "[[annuaire|L'annuaire]] : qui fait quoi, où, et comment joindre chacun.",
                    ),
                    heading("Ce que vous pouvez emporter"),
                    paragraph(
                        "La fiche du dispositif et le modèle de convention entre le GIE et les associations sont à la page [[telecharger|Documents]]."
                    ),
                ],
            },
        ),
    ],
)

KEY_FIGURES = PageSpec(
    model="KeyFiguresPage",
    slug="chiffres-cles",
    title="Chiffres clés",
    fields={"summary": "Où en est le dispositif : les ménages, les logements, les résultats et l'argent, tels que le GIE les publie."},
)

DOCUMENTS = PageSpec(
    model="DocumentsPage",
    slug="telecharger",
    title="Documents",
    fields={
        "summary": "Les documents du dispositif, à télécharger. Chacun dit à quoi il sert et de quand il date.",
        "documents": [
            (
                "document",
                {
                    "title": "Fiche du dispositif",
                    "meaning": "Publics, logements, accompagnement, coûts, partenaires et calendrier : le dispositif en deux pages.",
                },
            ),
            (
                "document",
                {
                    "title": "Modèle de convention entre le GIE et un opérateur",
                    "meaning": "Objet, territoire, capacité, tarifs et durée : ce que signent le GIE et chaque association.",
                },
            ),
        ],
    },
)


def question(words: str, *answers: str) -> tuple[str, dict[str, str]]:
    return "question", {"question": words, "answer": "".join(f"<p>{answer}</p>" for answer in answers)}


QUESTIONS = PageSpec(
    model="QuestionsPage",
    slug="questions",
    title="Questions et réponses",
    fields={
        "summary": "Les questions que l'on nous pose le plus, et des réponses courtes.",
        "questions": [
            question(
                "Je cherche un logement : puis-je m'adresser à Solive ?",
                "Pas directement. Parlez-en à un service social, à votre bailleur, à une association ou à votre mairie : ils peuvent signaler "
                "votre situation au GIE, avec votre accord.",
            ),
            question(
                "Qui peut signaler un ménage ?",
                "Un bailleur, le SIAO, un service social ou un acteur de l'hébergement. La page [[professionnels|Pour les professionnels]] dit comment.",
            ),
            question(
                "Qui attribue le logement ?",
                "La commission d'attribution du bailleur. Le GIE propose un logement et explique son choix ; la commission décide, puis le ménage répond.",
            ),
            question(
                "Que se passe-t-il si le ménage refuse le logement ?",
                "Sa raison est notée et la recherche reprend. Un refus aide à mieux comprendre ce qui convient.",
            ),
            question(
                "Combien coûte un accompagnement ?",
                "2 750 € la première année : 300 € de diagnostic, 1 500 € d'accompagnement et 950 € de gestion locative adaptée. "
                "2 450 € chacune des années suivantes. Une année incomplète se compte au jour près.",
            ),
            question(
                "Le ménage paie-t-il cet accompagnement ?",
                "Ces montants sont ceux du projet, à financer par ses partenaires. Le ménage, lui, paie son loyer et ses charges.",
            ),
            question(
                "Que veut dire « aller vers » ?",
                "Les équipes vont à la rencontre du ménage, chez lui ou là où il se trouve, au lieu d'attendre qu'il vienne. Si une visite échoue, elles "
                "reviennent.",
            ),
            question(
                "Comment mon organisme entre-t-il dans l'annuaire ?",
                "Écrivez au GIE par la page [[contact|Nous joindre]]. Il ouvre votre fiche ; vous la rédigez, il la relit, puis elle paraît dans "
                "[[annuaire|l'annuaire]].",
            ),
        ],
    },
)

SEARCH_PAGE = PageSpec(
    model="SearchPage",
    slug="recherche",
    title="Recherche",
    fields={"summary": "Dans les pages du site et dans l'annuaire. Les accents ne comptent pas, et une faute de frappe se rattrape."},
)

SITE_MAP = PageSpec(model="SiteMapPage", slug="plan-du-site", title="Plan du site", fields={"summary": "Toutes les pages du site, sur une seule."})
