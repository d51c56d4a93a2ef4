"""Contact, accessibility, privacy and legal notice: what only the GIE can say is a labelled blank."""

from pages.content.spec import PageSpec, bullets, heading, key_point, paragraph


def to_fill(what: str) -> str:
    return f"<b>À compléter par le GIE :</b> {what}."


CONTACT = PageSpec(
    model="ContactPage",
    slug="contact",
    title="Nous joindre",
    fields={
        "summary": "Une question sur le dispositif, un accès à demander, une erreur à signaler : voici à qui vous adresser.",
        "body": [
            heading("Le GIE Solive"),
            bullets(
                to_fill("adresse postale"),
                to_fill("téléphone et heures d'appel"),
                to_fill("adresse électronique"),
            ),
            heading("Vous cherchez un logement"),
            paragraph(
                "Solive ne reçoit pas directement les demandes de logement. Adressez la vôtre à votre mairie, à un bailleur ou à un "
                "service social : ils peuvent ensuite saisir le GIE, avec votre accord."
            ),
            key_point(
                "En cas de danger immédiat, appelez le 17. Sans abri ce soir, appelez le 115. Victime de violences, appelez le 3919.", "Urgence"
            ),
        ],
    },
)

ACCESSIBILITY = PageSpec(
    model="ContentPage",
    slug="accessibilite",
    title="Accessibilité",
    fields={
        "summary": "Ce site veut que tout le monde puisse le lire et l'utiliser. Voici où nous en sommes, et comment nous signaler une difficulté.",
        "body": [
            heading("État de conformité"),
            paragraph(
                "Solive vise le référentiel général d'amélioration de l'accessibilité (RGAA) et le niveau AA des règles WCAG 2.2. "
                "Aucun audit complet n'a encore été mené par un tiers : à ce jour, le site est donc <b>déclaré non audité</b>, et nous "
                "n'annonçons pas de taux de conformité."
            ),
            paragraph(to_fill("date de l'audit, nom de l'auditeur, taux et liste des écarts")),
            heading("Ce qui est fait"),
            bullets(
                "Toutes les pages publiques se lisent au clavier, sans JavaScript et jusqu'à 320 pixels de large.",
                "Les contrastes des textes atteignent au moins 4,5 pour 1, et une couleur ne porte jamais seule une information.",
                "Chaque page a un seul grand titre, des intertitres dans l'ordre et un lien pour aller droit au contenu.",
                "Une vérification automatique contrôle chaque modèle de page. Elle ne remplace pas un audit humain.",
            ),
            heading("Signaler une difficulté"),
            paragraph(
                "Écrivez-nous par la page [[contact|Nous joindre]], objet « une difficulté d'accès au site » : dites la page, ce que vous vouliez faire et votre équipement. Nous vous répondons."
            ),
            heading("Si notre réponse ne suffit pas"),
            paragraph(
                "Vous pouvez saisir le Défenseur des droits : par son formulaire en ligne, auprès de son délégué dans le département, ou par courrier "
                "gratuit, sans timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris Cedex 07."
            ),
            paragraph(to_fill("date de cette déclaration")),
        ],
    },
)

PRIVACY = PageSpec(
    model="ContentPage",
    slug="donnees-personnelles",
    title="Vos données et vos droits",
    fields={
        "summary": "Ce que Solive sait d'un ménage, pourquoi, qui peut le lire, pendant combien de temps, et comment exercer vos droits.",
        "body": [
            heading("Quand vous visitez ce site"),
            paragraph(
                "Les pages publiques ne chargent rien depuis un autre site et ne mesurent pas votre visite. Lire le site ne dépose aucun cookie. "
                "La page de contact en dépose un, de sécurité : il sert à vérifier que le message vient bien du formulaire."
            ),
            heading("Quand vous nous écrivez"),
            paragraph(
                "Votre nom, votre adresse électronique et votre message servent à vous répondre. Les agents du GIE les lisent. Ils sont effacés au bout "
                "d'un an. Pour arrêter les robots, le site garde avec le message une empreinte qui change chaque jour et ne permet pas de vous retrouver."
            ),
            heading("Quand votre organisme figure dans l'annuaire"),
            paragraph(
                "La fiche présente l'organisme. Votre nom et votre fonction n'y paraissent que si vous l'avez accepté vous-même, dans votre espace ; "
                "vous pouvez les retirer à tout moment, et le retrait est immédiat."
            ),
            heading("Quand votre situation est suivie"),
            paragraph(
                "Solive garde ce qu'il faut pour chercher un logement et organiser un accompagnement : identité, composition du ménage, situation de "
                "logement, besoins, ressources, mesures et évaluations. Votre accord est demandé, et vous pouvez le retirer."
            ),
            bullets(
                "Les agents du GIE suivent le parcours.",
                "Le bailleur voit les ménages qu'il signale, qui lui sont proposés ou qu'il loge.",
                "L'association voit les ménages qu'elle accompagne.",
                "Un dossier confidentiel ne s'ouvre qu'aux personnes qui y sont nommées.",
                "Le site public ne peut lire aucun dossier.",
            ),
            paragraph("Le numéro de sécurité sociale n'est jamais demandé."),
            heading("Combien de temps un dossier est gardé"),
            paragraph("Le GIE s'engage à rendre anonyme un dossier deux ans après le dernier contact, et à ne garder ensuite que des statistiques."),
            paragraph(to_fill("date à laquelle cette règle est appliquée par le site, et durée de conservation des traces")),
            heading("Vos droits"),
            paragraph(
                "Vous pouvez demander à voir vos données, à les corriger, à les effacer, à en limiter l'usage ou à en recevoir une copie. "
                "Vous pouvez aussi saisir la Commission nationale de l'informatique et des libertés (CNIL)."
            ),
            bullets(
                to_fill("responsable du traitement et base légale"),
                to_fill("nom et coordonnées du délégué à la protection des données"),
                to_fill("liste des sous-traitants et lieu d'hébergement des données"),
            ),
        ],
    },
)

LEGAL_NOTICE = PageSpec(
    model="ContentPage",
    slug="mentions-legales",
    title="Mentions légales",
    fields={
        "summary": "Qui édite ce site, qui l'héberge, et à quelles conditions vous pouvez en réutiliser le contenu.",
        "body": [
            heading("Éditeur"),
            paragraph("Le groupement d'intérêt économique Solive, en Ille-et-Vilaine."),
            bullets(
                to_fill("forme, capital, siège et numéro SIREN"),
                to_fill("adresse, téléphone et adresse électronique"),
                to_fill("nom du directeur ou de la directrice de la publication"),
            ),
            heading("Hébergement"),
            paragraph(to_fill("nom, adresse et téléphone de l'hébergeur")),
            heading("Contenus"),
            paragraph(
                "Les fiches de l'annuaire sont écrites par les organismes et relues par le GIE. Une erreur ? Signalez-la par la page [[contact|Nous joindre]]."
            ),
            paragraph(
                "Les dessins et les textes sont propres à ce site. La liste des communes vient du découpage administratif publié par Etalab (licence MIT)."
            ),
            paragraph(to_fill("conditions de réutilisation des contenus")),
        ],
    },
)
