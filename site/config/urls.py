"""Every address of the site, in one place."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

urlpatterns = [
    path("gestion/", include(wagtailadmin_urls)),
    *decorate_urlpatterns(wagtail_urls.urlpatterns, login_not_required),
]
