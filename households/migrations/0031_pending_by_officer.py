"""The officer of the case, beside what it waits for: an officer's home no longer joins every case to find the own ones."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FIRST_TIME = """
UPDATE households_pendingaction SET officer_id = household.officer_id FROM households_household AS household
WHERE household.id = household_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0030_cases_as_bits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="pendingaction",
            name="officer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                db_index=False,
                to=settings.AUTH_USER_MODEL,
                verbose_name="chargé du dossier",
            ),
        ),
        migrations.RunSQL(FIRST_TIME, migrations.RunSQL.noop),
        migrations.AddIndex(model_name="pendingaction", index=models.Index(fields=["officer", "due_on"], name="pending_officer_due")),
    ]
