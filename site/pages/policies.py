"""Who may do what with the public site, beyond what the framework's own rights say."""

from typing import Any

from access.enums import Role


def may_import_directory(user: Any) -> bool:
    """Only the GIE's staff take another directory in: it touches every organisation's entry."""
    return bool(user.is_active) and getattr(user, "role", None) == Role.GIE_STAFF
