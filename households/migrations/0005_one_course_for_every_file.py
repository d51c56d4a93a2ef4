"""The journal of files of reports has what that of stock files has; a household may be reported by any organisation, and without a file."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0009_one_course_for_every_file"),
        ("households", "0004_measures_that_change_and_concerns"),
        ("partners", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="householdreport", name="household_report_reference"),
        migrations.RenameField(model_name="householdreport", old_name="landlord", new_name="organisation"),
        migrations.CreateModel(
            name="HouseholdImportWork",
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
                    "household_import",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="work",
                        serialize=False,
                        to="households.householdimport",
                        verbose_name="envoi",
                    ),
                ),
            ],
            options={
                "verbose_name": "travail sur un fichier",
                "verbose_name_plural": "travaux sur des fichiers",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReportHeading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("heading_key", models.CharField(max_length=255, verbose_name="clé du titre")),
                ("heading", models.CharField(max_length=255, verbose_name="titre de colonne")),
                ("field", models.CharField(blank=True, max_length=30, verbose_name="donnée")),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="indiqué le")),
            ],
            options={
                "verbose_name": "titre retenu",
                "verbose_name_plural": "titres retenus",
                "ordering": ("landlord", "heading_key"),
                "abstract": False,
            },
        ),
        migrations.AlterModelOptions(
            name="householdimportfinding",
            options={"ordering": ("pk",), "verbose_name": "constat", "verbose_name_plural": "constats"},
        ),
        migrations.RemoveConstraint(
            model_name="householdimport",
            name="household_import_confirmed",
        ),
        migrations.AddField(
            model_name="householdimport",
            name="found",
            field=models.JSONField(default=dict, editable=False, verbose_name="constats par nature"),
        ),
        migrations.AddField(
            model_name="householdimport",
            name="totals",
            field=models.JSONField(default=dict, editable=False, verbose_name="totaux"),
        ),
        migrations.AddField(
            model_name="householdimport",
            name="undone_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="annulé le"),
        ),
        migrations.AddField(
            model_name="householdimport",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="annulé par",
            ),
        ),
        migrations.AddField(
            model_name="householdimport",
            name="unknown_headings",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), blank=True, default=list, size=None, verbose_name="titres inconnus"
            ),
        ),
        migrations.AddField(
            model_name="householdimportfile",
            name="former",
            field=models.JSONField(default=list, verbose_name="valeurs d'avant"),
        ),
        migrations.AlterField(
            model_name="householdimport",
            name="fingerprint",
            field=models.CharField(blank=True, editable=False, max_length=100, verbose_name="empreinte des changements"),
        ),
        migrations.AlterField(
            model_name="householdimport",
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
            model_name="householdimport",
            name="written",
            field=models.PositiveIntegerField(default=0, verbose_name="enregistrés"),
        ),
        migrations.AlterField(
            model_name="householdreport",
            name="household_import",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="households.householdimport",
                verbose_name="envoi",
            ),
        ),
        migrations.AlterField(
            model_name="householdreport",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="household_reports", to="partners.organisation", verbose_name="signalé par"
            ),
        ),
        migrations.AlterField(
            model_name="householdreport",
            name="reference",
            field=models.CharField(blank=True, max_length=50, verbose_name="référence"),
        ),
        migrations.AlterField(
            model_name="householdreport",
            name="updated_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="modifié par l'organisme le"),
        ),
        migrations.AddConstraint(
            model_name="householdimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", False), ("status__in", ("confirmed", "undone"))),
                    models.Q(models.Q(("status__in", ("confirmed", "undone")), _negated=True), ("confirmed_at__isnull", True), ("written", 0)),
                    _connector="OR",
                ),
                name="householdimport_confirmed",
                violation_error_message="Seul un fichier enregistré porte une date d'enregistrement.",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "undone"), ("undone_at__isnull", False)),
                    models.Q(models.Q(("status", "undone"), _negated=True), ("undone_at__isnull", True)),
                    _connector="OR",
                ),
                name="householdimport_undone",
                violation_error_message="Seul un import annulé porte une date d'annulation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference_key", ""), _negated=True),
                fields=("organisation", "reference_key"),
                name="household_report_reference",
                violation_error_message="Cet organisme a déjà un signalement de cette référence.",
            ),
        ),
        migrations.AddField(
            model_name="householdimportwork",
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
        migrations.AddField(
            model_name="reportheading",
            name="landlord",
            field=models.ForeignKey(
                limit_choices_to={"kind": "landlord"},
                on_delete=django.db.models.deletion.CASCADE,
                related_name="report_headings",
                to="partners.organisation",
                verbose_name="bailleur",
            ),
        ),
        migrations.AddField(
            model_name="reportheading",
            name="updated_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="indiqué par",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportheading",
            constraint=models.UniqueConstraint(
                fields=("landlord", "heading_key"), name="report_heading_unique", violation_error_message="Ce titre est déjà retenu pour ce bailleur."
            ),
        ),
        migrations.AddConstraint(
            model_name="reportheading",
            constraint=models.CheckConstraint(
                condition=models.Q(("heading_key", ""), _negated=True),
                name="reportheading_filled",
                violation_error_message="Indiquez le titre de la colonne.",
            ),
        ),
    ]
