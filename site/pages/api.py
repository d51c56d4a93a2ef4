"""The public data of the site, to read: published pages and the directory. There is nothing to write here, and nobody to be."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI, Query
from wagtail.api.querysets import get_public_pages_queryset
from wagtail.models import Page

from pages import open_data
from pages.api_schemas import InclusionService, InclusionStructure, PageDetail, PageList, Partner, PartnerFilters, PartnerList
from pages.directory import FIELDS, DirectorySearch
from pages.models import DirectoryPage, SitePage
from pages.site_search import text_of
from partners.models import DirectoryEntry, DirectoryEntryQuerySet, EntryFile

MOST_ROWS = 100

api = NinjaAPI(
    title="Solive : données publiques",
    version="1",
    description="Les pages publiées et l'annuaire des partenaires, en lecture seule. Aucun dossier ni aucune personne accompagnée n'y figure.",
    urls_namespace="public_api",
    docs_url=None,
    openapi_url="/openapi.json",
)


def public_pages(request: HttpRequest) -> Any:
    """The published pages of this site, whoever asks."""
    request.user = AnonymousUser()
    return get_public_pages_queryset(request, Page).filter(depth__gt=1).order_by("path")


def page_line(request: HttpRequest, page: Page) -> dict[str, Any]:
    return {
        "id": page.pk,
        "type": page.specific_class._meta.model_name if page.specific_class else "",
        "titre": page.title,
        "adresse": page.get_full_url(request) or "",
        "publiee_le": page.first_published_at,
        "modifiee_le": page.last_published_at,
    }


def directory_address(request: HttpRequest) -> str:
    """The full address of the directory. Raises Http404 when it is not published."""
    page = DirectoryPage.objects.live().first()
    if page is None:
        raise Http404
    return str(page.get_full_url(request))


def published_entries() -> DirectoryEntryQuerySet:
    """The entries that everybody may read, with what goes with them; the bytes of their files stay where they are."""
    return with_files(DirectoryEntry.objects.published().select_related("organisation"))


def with_files(entries: DirectoryEntryQuerySet) -> DirectoryEntryQuerySet:
    return entries.prefetch_related(Prefetch("documents", EntryFile.objects.light()))


def partner(entry: DirectoryEntry, base: str) -> dict[str, Any]:
    page = f"{base}{entry.slug}/"
    return {
        "id": entry.slug,
        "nom": entry.organisation.name,
        "sigle": entry.organisation.short_name,
        "nature": str(entry.organisation.get_kind_display()),
        "mission": entry.mission,
        "services": entry.service_lines,
        "savoir_faire": entry.know_hows,
        "publics": [str(label) for label in entry.audience_labels],
        "tout_le_departement": entry.is_departmental,
        "intercommunalites": entry.territories,
        "precision_territoire": entry.area,
        "adresse": entry.address,
        "complement_adresse": entry.address_complement,
        "code_postal": entry.postcode,
        "commune": entry.town,
        "code_insee": entry.insee_code,
        "latitude": entry.latitude,
        "longitude": entry.longitude,
        "telephone": entry.phone,
        "courriel": entry.email,
        "site_web": entry.website,
        "horaires": entry.opening_hours,
        "logo": f"{page}fichiers/{entry.logo_id}/" if entry.logo_id else None,
        "documents": [
            {"titre": file.title, "format": file.media_type, "octets": file.size, "lien": f"{page}fichiers/{file.pk}/"}
            for file in entry.documents.all()
        ],
        "verifiee_le": entry.verified_on,
        "modifiee_le": entry.updated_on,
        "lien": page,
    }


def bounds(depuis: int, nombre: int) -> slice:
    start = max(depuis, 0)
    return slice(start, start + min(max(nombre, 1), MOST_ROWS))


@api.get("/pages/", response=PageList, summary="Les pages publiées", operation_id="pages", url_name="pages")
def list_pages(request: HttpRequest, depuis: int = 0, nombre: int = 20) -> dict[str, Any]:
    found = public_pages(request)
    return {"total": found.count(), "pages": [page_line(request, page) for page in found[bounds(depuis, nombre)]]}


@api.get("/pages/{int:pk}/", response=PageDetail, summary="Une page publiée", operation_id="page", url_name="page")
def one_page(request: HttpRequest, pk: int) -> dict[str, Any]:
    found = public_pages(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    page = found.specific
    summary = page.summary if isinstance(page, SitePage) else getattr(page, "introduction", "")
    return {**page_line(request, found), "chapeau": summary, "texte": text_of(page)}


@api.get("/partenaires/", response=PartnerList, summary="Les partenaires de l'annuaire", operation_id="partenaires", url_name="partenaires")
def list_partners(request: HttpRequest, filtres: Query[PartnerFilters], depuis: int = 0, nombre: int = 20) -> dict[str, Any]:
    base = directory_address(request)
    asked = filtres.dict()
    search = DirectorySearch.from_query({name: asked[name.replace("-", "_")] for name in FIELDS.values()})
    found = search.entries()
    return {"total": found.count(), "partenaires": [partner(entry, base) for entry in with_files(found)[bounds(depuis, nombre)]]}


@api.get("/partenaires/{slug:slug}/", response=Partner, summary="Un partenaire", operation_id="partenaire", url_name="partenaire")
def one_partner(request: HttpRequest, slug: str) -> dict[str, Any]:
    found = published_entries().filter(slug=slug).first()
    if found is None:
        raise Http404
    return partner(found, directory_address(request))


@api.get(
    "/annuaire.csv", summary="L'annuaire en CSV, dans les colonnes de l'annuaire du département", operation_id="annuaire_csv", url_name="annuaire_csv"
)
def directory_csv(request: HttpRequest) -> HttpResponse:
    content = open_data.as_csv(DirectoryEntry.objects.published().select_related("organisation"), base=directory_address(request))
    answer = HttpResponse("\ufeff" + content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="annuaire-solive.csv"'
    return answer


@api.get(
    "/data-inclusion/structures.json",
    response=list[InclusionStructure],
    exclude_none=True,
    summary="L'annuaire au schéma data.inclusion : les structures",
    operation_id="structures",
    url_name="structures",
)
def inclusion_structures(request: HttpRequest) -> list[dict[str, Any]]:
    base = directory_address(request)
    return [open_data.structure(entry, base=base) for entry in published_entries()]


@api.get(
    "/data-inclusion/services.json",
    response=list[InclusionService],
    exclude_none=True,
    summary="L'annuaire au schéma data.inclusion : les services",
    operation_id="services",
    url_name="services",
)
def inclusion_services(request: HttpRequest) -> list[dict[str, Any]]:
    base = directory_address(request)
    return [service for entry in published_entries() for service in open_data.services(entry, base=base)]


def documentation(request: HttpRequest) -> HttpResponse:
    """What can be read, drawn from the OpenAPI description itself."""
    described = api.get_openapi_schema()
    doors = [(address, door["get"]) for address, door in described["paths"].items()]
    return render(request, "pages/api.html", {"doors": doors, "info": described["info"]})
