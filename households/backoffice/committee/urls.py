"""Addresses of the committee's sessions, under the back office."""

from django.urls import path

from households.backoffice.committee import views

app_name = "committee"
urlpatterns = [
    path("<int:pk>/", views.session_page, name="session"),
    path("<int:pk>/completer/", views.fill, name="fill"),
    path("<int:pk>/ajouter/", views.add_item, name="add"),
    path("<int:pk>/ouvrir/", views.start, name="start"),
    path("<int:pk>/clore/", views.close_page, name="close"),
    path("<int:pk>/proces-verbal/", views.minutes_page, name="minutes"),
    path("<int:pk>/proces-verbal.pdf", views.minutes_pdf, name="minutes_pdf"),
    path("<int:pk>/fiches/<int:item>/", views.sheet_page, name="sheet"),
    path("<int:pk>/fiches/<int:item>/decider/", views.decide_page, name="decide"),
    path("<int:pk>/fiches/<int:item>/<slug:slug>/", views.change_item, name="change"),
]
