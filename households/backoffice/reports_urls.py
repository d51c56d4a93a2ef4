"""Addresses of the reported households, under the back office."""

from django.urls import include, path

from access.exchange.addresses import addresses
from households.backoffice import reports_views
from households.exchange.desk import REPORT_DESK

app_name = "reports"
urlpatterns = [
    path("", reports_views.entrance, name="entrance"),
    path("<int:pk>/", reports_views.ReportPage.as_view(), name="report"),
    path("<int:pk>/rattacher/<int:household_pk>/", reports_views.AttachView.as_view(), name="attach"),
    path("<int:pk>/ouvrir/", reports_views.OpenView.as_view(), name="open"),
    path("<int:pk>/ecarter/", reports_views.DismissView.as_view(), name="dismiss"),
    path("fichiers/", include((addresses(REPORT_DESK), "files"))),
]
