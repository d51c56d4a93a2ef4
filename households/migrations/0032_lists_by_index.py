from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("households", "0031_pending_by_officer")]

    operations = [
        migrations.AddIndex(
            model_name="household",
            index=models.Index(fields=["seniority_on", "-id"], condition=~Q(stage="closed"), name="household_waiting_longest"),
        ),
        migrations.AddIndex(
            model_name="household", index=models.Index(fields=["id"], include=["stage", "stage_since", "is_confidential"], name="household_stage")
        ),
        migrations.AddIndex(
            model_name="diagnosis",
            index=models.Index(fields=["operator", "completed_on"], include=["household"], name="diagnosis_of_operator"),
        ),
        migrations.RemoveIndex(model_name="diagnosis", name="diagnosis_operator"),
    ]
