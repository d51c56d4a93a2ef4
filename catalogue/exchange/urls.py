"""Addresses of the exchange, under the back office."""

from django.urls import path

from catalogue.exchange import downloads, views

app_name = "stock_exchange"

urlpatterns = [
    path("", views.JournalView.as_view(), name="journal"),
    path("envoyer/", views.UploadView.as_view(), name="upload"),
    path("<int:pk>/", views.EntryView.as_view(), name="entry"),
    path("<int:pk>/enregistrer/", views.ConfirmView.as_view(), name="confirm"),
    path("<int:pk>/annuler/", views.UndoView.as_view(), name="undo"),
    path("<int:pk>/absents/", views.WithdrawView.as_view(), name="withdraw"),
    path("<int:pk>/fichier/", downloads.OriginalView.as_view(), name="original"),
    path("<int:pk>/a-corriger/", downloads.MendView.as_view(), name="mend"),
]
