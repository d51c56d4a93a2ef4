"""Who may do what with accounts."""

from typing import Any

from access.enums import Role


def may_keep_accounts(user: Any) -> bool:
    """The technical administrator opens, closes and repairs accounts; nobody else does."""
    return bool(user.may_sign_in and user.role == Role.ADMINISTRATOR)


def may_review_access(user: Any) -> bool:
    """The review of access is read, and noted as done, by the data protection officer and the technical administrator."""
    return bool(user.may_sign_in and user.role in (Role.DPO, Role.ADMINISTRATOR))


def may_remove_second_factor(user: Any) -> bool:
    """A person gives up the second factor where the role does not demand one."""
    return user.has_second_factor and not user.must_have_second_factor
