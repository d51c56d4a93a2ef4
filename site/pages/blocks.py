"""The pieces an editor assembles in the body of a page. Few of them, each one accessible by construction."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["bold", "italic", "link"]
ANSWER_FEATURES = [*TEXT_FEATURES, "ul"]


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label="Intertitre", max_length=120)
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


class KeyPointBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", max_length=80, required=False)
    text = blocks.RichTextBlock(label="Texte", features=TEXT_FEATURES)

    class Meta:
        icon = "pick"
        label = "À retenir"
        template = "pages/blocks/key_point.html"


class IllustrationBlock(blocks.StructBlock):
    image = ImageChooserBlock(label="Image")
    alternative = blocks.CharBlock(
        label="Texte de remplacement",
        max_length=200,
        help_text="Ce que montre l'image, en une phrase, pour qui ne la voit pas.",
    )
    caption = blocks.CharBlock(label="Légende", max_length=200, required=False)

    class Meta:
        icon = "image"
        label = "Image"
        template = "pages/blocks/illustration.html"


class BodyBlock(blocks.StreamBlock):
    """The body of a page: titles in order, short paragraphs, lists, points to remember, images."""

    heading = HeadingBlock()
    paragraph = blocks.RichTextBlock(label="Paragraphe", icon="pilcrow", features=TEXT_FEATURES, template="pages/blocks/paragraph.html")
    list = blocks.ListBlock(
        blocks.RichTextBlock(label="Élément", features=TEXT_FEATURES), label="Liste", icon="list-ul", template="pages/blocks/list.html"
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

    title = blocks.CharBlock(label="Titre", max_length=60)
    text = blocks.CharBlock(label="Texte", max_length=160)
    page = blocks.PageChooserBlock(label="Page d'arrivée")
    drawing = blocks.ChoiceBlock(
        label="Dessin",
        choices=[("table", "Deux personnes à une table"), ("key", "Une clé"), ("plan", "Un plan"), ("home", "Une maison")],
        default="home",
    )

    class Meta:
        icon = "arrow-right"
        label = "Entrée"


class FigureBlock(blocks.StructBlock):
    """A key figure, never without its date."""

    value = blocks.CharBlock(label="Chiffre", max_length=20, help_text="Par exemple « 60 ».")
    meaning = blocks.CharBlock(label="Ce qu'il compte", max_length=80)
    dated = blocks.CharBlock(label="Date ou période", max_length=60, help_text="Par exemple « objectif 2015–2017 ».")

    class Meta:
        icon = "order"
        label = "Chiffre clé"


class DocumentBlock(blocks.StructBlock):
    """A document to take away."""

    title = blocks.CharBlock(label="Titre", max_length=120)
    meaning = blocks.CharBlock(label="À quoi il sert", max_length=240, help_text="Une phrase : pour qui, et quand s'en servir.")
    dated = blocks.DateBlock(label="Date du document", required=False)
    file = DocumentChooserBlock(label="Fichier", required=False, help_text="Sans fichier, le document est annoncé comme « à venir ».")

    class Meta:
        icon = "doc-full-inverse"
        label = "Document"


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label="Question", max_length=160, help_text="Telle qu'on vous la pose, avec son point d'interrogation.")
    answer = blocks.RichTextBlock(label="Réponse", features=ANSWER_FEATURES)

    class Meta:
        icon = "help"
        label = "Question et réponse"


class CostBlock(blocks.StructBlock):
    label = blocks.CharBlock(label="Dépense", max_length=100)
    amount = blocks.CharBlock(label="Montant", max_length=40, help_text="Par exemple « 1 500 € ».")
    basis = blocks.CharBlock(label="Base", max_length=80, help_text="Par exemple « par ménage et par an ».")

    class Meta:
        icon = "tag"
        label = "Dépense"
