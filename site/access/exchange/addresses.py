"""Addresses of a desk, under the back office."""

from typing import Any

from django.urls import URLPattern, path

from access.exchange import downloads, screens
from access.exchange.desk import Desk


def addresses(desk: Desk) -> list[URLPattern]:
    """The addresses of every shared screen of ``desk``."""

    def at(route: str, view: Any, name: str) -> URLPattern:
        return path(route, view.as_view(desk=desk), name=name)

    return [
        at("", screens.JournalView, "journal"),
        at("envoyer/", screens.UploadView, "upload"),
        at("<int:pk>/", screens.EntryView, "entry"),
        at("<int:pk>/constats/", screens.FindingsView, "findings"),
        at("<int:pk>/enregistrer/", screens.ConfirmView, "confirm"),
        at("<int:pk>/annuler/", screens.UndoView, "undo"),
        at("<int:pk>/relancer/", screens.AgainView, "again"),
        at("<int:pk>/colonnes/", screens.HeadingsView, "headings"),
        at("<int:pk>/fichier/", downloads.OriginalView, "original"),
        at("<int:pk>/a-corriger/", downloads.MendView, "mend"),
        at("titres/", screens.MappingsView, "mappings"),
        at("titres/<int:pk>/", screens.MappingView, "mapping"),
        at("titres/<int:pk>/oublier/", screens.ForgetView, "forget"),
    ]
