"""The pages of the public site, what is kept to search them, and the messages that visitors send."""

from pages.models.base import SitePage
from pages.models.contact import ContactMessage, ContactPage
from pages.models.information import DocumentsPage, KeyFiguresPage, NewsIndexPage, NewsPage, QuestionsPage, SiteMapPage
from pages.models.main import ContentPage, DirectoryPage, HomePage, ProcessPage, SchemePage, StepPage
from pages.models.search import PageText, SearchPage

__all__ = [
    "ContactMessage",
    "ContactPage",
    "ContentPage",
    "DirectoryPage",
    "DocumentsPage",
    "HomePage",
    "KeyFiguresPage",
    "NewsIndexPage",
    "NewsPage",
    "PageText",
    "ProcessPage",
    "QuestionsPage",
    "SchemePage",
    "SearchPage",
    "SiteMapPage",
    "SitePage",
    "StepPage",
]
