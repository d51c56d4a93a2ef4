import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parents[1] / "data"
DEPARTMENT = "Département d'Ille-et-Vilaine"
SCHEME_STARTS_ON = date(2014, 1, 1)
FORMER_KINDS = {"commune-deleguee": "delegated", "commune-associee": "associated"}
KINDS = [
    ("diagnosis", "Diagnostic social", "home", "once", Decimal("300.00")),
    ("support", "Accompagnement", "household", "yearly", Decimal("1500.00")),
    ("adapted_management", "Gestion locative adaptée", "home", "yearly", Decimal("950.00")),
]


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter=";"))


def load(apps, schema_editor):
    """Places of the département (@etalab/decoupage-administratif 6.0.0) and the scheme's measures and prices (call for projects)."""
    alias = schema_editor.connection.alias
    Epci, Commune, Former, Territory, Kind, Tariff = (
        apps.get_model("catalogue", name) for name in ("Epci", "Commune", "FormerCommune", "Territory", "MeasureKind", "Tariff")
    )
    Epci.objects.using(alias).bulk_create(Epci(siren=row["siren"], name=row["nom"], kind=row["type"]) for row in rows("epci_35.csv"))
    Commune.objects.using(alias).bulk_create(
        Commune(
            insee_code=row["code_insee"],
            name=row["nom"],
            postcodes=row["codes_postaux"].split(","),
            epci_id=row["epci_siren"] or None,
            population=int(row["population"] or 0),
        )
        for row in rows("communes_35.csv")
    )
    Former.objects.using(alias).bulk_create(
        Former(insee_code=row["code_insee"], name=row["nom"], kind=FORMER_KINDS[row["type"]], successor_id=row["chef_lieu"])
        for row in rows("communes_35_anciennes.csv")
    )
    everywhere = Territory.objects.using(alias).create(name=DEPARTMENT, starts_on=SCHEME_STARTS_ON)
    everywhere.communes.set(Commune.objects.using(alias).all())
    for epci in Epci.objects.using(alias).all():
        Territory.objects.using(alias).create(name=epci.name, starts_on=SCHEME_STARTS_ON).communes.set(Commune.objects.using(alias).filter(epci=epci))
    for code, name, base, periodicity, amount in KINDS:
        kind = Kind.objects.using(alias).create(code=code, name=name, base=base, periodicity=periodicity)
        Tariff.objects.using(alias).create(kind=kind, amount=amount, starts_on=SCHEME_STARTS_ON)


def unload(apps, schema_editor):
    for name in ("Tariff", "MeasureKind", "Territory", "FormerCommune", "Commune", "Epci"):
        apps.get_model("catalogue", name).objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
