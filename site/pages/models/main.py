"""The pages of the public site. The tree is closed: an editor fills it, and cannot break it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.apps import apps
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageViewRestriction

from pages.blocks import ANSWER_FEATURES, TEXT_FEATURES, BodyBlock, CostBlock, DoorBlock, FigureBlock
from pages.department_map import department_map
from pages.directory import DirectorySearch
from pages.entries import entry_context, file_answer, vcard
from pages.models.base import ReadablePage, SitePage
from pages.open_data import json_ld
from partners.models import DirectoryEntry, EntryFile

ENTRIES_PER_PAGE = 24
NEWS_ON_HOME = 3
TOP_PATH = 3 * Page.steplen
"""Characters in the tree path of a page just below the home page."""


class CheckedPage(SitePage):
    """A page of the process documentation: its version, and the day somebody checked that it is still right."""

    version = models.CharField("version", max_length=20, default="1", help_text="Changez-la quand la règle change, par exemple « 2 » ou « 2015-06 ».")
    checked_on = models.DateField("vérifiée le", null=True, blank=True, help_text="Le jour où quelqu'un a relu cette page et l'a trouvée juste.")

    check_panel = MultiFieldPanel([FieldPanel("version"), FieldPanel("checked_on")], heading="Version et vérification")

    class Meta:
        abstract = True


class HomePage(ReadablePage):
    """The front door: what the scheme does, three ways in, the process, who carries it."""

    headline = models.CharField("phrase d'accueil", max_length=120, help_text="Le grand titre : ce que fait le dispositif, en une phrase.")
    introduction = models.TextField("pour qui", max_length=320, help_text="À qui s'adresse le dispositif, en une ou deux phrases.")
    doors = StreamField([("door", DoorBlock())], verbose_name="entrées", min_num=1, max_num=3)
    process_title = models.CharField("titre du parcours", max_length=80)
    process_introduction = models.CharField("présentation du parcours", max_length=240)
    figures = StreamField([("figure", FigureBlock())], verbose_name="chiffres clés", max_num=3, blank=True)
    carried_by = RichTextField("qui porte le dispositif", features=ANSWER_FEATURES)

    content_panels: ClassVar[Sequence[Panel]] = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("headline"), FieldPanel("introduction")], heading="Accueil"),
        FieldPanel("doors"),
        MultiFieldPanel([FieldPanel("process_title"), FieldPanel("process_introduction")], heading="Parcours"),
        FieldPanel("figures"),
        FieldPanel("carried_by"),
    ]
    parent_page_types: ClassVar[Sequence[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[Sequence[str]] = [
        "pages.SchemePage",
        "pages.ProcessPage",
        "pages.DirectoryPage",
        "pages.ContentPage",
        "pages.NewsIndexPage",
        "pages.DocumentsPage",
        "pages.KeyFiguresPage",
        "pages.QuestionsPage",
        "pages.ContactPage",
        "pages.SearchPage",
        "pages.SiteMapPage",
    ]
    max_count = 1
    admin_default_ordering = "ord"

    class Meta:
        verbose_name = "page d'accueil"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        steps = StepPage.objects.live().descendant_of(self).order_by("path")
        closed = PageViewRestriction.objects.filter(Q(page__path=OuterRef("path")) | Q(page__path=Left(OuterRef("path"), TOP_PATH)))
        news = apps.get_model("pages", "NewsPage").objects.live().descendant_of(self).exclude(Exists(closed)).order_by("-dated", "-pk")[:NEWS_ON_HOME]
        return {**super().get_context(request, *args, **kwargs), "steps": steps, "news": news}

    @property
    def as_json_ld(self) -> dict[str, Any]:
        """Who speaks on this site, for schema.org."""
        return {
            "@context": "https://schema.org",
            "@type": "Organization",
            "name": "GIE Solive",
            "description": self.introduction,
            "url": self.full_url,
            "areaServed": "Ille-et-Vilaine",
        }


class SchemePage(SitePage):
    """The scheme explained, with its costs."""

    body = StreamField(BodyBlock(), verbose_name="contenu")
    costs = StreamField([("cost", CostBlock())], verbose_name="tableau des coûts", blank=True)
    costs_note = models.TextField("sous le tableau des coûts", blank=True, help_text="La source des montants, et leur date.")

    content_panels: ClassVar[Sequence[Panel]] = [
        *SitePage.content_panels,
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("costs"), FieldPanel("costs_note")], heading="Coûts"),
    ]
    parent_page_types: ClassVar[Sequence[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[Sequence[str]] = []
    max_count = 1

    class Meta:
        verbose_name = "page du dispositif"


class ProcessPage(CheckedPage):
    """The way a household goes, from the first report to a settled home."""

    introduction = RichTextField("présentation", features=TEXT_FEATURES, blank=True)

    content_panels: ClassVar[Sequence[Panel]] = [*SitePage.content_panels, FieldPanel("introduction"), CheckedPage.check_panel]
    parent_page_types: ClassVar[Sequence[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[Sequence[str]] = ["pages.StepPage"]
    max_count = 1
    admin_default_ordering = "ord"

    class Meta:
        verbose_name = "page du parcours"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        steps = StepPage.objects.live().child_of(self).order_by("path")
        return {**super().get_context(request, *args, **kwargs), "steps": steps}


class StepPage(CheckedPage):
    """One step of the process: what happens, who does it, how long, with which document, at what cost."""

    short_title = models.CharField("nom sur la poutre", max_length=30, help_text="Un ou deux verbes, par exemple « Diagnostiquer ».")
    what_happens = RichTextField("ce qui se passe", features=ANSWER_FEATURES)
    who_does_it = RichTextField("qui s'en charge", features=ANSWER_FEATURES)
    how_long = RichTextField("combien de temps", features=ANSWER_FEATURES)
    which_document = RichTextField("quel document", features=ANSWER_FEATURES)
    what_it_costs = RichTextField("ce que cela coûte", features=ANSWER_FEATURES)

    content_panels: ClassVar[Sequence[Panel]] = [
        *SitePage.content_panels,
        FieldPanel("short_title"),
        FieldPanel("what_happens"),
        FieldPanel("who_does_it"),
        FieldPanel("how_long"),
        FieldPanel("which_document"),
        FieldPanel("what_it_costs"),
        CheckedPage.check_panel,
    ]
    parent_page_types: ClassVar[Sequence[str]] = ["pages.ProcessPage"]
    subpage_types: ClassVar[Sequence[str]] = []

    class Meta:
        verbose_name = "étape du parcours"
        verbose_name_plural = "étapes du parcours"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the steps of the process, this one's number (0 for a draft) and its neighbours."""
        steps = list(StepPage.objects.live().sibling_of(self).order_by("path"))
        number = next((rank for rank, step in enumerate(steps, start=1) if step.pk == self.pk), 0)
        return {
            **super().get_context(request, *args, **kwargs),
            "steps": steps,
            "number": number,
            "previous_step": steps[number - 2] if number > 1 else None,
            "next_step": steps[number] if 0 < number < len(steps) else None,
        }


