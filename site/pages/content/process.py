"""The seven steps, as the committee and the teams work them."""

from pages.content.spec import PageSpec

TO_FILL = "<b>À compléter par le GIE :</b>"

REPORT = PageSpec(
    model="StepPage",
    slug="reperer",
    title="Repérer les ménages",
    fields={
        "short_title": "Repérer",
        "summary": "Un professionnel signale un ménage qui attend depuis trop longtemps, ou un locataire qui risque de perdre son logement.",
        "what_happens": (
            "<p>Le signalement dit qui est le ménage, par quelle porte il entre et ce qui l'empêche de se loger.</p>"
            "<ul><li><b>Accéder :</b> le ménage cherche un logement. Solive calcule son attente depuis la date de sa demande et la compare "
            "au délai fixé par le préfet pour sa commune.</li>"
            "<li><b>Garder :</b> le ménage est locataire et une expulsion se prépare.</li></ul>"
            "<p>Le GIE ouvre un dossier. Désormais le ménage porte une référence, comme MEN-00042 : son nom ne circule pas.</p>"
        ),
        "who_does_it": (
            "<p>Un bailleur, le SIAO, un service social ou un acteur de l'hébergement signale. Le GIE Solive vérifie et ouvre le dossier.</p>"
            "<p>Rien ne se fait sans le ménage : son accord est demandé, daté et gardé au dossier.</p>"
        ),
        "how_long": f"<p>Le signalement se remplit en une fois.</p><p>{TO_FILL} le délai dans lequel le GIE répond à un signalement.</p>",
        "which_document": "<p>Le signalement au GIE, avec le numéro unique de la demande de logement s'il existe.</p>",
        "what_it_costs": "<p>Aucun coût n'est prévu pour cette étape.</p>",
    },
)

DIAGNOSE = PageSpec(
    model="StepPage",
    slug="diagnostiquer",
    title="Diagnostiquer les besoins",
    fields={
        "short_title": "Diagnostiquer",
        "summary": "Une association va à la rencontre du ménage et décrit, avec lui, le logement et l'appui dont il a besoin.",
        "what_happens": (
            "<p>L'association rencontre le ménage là où il vit. Si une visite échoue, elle revient : chaque tentative compte et se note.</p>"
            "<p>Le diagnostic répond à trois questions, sans les mélanger :</p>"
            "<ul><li>quel logement : taille, étage, isolement, jardin, accessibilité, loyer possible ;</li>"
            "<li>quel accompagnement : de léger à renforcé ;</li>"
            "<li>quelle gestion locative adaptée (GLA) autour du logement.</li></ul>"
        ),
        "who_does_it": "<p>Une association liée au GIE par une convention, choisie selon le territoire et les difficultés du ménage.</p>",
        "how_long": f"<p>Le temps de rencontrer le ménage, parfois plusieurs fois.</p><p>{TO_FILL} le délai demandé aux associations.</p>",
        "which_document": "<p>Le diagnostic social. Ce qui touche à la santé, à la violence ou à la justice reste réservé à l'équipe du dossier.</p>",
        "what_it_costs": "<p><b>300 €</b> par logement, une seule fois par dossier.</p>",
    },
)

ORIENT = PageSpec(
    model="StepPage",
    slug="orienter",
    title="Orienter en comité",
    fields={
        "short_title": "Orienter",
        "summary": "Le comité d'orientation et d'évaluation lit le diagnostic et décide de la suite.",
        "what_happens": (
            "<p>Les membres du comité étudient le dossier sous sa seule référence : ils ne lisent ni nom, ni coordonnées.</p>"
            "<p>Ils choisissent une voie :</p>"
            "<ul><li>chercher un logement, existant ou à produire ;</li>"
            "<li>accompagner tout de suite le ménage dans le logement qu'il occupe, si une expulsion menace ;</li>"
            "<li>proposer une autre réponse que Solive, plus juste pour lui.</li></ul>"
        ),
        "who_does_it": "<p>Le comité d'orientation et d'évaluation, réuni par le GIE Solive.</p>",
        "how_long": f"<p>Une séance.</p><p>{TO_FILL} le calendrier des séances.</p>",
        "which_document": "<p>L'ordre du jour, avec des dossiers sans nom, puis le relevé de décisions, daté.</p>",
        "what_it_costs": "<p>Aucun coût n'est prévu pour cette étape.</p>",
    },
)

SEARCH = PageSpec(
    model="StepPage",
    slug="rechercher",
    title="Rechercher ou produire le logement",
    fields={
        "short_title": "Rechercher",
        "summary": "Le GIE cherche, dans le parc de tous les bailleurs, le logement qui répond au diagnostic. S'il n'existe pas, il le fait produire.",
        "what_happens": (
            "<p>Quatre voies, selon ce que demande le diagnostic :</p>"
            "<ul><li>réserver un logement libre qui convient tel quel ;</li>"
            "<li>reclasser un logement pour en baisser le loyer ;</li>"
            "<li>aménager un logement existant ;</li>"
            "<li>construire, après avoir trouvé et négocié un terrain s'il le faut.</li></ul>"
            "<p>Le logement retenu est « fléché » : le bailleur le garde pour le dispositif.</p>"
        ),
        "who_does_it": "<p>Le GIE Solive cherche et négocie. Le bailleur flèche, aménage ou construit.</p>",
        "how_long": (
            "<p>Court si un logement convient déjà ; long s'il faut des travaux ou un terrain.</p>"
            "<p>Le dossier reste suivi tout ce temps : la prochaine action, son responsable et sa date y sont toujours écrits.</p>"
        ),
        "which_document": "<p>La fiche du logement, et la fiche de l'opération quand il faut aménager, reclasser ou construire.</p>",
        "what_it_costs": (
            "<p>Le coût de l'opération est porté par le bailleur et ses financeurs.</p>"
            "<p>Un logement neuf construit seul revient au moins <b>20 %</b> plus cher qu'une opération courante. "
            "Le logement modulaire, à l'essai, cherche à effacer cet écart.</p>"
        ),
    },
)

