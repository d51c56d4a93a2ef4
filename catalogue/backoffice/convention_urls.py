"""Addresses of what is done from a convention's page, under the back office."""

from django.urls import path

from catalogue.backoffice import convention_views

app_name = "conventions"
urlpatterns = [
    path("<int:pk>/etape/<str:action>/", convention_views.move, name="move"),
    path("<int:pk>/avenant/", convention_views.amend, name="amend"),
    path("<int:pk>/renouveler/", convention_views.renew, name="renew"),
]
