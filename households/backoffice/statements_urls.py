"""Addresses of operators' statements, under the back office."""

from django.urls import path

from households.backoffice import statements

app_name = "statements"
urlpatterns = [
    path("nouveau/", statements.start, name="start"),
    path("<int:pk>/", statements.page, name="page"),
    path("<int:pk>/lignes/nouvelle/", statements.line, name="add_line"),
    path("<int:pk>/lignes/<int:line_pk>/", statements.line, name="line"),
    path("<int:pk>/lignes/<int:line_pk>/retirer/", statements.remove, name="remove"),
    path("<int:pk>/lignes/<int:line_pk>/decision/", statements.judge, name="judge"),
    path("<int:pk>/completer/", statements.prefill, name="prefill"),
    path("<int:pk>/envoyer/", statements.send, name="send"),
    path("<int:pk>/accepter/", statements.accept, name="accept"),
    path("<int:pk>/reglement/", statements.settle, name="settle"),
]
