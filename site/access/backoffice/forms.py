"""Forms whose choices stop where the user's sight stops."""

from typing import Any

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm


def narrow_choices(form: forms.BaseForm, user: Any) -> None:
    """Limit every choice among records to those ``user`` may choose; the posted value is checked against the same limit."""
    for field in form.fields.values():
        queryset = getattr(field, "queryset", None)
        if queryset is not None and hasattr(queryset, "choosable_by"):
            field.queryset = queryset.choosable_by(user)


class ScopedModelForm(WagtailAdminModelForm):
    """The form of a back-office screen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow_choices(self, self.for_user)
