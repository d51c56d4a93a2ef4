"""The journal of stock files: who sent which file, what it said, what it changed."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from access.enums import Role
from access.exchange.journal import FileFinding, FileImport, FindingQuerySet, ImportWork, KeptFile
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.enums import ChangeKind
from catalogue.models.stock import Unit
from partners.models import Organisation, of_own_organisation


class UnitImportQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("landlord")})


class UnitImport(FileImport):
    """One stock file sent for a landlord. ``written`` and ``absent`` count homes."""

    landlord = models.ForeignKey(
        Organisation, models.PROTECT, related_name="unit_imports", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur"
    )

    objects = UnitImportQuerySet.as_manager()

    class Meta(FileImport.Meta):
        verbose_name = "fichier patrimoine reçu"
        verbose_name_plural = "fichiers patrimoine reçus"
        indexes: ClassVar = [models.Index(fields=["landlord", "-id"], name="unit_import_landlord")]


class ImportedFile(KeptFile):
    """The file as it came, with its rows as they were understood.

    ``packed_rows`` are the lines to stage again when the preview is confirmed; ``staged_fields`` names their fields, in order.
    """

    unit_import = models.OneToOneField(UnitImport, models.CASCADE, related_name="file", primary_key=True, verbose_name="import")
    packed_rows = models.BinaryField("lignes comprises, comprimées", default=b"")
    staged_fields = ArrayField(models.CharField(max_length=30), verbose_name="champs des lignes", default=list)

    class Meta:
        verbose_name = "fichier reçu"
        verbose_name_plural = "fichiers reçus"


class ImportFindingQuerySet(FindingQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("unit_import__landlord")})


class ImportFinding(FileFinding):
    """One thing said about a stock file."""

    unit_import = models.ForeignKey(UnitImport, models.CASCADE, related_name="findings", verbose_name="import")

    objects = ImportFindingQuerySet.as_manager()

    class Meta(FileFinding.Meta):
        indexes: ClassVar = [models.Index(fields=["unit_import", "level", "id"], name="import_finding_level")]


class UnitImportWork(ImportWork):
    """What the worker does with a stock file."""

    unit_import = models.OneToOneField(UnitImport, models.CASCADE, related_name="work", primary_key=True, verbose_name="import")


class UnitChangeQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("unit_import__landlord")})


class UnitChange(models.Model):
    """What a file does to one home. ``fields`` maps the name of a field to its value before and after."""

    unit_import = models.ForeignKey(UnitImport, models.CASCADE, related_name="changes", verbose_name="import")
    kind = models.CharField("nature", max_length=10, choices=ChangeKind)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, related_name="+", verbose_name="logement")
    row = models.PositiveIntegerField("ligne", null=True)
    reference = models.CharField("référence", max_length=50)
    fields: Any = models.JSONField("champs", default=dict)

    objects = UnitChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "changement"
        verbose_name_plural = "changements"
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["unit_import", "kind", "id"], name="unit_change_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"


class WrittenUnits(models.Model):
    """Every home that an import created, or changed, with a mark of each as the import left it: another mark later tells that it changed since."""

    unit_import = models.ForeignKey(UnitImport, models.CASCADE, related_name="written_units", verbose_name="import")
    kind = models.CharField("nature", max_length=10, choices=ChangeKind)
    unit_ids = ArrayField(models.BigIntegerField(), verbose_name="logements")
    marks = ArrayField(models.BigIntegerField(), verbose_name="marques")

    class Meta:
        verbose_name = "logements écrits par un import"
        verbose_name_plural = "logements écrits par un import"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit_import", "kind"],
                name="written_units_unique",
                violation_error_message="Les logements de cet import sont déjà notés.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, import {self.unit_import_id}"
