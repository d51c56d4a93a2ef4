"""Filters of back-office lists: each offers a closed set of values, and any other value is ignored."""

from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.db import models


def upper_first(label: str) -> str:
    """The label with a capital first letter and the rest as it is: « Collectivité ou EPCI »."""
    return label[:1].upper() + label[1:]


class SelectFilter(SimpleListFilter):
    """One select box above a list. Subclasses say which ``options`` there are and what a chosen one keeps."""

    def value(self) -> str | None:
        chosen = super().value()
        return chosen if chosen in {str(value) for value, _ in self.lookup_choices} else None

    def options(self) -> list[tuple[str, str, bool]]:
        """Value, label and whether it is chosen, for the template."""
        chosen = self.value()
        return [(str(value), str(label), str(value) == chosen) for value, label in self.lookup_choices]


def choice_filter(name: str, label: str, choices: type[models.TextChoices]) -> type[SelectFilter]:
    """Filter on a field with a closed vocabulary."""

    class ChoiceFilter(SelectFilter):
        title = label
        parameter_name = name

        def lookups(self, request: Any, model_admin: Any) -> list[tuple[Any, str]]:
            return [(choice.value, upper_first(str(choice.label))) for choice in choices]

        def queryset(self, request: Any, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
            return queryset.filter(**{name: self.value()}) if self.value() else queryset

    return ChoiceFilter


def boolean_filter(name: str, label: str, when_true: str = "Oui", when_false: str = "Non") -> type[SelectFilter]:
    """Filter on a yes/no field."""

    class BooleanFilter(SelectFilter):
        title = label
        parameter_name = name
        labels: ClassVar[list[tuple[str, str]]] = [("oui", when_true), ("non", when_false)]

        def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
            return self.labels

        def queryset(self, request: Any, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
            return queryset.filter(**{name: self.value() == "oui"}) if self.value() else queryset

    return BooleanFilter


def related_filter(name: str, label: str, model: type[models.Model], **conditions: Any) -> type[SelectFilter]:
    """Filter on a related record, among those the user may choose."""

    class RelatedFilter(SelectFilter):
        title = label
        parameter_name = name

        def lookups(self, request: Any, model_admin: Any) -> list[tuple[Any, str]]:
            return [(record.pk, str(record)) for record in model._default_manager.filter(**conditions).choosable_by(request.user)]

        def queryset(self, request: Any, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
            return queryset.filter(**{name: self.value()}) if self.value() else queryset

    return RelatedFilter


def presence_filter(name: str, label: str, *, when_empty: str, when_filled: str) -> type[SelectFilter]:
    """Filter on a date, or another field, that may still be empty."""

    class PresenceFilter(SelectFilter):
        title = label
        parameter_name = name

        def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
            return [("vide", when_empty), ("remplie", when_filled)]

        def queryset(self, request: Any, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
            return queryset.filter(**{f"{name}__isnull": self.value() == "vide"}) if self.value() else queryset

    return PresenceFilter
