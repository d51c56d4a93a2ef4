"""Addresses of what is done from a convention's page, under the back office."""

from django.urls import path

from catalogue.backoffice import convention_papers, convention_views

app_name = "conventions"
urlpatterns = [
    path("<int:pk>/etape/<str:action>/", convention_views.move, name="move"),
    path("<int:pk>/avenant/", convention_views.amend, name="amend"),
    path("<int:pk>/renouveler/", convention_views.renew, name="renew"),
    path("<int:pk>/texte.pdf", convention_papers.paper, name="paper"),
    path("<int:pk>/documents/joindre/", convention_papers.attach, name="attach"),
    path("<int:pk>/documents/<int:document_pk>/", convention_papers.document, name="document"),
    path("<int:pk>/documents/<int:document_pk>/retirer/", convention_papers.withdraw, name="withdraw"),
]
