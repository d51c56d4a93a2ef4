"""Who is asking, and the trace of what leaves the site."""

from access.models.accounts import User, UserQuerySet, role_group_name
from access.models.exports import Export

__all__ = ["Export", "User", "UserQuerySet", "role_group_name"]
