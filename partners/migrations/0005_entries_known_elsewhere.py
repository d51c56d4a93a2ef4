from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0004_versions_of_entries")]

    operations = [
        migrations.AddField(
            model_name="directoryentry",
            name="external_id",
            field=models.CharField(
                blank=True,
                help_text="Le numéro de l'organisme dans l'annuaire du département : il fait reconnaître la fiche d'un fichier à l'autre.",
                max_length=64,
                verbose_name="identifiant dans l'annuaire du département",
            ),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("external_id",),
                name="directory_entry_external_id_unique",
                violation_error_message="Une autre fiche porte déjà cet identifiant de l'annuaire du département.",
            ),
        ),
    ]
