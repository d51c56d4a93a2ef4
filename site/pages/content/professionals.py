"""What a professional finds here, trade by trade."""

from pages.content.spec import PageSpec, bullets, heading, key_point, paragraph

PROFESSIONALS = PageSpec(
    model="ContentPage",
    slug="professionnels",
    title="Pour les professionnels",
    in_menu=True,
    fields={
        "summary": "Signaler un ménage, suivre un dossier, garder votre fiche à jour : voici comment, selon votre métier.",
        "body": [
            heading("Signaler un ménage"),
            paragraph(
                "Vous suivez un ménage qui attend un logement depuis trop longtemps, ou un locataire que menace une expulsion ? Signalez-le dans "
                "l'espace professionnel, par un formulaire protégé. Le GIE vérifie le signalement, ouvre le dossier et note que vous en êtes à l'origine."
            ),
            paragraph(
                "Vous n'avez pas encore de compte ? Demandez-le par la page [[contact|Nous joindre]], sans rien dire du ménage : cette page n'est pas "
                "faite pour cela."
            ),
            key_point(
                "Informez le ménage avant de le signaler. Sans son accord, l'accompagnement ne peut pas commencer.",
                "Avant tout",
            ),
            heading("Selon votre métier"),
            heading("Vous êtes référent d'un bailleur", "3"),
            paragraph(
                "Vous envoyez votre fichier patrimoine, vous notez la réponse du ménage, la décision de la commission d'attribution et le bail. Vous "
                "voyez votre patrimoine et les ménages que vous signalez, qui vous sont proposés ou que vous logez."
            ),
            heading("Vous accompagnez des ménages", "3"),
            paragraph(
                "Vous faites le diagnostic, vous recueillez l'adhésion du ménage, vous enregistrez les évaluations. Vous voyez les ménages que votre association "
                "diagnostique ou accompagne, et eux seulement."
            ),
            heading("Vous prescrivez ou orientez", "3"),
            paragraph("SIAO, service social, hébergement : vous signalez les ménages par un formulaire, et vous suivez l'état de vos signalements."),
            heading("Vous siégez au comité ou financez le dispositif", "3"),
            paragraph(
                "Un membre du comité lit l'ordre du jour, les fiches sans nom et les comptes rendus de ses séances. Un financeur lit des totaux et des "
                "bilans, aucun dossier."
            ),
            heading("Tenir votre fiche d'annuaire"),
            paragraph(
                "Dans l'espace professionnel, la rubrique « Ma fiche » montre ce que [[annuaire|l'annuaire]] dit de votre organisme. Vous la modifiez, vous "
                "voyez l'aperçu, vous l'envoyez : le GIE la relit, et la fiche publiée ne change qu'ensuite. Une fois par an, on vous demande de confirmer "
                "qu'elle est juste."
            ),
            heading("Obtenir un accès"),
            bullets(
                "Demandez un compte au GIE par la page [[contact|Nous joindre]], avec votre nom, votre organisme et votre fonction.",
                "Vous recevez un lien pour choisir votre mot de passe : 12 caractères au moins.",
                "Vous quittez votre poste ? Prévenez le GIE, qui ferme l'accès.",
            ),
            heading("Ce qui est protégé"),
            paragraph(
                "Chacun voit les dossiers dont il a besoin, et rien d'autre. Les dossiers confidentiels, en "
                "particulier ceux des personnes victimes de violences, ne s'ouvrent qu'aux personnes nommées. Voyez "
                "[[donnees-personnelles|vos données et vos droits]]."
            ),
        ],
    },
)
