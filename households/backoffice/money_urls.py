"""Addresses of what the scheme costs and of who pays for it, under the back office."""

from django.urls import path

from households.backoffice import money, scenarios

app_name = "money"
urlpatterns = [
    path("", money.costs, name="costs"),
    path("lignes/", money.lines, name="lines"),
    path("scenarios/<int:pk>/", scenarios.scenario, name="scenario"),
    path("scenarios/<int:pk>/copier/", scenarios.copy, name="copy_scenario"),
]
