"""The household's agreement, and the measures."""

from typing import Any, ClassVar

from django import forms

from access.forms import DayField, PastDateField
from catalogue.enums import MeasureCode
from catalogue.models import MeasureKind
from households.enums import ConsentAnswer, ConsentKind, NeedLevel
from households.forms.base import CaseForm, CaseModelForm, chosen_among
from households.forms.measures import REFERENT_HELP, name_convention, referents, signed_conventions
from households.models import SupportMeasure


class ConsentForm(CaseForm):
    kind = forms.ChoiceField(label="Objet", choices=ConsentKind, help_text="L'accompagnement ne s'ouvre qu'avec l'accord du ménage.")
    answer = forms.ChoiceField(label="Réponse du ménage", choices=chosen_among(ConsentAnswer))
    decided_on = PastDateField(label="Recueillie le")


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
