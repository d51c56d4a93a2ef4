"""A contact with a household, noted in the stairwell: three taps, the rest is optional."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from access.forms import PastDateField
from households.enums import MEETS, OutreachKind
from households.forms.base import CaseForm
from households.models import Household, OutreachContact
from partners.models import Organisation, own_organisations

MET: list[tuple[str, str]] = [("oui", "Oui"), ("non", "Non")]


class OutreachForm(CaseForm):
    kind = forms.ChoiceField(
        label="Quel contact ?",
        choices=[(choice.value, choice.label.capitalize()) for choice in OutreachKind],
        widget=forms.RadioSelect,
        error_messages={"required": "Touchez une des quatre réponses : visite, appel, courrier ou tentative."},
    )
    met = forms.ChoiceField(label="Avez-vous rencontré ou joint le ménage ?", choices=MET, required=False, widget=forms.RadioSelect)
    contacted_on = PastDateField(label="Le")
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Facultative et courte. Jamais de santé, ni de nom d'un tiers. Lue par le GIE et votre organisation seulement.",
    )
    organisation = forms.ModelChoiceField(label="Pour le compte de", queryset=Organisation.objects.none(), required=False)
    field_order: ClassVar = ["kind", "met", "contacted_on", "organisation", "note"]

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, household=household, user=user, **kwargs)
        own = Organisation.objects.filter(pk__in=own_organisations(user, timezone.localdate()))
        if len(own) > 1:
            self.fields["organisation"].queryset = own
            self.fields["organisation"].required = True
        else:
            del self.fields["organisation"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind, met = cleaned.get("kind"), cleaned.get("met")
        if kind in MEETS and not met:
            self.add_error("met", "Dites si le ménage a été rencontré.")
        if kind and kind not in MEETS and met == "oui":
            self.add_error("met", "Une tentative ou un courrier n'est pas une rencontre : choisissez « visite » ou « appel ».")
        return cleaned

    def contact(self) -> OutreachContact:
        """The contact as typed, not saved."""
        data = self.cleaned_data
        return OutreachContact(
            household=self.household,
            kind=data["kind"],
            is_met=data["met"] == "oui",
            contacted_on=data["contacted_on"],
            note=data["note"],
            organisation=data.get("organisation"),
        )
