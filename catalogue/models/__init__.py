"""What partners put on the table."""

from catalogue.models.agreed import AgreedExchange
from catalogue.models.exchange import ImportedFile, ImportFinding, UnitChange, UnitImport, UnitImportWork, WrittenUnits
from catalogue.models.headings import HeadingMapping
from catalogue.models.money import Funding, FundingAmount, FundingStep
from catalogue.models.offer import Amendment, Convention, ConventionMove, MeasureKind, Tariff
from catalogue.models.papers import ConventionDocument, ConventionText
from catalogue.models.places import Commune, Epci, FormerCommune, Territory
from catalogue.models.production import FinancingDecision, Operation, OperationFunding, OperationStep
from catalogue.models.published import PublishedFigures
from catalogue.models.stock import NearbyService, Residence, Unit

__all__ = [
    "AgreedExchange",
    "Amendment",
    "Commune",
    "Convention",
    "ConventionDocument",
    "ConventionMove",
    "ConventionText",
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
    "OperationFunding",
    "OperationStep",
    "PublishedFigures",
    "Residence",
    "Tariff",
    "Territory",
    "Unit",
    "UnitChange",
    "UnitImport",
    "UnitImportWork",
    "WrittenUnits",
]
