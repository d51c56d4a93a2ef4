"""The one base of every back-office screen: scoped lists, records, forms and exports."""

from access.backoffice.admin import RolePermissionHelper, ScopedModelAdmin
from access.backoffice.filters import boolean_filter, choice_filter, related_filter
from access.backoffice.forms import ScopedModelForm

__all__ = ["RolePermissionHelper", "ScopedModelAdmin", "ScopedModelForm", "boolean_filter", "choice_filter", "related_filter"]
