"""The journal: who opened, exported or changed what, and when. It holds ids and field names; the values are sealed, and no name is in it.

Nothing of it is rewritten: the database refuses, but for a purge by whole months.
"""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from access.enums import AlertOutcome, EntryKind, Role
from access.visibility import ScopedQuerySet, Visibility, everything


class JournalEntryQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.DPO: everything})

    def consultations(self) -> "JournalEntryQuerySet":
        return self.filter(kind=EntryKind.CONSULTATION)

    def about(self, kind: str, subject_id: int) -> "JournalEntryQuerySet":
        """What happened to one record, opaque to this room: its kind and its id."""
        return self.filter(subject_kind=kind, subject_id=subject_id)


class JournalEntry(models.Model):
    """One consultation, export or change. ``at`` is the database's own clock at the writing.

    ``subject_kind`` and ``subject_id`` say which record, ``reference`` how people call it without naming anybody; ``door`` is the address's
    name, ``touched`` the ids and field names concerned, ``sealed`` the values before and after under the record's own key.
    """

    at = models.DateTimeField("le", default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
        help_text="Vide pour une tâche de Solive.",
    )
    kind = models.CharField("nature", max_length=12, choices=EntryKind)
    subject_kind = models.CharField("nature de la fiche", max_length=40)
    subject_id = models.BigIntegerField("numéro de la fiche", null=True, blank=True)
    reference = models.CharField("fiche", max_length=100)
    door = models.CharField("porte", max_length=100, blank=True)
    touched = models.JSONField("champs", default=list)
    sealed = models.BinaryField("valeurs scellées", null=True)

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        ordering = ("-at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="journal_recent"),
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="journal_subject"),
            models.Index(fields=["actor", "-at"], name="journal_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {date_format(localtime(self.at), 'j F Y, H:i')}"


class JournalBatch(models.Model):
    """Closed lines of the journal: all those written from ``from_at`` until before ``until_at``, in a hash chained to the batch before.

    A batch never straddles two months of the French calendar, so that whole months can be purged.
    """

    number = models.PositiveBigIntegerField("numéro", primary_key=True)
    from_at = models.DateTimeField("depuis le")
    until_at = models.DateTimeField("jusqu'au")
    entries = models.PositiveIntegerField("lignes")
    hash = models.CharField("empreinte", max_length=64)
    closed_at = models.DateTimeField("clos le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "lot du journal"
        verbose_name_plural = "lots du journal"
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"Lot {self.number}"


class JournalPurge(models.Model):
    """Whole months that left the journal, with the hash that closed them: the chain goes on from it. Written by the database's own function."""

    purged_at = models.DateTimeField("purgé le", default=timezone.now, editable=False)
    until_at = models.DateTimeField("jusqu'au")
    last_number = models.PositiveBigIntegerField("dernier lot")
    closing_hash = models.CharField("empreinte de clôture", max_length=64)
    entries = models.PositiveBigIntegerField("lignes")

    class Meta:
        verbose_name = "purge du journal"
        verbose_name_plural = "purges du journal"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Purge {self.pk}"


class JournalKey(models.Model):
    """The key that seals what the journal holds of one record, itself wrapped. Destroying it is how the journal forgets."""

    subject_kind = models.CharField("nature de la fiche", max_length=40)
    subject_id = models.BigIntegerField("numéro de la fiche")
    wrapped = models.BinaryField("clé enveloppée")

    class Meta:
        verbose_name = "clé du journal"
        verbose_name_plural = "clés du journal"
        constraints: ClassVar = [models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="journal_key_unique")]

    def __str__(self) -> str:
        return f"Clé de {self.subject_kind} {self.subject_id}"


class ReadingAlertQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.DPO: everything})

    def waiting(self) -> "ReadingAlertQuerySet":
        """Those that nobody has looked into yet."""
        return self.filter(outcome="")


class ReadingAlert(models.Model):
    """Somebody opened many cases in little time: ``cases`` of them between ``from_at`` and ``until_at``."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="personne")
    from_at = models.DateTimeField("depuis le")
    until_at = models.DateTimeField("jusqu'au")
    cases = models.PositiveIntegerField("dossiers ouverts")
    outcome = models.CharField("suite donnée", max_length=12, choices=AlertOutcome, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="traitée par")
    decided_at = models.DateTimeField("traitée le", null=True, blank=True)

    objects = ReadingAlertQuerySet.as_manager()

    class Meta:
        verbose_name = "alerte de lecture"
        verbose_name_plural = "alertes de lecture"
        ordering = ("-until_at", "-pk")

    def __str__(self) -> str:
        return f"Alerte du {date_format(localtime(self.until_at), 'j F Y, H:i')}"

    @property
    def minutes(self) -> int:
        """How long the reading lasted, at least one minute."""
        lasted: timedelta = self.until_at - self.from_at
        return max(round(lasted.total_seconds() / 60), 1)


def reference_of(instance: models.Model) -> str:
    """How the journal calls a record without naming anybody: its ``reference`` where it says one for the journal, else what it is and its number."""
    told: Any = getattr(instance, "journal_reference", None)
    return str(told) if told else f"{instance._meta.verbose_name} {instance.pk}"