PROPOSE = PageSpec(
    model="StepPage",
    slug="proposer",
    title="Proposer et attribuer le logement",
    fields={
        "short_title": "Proposer et attribuer",
        "summary": "Le logement est proposé au ménage. La commission d'attribution du bailleur décide ; le ménage reste libre d'accepter.",
        "what_happens": (
            "<p>Le GIE propose un logement précis à un ménage précis et explique son choix. Le bailleur présente le dossier à sa commission "
            "d'attribution des logements (CAL, devenue CALEOL).</p>"
            "<p>La commission accepte, refuse ou classe la demande, et dit pourquoi. Puis le ménage répond. S'il refuse, sa raison est notée : "
            "elle aide à mieux chercher.</p>"
        ),
        "who_does_it": "<p>Le GIE propose. <b>La commission du bailleur décide</b> : le GIE n'attribue pas les logements.</p>",
        "how_long": f"<p>Le temps d'une commission, puis celui de la réponse du ménage.</p><p>{TO_FILL} le délai de réponse laissé au ménage.</p>",
        "which_document": "<p>La proposition, la décision de la commission avec son rang et sa raison, la réponse du ménage.</p>",
        "what_it_costs": "<p>Aucun coût n'est prévu pour cette étape.</p>",
    },
)

HOUSE = PageSpec(
    model="StepPage",
    slug="loger",
    title="Loger et accompagner",
    fields={
        "short_title": "Loger et accompagner",
        "summary": "Le ménage entre dans son logement, et l'appui commence le même jour : pour lui, et pour le logement.",
        "what_happens": (
            "<p>Le bail est signé : bail direct, sous-location, bail glissant, mandat de gestion ou titre de résidence, selon la situation.</p>"
            "<ul><li><b>L'accompagnement</b> suit le ménage : budget, droits, santé, voisinage, projets. Son intensité s'ajuste.</li>"
            "<li><b>La gestion locative adaptée</b> suit le logement : loyer, entretien, relations avec les voisins.</li></ul>"
            "<p>Un locataire menacé d'expulsion entre directement ici, après la décision du comité : son logement, il l'a déjà.</p>"
        ),
        "who_does_it": "<p>L'association accompagne. Le référent du bailleur veille sur le logement, ou confie cette gestion à l'association.</p>",
        "how_long": "<p>Aussi longtemps que nécessaire dans les trois ans du dispositif (2015–2017) ; les mesures se révisent à chaque évaluation.</p>",
        "which_document": "<p>Le bail, l'accord du ménage et la mesure d'accompagnement : objectifs, moyens, intensité, dates.</p>",
        "what_it_costs": (
            "<ul><li>Accompagnement : <b>1 500 €</b> par ménage et par an.</li>"
            "<li>Gestion locative adaptée : <b>950 €</b> par logement et par an.</li></ul>"
            "<p>Avec le diagnostic, la première année revient à <b>2 750 €</b>.</p>"
        ),
    },
)

EVALUATE = PageSpec(
    model="StepPage",
    slug="evaluer",
    title="Évaluer et stabiliser",
    fields={
        "short_title": "Évaluer et stabiliser",
        "summary": "À dates régulières, on regarde avec le ménage ce qui va et ce qui bloque, puis on ajuste, jusqu'à pouvoir se retirer.",
        "what_happens": (
            "<p>L'évaluation suit une grille commune et laisse la parole au ménage. Le comité en tire une décision :</p>"
            "<ul><li>continuer ;</li><li>ajuster l'accompagnement ou la gestion du logement ;</li>"
            "<li>arrêter, parce que tout va bien ;</li><li>réorienter, parce qu'il faut autre chose.</li></ul>"
            "<p>Quand le ménage tient son logement en son nom et sans aide, son dossier se ferme et le logement reste le sien.</p>"
        ),
        "who_does_it": "<p>L'association et le bailleur évaluent avec le ménage. Le comité d'orientation et d'évaluation décide.</p>",
        "how_long": f"<p>Une évaluation à intervalles réguliers, tant que les mesures durent.</p><p>{TO_FILL} le nombre de mois entre deux évaluations.</p>",
        "which_document": "<p>La grille d'évaluation, avec l'avis du ménage, puis la décision du comité.</p>",
        "what_it_costs": "<p>Aucun coût n'est prévu pour cette étape, en plus de l'accompagnement.</p>",
    },
)

PROCESS = PageSpec(
    model="ProcessPage",
    slug="parcours",
    title="Le parcours",
    in_menu=True,
    fields={
        "seo_title": "Le parcours d'un ménage, en sept étapes",
        "summary": "Sept étapes, du signalement au logement stable. Pour chacune : ce qui se passe, qui s'en charge, combien de temps, quel document, quel coût.",
        "introduction": (
            "<p>Chaque ménage avance à son rythme. À tout moment, son dossier dit où il en est, quelle est la prochaine action, qui la fait et pour quand. "
            "Un dossier peut être suspendu, puis reprendre là où il s'était arrêté.</p>"
        ),
    },
    children=[REPORT, DIAGNOSE, ORIENT, SEARCH, PROPOSE, HOUSE, EVALUATE],
)
