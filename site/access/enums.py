"""The roles an account can hold: one per account."""

from django.db import models


class Role(models.TextChoices):
    GIE_STAFF = "gie_staff", "agent du GIE"
    LANDLORD_REFERENT = "landlord_referent", "référent bailleur"
    SUPPORT_WORKER = "support_worker", "intervenant d'accompagnement"
    PRESCRIBER = "prescriber", "prescripteur"
    COMMITTEE = "committee", "membre du comité"
    FUNDER = "funder", "financeur"
    PROFILE_EDITOR = "profile_editor", "rédacteur de fiche"
    DPO = "dpo", "délégué à la protection des données"
    ADMINISTRATOR = "administrator", "administrateur technique"


class ExportFormat(models.TextChoices):
    """The kinds of file a list leaves as."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"


class ExportOutcome(models.TextChoices):
    PRODUCED = "produced", "produit"
    FAILED = "failed", "interrompu"


class EntryKind(models.TextChoices):
    """What the journal tells of."""

    CONSULTATION = "consultation", "consultation"
    CHANGE = "change", "modification"
    EXPORT = "export", "export"


class AlertOutcome(models.TextChoices):
    """What an unusual reading was."""

    EXPECTED = "expected", "lecture normale"
    REMINDED = "reminded", "rappel fait à la personne"
    INCIDENT = "incident", "violation de données"
