"""Every address of the site, in one place."""

from django.contrib.auth.decorators import login_not_required
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.admin.urls import password_reset as password_reset_urls
from wagtail.admin.views.home import sprite
from wagtail.admin.views.i18n import localized_js_catalog
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from access.views.account import OwnAccountView
from access.views.gate import CodeView, EnrolView, InvitationView, LinkView, SignInView
from pages.api import api, documentation
from pages.views import image, robots, upload


class Favicon(RedirectView):
    def get_redirect_url(self, *args: object, **kwargs: object) -> str:
        return static("pages/favicon.svg")


public_urlpatterns = [
    path("robots.txt", robots),
    path("sitemap.xml", sitemap),
    path("api/v1/", documentation, name="open_data"),
    path("api/v1/", api.urls),
    path("favicon.ico", Favicon.as_view()),
    path("gestion/sprite/", sprite),
    path("gestion/jsi18n/", localized_js_catalog),
    path("gestion/login/", SignInView.as_view(), name="wagtailadmin_login"),
    path("gestion/connexion/code/", CodeView.as_view(), name="access_code"),
    path("gestion/connexion/application/", EnrolView.as_view(), name="access_enrol"),
    path("gestion/invitation/<uidb64>/<token>/", InvitationView.as_view(), name="access_invitation"),
    path("gestion/password_reset/confirm/<uidb64>/<token>/", LinkView.as_view(), name="wagtailadmin_password_reset_confirm"),
    path("gestion/password_reset/", include(password_reset_urls)),
    re_path(r"^media/images/(?P<path>.+)$", image),
]
"""Open to all. The sign-in page needs the sprite and the JavaScript catalogue; under media, only the images shown on pages."""

urlpatterns = [
    *decorate_urlpatterns(public_urlpatterns, login_not_required),
    path("gestion/account/", never_cache(require_admin_access(OwnAccountView.as_view())), name="wagtailadmin_account"),
    path("gestion/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    re_path(r"^media/(?P<folder>original_images|avatar_images)/(?P<path>.+)$", upload),
    *decorate_urlpatterns([pattern for pattern in wagtail_urls.urlpatterns if pattern.name == "wagtail_serve"], login_not_required),
]
"""Of the framework's own public addresses only the pages: there is one place to sign in."""

handler500 = "config.outage.answer_failure"
