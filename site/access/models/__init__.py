"""Who is asking, and the trace of what is read, changed, and taken away."""

from access.models.accounts import User, UserQuerySet, role_group_name
from access.models.exports import Export
from access.models.journal import JournalBatch, JournalEntry, JournalKey, JournalPurge, ReadingAlert

__all__ = ["Export", "JournalBatch", "JournalEntry", "JournalKey", "JournalPurge", "ReadingAlert", "User", "UserQuerySet", "role_group_name"]
