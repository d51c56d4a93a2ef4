"""Searching the site: the words of each published page, stemmed in French, accents set aside."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import GeneratedField
from django.http import HttpRequest
from wagtail.models import Page

from access.text import Folded
from pages.models.base import SitePage

DICTIONARY = "french"


class PageText(models.Model):
    """What a published page says, folded (no accents, lower case) and ready to be searched. Titles weigh more than texts."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="text", primary_key=True, verbose_name="page")
    title = models.TextField("titre")
    summary = models.TextField("chapeau", blank=True)
    words = models.TextField("texte", blank=True)
    vector = GeneratedField(
        expression=SearchVector(Folded("title"), weight="A", config=DICTIONARY)
        + SearchVector(Folded("summary"), weight="B", config=DICTIONARY)
        + SearchVector(Folded("words"), weight="C", config=DICTIONARY),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = "texte de page"
        verbose_name_plural = "textes de pages"
        indexes: ClassVar = [GinIndex(fields=["vector"], name="page_text_vector")]

    def __str__(self) -> str:
        return self.title


class SearchPage(SitePage):
    """The search of the site."""

    parent_page_types: ClassVar[Sequence[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[Sequence[str]] = []
    max_count = 1
    is_cacheable = False
    schema_type = "SearchResultsPage"

    class Meta:
        verbose_name = "page de recherche"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pages.site_search import search_site, suggestions

        found = search_site(request.GET.get("q", ""))
        return {**super().get_context(request, *args, **kwargs), "found": found, "suggestions": suggestions()}
