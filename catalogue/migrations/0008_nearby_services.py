from django.db import migrations

SERVICES = [
    "école",
    "collège",
    "crèche ou assistante maternelle",
    "médecin",
    "pharmacie",
    "hôpital ou centre de soins",
    "transports",
    "commerces",
    "services sociaux",
    "association d'accompagnement",
    "emploi ou formation",
    "espace vert",
]


def load(apps, schema_editor):
    """A first vocabulary of services near a home; staff keep it from there."""
    Service = apps.get_model("catalogue", "NearbyService")
    Service.objects.using(schema_editor.connection.alias).bulk_create(
        Service(name=name, position=position * 10) for position, name in enumerate(SERVICES, 1)
    )


def unload(apps, schema_editor):
    apps.get_model("catalogue", "NearbyService").objects.using(schema_editor.connection.alias).filter(name__in=SERVICES).delete()


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0007_homes_and_operations")]
    operations = [migrations.RunPython(load, unload)]
