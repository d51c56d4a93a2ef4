"""Persons' requests: whom they are about, and what is asked."""

from typing import Any

from django import forms

from access.backoffice.forms import choose_plainly
from access.forms import PastDateField
from households.enums import ObjectionScope, RequestKind, RequestOutcome
from households.forms.base import chosen_among


class FindForm(forms.Form):
    """Who asks: the identity is looked for, exactly, and not kept."""

    last_name = forms.CharField(label="Nom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    first_name = forms.CharField(label="Prénom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    birth_date = PastDateField(
        label="Date de naissance", required=False, help_text="Elle départage deux personnes du même nom. Rien de cette recherche n'est gardé."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["birth_date"].initial = None


class LogForm(forms.Form):
    """What is asked, and about which of the persons found."""

    kind = forms.ChoiceField(label="Demande", choices=chosen_among(RequestKind))
    scope = forms.ChoiceField(label="Si c'est une opposition, à quoi", choices=[("", "–"), *ObjectionScope.choices], required=False)
    received_on = PastDateField(label="Reçue le", help_text="La réponse est due un mois après.")
    about = forms.ChoiceField(label="Concerne", widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["about"].choices = choices
        if len(choices) == 1:
            self.fields["about"].initial = choices[0][0]
        choose_plainly(self)


class AnswerForm(forms.Form):
    """How the request ended."""

    outcome = forms.ChoiceField(label="Réponse donnée", choices=chosen_among(RequestOutcome))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        choose_plainly(self)
