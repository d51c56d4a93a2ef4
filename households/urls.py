"""Addresses of the case pages, under the back office."""

from django.urls import path

from households.backoffice import assignments, case_views, needs_views, propose_views, timeline_views, twins_views

app_name = "households"
urlpatterns = [
    path("reaffecter/", assignments.reassign, name="reassign"),
    path("doublons/", twins_views.likely, name="twins"),
    path("doublons/distincts/", twins_views.tell_apart, name="tell_apart"),
    path("fusions/<int:pk>/", twins_views.merge_page, name="merge"),
    path("<int:kept_pk>/fusionner/<int:absorbed_pk>/", twins_views.compare, name="compare"),
    path("<int:pk>/", case_views.case_page, name="case"),
    path("<int:pk>/proposer/", propose_views.case_propose, name="propose"),
    path("<int:pk>/diagnostics/", needs_views.diagnoses_page, name="diagnoses"),
    path("<int:pk>/evaluations/", needs_views.evaluations_page, name="evaluations"),
    path("<int:pk>/fil/", timeline_views.timeline_page, name="timeline"),
    path("<int:pk>/fil/imprimer/", timeline_views.timeline_page, {"is_printed": True}, name="timeline_print"),
    path("<int:pk>/<slug:slug>/", case_views.case_action, name="action"),
]
