"""Addresses of the exchange, under the back office."""

from django.urls import path

from catalogue.exchange import downloads, heading_views, views

app_name = "stock_exchange"

urlpatterns = [
    path("", views.JournalView.as_view(), name="journal"),
    path("envoyer/", views.UploadView.as_view(), name="upload"),
    path("<int:pk>/", views.EntryView.as_view(), name="entry"),
    path("<int:pk>/enregistrer/", views.ConfirmView.as_view(), name="confirm"),
    path("<int:pk>/annuler/", views.UndoView.as_view(), name="undo"),
    path("<int:pk>/absents/", views.WithdrawView.as_view(), name="withdraw"),
    path("<int:pk>/colonnes/", heading_views.HeadingsView.as_view(), name="headings"),
    path("titres/", heading_views.MappingsView.as_view(), name="mappings"),
    path("titres/<int:pk>/", heading_views.MappingView.as_view(), name="mapping"),
    path("titres/<int:pk>/oublier/", heading_views.ForgetView.as_view(), name="forget"),
    path("<int:pk>/fichier/", downloads.OriginalView.as_view(), name="original"),
    path("<int:pk>/a-corriger/", downloads.MendView.as_view(), name="mend"),
]
