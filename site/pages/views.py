"""What is served beside the pages: robots' instructions and the images of the site."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.static import serve


def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be indexed; the back office may not."""
    lines = ["User-agent: *", f"Disallow: {reverse('wagtailadmin_home')}", f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def image(request: HttpRequest, path: str) -> HttpResponseBase:
    """An image resized for a page. Open to all."""
    return serve(request, path, document_root=str(Path(settings.MEDIA_ROOT) / "images"))


def upload(request: HttpRequest, folder: str, path: str) -> HttpResponseBase:
    """An image as it was sent in. For those who signed in, and write the site when it is one of its images."""
    return serve(request, path, document_root=str(Path(settings.MEDIA_ROOT) / folder))
