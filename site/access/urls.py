"""Addresses of what a person does about the own account, and the administrator about others', under the back office."""

from django.urls import path

from access.views import accounts, security

app_name = "access"
urlpatterns = [
    path("securite/", security.security, name="security"),
    path("securite/connexions/", security.close, name="close"),
    path("securite/application/", security.factor, name="factor"),
    path("securite/application/retirer/", security.remove, name="remove"),
    path("securite/codes/", security.codes, name="codes"),
    path("confirmer/", security.confirm, name="confirm"),
    path("reprise/", security.resume, name="resume"),
    path("comptes/<int:pk>/<slug:deed>/", accounts.act, name="act"),
    path("revue/", accounts.review, name="review"),
]
