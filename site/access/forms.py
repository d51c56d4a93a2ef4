"""Form pieces shared by the rooms."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone


class DateInput(forms.DateInput):
    """The browser's own date field, in the user's language, without a script."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


def not_in_future(value: date) -> None:
    """Refuse a day later than today: what is recorded has happened."""
    if value > timezone.localdate():
        raise ValidationError("Cette date est dans l'avenir.", code="future")


class PastDateField(forms.DateField):
    """A day that has come, today at the latest."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateInput)
        kwargs.setdefault("initial", timezone.localdate)
        super().__init__(validators=[not_in_future], **kwargs)


class DayField(forms.DateField):
    """Any day."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateInput)
        super().__init__(**kwargs)


def show_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Put what a rule refused on the form: beside its field where the form has it, on top otherwise."""
    by_field = refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.error_list}
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, errors)
