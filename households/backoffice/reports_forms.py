"""Forms of the reported households."""

from typing import Any

from django import forms

from access.backoffice.forms import choose_plainly, narrow_choices
from catalogue.models import Commune
from households.enums import DismissalReason


class DismissForm(forms.Form):
    reason = forms.ChoiceField(
        label="Motif", choices=[("", "Choisir…"), *DismissalReason.choices], error_messages={"required": "Choisissez un motif."}
    )


class OpenCaseForm(forms.Form):
    commune = forms.ModelChoiceField(
        label="Commune",
        queryset=Commune.objects.all(),
        help_text="Où le ménage vit ou demande à vivre : elle fixe la règle de délai.",
        error_messages={"required": "Choisissez une commune."},
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow_choices(self, user)
        choose_plainly(self)
