"""Households reported by landlords: the reports, and the journal of the files they come in."""

import zlib
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import GeneratedField, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from access.enums import Role
from access.exchange.findings import Finding, Level
from access.text import Folded
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.models import Commune, Unit
from households.enums import DismissalReason, EntryDoor, ReportFileStatus, ReportReason, ReportStatus
from households.models.cases import Household
from partners.models import Organisation, of_own_organisation


class HouseholdImportQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("landlord")})


class HouseholdImport(models.Model):
    """One file of reported households sent for a landlord, with what its check found.

    Counts are rows of the file, except ``absent``: reports of the landlord that the file leaves out. ``written`` is the number of reports
    created or changed in the end; ``fingerprint`` sums up what confirming would write.
    """

    landlord = models.ForeignKey(
        Organisation, models.PROTECT, related_name="household_imports", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="envoyé par",
        help_text="Vide pour un envoi programmé.",
    )
    uploaded_at = models.DateTimeField("envoyé le", default=timezone.now, editable=False)
    file_name = models.CharField("fichier", max_length=255)
    file_size = models.PositiveBigIntegerField("taille (octets)")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    layout = models.CharField("format", max_length=30, blank=True)
    status = models.CharField("état", max_length=10, choices=ReportFileStatus, default=ReportFileStatus.CHECKED)

    rows = models.PositiveIntegerField("lignes", default=0)
    created = models.PositiveIntegerField("à créer", default=0)
    changed = models.PositiveIntegerField("à modifier", default=0)
    unchanged = models.PositiveIntegerField("inchangés", default=0)
    skipped = models.PositiveIntegerField("lignes vides ou de total", default=0)
    absent = models.PositiveIntegerField("absents du fichier", default=0)
    errors = models.PositiveIntegerField("lignes en erreur", default=0)
    notices = models.PositiveIntegerField("lignes avec remarque", default=0)
    written = models.PositiveIntegerField("signalements enregistrés", default=0)
    finding_count = models.PositiveIntegerField("constats", default=0)
    fingerprint = models.CharField("empreinte des changements", max_length=64, blank=True, editable=False)

    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="enregistré par"
    )
    confirmed_at = models.DateTimeField("enregistré le", null=True, blank=True)
    skipped_errors = models.BooleanField("lignes en erreur laissées de côté", default=False)

    objects = HouseholdImportQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier de signalements reçu"
        verbose_name_plural = "fichiers de signalements reçus"
        ordering = ("-pk",)
        indexes: ClassVar = [models.Index(fields=["landlord", "-id"], name="household_import_landlord")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status=ReportFileStatus.CONFIRMED, confirmed_at__isnull=False)
                | (~Q(status=ReportFileStatus.CONFIRMED) & Q(confirmed_at__isnull=True, written=0)),
                name="household_import_confirmed",
                violation_error_message="Seul un fichier enregistré porte une date d'enregistrement.",
            )
        ]

    def __str__(self) -> str:
        return f"Envoi de signalements {self.pk}"

    @property
    def writable(self) -> int:
        """How many reports confirming would create or change."""
        return self.created + self.changed

    @property
    def is_pending(self) -> bool:
        return self.status == ReportFileStatus.CHECKED


class HouseholdImportFileQuerySet(models.QuerySet[Any]):
    def expired(self, *, at: Any) -> "HouseholdImportFileQuerySet":
        """Files whose time of keeping is over."""
        return self.filter(kept_until__lte=at)


class HouseholdImportFile(models.Model):
    """The file as it came, kept for a while beside its journal. Refused files are not kept.

    ``preview`` says what confirming would do to the first reports; it names people as the file does, and goes with it.
    """

    household_import = models.OneToOneField(HouseholdImport, models.CASCADE, related_name="file", primary_key=True, verbose_name="envoi")
    packed = models.BinaryField("contenu comprimé")
    preview = models.JSONField("aperçu", default=list)
    kept_until = models.DateTimeField("gardé jusqu'au", db_index=True)

    objects = HouseholdImportFileQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier de signalements"
        verbose_name_plural = "fichiers de signalements"

    def __str__(self) -> str:
        return f"Fichier de l'envoi {self.household_import_id}"

    @staticmethod
    def pack(content: bytes) -> bytes:
        return zlib.compress(content)

    def content(self) -> bytes:
        return zlib.decompress(self.packed)


class HouseholdImportFindingQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("household_import__landlord")})

    def stopping(self) -> "HouseholdImportFindingQuerySet":
        """What keeps a row, or the whole file, from being taken."""
        return self.exclude(level=Level.NOTICE)

    def notices(self) -> "HouseholdImportFindingQuerySet":
        return self.filter(level=Level.NOTICE)


