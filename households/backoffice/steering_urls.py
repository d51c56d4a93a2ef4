"""Addresses of the steering table, the scheme sheet and the yearly report, under the back office."""

from django.urls import path

from households.backoffice import published, steering, steering_lists

app_name = "pilotage"
urlpatterns = [
    path("", steering.table, name="table"),
    path("logements/", steering_lists.homes, name="homes"),
    path("menages/", steering_lists.cases, name="cases"),
    path("fiche/", steering.sheet, name="sheet"),
    path("publication/", published.publication, name="publication"),
    path("publication/<int:pk>/retirer/", published.withdraw, name="withdraw"),
    path("rapport/<int:year>/", steering.report, name="report"),
]
