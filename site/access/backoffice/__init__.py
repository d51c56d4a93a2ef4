"""The one base of every back-office screen: scoped lists, records, forms and exports."""

from access.backoffice.admin import HeaderButton, ScopedModelAdmin
from access.backoffice.filters import boolean_filter, choice_filter, presence_filter, related_filter
from access.backoffice.forms import ScopedModelForm

__all__ = ["HeaderButton", "ScopedModelAdmin", "ScopedModelForm", "boolean_filter", "choice_filter", "presence_filter", "related_filter"]
