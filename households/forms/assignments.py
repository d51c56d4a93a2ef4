"""Passing cases on from one person to another."""

from typing import Any

from django import forms

from access.backoffice.forms import choose_plainly, person_label
from access.enums import Role
from access.models import User
from catalogue.models import Epci
from households.enums import Stage

NOBODY = "aucun"
OFFICERS, REFERENTS = "charge", "referent"


class AssignmentFilterForm(forms.Form):
    """Which cases to pass on: of whom, and where."""

    what = forms.ChoiceField(
        label="Réaffecter", choices=[(OFFICERS, "les chargés de dossier du GIE"), (REFERENTS, "les référents d'accompagnement")], initial=OFFICERS
    )
    held_by = forms.ChoiceField(label="Suivis par")
    epci = forms.ModelChoiceField(label="Territoire", queryset=Epci.objects.all(), required=False, empty_label="Tous")
    stage = forms.ChoiceField(
        label="Étape", required=False, choices=[("", "Toutes"), *(choice for choice in Stage.choices if choice[0] != Stage.CLOSED)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        people = User.objects.filter(role__in=[Role.GIE_STAFF, Role.SUPPORT_WORKER]).order_by("last_name", "first_name")
        self.fields["held_by"].choices = [(NOBODY, "personne"), *((str(person.pk), person_label(person)) for person in people)]


class PassOnForm(forms.Form):
    """To whom the ticked cases go."""

    to = forms.ModelChoiceField(label="Confier à", queryset=User.objects.none())
    chosen = forms.MultipleChoiceField(
        label="Dossiers", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Cochez au moins un dossier à réaffecter."}
    )

    def __init__(self, *args: Any, role: str, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["to"].queryset = User.objects.open().filter(role=role).order_by("last_name", "first_name")
        self.fields["to"].label_from_instance = lambda person: person.get_full_name()
        self.fields["chosen"].choices = choices
        if not self.is_bound:
            self.initial["chosen"] = [value for value, _label in choices]
        choose_plainly(self)
