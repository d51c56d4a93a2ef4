"""Screens of the catalogue's room."""

from catalogue.backoffice.offer import ConventionAdmin, MeasureKindAdmin, TariffAdmin
from catalogue.backoffice.operations import OperationAdmin
from catalogue.backoffice.places import CommuneAdmin, TerritoryAdmin
from catalogue.backoffice.stock import NearbyServiceAdmin, ResidenceAdmin, UnitAdmin

__all__ = [
    "CommuneAdmin",
    "ConventionAdmin",
    "MeasureKindAdmin",
    "NearbyServiceAdmin",
    "OperationAdmin",
    "ResidenceAdmin",
    "TariffAdmin",
    "TerritoryAdmin",
    "UnitAdmin",
]
