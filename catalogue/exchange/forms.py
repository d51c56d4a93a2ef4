"""The forms of the exchange: send a stock file, say what headings mean."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

from django import forms

from access.enums import Role
from catalogue.exchange.mapping import CHOICES, NOT_IMPORTED
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
        help_text="CSV, XLSX ou ODS, 50 Mo au plus : tel que votre logiciel ou votre tableur le donne. Les colonnes RPLS publiées et la déclaration RPLS sont reconnues aussi.",
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


LEAVE: Final = "-"
MEANINGS: Final = ((LEAVE, "Ne pas importer"), *((field, name.capitalize()) for field, name in CHOICES))


class MeaningForm(forms.Form):
    """What one kept heading means."""

    meaning = forms.ChoiceField(choices=MEANINGS, label="Contient", error_messages={"required": "Choisissez ce que la colonne contient."})

    @property
    def field_name(self) -> str:
        chosen = self.cleaned_data["meaning"]
        return NOT_IMPORTED if chosen == LEAVE else chosen


class HeadingsForm(forms.Form):
    """What each unknown heading of a file means; one left on « Plus tard » stays unknown."""

    def __init__(self, *args: Any, headings: Sequence[str], taken: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Plus tard"), *(choice for choice in MEANINGS if choice[0] not in taken)]
        self.headings = {f"colonne-{number}": heading for number, heading in enumerate(headings)}
        for name, heading in self.headings.items():
            self.fields[name] = forms.ChoiceField(
                choices=choices, label=heading, required=False, error_messages={"invalid_choice": "Choisissez dans la liste."}
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        counts = Counter(value for value in cleaned.values() if value not in ("", LEAVE))
        for name, value in list(cleaned.items()):
            if counts[value] > 1:
                self.add_error(name, "Deux titres ne peuvent pas désigner la même donnée : gardez-en un.")
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError("Indiquez ce que contient au moins une colonne.")
        return cleaned

    @property
    def meanings(self) -> dict[str, str]:
        """The field of each heading whose meaning was said."""
        return {self.headings[name]: NOT_IMPORTED if value == LEAVE else value for name, value in self.cleaned_data.items() if value}
