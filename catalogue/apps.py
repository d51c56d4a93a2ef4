from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "catalogue"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        from access.journal.tracked import track
        from catalogue.models import Convention, Funding, MeasureKind, Operation, Residence, Tariff, Territory, Unit

        for model in (Convention, Funding, MeasureKind, Operation, Residence, Tariff, Territory, Unit):
            track(model, model._meta.model_name or "")
