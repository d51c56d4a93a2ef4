"""Addresses of the partners' entries, under the back office."""

from django.urls import path

from pages.backoffice import directory_import, entries

app_name = "entries"

urlpatterns = [
    path("", entries.EntriesView.as_view(), name="entries"),
    path("importer/", directory_import.DirectoryImportView.as_view(), name="import"),
    path("<int:pk>/", entries.StateView.as_view(), name="entry"),
    path("<int:pk>/modifier/", entries.WriteView.as_view(), name="write"),
    path("<int:pk>/apercu/", entries.PreviewView.as_view(), name="preview"),
    path("<int:pk>/relire/", entries.ReviewView.as_view(), name="review"),
    path("<int:pk>/fichiers/<int:file>/", entries.FileView.as_view(), name="file"),
    path("<int:pk>/<slug:action>/", entries.ActView.as_view(), name="act"),
]
