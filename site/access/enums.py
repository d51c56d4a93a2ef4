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


class Guess(models.TextChoices):
    """What somebody may try again and again to get in, each counted on its own."""

    PASSWORD = "password", "mot de passe"
    CODE = "code", "code de double authentification"
    RESET = "reset", "lien de nouveau mot de passe"


class Ending(models.TextChoices):
    """Why a connection ended without its person asking for it."""

    IDLE = "idle", "inactivité"
    TOO_OLD = "too_old", "durée maximale atteinte"
    CLOSED = "closed", "fermée à distance"
    UNPROVED = "unproved", "double authentification à faire"


class FactorState(models.TextChoices):
    """Where an account stands with the second factor."""

    ACTIVE = "active", "activée"
    AWAITED = "awaited", "à activer"
    NONE = "none", "non activée"


class AccountNotice(models.TextChoices):
    """What a person is told by e-mail of the account, so that nobody else changes it unseen."""

    PASSWORD_CHANGED = "password_changed", "mot de passe changé"
    FACTOR_ENROLLED = "factor_enrolled", "double authentification activée"
    FACTOR_REMOVED = "factor_removed", "double authentification retirée"
    FACTOR_RESET = "factor_reset", "double authentification réinitialisée"
    CODES_RENEWED = "codes_renewed", "codes de secours remplacés"
    ADDRESS_CHANGED = "address_changed", "adresse changée"
    SIGN_IN_LOCKED = "sign_in_locked", "connexion bloquée"
