"""Addresses of the case pages, under the back office."""

from django.urls import path

from households.backoffice import assignments, case_views, needs_views, propose_views, timeline_views

app_name = "households"
urlpatterns = [
    path("reaffecter/", assignments.reassign, name="reassign"),
    path("<int:pk>/", case_views.case_page, name="case"),
    path("<int:pk>/proposer/", propose_views.case_propose, name="propose"),
    path("<int:pk>/diagnostics/", needs_views.diagnoses_page, name="diagnoses"),
    path("<int:pk>/evaluations/", needs_views.evaluations_page, name="evaluations"),
    path("<int:pk>/fil/", timeline_views.timeline_page, name="timeline"),
    path("<int:pk>/fil/imprimer/", timeline_views.timeline_page, {"is_printed": True}, name="timeline_print"),
    path("<int:pk>/<slug:slug>/", case_views.case_action, name="action"),
]
