"""Every address of the site, in one place."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.urls import password_reset as password_reset_urls
from wagtail.admin.views.home import sprite
from wagtail.admin.views.i18n import localized_js_catalog
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from pages.views import robots


class Favicon(RedirectView):
    def get_redirect_url(self, *args: object, **kwargs: object) -> str:
        return static("pages/favicon.svg")


public_urlpatterns = [
    path("robots.txt", robots),
    path("sitemap.xml", sitemap),
    path("favicon.ico", Favicon.as_view()),
    path("gestion/sprite/", sprite),
    path("gestion/jsi18n/", localized_js_catalog),
    path("gestion/password_reset/", include(password_reset_urls)),
    re_path(r"^media/(?P<path>images/.+)$", serve, {"document_root": settings.MEDIA_ROOT}),
]
"""Open to all. The sign-in page needs the sprite and the JavaScript catalogue; under media, only the images shown on pages."""

urlpatterns = [
    *decorate_urlpatterns(public_urlpatterns, login_not_required),
    path("gestion/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    re_path(r"^media/(?P<path>(original_images|avatar_images)/.+)$", login_required(serve), {"document_root": settings.MEDIA_ROOT}),
    *decorate_urlpatterns(wagtail_urls.urlpatterns, login_not_required),
]
