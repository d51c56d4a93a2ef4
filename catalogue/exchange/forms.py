"""The form that sends a stock file."""

from typing import Any

from django import forms

from access.enums import Role
from partners.models import Organisation


def landlords_for(user: Any) -> Any:
    """The landlords whose stock ``user`` may send: every active one for the GIE's staff, the own one for a referent."""
    landlords = Organisation.objects.landlords().active()
    return landlords.visible_to(user) if user.role in (Role.GIE_STAFF, Role.LANDLORD_REFERENT) else landlords.none()


class UploadForm(forms.Form):
    landlord = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label="Bailleur",
        empty_label="Choisissez un bailleur",
        error_messages={"required": "Choisissez un bailleur."},
    )
    file = forms.FileField(
        label="Fichier patrimoine",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"}),
        help_text="CSV, XLSX ou ODS, 50 Mo au plus : tel que votre logiciel ou votre tableur le donne.",
        error_messages={"required": "Choisissez un fichier.", "missing": "Choisissez un fichier."},
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        landlords = landlords_for(user)
        choice = self.fields["landlord"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = landlords
        if user.role == Role.LANDLORD_REFERENT:
            choice.initial = landlords.first()
