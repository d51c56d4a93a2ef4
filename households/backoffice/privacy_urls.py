"""Addresses of the data protection officer's screens about households, under the back office."""

from django.urls import path

from households.backoffice import privacy

app_name = "privacy"
urlpatterns = [
    path("demandes/", privacy.requests_page, name="requests"),
    path("demandes/nouvelle/", privacy.new_request, name="new"),
    path("demandes/<int:pk>/", privacy.request_page, name="request"),
    path("demandes/<int:pk>/donnees/", privacy.export, name="export"),
    path("demandes/<int:pk>/<slug:what>/", privacy.act, name="act"),
    path("conservation/", privacy.retention_page, name="retention"),
    path("conservation/registre.csv", privacy.register_file, name="register"),
]
