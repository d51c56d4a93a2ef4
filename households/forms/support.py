"""The household's agreement, and the measures."""

import hashlib
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from access.forms import DayField, PastDateField
from catalogue.enums import MeasureCode
from catalogue.models import MeasureKind
from households.actions.consents import consent_effects
from households.enums import ConsentAnswer, ConsentKind, NeedLevel
from households.forms.base import CaseForm, CaseModelForm, chosen_among
from households.forms.measures import REFERENT_HELP, name_convention, referents, signed_conventions
from households.models import SupportMeasure


class ConsentForm(CaseForm):
    """A refusal or a withdrawal is recorded once what it entails has been read."""

    kind = forms.ChoiceField(label="Objet", choices=ConsentKind, help_text="L'accompagnement ne s'ouvre qu'avec l'accord du ménage.")
    answer = forms.ChoiceField(label="Réponse du ménage", choices=chosen_among(ConsentAnswer))
    decided_on = PastDateField(label="Recueillie le")
    read = forms.CharField(required=False, widget=forms.HiddenInput)
    effects: ClassVar[list[str]] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        read = cleaned.pop("read", "")
        if {"kind", "answer", "decided_on"} <= cleaned.keys():
            self.effects = consent_effects(household=self.household, **cleaned)
            if self.effects and read != self.fingerprint():
                raise ValidationError("Relisez ce que cette réponse entraîne, puis confirmez.", code="effects")
        return cleaned

    def fingerprint(self) -> str:
        """What confirms these very effects: they are shown again when they have changed meanwhile."""
        return hashlib.sha256("\n".join(self.effects).encode()).hexdigest()[:16]


class MeasureForm(CaseModelForm):
    kind = forms.ModelChoiceField(
        label="Mesure", queryset=MeasureKind.objects.filter(code__in=[MeasureCode.SUPPORT, MeasureCode.ADAPTED_MANAGEMENT]), empty_label=None
    )
    starts_on = DayField(label="Début")
    planned_ends_on = DayField(label="Fin prévue")

    class Meta:
        model = SupportMeasure
        fields: ClassVar = ["kind", "convention", "level", "starts_on", "planned_ends_on", "referent", "scope", "objectives", "methods"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        convention = self.fields["convention"]
        convention.queryset = signed_conventions(self.user)
        convention.label_from_instance = name_convention
        convention.error_messages["required"] = "Choisissez une convention signée ; s'il n'y en a pas, créez-la dans « Partenaires »."
        self.fields["referent"].queryset = referents().choosable_by(self.user)
        self.fields["referent"].help_text = REFERENT_HELP
        self.fields["level"].choices = chosen_among(NeedLevel)
        self.initial["level"] = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("planned_ends_on")
        if first and last and last < first:
            self.add_error("planned_ends_on", "La fin prévue précède le début.")
        return cleaned
