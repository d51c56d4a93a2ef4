"""The pieces an editor assembles in the body of a page. Few of them, each one accessible by construction, shown before it is chosen."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock

from pages.plain_text import check_alternative, check_rich_text

TEXT_FEATURES = ["bold", "italic", "link"]
ANSWER_FEATURES = [*TEXT_FEATURES, "ul"]
TEXT_HELP = "Des phrases courtes. Un lien dit où il mène : « la page du parcours », jamais « cliquez ici »."


class TextBlock(blocks.RichTextBlock):
    """A rich text whose links say where they lead, and whose bold is no title."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        check_rich_text(cleaned.source)
        return cleaned

    def deconstruct(self) -> tuple[str, Any, Any]:
        return "wagtail.blocks.RichTextBlock", self._constructor_args[0], self._constructor_args[1]


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label="Intertitre", max_length=120, help_text="Quelques mots qui annoncent la suite. Sans point final.")
    level = blocks.ChoiceBlock(
        label="Niveau",
        choices=[("2", "Titre de partie"), ("3", "Sous-titre dans une partie")],
        default="2",
        help_text="Un sous-titre vient toujours après un titre de partie.",
    )

    class Meta:
        icon = "title"
        label = "Intertitre"
        template = "pages/blocks/heading.html"
        description = "Annonce une partie de la page. On saute d'un intertitre à l'autre, à l'œil comme au lecteur d'écran."
        preview_value: ClassVar = {"text": "Deux portes d'entrée", "level": "2"}


class KeyPointBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", max_length=80, required=False, help_text="Deux ou trois mots, par exemple « En une phrase ».")
    text = TextBlock(
        label="Texte", features=TEXT_FEATURES, help_text="Une ou deux phrases. Un seul point à retenir par partie, sinon plus rien ne ressort."
    )

    class Meta:
        icon = "pick"
        label = "À retenir"
        template = "pages/blocks/key_point.html"
        description = "Met en avant ce qu'il faut retenir, sur un fond de sable."
        preview_value: ClassVar = {
            "title": "En une phrase",
            "text": "<p>Un ménage, un diagnostic, un logement choisi pour lui, un accompagnement ajusté.</p>",
        }


class IllustrationBlock(blocks.StructBlock):
    image = ImageChooserBlock(label="Image", help_text="Elle est réduite et convertie en WebP. Pas d'image qui ne contient que du texte.")
    alternative = blocks.CharBlock(
        label="Texte de remplacement",
        max_length=200,
        help_text="Ce que montre l'image, en une phrase, pour qui ne la voit pas.",
    )
    caption = blocks.CharBlock(label="Légende", max_length=200, required=False, help_text="Ce que l'image ne dit pas : le lieu, la date, l'auteur.")

    class Meta:
        icon = "image"
        label = "Image"
        template = "pages/blocks/illustration.html"
        description = "Une image, ce qu'elle montre, et sa légende."

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        try:
            check_alternative(cleaned["alternative"])
        except ValidationError as refusal:
            raise blocks.StructBlockValidationError(block_errors={"alternative": refusal}) from refusal
        return cleaned

    def get_preview_value(self) -> Any:
        """The latest image of the site, or a drawing when there is none."""
        shown = {
            "image": get_image_model().objects.order_by("-pk").first(),
            "alternative": "Une image du site",
            "caption": "La légende dit le reste.",
        }
        return blocks.StructValue(self, list(shown.items()))


class BodyBlock(blocks.StreamBlock):
    """The body of a page: titles in order, short paragraphs, lists, points to remember, images."""

    heading = HeadingBlock()
    paragraph = TextBlock(
        label="Paragraphe",
        icon="pilcrow",
        features=TEXT_FEATURES,
        template="pages/blocks/paragraph.html",
        help_text=TEXT_HELP,
        description="Le texte courant. Une idée par paragraphe.",
        preview_value="<p>Les équipes vont à la rencontre du ménage : c'est la démarche d'« aller vers ».</p>",
    )
    list = blocks.ListBlock(
        TextBlock(label="Élément", features=TEXT_FEATURES),
        label="Liste",
        icon="list-ul",
        template="pages/blocks/list.html",
        min_num=1,
        help_text="Des éléments de même nature, écrits de la même façon.",
        description="Une liste à puces : le lecteur d'écran en annonce le nombre d'éléments.",
        preview_value=["<p>réserver un logement qui convient ;</p>", "<p>aménager un logement existant ;</p>", "<p>construire.</p>"],
    )
    key_point = KeyPointBlock()
    illustration = IllustrationBlock()

    def clean(self, value: Any) -> Any:
        """Refuse a subtitle that no title of part comes before: people who listen to the page jump from title to title."""
        cleaned = super().clean(value)
        has_part = False
        for position, child in enumerate(cleaned):
            if child.block_type != "heading":
                continue
            if child.value["level"] == "3" and not has_part:
                refusal = ValidationError("Mettez d'abord un titre de partie, ou choisissez le niveau « Titre de partie ».")
                raise blocks.StreamBlockValidationError(block_errors={position: refusal})
            has_part = True
        return cleaned