class HouseholdImportFinding(models.Model):
    """One thing said about a file of reports. It never quotes a person's name."""

    household_import = models.ForeignKey(HouseholdImport, models.CASCADE, related_name="findings", verbose_name="envoi")
    level = models.CharField("portée", max_length=10, choices=Level)
    code = models.CharField("code", max_length=40)
    row = models.PositiveIntegerField("ligne", null=True)
    column = models.TextField("colonne", blank=True)
    cell = models.CharField("cellule", max_length=20, blank=True)
    reference = models.CharField("référence", max_length=100, blank=True)
    value = models.CharField("valeur", max_length=100, blank=True)
    message = models.TextField("constat")
    hint = models.TextField("que faire", blank=True)

    objects = HouseholdImportFindingQuerySet.as_manager()

    class Meta:
        verbose_name = "constat sur un fichier de signalements"
        verbose_name_plural = "constats sur un fichier de signalements"
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["household_import", "level", "id"], name="household_finding_level")]

    def __str__(self) -> str:
        return f"{self.code} ligne {self.row}"

    def as_dict(self) -> dict[str, Any]:
        """The finding as the command line prints it."""
        return {name: getattr(self, name) for name in Finding.__dataclass_fields__}


class HouseholdReportQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("landlord")})
    """A referent sees the own landlord's reports; what became of them is on no screen of that role."""

    def waiting(self) -> "HouseholdReportQuerySet":
        """Those that nobody has dealt with yet."""
        return self.filter(status=ReportStatus.RECEIVED)


class HouseholdReport(models.Model):
    """A household that a landlord reports. (landlord, reference) identifies it, accents, case and spaces set aside.

    What the landlord declares is kept as declared; ``status``, ``household`` and ``decided_*`` are written by ``households.actions``
    and by nothing else.
    """

    landlord = models.ForeignKey(
        Organisation, models.PROTECT, related_name="household_reports", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur"
    )
    reference = models.CharField("référence", max_length=50)
    reference_key = models.TextField(blank=True, editable=False)
    entry_door = models.CharField("porte d'entrée", max_length=12, choices=EntryDoor)
    application_number = models.CharField("numéro unique", max_length=18, blank=True)
    applied_on = models.DateField("date de la demande", null=True, blank=True)
    last_name = models.CharField("nom", max_length=100)
    first_name = models.CharField("prénom", max_length=100)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    size = models.PositiveSmallIntegerField("nombre de personnes", null=True, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="household_reports", verbose_name="commune")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="household_reports", verbose_name="logement")
    is_dalo = models.BooleanField("DALO", default=False)
    has_collective_agreement = models.BooleanField("accords collectifs", default=False)
    is_pdalpd = models.BooleanField("PDALPD", default=False)
    reason = models.CharField("motif", max_length=24, choices=ReportReason, blank=True)

    status = models.CharField("suite donnée", max_length=10, choices=ReportStatus, default=ReportStatus.RECEIVED, editable=False)
    dismissal_reason = models.CharField("motif d'écart", max_length=20, choices=DismissalReason, blank=True, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="reports", editable=False, verbose_name="dossier")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name="traité par"
    )
    decided_at = models.DateTimeField("traité le", null=True, blank=True, editable=False)

    household_import = models.ForeignKey(HouseholdImport, models.PROTECT, related_name="reports", editable=False, verbose_name="envoi")
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name="transmis par"
    )
    imported_at = models.DateTimeField("reçu le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifié par le bailleur le", default=timezone.now, editable=False)
    search_key = GeneratedField(
        expression=Folded(
            Concat("reference", Value(" "), "application_number", Value(" "), "last_name", Value(" "), "first_name", output_field=models.TextField())
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = HouseholdReportQuerySet.as_manager()

    class Meta:
        verbose_name = "signalement"
        verbose_name_plural = "signalements"
        ordering = ("imported_at", "pk")
        indexes: ClassVar = [models.Index(fields=["status", "imported_at", "id"], name="household_report_inbox")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "reference_key"],
                name="household_report_reference",
                violation_error_message="Ce bailleur a déjà un signalement de cette référence.",
            ),
            models.CheckConstraint(
                condition=Q(status=ReportStatus.DISMISSED) ^ Q(dismissal_reason=""),
                name="household_report_dismissal",
                violation_error_message="Un signalement écarté a un motif, un autre n'en a pas.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[ReportStatus.ATTACHED, ReportStatus.OPENED]) ^ Q(household__isnull=True),
                name="household_report_household",
                violation_error_message="Un signalement mène à un dossier quand il y est rattaché ou l'a ouvert, et alors seulement.",
            ),
            models.CheckConstraint(
                condition=Q(status=ReportStatus.RECEIVED) ^ Q(decided_at__isnull=False),
                name="household_report_decided",
                violation_error_message="Un signalement traité porte la date de son traitement.",
            ),
        ]

    def __str__(self) -> str:
        return f"signalement {self.pk}" if self.pk else "nouveau signalement"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def is_waiting(self) -> bool:
        return self.status == ReportStatus.RECEIVED

    @property
    def eligibilities(self) -> list[str]:
        """The labels of the eligibilities the landlord declares."""
        held = ((self.is_dalo, "DALO"), (self.has_collective_agreement, "accords collectifs"), (self.is_pdalpd, "PDALPD"))
        return [label for has_it, label in held if has_it]
