"""News, documents, questions and the map of the site."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, ClassVar

from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from catalogue.models import PublishedFigures
from pages.blocks import BodyBlock, DocumentBlock, QuestionBlock
from pages.models.base import SitePage
from pages.models.main import HomePage

NEWS_PER_PAGE = 10
NEWS_IN_FEED = 20


class NewsIndexPage(RoutablePageMixin, SitePage):
    """The news, the latest first, with its feed."""

    parent_page_types: ClassVar[Sequence[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[Sequence[str]] = ["pages.NewsPage"]
    max_count = 1

    schema_type = "CollectionPage"

    class Meta:
        verbose_name = "page des actualités"

    def news(self) -> Any:
        return NewsPage.objects.live().public().child_of(self).order_by("-dated", "-pk")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        news = Paginator(self.news(), NEWS_PER_PAGE).get_page(request.GET.get("page"))
        return {**super().get_context(request, *args, **kwargs), "news": news}

    @path("flux/", name="feed")
    def feed(self, request: HttpRequest) -> HttpResponse:
        """The latest news as RSS."""
        return NewsFeed(self)(request)


class NewsPage(SitePage):
    """One piece of news."""

    dated = models.DateField("date", default=date.today)
    body = StreamField(BodyBlock(), verbose_name="contenu", blank=True)

    content_panels: ClassVar[Sequence[Panel]] = [*SitePage.content_panels, FieldPanel("dated"), FieldPanel("body")]
    parent_page_types: ClassVar[Sequence[str]] = ["pages.NewsIndexPage"]
    subpage_types: ClassVar[Sequence[str]] = []

    schema_type = "NewsArticle"

    class Meta:
        verbose_name = "actualité"
        verbose_name_plural = "actualités"

    @property
    def as_json_ld(self) -> dict[str, Any]:
        """The piece of news, with its headline and its day."""
        return {**super().as_json_ld, "headline": self.title, "datePublished": self.dated}


class NewsFeed(Feed):
    """The feed of one page of news."""

    language = "fr"

    def __init__(self, index: NewsIndexPage) -> None:
        self.index = index
        self.title, self.description, self.link = f"Solive : {index.title}", index.summary, index.get_url() or "/"

    def items(self) -> Any:
        return self.index.news()[:NEWS_IN_FEED]

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Any) -> str:
        return str(item.summary)

    def item_link(self, item: Any) -> str:
        return str(item.get_url())

    def item_pubdate(self, item: Any) -> datetime:
        return timezone.make_aware(datetime.combine(item.dated, time(8)))


class DocumentsPage(RoutablePageMixin, SitePage):
    """The documents that everybody may take away. A document that no published page of this kind lists stays closed."""

    documents = StreamField([("document", DocumentBlock())], verbose_name="documents", blank=True)

    content_panels: ClassVar[Sequence[Panel]] = [*SitePage.content_panels, FieldPanel("documents")]
    parent_page_types: ClassVar[Sequence[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[Sequence[str]] = []
    max_count = 1

    class Meta:
        verbose_name = "page des documents"

    @path("<int:pk>/", name="document")
    def document(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One of the listed documents, to download."""
        found = next((block.value["file"] for block in self.documents if block.value["file"] and block.value["file"].pk == pk), None)
        if found is None:
            raise Http404
        with found.open_file() as opened:
            answer = HttpResponse(opened.read(), content_type=found.content_type)
        answer["Content-Disposition"] = found.content_disposition.replace("inline", "attachment", 1)
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class KeyFiguresPage(SitePage):
    """The figures that the scheme publishes: the latest snapshot, and nothing computed here."""

    content_panels: ClassVar[Sequence[Panel]] = [*SitePage.content_panels]
    parent_page_types: ClassVar[Sequence[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[Sequence[str]] = []
    max_count = 1

    class Meta:
        verbose_name = "page des chiffres clés"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "figures": PublishedFigures.objects.current()}


class QuestionsPage(SitePage):
    """Questions that people ask, and their answers."""

    questions = StreamField([("question", QuestionBlock())], verbose_name="questions")

    content_panels: ClassVar[Sequence[Panel]] = [*SitePage.content_panels, FieldPanel("questions")]
    parent_page_types: ClassVar[Sequence[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[Sequence[str]] = []
    max_count = 1

    schema_type = "FAQPage"

    class Meta:
        verbose_name = "page des questions"

    @property
    def as_json_ld(self) -> dict[str, Any]:
        """The questions as a schema.org page of frequent questions, beside what every page says."""
        asked = [
            {"@type": "Question", "name": block.value["question"], "acceptedAnswer": {"@type": "Answer", "text": text_for(block.value["answer"])}}
            for block in self.questions
        ]
        return {**super().as_json_ld, "mainEntity": asked}


def text_for(answer: Any) -> str:
    return " ".join(get_text_for_indexing(answer.source).split())


class SiteMapPage(SitePage):
    """Every page of the site on one page."""

    parent_page_types: ClassVar[Sequence[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[Sequence[str]] = []
    max_count = 1

    class Meta:
        verbose_name = "plan du site"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        home = HomePage.objects.ancestor_of(self).first()
        pages = list(Page.objects.live().public().descendant_of(home).order_by("path")) if home else []
        top = [
            (page, [child for child in pages if child.depth == page.depth + 1 and child.path.startswith(page.path)])
            for page in pages
            if page.depth == 3
        ]
        return {**super().get_context(request, *args, **kwargs), "branches": top}
