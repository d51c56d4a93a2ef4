"""The search of the site: stems, accents and slips forgiven; pages first, then partners.

A long word is searched by its root too, since French stems part nouns from verbs (« diagnostic », « diagnostiquer »).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches
from typing import Any, Final

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from access.text import fold
from pages.directory import SMALL_WORDS, DirectorySearch
from pages.models import DirectoryPage, PageText, SitePage
from pages.models.search import DICTIONARY
from partners.models import DirectoryEntry, KnowHow

LONGEST: Final = 100
MOST_PAGES: Final = 20
MOST_PARTNERS: Final = 6
SHORTEST_CORRECTED: Final = 4
CLOSE_ENOUGH: Final = 0.75
LIKE_ENOUGH: Final = 0.5
MOST_NEAR: Final = 4
LONG_WORD: Final = 7
WEIGHTS: Final = [0.01, 0.02, 0.2, 1.0]
"""How much a word counts in what is not searched, in the text, in the summary and in the title."""


@dataclass
class SiteSearch:
    """What was typed, what was searched (slips mended), and what was found; when nothing was, ``near`` holds pages of a like title."""

    typed: str
    searched: str = ""
    pages: list[PageText] = field(default_factory=list)
    partners: list[DirectoryEntry] = field(default_factory=list)
    directory: DirectoryPage | None = None
    near: list[PageText] = field(default_factory=list)

    @property
    def is_corrected(self) -> bool:
        return bool(self.searched) and self.searched != fold(self.typed)

    @property
    def total(self) -> int:
        return len(self.pages) + len(self.partners)


def search_site(typed: str) -> SiteSearch:
    """Search the published pages and the directory; when nothing is found, again with the slips mended."""
    text = typed.replace("\x00", "").strip()[:LONGEST]
    if not fold(text):
        return SiteSearch(text)
    found = _search(text, fold(text))
    if not found.total and (mended := mend(text)) != fold(text):
        found = _search(text, mended)
    if not found.total:
        found.near = _near(fold(text))
    return found


def suggestions() -> list[str]:
    """What a search may be completed with, while it is typed: titles of pages, names of partners, know-hows."""
    titles = PageText.objects.filter(page__live=True).values_list("title", flat=True)
    names = DirectoryEntry.objects.published().values_list("organisation__name", flat=True)
    know_hows = KnowHow.objects.in_use().values_list("name", flat=True)
    return sorted({*titles, *names, *know_hows}, key=fold)


def _near(words: str) -> list[PageText]:
    """The published pages whose title holds a word that looks like one of ``words``, the likest first."""
    scored = []
    for text in PageText.objects.filter(page__live=True).select_related("page"):
        likeness = max((SequenceMatcher(None, word, other).ratio() for word in _words(words) for other in _words(text.title)), default=0)
        if likeness >= LIKE_ENOUGH:
            scored.append((-likeness, text.title, text.pk, text))
    return [text for *_, text in sorted(scored)[:MOST_NEAR]]


def _search(typed: str, words: str) -> SiteSearch:
    plain = ["".join(char for char in word if char.isalnum()) for word in words.replace("-", " ").replace("'", " ").split()]
    starts = [f"({word}:* | {word[: _root(word)]}:*)" for word in plain if word and word not in SMALL_WORDS]
    if not starts:
        return SiteSearch(typed, words)
    query = SearchQuery(" & ".join(starts), config=DICTIONARY, search_type="raw")
    pages = (
        PageText.objects.filter(vector=query, page__live=True).select_related("page").annotate(rank=SearchRank(F("vector"), query, weights=WEIGHTS))
    )
    partners = list(DirectorySearch(text=words).entries()[:MOST_PARTNERS])
    directory = DirectoryPage.objects.live().first() if partners else None
    return SiteSearch(typed, words, list(pages.order_by("-rank", "title")[:MOST_PAGES]), partners if directory else [], directory)


def _root(word: str) -> int:
    """How many letters of a word its family shares, roughly: three quarters of a long one, all of a short one."""
    return max(5, len(word) * 3 // 4) if len(word) >= LONG_WORD else len(word)


def mend(text: str) -> str:
    """The words typed, each slip replaced by the nearest word of the site or of the directory."""
    known: set[str] = set(DirectorySearch().vocabulary())
    for title, summary, words in PageText.objects.values_list("title", "summary", "words"):
        known.update(_words(" ".join((title, summary, words))))
    return " ".join(
        word
        if len(word) < SHORTEST_CORRECTED or word in known or word in SMALL_WORDS
        else next(iter(get_close_matches(word, known, n=1, cutoff=CLOSE_ENOUGH)), word)
        for word in fold(text).split()
    )


def _words(text: str) -> Iterable[str]:
    bare = "".join(char if char.isalnum() else " " for char in fold(text))
    return (word for word in bare.split() if len(word) >= SHORTEST_CORRECTED)


def text_of(page: Page) -> str:
    """Everything a page says in its rich texts and its blocks, without markup."""
    parts: list[str] = []
    for model_field in page._meta.get_fields():
        value: Any = getattr(page, model_field.name, None) if isinstance(model_field, RichTextField | StreamField) else None
        if isinstance(model_field, RichTextField):
            parts.append(get_text_for_indexing(value or ""))
        elif isinstance(model_field, StreamField):
            parts += value.stream_block.get_searchable_content(value)
    return "\n".join(parts)


def index_page(page: Page) -> None:
    """Keep the words of a published page."""
    specific = page.specific
    summary = specific.summary if isinstance(specific, SitePage) else getattr(specific, "introduction", "")
    PageText.objects.update_or_create(page_id=page.pk, defaults={"title": page.title, "summary": summary, "words": text_of(specific)})


def forget_page(page: Page) -> None:
    """A page that is no longer published is no longer found."""
    PageText.objects.filter(page_id=page.pk).delete()
