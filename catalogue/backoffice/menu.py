"""The menu groups « Logements », « Partenaires » and « Coûts »."""

from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register

from catalogue.backoffice import agreed, offer, places, stock
from partners import backoffice as partners


@modeladmin_register
class StockGroup(ModelAdminGroup):
    menu_label = "Logements"
    menu_icon = "home"
    menu_order = 200
    items = (
        stock.UnitAdmin,
        stock.ResidenceAdmin,
        agreed.AgreedExchangeAdmin,
        stock.NearbyServiceAdmin,
        places.CommuneAdmin,
        places.TerritoryAdmin,
    )


@modeladmin_register
class PartnersGroup(ModelAdminGroup):
    menu_label = "Partenaires"
    menu_icon = "link"
    menu_order = 300
    items = (partners.OrganisationAdmin, partners.MembershipAdmin, offer.ConventionAdmin, partners.DirectoryEntryAdmin, partners.KnowHowAdmin)


@modeladmin_register
class CostsGroup(ModelAdminGroup):
    menu_label = "Coûts"
    menu_icon = "tag"
    menu_order = 400
    items = (offer.TariffAdmin, offer.MeasureKindAdmin)