class DirectoryPage(RoutablePageMixin, SitePage):
    """The directory of partners: a list to search, and one address per published entry."""

    no_entry = models.TextField("annuaire encore vide", max_length=300, help_text="Ce que lit le visiteur tant qu'aucune fiche n'est publiée.")

    content_panels: ClassVar[Sequence[Panel]] = [*SitePage.content_panels, FieldPanel("no_entry")]
    parent_page_types: ClassVar[Sequence[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[Sequence[str]] = []
    max_count = 1

    schema_type = "CollectionPage"

    class Meta:
        verbose_name = "page de l'annuaire"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        search = DirectorySearch.from_query(request.GET)
        entries = Paginator(search.entries(), ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
        corrected = search.corrected() if search.text and not entries.object_list else None
        if corrected:
            entries = Paginator(corrected.entries(), ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
        return {
            **super().get_context(request, *args, **kwargs),
            "search": search,
            "corrected": corrected,
            "map": department_map(corrected or search),
            "entries": entries,
            "names": search.gazetteer.epcis,
        }

    @path("<slug:slug>/", name="entry")
    def entry(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The page of one published entry; any other address does not exist."""
        found = self._published(slug)
        files = f"{self.get_url(request)}{slug}/fichiers/"
        linked = json_ld(found, address=f"{self.get_full_url(request)}{slug}/")
        context = {**entry_context(found, found, files=files, on=timezone.localdate()), "linked": linked}
        answer: HttpResponse = self.render(request, template="pages/directory_entry.html", context_overrides=context)
        return answer

    @path("<slug:slug>/carte-de-visite/", name="card")
    def card(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The contact of one published entry, for an address book."""
        found = self._published(slug)
        answer = HttpResponse(vcard(found, address=f"{self.get_full_url(request)}{slug}/"), content_type="text/vcard; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{slug}.vcf"'
        return answer

    @path("<slug:slug>/fichiers/<int:file>/", name="file")
    def file(self, request: HttpRequest, slug: str, file: int) -> HttpResponse:
        """The logo or a document of a published entry; a file that only a draft uses does not exist here."""
        entry = self._published(slug)
        if file != entry.logo_id and not entry.documents.filter(pk=file).exists():
            raise Http404
        return file_answer(EntryFile.objects.get(pk=file))

    def _published(self, slug: str) -> DirectoryEntry:
        published = DirectoryEntry.objects.published().select_related("organisation").prefetch_related("organisation__names")
        return get_object_or_404(published, slug=slug)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        own: list[dict[str, Any]] = super().get_sitemap_urls(request)
        address = self.get_full_url(request)
        entries = DirectoryEntry.objects.published()
        return own + [{"location": f"{address}{entry.slug}/", "lastmod": entry.verified_on} for entry in entries]


class ContentPage(SitePage):
    """A plain page: for professionals, contact, legal notice, privacy, accessibility."""

    body = StreamField(BodyBlock(), verbose_name="contenu")

    content_panels: ClassVar[Sequence[Panel]] = [*SitePage.content_panels, FieldPanel("body")]
    parent_page_types: ClassVar[Sequence[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[Sequence[str]] = []

    class Meta:
        verbose_name = "page simple"
        verbose_name_plural = "pages simples"
