"""What a professional finds here, trade by trade."""

from pages.content.spec import PageSpec, bullets, heading, key_point, paragraph

PROFESSIONALS = PageSpec(
    model="ContentPage",
    slug="professionnels",
    title="Pour les professionnels",
    in_menu=True,
    fields={
        "summary": "Signaler un ménage, suivre un dossier, tenir votre fiche : voici ce que vous pouvez faire ici, selon votre métier.",
        "body": [
            heading("Signaler un ménage"),
            paragraph(
                "Vous suivez un ménage qui attend un logement depuis trop longtemps, ou un locataire que menace une expulsion ? Connectez-vous à "
                "l'espace professionnel (le lien est en haut de chaque page) et remplissez le signalement. Le GIE le vérifie, ouvre le dossier et "
                "vous tient informé de son état."
            ),
            key_point(
                "Informez le ménage avant de le signaler. Sans son accord, l'accompagnement ne peut pas commencer.",
                "Avant tout",
            ),
            heading("Selon votre métier"),
            heading("Vous êtes référent d'un bailleur", "3"),
            paragraph(
                "Vous fléchez des logements, vous répondez aux propositions, vous notez la décision de la commission d'attribution et le bail. Vous "
                "voyez votre patrimoine et les ménages proposés ou logés chez vous."
            ),
            heading("Vous accompagnez des ménages", "3"),
            paragraph(
                "Vous faites le diagnostic, vous notez vos visites, vous préparez les évaluations. Vous voyez les ménages que votre association "
                "diagnostique ou accompagne, et eux seulement."
            ),
            heading("Vous prescrivez ou orientez", "3"),
            paragraph("SIAO, service social, hébergement : vous signalez, puis vous suivez l'état de vos signalements."),
            heading("Vous siégez au comité ou financez le dispositif", "3"),
            paragraph(
                "Membre du comité, vous lisez des dossiers sans nom, à l'ordre du jour de vos séances. Financeur, vous lisez des totaux, jamais des "
                "dossiers ; les petits nombres restent masqués."
            ),
            heading("Tenir votre fiche d'annuaire"),
            paragraph(
                "Connectez-vous, corrigez votre fiche, envoyez-la. Le GIE la relit ; la fiche publiée ne change pas d'ici là. La date de "
                "vérification s'affiche sur la fiche. Voyez [[annuaire|l'annuaire]]."
            ),
            heading("Obtenir un accès"),
            bullets(
                "Demandez un compte au GIE par la page [[contact|Nous joindre]], avec votre nom, votre organisme et votre fonction.",
                "Vous recevez un lien pour choisir votre mot de passe : 12 caractères au moins.",
                "Vous quittez votre poste ? Prévenez le GIE, qui ferme l'accès.",
            ),
            heading("Ce qui est protégé"),
            paragraph(
                "Chacun voit les dossiers dont il a besoin, et rien d'autre. Chaque consultation laisse une trace. Les dossiers confidentiels, en "
                "particulier ceux des personnes victimes de violences, ne s'ouvrent qu'aux personnes nommées. Voyez "
                "[[donnees-personnelles|vos données et vos droits]]."
            ),
        ],
    },
)
