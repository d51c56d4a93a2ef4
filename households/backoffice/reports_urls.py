"""Addresses of the reported households, under the back office."""

from django.urls import path

from households.backoffice import reports_exchange, reports_views

app_name = "reports"
urlpatterns = [
    path("", reports_views.entrance, name="entrance"),
    path("<int:pk>/", reports_views.ReportPage.as_view(), name="report"),
    path("<int:pk>/rattacher/<int:household_pk>/", reports_views.AttachView.as_view(), name="attach"),
    path("<int:pk>/ouvrir/", reports_views.OpenView.as_view(), name="open"),
    path("<int:pk>/ecarter/", reports_views.DismissView.as_view(), name="dismiss"),
    path("fichiers/", reports_exchange.FilesView.as_view(), name="files"),
    path("fichiers/envoyer/", reports_exchange.UploadView.as_view(), name="upload"),
    path("fichiers/<int:pk>/", reports_exchange.FileView.as_view(), name="file"),
    path("fichiers/<int:pk>/enregistrer/", reports_exchange.ConfirmView.as_view(), name="confirm"),
]
