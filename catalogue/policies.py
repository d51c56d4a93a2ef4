"""Who may write what on homes and operations, beyond seeing them. Source: the scheme's role table."""

from typing import Any

from access.enums import Role
from catalogue.models import Operation


def may_move(user: Any, operation: Operation) -> bool:
    """Staff, and the landlord's referent on the own operations (already in sight), move an operation that is not over."""
    return user.role in (Role.GIE_STAFF, Role.LANDLORD_REFERENT) and not operation.is_over


def may_write_operation(user: Any, operation: Operation) -> bool:
    """Staff plan, abandon and edit an operation that is not over."""
    return bool(user.role == Role.GIE_STAFF) and not operation.is_over


def may_declare_homes(user: Any) -> bool:
    """Staff, and a landlord's referent on the own stock (already in sight), earmark homes and declare them free."""
    return user.role in (Role.GIE_STAFF, Role.LANDLORD_REFERENT)


def may_write_convention(user: Any) -> bool:
    """Staff move, amend and renew conventions; partners read their own."""
    return bool(user.role == Role.GIE_STAFF)
