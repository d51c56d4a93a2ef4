"""Who is asking, and the trace of what is read, changed, and taken away."""

from access.models.accounts import AWAITS_PASSWORD, SENSITIVE_ROLES, User, UserQuerySet, role_group_name
from access.models.exports import Export
from access.models.journal import JournalBatch, JournalEntry, JournalKey, JournalPurge, ReadingAlert
from access.models.review import AccessReview, ReviewedAccount
from access.models.second_factor import RecoveryCode, SecondFactor
from access.models.signins import HeldForm, SignIn, Try, idle_limit, password_mark

__all__ = [
    "AWAITS_PASSWORD",
    "SENSITIVE_ROLES",
    "AccessReview",
    "Export",
    "HeldForm",
    "JournalBatch",
    "JournalEntry",
    "JournalKey",
    "JournalPurge",
    "ReadingAlert",
    "RecoveryCode",
    "ReviewedAccount",
    "SecondFactor",
    "SignIn",
    "Try",
    "User",
    "UserQuerySet",
    "idle_limit",
    "password_mark",
    "role_group_name",
]