class DoorBlock(blocks.StructBlock):
    """One way in from the home page."""

    title = blocks.CharBlock(label="Titre", max_length=60, help_text="Ce que dit le visiteur, par exemple « Je cherche un partenaire ».")
    text = blocks.CharBlock(label="Texte", max_length=160, help_text="Ce qu'il trouve derrière, en une phrase.")
    page = blocks.PageChooserBlock(label="Page d'arrivée", help_text="Si cette page n'est plus publiée, l'entrée disparaît de l'accueil.")
    drawing = blocks.ChoiceBlock(
        label="Dessin",
        choices=[("table", "Deux personnes à une table"), ("key", "Une clé"), ("plan", "Un plan"), ("home", "Une maison")],
        default="home",
        help_text="Il décore : le lecteur d'écran ne l'annonce pas.",
    )

    class Meta:
        icon = "arrow-right"
        label = "Entrée"
        template = "pages/blocks/door.html"
        preview_template = "pages/blocks/previews/door.html"
        description = "Une des entrées de la page d'accueil."
        preview_value: ClassVar = {
            "title": "Je cherche un partenaire",
            "text": "Ce qu'ils font, où, et comment les joindre.",
            "page": None,
            "drawing": "key",
        }


class FigureBlock(blocks.StructBlock):
    """A key figure, never without its date."""

    value = blocks.CharBlock(label="Chiffre", max_length=20, help_text="Par exemple « 60 ».")
    meaning = blocks.CharBlock(label="Ce qu'il compte", max_length=80, help_text="Par exemple « ménages à accompagner ».")
    dated = blocks.CharBlock(label="Date ou période", max_length=60, help_text="Par exemple « objectif 2015–2017 ».")

    class Meta:
        icon = "order"
        label = "Chiffre clé"
        template = "pages/blocks/figure.html"
        preview_template = "pages/blocks/previews/figure.html"
        description = "Un chiffre, ce qu'il compte, et de quand il date."
        preview_value: ClassVar = {"value": "60", "meaning": "ménages à accompagner", "dated": "objectif 2015–2017"}


class DocumentBlock(blocks.StructBlock):
    """A document to take away."""

    title = blocks.CharBlock(label="Titre", max_length=120, help_text="Le nom du document, sans celui du fichier.")
    meaning = blocks.CharBlock(label="À quoi il sert", max_length=240, help_text="Une phrase : pour qui, et quand s'en servir.")
    dated = blocks.DateBlock(label="Date du document", required=False, help_text="Le jour où il a été écrit ou mis à jour.")
    file = DocumentChooserBlock(label="Fichier", required=False, help_text="Sans fichier, le document est annoncé comme « à venir ».")

    class Meta:
        icon = "doc-full-inverse"
        label = "Document"
        template = "pages/blocks/document.html"
        preview_template = "pages/blocks/previews/document.html"
        description = "Un document à télécharger, avec son format, son poids et sa date."
        preview_value: ClassVar = {"title": "Fiche du dispositif", "meaning": "Le dispositif en deux pages.", "dated": None, "file": None}


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label="Question", max_length=160, help_text="Telle qu'on vous la pose, avec son point d'interrogation.")
    answer = TextBlock(label="Réponse", features=ANSWER_FEATURES, help_text="Répondez dès la première phrase, puis expliquez.")

    class Meta:
        icon = "help"
        label = "Question et réponse"
        template = "pages/blocks/question.html"
        preview_template = "pages/blocks/previews/question.html"
        description = "Une question qui s'ouvre sur sa réponse."
        preview_value: ClassVar = {"question": "Qui attribue le logement ?", "answer": "<p>La commission d'attribution du bailleur.</p>"}


class CostBlock(blocks.StructBlock):
    label = blocks.CharBlock(label="Dépense", max_length=100, help_text="Ce qui est payé, par exemple « Accompagnement du ménage ».")
    amount = blocks.CharBlock(label="Montant", max_length=40, help_text="Par exemple « 1 500 € ».")
    basis = blocks.CharBlock(label="Base", max_length=80, help_text="Par exemple « par ménage et par an ».")

    class Meta:
        icon = "tag"
        label = "Dépense"
        template = "pages/blocks/cost.html"
        preview_template = "pages/blocks/previews/cost.html"
        description = "Une ligne du tableau des coûts."
        preview_value: ClassVar = {"label": "Accompagnement du ménage", "amount": "1 500 €", "basis": "par ménage et par an"}
