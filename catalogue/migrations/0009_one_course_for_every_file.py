"""The journal of stock files says what the worker is asked to do, and counts findings and rows by kind."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0008_nearby_services"),
        ("partners", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitImportWork",
            fields=[
                (
                    "kind",
                    models.CharField(
                        choices=[("check", "lecture"), ("confirm", "enregistrement"), ("undo", "annulation")], max_length=10, verbose_name="travail"
                    ),
                ),
                ("ticket", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                ("options", models.JSONField(default=dict, verbose_name="choix")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="commencé le")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="fini le")),
                ("step", models.CharField(blank=True, max_length=40, verbose_name="étape")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="lignes faites")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="lignes en tout")),
                ("told", models.TextField(blank=True, verbose_name="issue")),
                (
                    "unit_import",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="work",
                        serialize=False,
                        to="catalogue.unitimport",
                        verbose_name="import",
                    ),
                ),
            ],
            options={
                "verbose_name": "travail sur un fichier",
                "verbose_name_plural": "travaux sur des fichiers",
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="headingmapping",
            name="heading_mapping_filled",
        ),
        migrations.RemoveConstraint(
            model_name="unitimport",
            name="unit_import_confirmed",
        ),
        migrations.RemoveConstraint(
            model_name="unitimport",
            name="unit_import_undone",
        ),
        migrations.AddField(
            model_name="unitimport",
            name="found",
            field=models.JSONField(default=dict, editable=False, verbose_name="constats par nature"),
        ),
        migrations.AddField(
            model_name="unitimport",
            name="totals",
            field=models.JSONField(default=dict, editable=False, verbose_name="totaux"),
        ),
        migrations.AlterField(
            model_name="unitimport",
            name="status",
            field=models.CharField(
                choices=[
                    ("received", "à lire"),
                    ("checked", "à confirmer"),
                    ("refused", "refusé"),
                    ("confirmed", "enregistré"),
                    ("undone", "annulé"),
                ],
                default="checked",
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AlterField(
            model_name="unitimport",
            name="written",
            field=models.PositiveIntegerField(default=0, verbose_name="enregistrés"),
        ),
        migrations.AddConstraint(
            model_name="headingmapping",
            constraint=models.CheckConstraint(
                condition=models.Q(("heading_key", ""), _negated=True),
                name="headingmapping_filled",
                violation_error_message="Indiquez le titre de la colonne.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", False), ("status__in", ("confirmed", "undone"))),
                    models.Q(models.Q(("status__in", ("confirmed", "undone")), _negated=True), ("confirmed_at__isnull", True), ("written", 0)),
                    _connector="OR",
                ),
                name="unitimport_confirmed",
                violation_error_message="Seul un fichier enregistré porte une date d'enregistrement.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "undone"), ("undone_at__isnull", False)),
                    models.Q(models.Q(("status", "undone"), _negated=True), ("undone_at__isnull", True)),
                    _connector="OR",
                ),
                name="unitimport_undone",
                violation_error_message="Seul un import annulé porte une date d'annulation.",
            ),
        ),
        migrations.AddField(
            model_name="unitimportwork",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="demandé par",
            ),
        ),
    ]
