"""Form pieces shared by the rooms."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils import timezone

from access.conflicts import ChangeAwareForm


class DateInput(forms.DateInput):
    """The browser's own date field, in the user's language, without a script."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


EARLIEST = date(1900, 1, 1)
DAYS_AHEAD = 3_653


class DayField(forms.DateField):
    """A day between 1900 and ``days_ahead`` days from today (ten years unless told): what lies beyond is a slip of the finger."""

    def __init__(self, *, days_ahead: int = DAYS_AHEAD, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateInput)
        super().__init__(**kwargs)
        self.days_ahead = days_ahead

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        latest = timezone.localdate() + timedelta(days=self.days_ahead)
        if value < EARLIEST or value > latest:
            too_late = "Cette date est dans l'avenir." if self.days_ahead == 0 else "Cette date est trop lointaine : vérifiez l'année."
            raise ValidationError(too_late if value > latest else "Cette date est trop ancienne : vérifiez l'année.", code="bounds")


class PastDateField(DayField):
    """A day that has come, today at the latest; today unless another is typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", timezone.localdate)
        super().__init__(days_ahead=0, **kwargs)


def written(form: forms.BaseForm, write: Callable[[], Any]) -> bool:
    """Run the write whole or not at all; whatever a rule refuses, and what somebody else wrote meanwhile, is shown on the form."""
    try:
        with transaction.atomic():
            if isinstance(form, ChangeAwareForm):
                form.refuse_if_changed()
            write()
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    return True


def show_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Put what a rule refused on the form: beside its field where the form has it, on top otherwise."""
    by_field = refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.error_list}
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, errors)
