"""The menu groups « Logements » and « Partenaires »."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from wagtail.admin.menu import MenuItem
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register

from catalogue.backoffice import agreed, offer, operations, places, stock
from catalogue.exchange.desk import may_exchange
from partners import backoffice as partners


class ReceivedFiles(MenuItem):
    """The journal of stock files, for those who exchange them."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_exchange(request.user)


@modeladmin_register
class StockGroup(ModelAdminGroup):
    menu_label = "Logements"
    menu_icon = "home"
    menu_order = 200
    items = (
        stock.UnitAdmin,
        operations.OperationAdmin,
        stock.ResidenceAdmin,
        agreed.AgreedExchangeAdmin,
        stock.NearbyServiceAdmin,
        places.CommuneAdmin,
        places.TerritoryAdmin,
    )

    def get_submenu_items(self) -> list[MenuItem]:
        received = ReceivedFiles("Fichiers reçus", reverse_lazy("stock_exchange:journal"), name="fichiers-recus", icon_name="upload", order=15)
        return [*super().get_submenu_items(), received]


@modeladmin_register
class PartnersGroup(ModelAdminGroup):
    menu_label = "Partenaires"
    menu_icon = "link"
    menu_order = 300
    items = (
        partners.OrganisationAdmin,
        partners.MembershipAdmin,
        offer.ConventionAdmin,
        offer.ConventionTextAdmin,
        partners.DirectoryEntryAdmin,
        partners.KnowHowAdmin,
    )
