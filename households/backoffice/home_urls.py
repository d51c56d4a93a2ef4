"""Addresses of what is done from a home, under the back office."""

from django.urls import path

from households.backoffice import homes

app_name = "homes"
urlpatterns = [
    path("<int:pk>/menages/", homes.waiting, name="waiting"),
    path("<int:pk>/flecher/", homes.earmark, name="earmark"),
    path("<int:pk>/ne-plus-flecher/", homes.release, name="release"),
    path("<int:pk>/rendre-disponible/", homes.free, name="free"),
    path("attributions/", homes.allocations, name="allocations"),
    path("dispositif/", homes.mobilised, name="mobilised"),
]
