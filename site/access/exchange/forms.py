"""The forms of the exchange: send a file, say what headings mean."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

from django import forms

from access.exchange.headings import NOT_IMPORTED

Choices = Sequence[tuple[str, str]]
LEAVE: Final = "-"
LEAVE_CHOICE: Final = (LEAVE, "Ne pas importer")


class UploadForm(forms.Form):
    """Sends a file for one of ``landlords``; a sender with a single one finds it chosen."""

    landlord: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None, label="Bailleur", empty_label="Choisissez un bailleur", error_messages={"required": "Choisissez un bailleur."}
    )
    file = forms.FileField(
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"}),
        error_messages={"required": "Choisissez un fichier.", "missing": "Choisissez un fichier."},
    )

    def __init__(self, *args: Any, landlords: Any, label: str, help_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["landlord"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = landlords
        only = list(landlords[:2])
        if len(only) == 1:
            choice.initial = only[0]
        self.fields["file"].label, self.fields["file"].help_text = label, help_text


class MeaningForm(forms.Form):
    """What one kept heading means."""

    meaning = forms.ChoiceField(label="Contient", error_messages={"required": "Choisissez ce que la colonne contient."})

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meaning = self.fields["meaning"]
        if isinstance(meaning, forms.ChoiceField):
            meaning.choices = [LEAVE_CHOICE, *choices]

    @property
    def field_name(self) -> str:
        chosen: str = self.cleaned_data["meaning"]
        return NOT_IMPORTED if chosen == LEAVE else chosen


class HeadingsForm(forms.Form):
    """What each unknown heading of a file means; one left on « Plus tard » stays unknown."""

    def __init__(self, *args: Any, headings: Sequence[str], choices: Choices, taken: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", "Plus tard"), LEAVE_CHOICE, *(choice for choice in choices if choice[0] not in taken)]
        self.headings = {f"colonne-{number}": heading for number, heading in enumerate(headings)}
        for name, heading in self.headings.items():
            self.fields[name] = forms.ChoiceField(
                choices=offered, label=heading, required=False, error_messages={"invalid_choice": "Choisissez dans la liste."}
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
