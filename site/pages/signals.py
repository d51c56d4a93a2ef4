"""What follows from a change of what the public reads: words to search, pages to draw anew."""

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from access.models import User
from catalogue.models import Commune, Epci, PublishedFigures
from pages import cache
from pages.models import DirectoryPage
from pages.site_search import forget_page, index_page
from partners.models import DirectoryEntry, EntryFile, KnowHow, Membership, Organisation, OrganisationName

SHOWN: tuple[Any, ...] = (
    DirectoryEntry,
    EntryFile,
    KnowHow,
    Membership,
    Organisation,
    OrganisationName,
    Epci,
    Commune,
    PublishedFigures,
    Redirect,
    get_document_model(),
    get_image_model(),
    Site,
    PageViewRestriction,
)
"""What public pages show or depend on, beside the pages themselves."""


def published(sender: Any, instance: Page, **kwargs: Any) -> None:
    index_page(instance)
    cache.renew()


def unpublished(sender: Any, instance: Page, **kwargs: Any) -> None:
    forget_page(instance)
    cache.renew()


def changed(sender: Any, **kwargs: Any) -> None:
    cache.renew()


def page_gone(sender: Any, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, Page):
        cache.renew()


def entry_renamed(sender: Any, instance: DirectoryEntry, raw: bool = False, **kwargs: Any) -> None:
    """An entry whose address changes stays found at the old one: other sites keep links to it."""
    former = DirectoryEntry.objects.filter(pk=instance.pk).values_list("slug", flat=True).first() if instance.pk and not raw else None
    page = DirectoryPage.objects.first() if former and former != instance.slug else None
    if page and former:
        old = f"{page.get_url()}{former}/"
        Redirect.objects.filter(old_path=Redirect.normalise_path(old), automatically_created=True).delete()
        Redirect.add_redirect(old, redirect_to=page, page_route_path=f"/{instance.slug}/", automatically_created=True)


def account_changed(sender: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """A person named on an entry may be renamed or leave; signing in changes nothing that is shown."""
    if update_fields is None or set(update_fields) != {"last_login"}:
        cache.renew()


def connect() -> None:
    page_published.connect(published, dispatch_uid="pages.published")
    page_unpublished.connect(unpublished, dispatch_uid="pages.unpublished")
    for signal in (page_slug_changed, post_page_move):
        signal.connect(changed, dispatch_uid="pages.changed")
    post_delete.connect(page_gone, dispatch_uid="pages.gone")
    pre_save.connect(entry_renamed, sender=DirectoryEntry, dispatch_uid="pages.renamed")
    post_save.connect(account_changed, sender=User, dispatch_uid="pages.account")
    for model in SHOWN:
        post_save.connect(changed, sender=model, dispatch_uid=f"pages.shown.{model.__name__}")
        post_delete.connect(changed, sender=model, dispatch_uid=f"pages.gone.{model.__name__}")
