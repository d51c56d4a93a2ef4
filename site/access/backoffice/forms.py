"""Forms whose choices stop where the user's sight stops."""

from typing import Any

from django import forms
from django.db import models
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.models import register_form_field_override

from access.conflicts import ChangeAwareForm
from access.forms import DayField
from access.models import User

EMPTY_CHOICE = "Choisir…"

register_form_field_override(models.DateField, override={"form_class": DayField})


def narrow_choices(form: forms.BaseForm, user: Any) -> None:
    """Limit every choice among records to those ``user`` may choose; the posted value is checked against the same limit."""
    for field in form.fields.values():
        queryset = getattr(field, "queryset", None)
        if queryset is not None and hasattr(queryset, "choosable_by"):
            field.queryset = queryset.choosable_by(user)
        if queryset is not None and queryset.model is User:
            field.label_from_instance = person_label


def person_label(person: User) -> str:
    """How a select box names somebody who signs in."""
    return f"{person.get_full_name()} ({person.get_role_display()})"


def choose_plainly(form: forms.BaseForm) -> None:
    """An empty choice reads « Choisir… » rather than a row of dashes."""
    for field in form.fields.values():
        if getattr(field, "empty_label", None):
            field.empty_label = EMPTY_CHOICE
        elif isinstance(field, forms.TypedChoiceField):
            field.choices = [(value, label if value != "" else EMPTY_CHOICE) for value, label in field.widget.choices]


class ScopedModelForm(ChangeAwareForm, WagtailAdminModelForm):
    """The form of a back-office screen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow_choices(self, self.for_user)
        choose_plainly(self)
