"""Search of back-office lists that forgives accents and letter case."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, Value
from wagtail_modeladmin.helpers.search import BaseSearchHandler

from access.text import Folded, search_words


class FoldedSearchHandler(BaseSearchHandler):
    """Every word typed must stand in one of the search fields, accents and case set aside on both sides.

    A queryset that has a way of its own to find the rows ``holding`` a word finds them by itself.
    """

    def search_queryset(self, queryset: Any, search_term: str, **kwargs: Any) -> Any:
        if not search_term or not self.search_fields:
            return queryset
        for word in search_words(search_term):
            if hasattr(queryset, "holding"):
                queryset = queryset.holding(word)
                continue
            queryset = queryset.filter(reduce(or_, (Q(**{f"{field}__contains": Folded(Value(word))}) for field in self.search_fields)))
        return queryset

    @property
    def show_search_form(self) -> bool:
        return bool(self.search_fields)
