"""What every page of the site has: a place in the tree, texts that everybody can read, and a description of itself for search engines."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.fields import RichTextField
from wagtail.models import Page

from pages.plain_text import check_rich_text


class ReadablePage(Page):
    """A page of the site. Its rich texts are held to the same rules as its blocks."""

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        refused = {}
        for field in self._meta.get_fields():
            if isinstance(field, RichTextField):
                try:
                    check_rich_text(getattr(self, field.name) or "")
                except ValidationError as refusal:
                    refused[field.name] = refusal
        if refused:
            raise ValidationError(refused)

    @cached_property
    def trail(self) -> list[Page]:
        """The pages from the home page down to the parent of this one."""
        return list(self.get_ancestors().filter(depth__gt=1)) if self.depth else []


class SitePage(ReadablePage):
    """What every page below the home page has: a summary under its title."""

    summary = models.TextField(
        "chapeau", max_length=300, help_text="Une ou deux phrases sous le titre : ce que la page apprend. 300 caractères au plus."
    )

    content_panels: ClassVar[Sequence[Panel]] = [*Page.content_panels, FieldPanel("summary")]
    is_cacheable = True
    """Whether its answers may stand in the page cache: not those that hold a form, or depend on what was typed."""
    schema_type: ClassVar[str] = "WebPage"
    """What the page is, in the words of schema.org."""

    class Meta:
        abstract = True

    @property
    def as_json_ld(self) -> dict[str, Any]:
        """The page and the way to it, for schema.org."""
        steps = [(page.title if rank else "Accueil", page.full_url) for rank, page in enumerate(self.trail)]
        crumbs = [
            {"@type": "ListItem", "position": rank, "name": name, "item": address}
            for rank, (name, address) in enumerate([*steps, (self.title, self.full_url)], start=1)
        ]
        return {
            "@context": "https://schema.org",
            "@type": self.schema_type,
            "name": self.title,
            "description": self.summary,
            "url": self.full_url,
            "inLanguage": "fr",
            "dateModified": self.last_published_at,
            "publisher": {"@type": "Organization", "name": "GIE Solive"},
            "breadcrumb": {"@type": "BreadcrumbList", "itemListElement": crumbs},
        }
