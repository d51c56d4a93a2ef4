"""Rows that follow their household's visibility."""

from datetime import date
from typing import Any, ClassVar

from access.enums import Role
from access.visibility import ScopedQuerySet
from households.models.cases import of_visible_cases


class HouseholdScopedQuerySet(ScopedQuerySet):
    """Rows visible exactly when their household is, to the roles that read the support of cases."""

    roles: ClassVar = frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER})

    def visible_to(self, user: Any, *, on: date | None = None) -> Any:
        if getattr(user, "role", None) not in self.roles:
            return self.none()
        return self.filter(of_visible_cases(user, on))
