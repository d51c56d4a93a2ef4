"""What partners put on the table."""

from catalogue.models.exchange import ImportedFile, ImportFinding, UnitChange, UnitImport, WrittenUnits
from catalogue.models.headings import HeadingMapping
from catalogue.models.offer import Convention, MeasureKind, Tariff
from catalogue.models.places import Commune, Epci, FormerCommune, Territory
from catalogue.models.stock import Residence, Unit

__all__ = [
    "Commune",
    "Convention",
    "Epci",
    "FormerCommune",
    "HeadingMapping",
    "ImportFinding",
    "ImportedFile",
    "MeasureKind",
    "Residence",
    "Tariff",
    "Territory",
    "Unit",
    "UnitChange",
    "UnitImport",
    "WrittenUnits",
]
