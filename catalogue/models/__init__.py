"""What partners put on the table."""

from catalogue.models.agreed import AgreedExchange
from catalogue.models.exchange import ImportedFile, ImportFinding, UnitChange, UnitImport, UnitImportWork, WrittenUnits
from catalogue.models.headings import HeadingMapping
from catalogue.models.money import Funding, FundingAmount, FundingStep
from catalogue.models.offer import Convention, MeasureKind, Tariff
from catalogue.models.places import Commune, Epci, FormerCommune, Territory
from catalogue.models.production import FinancingDecision, Operation, OperationStep
from catalogue.models.stock import NearbyService, Residence, Unit

__all__ = [
    "AgreedExchange",
    "Commune",
    "Convention",
    "Epci",
    "FinancingDecision",
    "FormerCommune",
    "Funding",
    "FundingAmount",
    "FundingStep",
    "HeadingMapping",
    "ImportFinding",
    "ImportedFile",
    "MeasureKind",
    "NearbyService",
    "Operation",
    "OperationStep",
    "Residence",
    "Tariff",
    "Territory",
    "Unit",
    "UnitChange",
    "UnitImport",
    "UnitImportWork",
    "WrittenUnits",
]
