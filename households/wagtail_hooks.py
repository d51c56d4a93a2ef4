"""Registration of the households' screens."""

from django.http import HttpRequest
from django.urls import include, path, reverse, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register

from access.backoffice import HeaderButton
from access.enums import Role
from catalogue.backoffice import UnitAdmin, offer
from catalogue.backoffice.funding import FundingAdmin
from catalogue.backoffice.sections import register_section
from catalogue.models import Convention, Operation, Unit
from households.backoffice import admin, cases, evaluations_due, homes, prescriptions, reports, vocabulary
from households.backoffice.committee.admin import CommitteeSessionAdmin
from households.backoffice.committee.home import add_own_sessions
from households.backoffice.home import add_inbox
from households.backoffice.money import convention_section
from households.backoffice.privacy import add_panels
from households.backoffice.scenarios import ScenarioAdmin
from households.backoffice.statements import StatementAdmin
from households.backoffice.steering import SHEET_READERS, OpinionAdmin, SheetTextAdmin
from households.money import READERS as MONEY_READERS
from households.steering import READERS as STEERING_READERS


@modeladmin_register
class HouseholdsGroup(ModelAdminGroup):
    menu_label = "Ménages"
    menu_icon = "group"
    menu_order = 100
    items = (
        cases.HouseholdAdmin,
        reports.ReportInboxAdmin,
        reports.OwnReportAdmin,
        prescriptions.PrescriptionAdmin,
        admin.OutreachContactAdmin,
        admin.DiagnosisAdmin,
        admin.ProposalAdmin,
        admin.OccupancyAdmin,
        admin.AllocationRecordAdmin,
        admin.SupportMeasureAdmin,
        admin.ConcernAdmin,
        admin.EvaluationAdmin,
        evaluations_due.EvaluationDueAdmin,
        admin.DelayRuleAdmin,
    )


@modeladmin_register
class CommitteeGroup(ModelAdminGroup):
    menu_label = "Comité"
    menu_icon = "calendar"
    menu_order = 150
    items = (CommitteeSessionAdmin, admin.CommitteeDecisionAdmin)


@hooks.register("register_admin_urls")
def register_committee_urls() -> list[object]:
    return [path("seances/", include("households.backoffice.committee.urls"))]


hooks.register("construct_homepage_panels", add_own_sessions)


@modeladmin_register
class VocabularyGroup(ModelAdminGroup):
    menu_label = "Vocabulaires"
    menu_icon = "list-ul"
    menu_order = 450
    items = (vocabulary.NeedTopicAdmin, vocabulary.CriterionAdmin, vocabulary.RentGuidelineAdmin)


@hooks.register("register_admin_urls")
def register_case_urls() -> list[object]:
    return [path("dossiers/", include("households.urls"))]


@hooks.register("register_admin_urls")
def register_report_urls() -> list[object]:
    return [path("signalements/", include("households.backoffice.reports_urls"))]


@hooks.register("register_admin_urls")
def register_home_urls() -> list[object]:
    return [path("logement/", include("households.backoffice.home_urls"))]


@hooks.register("register_admin_urls")
def register_money_urls() -> list[object]:
    return [path("couts-du-dispositif/", include("households.backoffice.money_urls"))]


@hooks.register("register_admin_urls")
def register_statement_urls() -> list[object]:
    return [path("releves/", include("households.backoffice.statements_urls"))]


class CostsItem(MenuItem):
    """What the scheme costs, for every role that reads some of it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return getattr(request.user, "role", None) in MONEY_READERS


@modeladmin_register
class CostsGroup(ModelAdminGroup):
    menu_label = "Coûts"
    menu_icon = "tag"
    menu_order = 400
    items = (StatementAdmin, FundingAdmin, ScenarioAdmin, offer.TariffAdmin, offer.MeasureKindAdmin)

    def get_submenu_items(self) -> list[MenuItem]:
        costs = CostsItem("Coûts du dispositif", reverse_lazy("money:costs"), name="couts-du-dispositif", icon_name="table", order=0)
        return [costs, *super().get_submenu_items()]


@hooks.register("register_admin_urls")
def register_steering_urls() -> list[object]:
    return [path("pilotage/", include("households.backoffice.steering_urls"))]


class SteeringItem(MenuItem):
    """The steering table, for every role that reads figures."""

    def is_shown(self, request: HttpRequest) -> bool:
        return getattr(request.user, "role", None) in STEERING_READERS


class SheetItem(MenuItem):
    """The scheme sheet, for whoever reads the whole scheme's money."""

    def is_shown(self, request: HttpRequest) -> bool:
        return getattr(request.user, "role", None) in SHEET_READERS


@modeladmin_register
class SteeringGroup(ModelAdminGroup):
    menu_label = "Pilotage"
    menu_icon = "table"
    menu_order = 90
    items = (SheetTextAdmin, OpinionAdmin)

    def get_submenu_items(self) -> list[MenuItem]:
        table = SteeringItem("Tableau de pilotage", reverse_lazy("pilotage:table"), name="tableau-de-pilotage", icon_name="table", order=0)
        sheet = SheetItem("Fiche du dispositif", reverse_lazy("pilotage:sheet"), name="fiche-du-dispositif", icon_name="doc-full", order=1)
        return [table, sheet, *super().get_submenu_items()]


register_section(Unit, homes.unit_section)
register_section(Operation, homes.operation_section)
register_section(Convention, convention_section)
UnitAdmin.header_buttons = (HeaderButton("Logements du dispositif", "homes:mobilised", homes.READERS), *UnitAdmin.header_buttons)


@hooks.register("register_admin_urls")
def register_privacy_urls() -> list[object]:
    return [path("protection/", include("households.backoffice.privacy_urls"))]


class ProtectionItem(MenuItem):
    """An entry for the data protection officer."""

    def is_shown(self, request: HttpRequest) -> bool:
        return getattr(request.user, "role", None) == Role.DPO


@hooks.register("register_protection_menu_item")
def requests_item() -> MenuItem:
    return ProtectionItem("Demandes des personnes", reverse_lazy("privacy:requests"), name="demandes", icon_name="user", order=20)


@hooks.register("register_protection_menu_item")
def retention_item() -> MenuItem:
    return ProtectionItem("Conservation", reverse_lazy("privacy:retention"), name="conservation", icon_name="history", order=25)


hooks.register("construct_homepage_panels", add_panels)
hooks.register("construct_homepage_panels", add_inbox)
hooks.register("construct_homepage_panels", prescriptions.add_prescriber_home)


class HouseholdSearchArea(SearchArea):
    """What the search of the side menu looks in first, for whoever follows households."""

    def is_shown(self, request: HttpRequest) -> bool:
        return getattr(request.user, "role", None) in admin.HOUSING_READERS


@hooks.register("register_admin_search_area")
def register_household_search() -> SearchArea:
    return HouseholdSearchArea("Ménages", reverse("menages_dossiers_modeladmin_index"), name="menages", icon_name="group", order=10)
