"""Addresses of what is done from an operation's page, under the back office."""

from django.urls import path

from catalogue.backoffice import operation_views

app_name = "operations"
urlpatterns = [
    path("<int:pk>/etape/", operation_views.advance, name="advance"),
    path("<int:pk>/dates/", operation_views.plan, name="plan"),
    path("<int:pk>/abandon/", operation_views.abandon, name="abandon"),
    path("<int:pk>/livraison/", operation_views.deliver, name="deliver"),
]
