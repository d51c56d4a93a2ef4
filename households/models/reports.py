"""Households reported by landlords: the reports, and the journal of the files they come in."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import GeneratedField, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from access.enums import Role
from access.exchange.journal import FileFinding, FileImport, FindingQuerySet, HeadingMeaning, ImportWork, KeptFile
from access.text import Folded
from access.visibility import ScopedQuerySet, Visibility, everything
from catalogue.models import Commune, Unit
from households.enums import DismissalReason, EntryDoor, ReportReason, ReportStatus
from households.models.cases import CaseMember, Household
from partners.models import Organisation, of_own_organisation


class HouseholdImportQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("landlord")})


class HouseholdImport(FileImport):
    """One file of reported households sent for a landlord. ``written`` and ``absent`` count reports."""

    landlord = models.ForeignKey(
        Organisation, models.PROTECT, related_name="household_imports", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur"
    )

    objects = HouseholdImportQuerySet.as_manager()

    class Meta(FileImport.Meta):
        verbose_name = "fichier de signalements reçu"
        verbose_name_plural = "fichiers de signalements reçus"
        indexes: ClassVar = [models.Index(fields=["landlord", "-id"], name="household_import_landlord")]


class HouseholdImportFile(KeptFile):
    """The file as it came, with what names people as it does, and goes with it.

    ``preview`` says what confirming would do to the first reports, ``former`` what the reports written were before, to undo the whole.
    """

    household_import = models.OneToOneField(HouseholdImport, models.CASCADE, related_name="file", primary_key=True, verbose_name="envoi")
    preview = models.JSONField("aperçu", default=list)
    former = models.JSONField("valeurs d'avant", default=list)

    class Meta:
        verbose_name = "fichier de signalements"
        verbose_name_plural = "fichiers de signalements"


class HouseholdImportFindingQuerySet(FindingQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("household_import__landlord")})


class HouseholdImportFinding(FileFinding):
    """One thing said about a file of reports. It never quotes a person's name."""

    household_import = models.ForeignKey(HouseholdImport, models.CASCADE, related_name="findings", verbose_name="envoi")

    objects = HouseholdImportFindingQuerySet.as_manager()

    class Meta(FileFinding.Meta):
        indexes: ClassVar = [models.Index(fields=["household_import", "level", "id"], name="household_finding_level")]


class HouseholdImportWork(ImportWork):
    """What the worker does with a file of reports."""

    household_import = models.OneToOneField(HouseholdImport, models.CASCADE, related_name="work", primary_key=True, verbose_name="envoi")


class ReportHeadingQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.LANDLORD_REFERENT: of_own_organisation("landlord")})


class ReportHeading(HeadingMeaning):
    """The field of a report that a heading of a landlord's files feeds."""

    landlord = models.ForeignKey(
        Organisation, models.CASCADE, related_name="report_headings", limit_choices_to={"kind": "landlord"}, verbose_name="bailleur"
    )

    objects = ReportHeadingQuerySet.as_manager()

    class Meta(HeadingMeaning.Meta):
        ordering = ("landlord", "heading_key")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "heading_key"],
                name="report_heading_unique",
                violation_error_message="Ce titre est déjà retenu pour ce bailleur.",
            ),
            *HeadingMeaning.Meta.constraints,
        ]


def not_shut(user: Any, on: date) -> Q:
    """A report that led to a confidential case is for the people named on it."""
    named = CaseMember.objects.filter(user=user).values("household")
    return Q(household__isnull=True) | Q(household__is_confidential=False) | Q(household__in=named)


class HouseholdReportQuerySet(ScopedQuerySet):
    visibility = Visibility(
        {
            Role.GIE_STAFF: not_shut,
            Role.LANDLORD_REFERENT: of_own_organisation("organisation"),
            Role.PRESCRIBER: of_own_organisation("organisation"),
        }
    )
    """A referent or a prescriber sees what the own organisation reports; the prescriber's screens tell its state only, the referent's not even that."""

    def waiting(self) -> "HouseholdReportQuerySet":
        """Those that nobody has dealt with yet."""
        return self.filter(status=ReportStatus.RECEIVED)


class HouseholdReport(models.Model):
    """A household that a partner reports: a landlord by file, others as they can. (organisation, reference) identifies it where there is a
    reference, accents, case and spaces set aside; ``household_import`` is the file it first came in, if any.

    What is declared is kept as declared; ``status``, ``household`` and ``decided_*`` are written by ``households.actions`` and by nothing else.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="household_reports", verbose_name="signalé par")
    reference = models.CharField("référence", max_length=50, blank=True)
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

    household_import = models.ForeignKey(
        HouseholdImport, models.PROTECT, null=True, blank=True, related_name="reports", editable=False, verbose_name="envoi"
    )
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name="transmis par"
    )
    imported_at = models.DateTimeField("reçu le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifié par l'organisme le", default=timezone.now, editable=False)
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
                fields=["organisation", "reference_key"],
                condition=~Q(reference_key=""),
                name="household_report_reference",
                violation_error_message="Cet organisme a déjà un signalement de cette référence.",
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
