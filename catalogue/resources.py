"""The catalogue's lists as files. Units leave in the stock layout, in its canonical order and headings, and are taken back unchanged."""

from decimal import Decimal
from typing import Any, ClassVar, Final

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf, Round
from import_export.fields import Field

from access.resources import CellWidget, Column, ExportResource, TableResource, labels_of
from catalogue.enums import (
    AbandonReason,
    BuildingType,
    ConventionStatus,
    DeclaredOccupation,
    InitialFinancing,
    MobilisationMode,
    OperationKind,
    OperationStage,
)
from catalogue.exchange.layouts import STOCK
from catalogue.models import MeasureKind, OperationStep

LABELS: Final = {
    "building_type": labels_of(BuildingType),
    "initial_financing": labels_of(InitialFinancing),
    "declared_occupation": labels_of(DeclaredOccupation),
    "mobilisation_mode": labels_of(MobilisationMode),
}


def stock_field(heading: str, name: str) -> Field:
    attribute = {"commune": "commune_id", "commune_name": "received_commune"}.get(name, name)
    return Field(attribute=attribute, column_name=heading, readonly=True, widget=CellWidget(LABELS.get(name)))


class UnitResource(ExportResource):
    """The stock layout."""

    code = "parc"
    title = "Logements"
    file_name = "patrimoine"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields = {column.heading: stock_field(column.heading, column.field) for column in STOCK.columns}

    def records(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        units = queryset.annotate(received_commune=Coalesce(NullIf(F("commune_name"), Value("")), F("commune__name")))
        return units.values_list(*(str(field.attribute) for field in self.fields.values()))


def covered_measures(resource: TableResource) -> Subquery:
    """The names of the measures a convention covers, on one line."""
    kinds = MeasureKind.objects.filter(conventions=OuterRef("pk")).order_by().values("conventions")
    return Subquery(kinds.annotate(names=StringAgg("name", delimiter=", ", order_by="pk")).values("names"))


class ConventionResource(TableResource):
    """Conventions, as their parties read them."""

    code = "conventions"
    title = "Conventions"
    file_name = "conventions"
    columns: ClassVar = (
        Column("numéro", "number"),
        Column("partenaire", "partner__name"),
        Column("objet", "purpose"),
        Column("état", "status", ConventionStatus),
        Column("mesures couvertes", covered_measures),
        Column("capacité", "capacity"),
        Column("signée le", "signed_on"),
        Column("début", "starts_on"),
        Column("fin", "ends_on"),
    )


def delivery_planned(resource: TableResource) -> Subquery:
    """The day planned for the delivery."""
    return Subquery(OperationStep.objects.filter(operation=OuterRef("pk"), step=OperationStage.DELIVERY).values("planned_on")[:1])


def surcharge(resource: TableResource) -> Any:
    """The actual cost once known, else the planned one, beyond the reference cost, in percent of it to one decimal, rounded half-up."""
    known = Coalesce(F("actual_cost"), F("planned_cost"))
    return Round((known - F("reference_cost")) * 100 / NullIf(F("reference_cost"), Value(Decimal(0))), precision=1)


class OperationResource(TableResource):
    """Operations, their step and their costs in euros."""

    code = "operations"
    title = "Opérations"
    file_name = "operations"
    columns: ClassVar = (
        Column("opération", "name"),
        Column("bailleur", "landlord__name"),
        Column("commune", "commune__name"),
        Column("nature", "kind", OperationKind),
        Column("modulaire", "is_modular"),
        Column("nombre de logements", "home_count"),
        Column("étape", "stage", OperationStage),
        Column("lancée le", "opened_on"),
        Column("livraison prévue le", delivery_planned),
        Column("livrée le", "delivered_on"),
        Column("abandonnée le", "abandoned_on"),
        Column("motif d'abandon", "abandon_reason", AbandonReason),
        Column("coût de référence (€)", "reference_cost"),
        Column("coût prévu (€)", "planned_cost"),
        Column("coût réel (€)", "actual_cost"),
        Column("surcoût (%)", surcharge),
    )
