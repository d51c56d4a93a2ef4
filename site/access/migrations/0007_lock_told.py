"""The day a person was last told that sign-in is locked. What follows ``migrate`` puts connections, second factors and reviews in the journal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0006_scope_settings")]

    operations = [
        migrations.AddField(
            "user",
            "lock_told_on",
            models.DateField("prévenu d'un blocage le", null=True, blank=True, editable=False),
        ),
    ]
