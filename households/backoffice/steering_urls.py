"""Addresses of the steering table, the scheme sheet and the yearly report, under the back office."""

from django.urls import path

from households.backoffice import published, steering

app_name = "pilotage"
urlpatterns = [
    path("", steering.table, name="table"),
    path("fiche/", steering.sheet, name="sheet"),
    path("publication/", published.publication, name="publication"),
    path("publication/<int:pk>/retirer/", published.withdraw, name="withdraw"),
    path("rapport/<int:year>/", steering.report, name="report"),
]
