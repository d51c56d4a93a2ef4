"""What editors assemble: each block is shown and told before it is chosen, and none of them can break access for all."""

from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page

from access.enums import Role
from pages.blocks import BodyBlock, IllustrationBlock, KeyPointBlock, QuestionBlock
from pages.models import HomePage, StepPage
from pages.plain_text import check_alternative, check_rich_text
from tests.site.pages.reading import Reading


def streams() -> Iterator[tuple[str, blocks.StreamBlock]]:
    for model in apps.get_app_config("pages").get_models():
        if issubclass(model, Page):
            yield from (
                (f"{model.__name__}.{field.name}", field.stream_block) for field in model._meta.get_fields() if isinstance(field, StreamField)
            )


def choosable() -> dict[str, blocks.Block]:
    """Every block that an editor may add, once each."""
    return {f"{where}.{name}": block for where, stream in streams() for name, block in stream.child_blocks.items()}


def test_every_block_is_shown_before_it_is_chosen(home: HomePage, signed_in: Callable[[Role], Client], subtests: pytest.Subtests) -> None:
    client = signed_in(Role.GIE_STAFF)
    assert len(choosable()) >= 10
    for where, block in choosable().items():
        with subtests.test(where):
            assert block.is_previewable
            assert block.get_description()
            answer = client.get("/gestion/block-preview/", {"id": block.definition_prefix})
            assert answer.status_code == 200
            page = Reading(answer.content.decode())
            assert len(page.text.split()) > 3
            assert "/static/pages/site.css" in page.resources


def test_every_field_of_a_block_says_what_to_write(subtests: pytest.Subtests) -> None:
    for where, block in choosable().items():
        fields = block.child_blocks if isinstance(block, blocks.StructBlock) else {"": block}
        for name, field in fields.items():
            with subtests.test(f"{where}.{name}"):
                assert field.meta.help_text if isinstance(field, blocks.ListBlock) else field.field.help_text


@pytest.mark.parametrize(
    "source",
    [
        '<p>Pour en savoir plus, <a href="https://x.example">cliquez ici</a>.</p>',
        '<p><a href="https://x.example"><b>Ici</b></a></p>',
        '<p><a href="https://x.example">https://x.example/tres/long</a></p>',
        "<p>Bien.</p><p><b>Un faux titre</b></p>",
        "<p><strong>Un faux titre</strong> :</p>",
    ],
)
def test_a_vague_link_and_a_false_title_are_refused(source: str) -> None:
    with pytest.raises(ValidationError):
        check_rich_text(source)
    body = BodyBlock()
    for block in ({"type": "paragraph", "value": source}, {"type": "list", "value": [source]}, {"type": "key_point", "value": {"text": source}}):
        with pytest.raises(ValidationError):
            body.clean(body.to_python([block]))
    with pytest.raises(ValidationError):
        QuestionBlock().clean(QuestionBlock().to_python({"question": "Pourquoi ?", "answer": source}))


def test_what_says_where_it_leads_is_taken() -> None:
    source = '<p><b>Accéder.</b> Voyez <a linktype="page" id="3">la page du parcours</a>.</p>'
    check_rich_text(source)
    assert KeyPointBlock().clean(KeyPointBlock().to_python({"title": "", "text": source}))["text"].source == source


def test_the_texts_of_pages_are_held_to_the_same_rules(home: HomePage) -> None:
    step = StepPage.objects.first()
    step.who_does_it = '<p><a href="https://x.example">cliquez ici</a></p>'
    with pytest.raises(ValidationError) as refusal:
        step.full_clean()
    assert set(refusal.value.message_dict) == {"who_does_it"}


@pytest.mark.parametrize("text", ["IMG_2041.jpg", "photo", "DSC 0042", "plan.png", "image1"])
def test_a_file_s_name_is_no_description(text: str) -> None:
    with pytest.raises(ValidationError):
        check_alternative(text)


def test_an_image_is_described_in_words() -> None:
    check_alternative("Deux personnes signent un bail")
    block = IllustrationBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"image": None, "alternative": "", "caption": ""}))


def test_a_list_is_never_empty() -> None:
    body = BodyBlock()
    with pytest.raises(ValidationError):
        body.clean(body.to_python([{"type": "list", "value": []}]))


def test_the_first_content_passes_these_rules(home: HomePage) -> None:
    for page in Page.objects.live().descendant_of(home, inclusive=True).specific():
        page.full_clean()
