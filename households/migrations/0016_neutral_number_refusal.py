from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0015_lists_in_their_order")]

    operations = [
        migrations.AlterConstraint(
            model_name="household",
            name="household_application_number_unique",
            constraint=models.UniqueConstraint(
                condition=models.Q(("application_number", ""), _negated=True),
                fields=("application_number",),
                name="household_application_number_unique",
                violation_error_message="Ce numéro unique ne peut pas être enregistré ici. Relisez-le ; s'il est exact, laissez ce champ vide et adressez-vous à la personne déléguée à la protection des données.",
            ),
        ),
    ]
