"""Registration of the households' screens."""

from django.urls import include, path
from wagtail import hooks
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register

from households.backoffice import admin, reports
from households.backoffice.home import add_waiting_cases


@modeladmin_register
class HouseholdsGroup(ModelAdminGroup):
    menu_label = "Ménages"
    menu_icon = "group"
    menu_order = 100
    items = (
        admin.HouseholdAdmin,
        reports.ReportInboxAdmin,
        reports.OwnReportAdmin,
        admin.DiagnosisAdmin,
        admin.CommitteeDecisionAdmin,
        admin.ProposalAdmin,
        admin.OccupancyAdmin,
        admin.SupportMeasureAdmin,
        admin.EvaluationAdmin,
        admin.DelayRuleAdmin,
    )


@hooks.register("register_admin_urls")
def register_case_urls() -> list[object]:
    return [path("dossiers/", include("households.urls"))]


@hooks.register("register_admin_urls")
def register_report_urls() -> list[object]:
    return [path("signalements/", include("households.backoffice.reports_urls"))]


hooks.register("construct_homepage_panels", add_waiting_cases)
