"""Forms of operations and homes: what a person types; the rules are in the actions."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from access.backoffice.filters import upper_first
from access.backoffice.forms import EMPTY_CHOICE, choose_plainly
from access.forms import DayField, PastDateField
from catalogue.enums import AbandonReason, MobilisationMode
from catalogue.models import Operation, Unit


def chosen_among(choices: Any) -> list[tuple[str, str]]:
    return [("", EMPTY_CHOICE), *choices.choices]


class OperationActionForm(forms.Form):
    """A form about one operation."""

    def __init__(self, *args: Any, operation: Operation, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.operation = operation


class AdvanceForm(OperationActionForm):
    step = forms.CharField(widget=forms.HiddenInput)
    on = PastDateField(label="Faite le")


class AbandonForm(OperationActionForm):
    reason = forms.ChoiceField(label="Motif", choices=chosen_among(AbandonReason))
    on = PastDateField(label="Abandonnée le")


class PlanForm(OperationActionForm):
    """One planned day for each step still to be done."""

    def __init__(self, *args: Any, operation: Operation, **kwargs: Any) -> None:
        super().__init__(*args, operation=operation, **kwargs)
        for step in operation.steps.all():
            if step.done_on is None:
                label = f"{upper_first(step.get_step_display())} : prévue pour le"
                self.fields[step.step] = DayField(label=label, required=False, initial=step.planned_on)


class DeliveryForm(OperationActionForm):
    """The day of delivery; for existing homes, which ones and the reference of the decision."""

    on = PastDateField(label="Livrée le")
    references = forms.CharField(
        label="Références des logements",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Une référence du bailleur par ligne, telle que dans son fichier patrimoine.",
    )
    decision = forms.CharField(label="Référence de la décision", max_length=100, required=False, help_text="Par exemple le numéro de l'arrêté.")

    def __init__(self, *args: Any, operation: Operation, creates: bool, decides: bool, **kwargs: Any) -> None:
        super().__init__(*args, operation=operation, **kwargs)
        if creates:
            del self.fields["references"]
        if not decides:
            del self.fields["decision"]

    def clean_references(self) -> list[Unit]:
        """The homes named, all of them in the landlord's stock."""
        keys = [key for key in (part.strip().upper() for part in re.split(r"[\n;,]", self.cleaned_data["references"])) if key]
        found = {unit.reference_key: unit for unit in Unit.objects.in_stock().filter(landlord=self.operation.landlord, reference_key__in=keys)}
        unknown = [key for key in dict.fromkeys(keys) if key not in found]
        if unknown:
            names = ", ".join(unknown[:10])
            raise forms.ValidationError(
                f"Références inconnues dans le parc de {self.operation.landlord} : {names}. Vérifiez-les dans la liste des logements."
            )
        return [found[key] for key in dict.fromkeys(keys)]


class NewHomeForm(forms.ModelForm):
    """A home that an operation delivers."""

    class Meta:
        model = Unit
        fields: ClassVar = [
            "reference",
            "rpls_id",
            "street_number",
            "street",
            "postcode",
            "commune",
            "typology",
            "living_area",
            "floor",
            "building_type",
            "main_rent",
            "charges",
            "energy_class",
            "is_accessible",
            "has_lift",
            "has_outdoor_space",
            "animals_allowed",
        ]

    def __init__(self, *args: Any, operation: Operation, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.instance.landlord = operation.landlord
        self.fields["commune"].initial = operation.commune_id
        self.fields["postcode"].initial = next(iter(operation.commune.postcodes), "")
        choose_plainly(self)


class NewHomes(forms.BaseFormSet):
    """The homes of a delivery: at least one, each with a reference of its own. Lines left empty are skipped."""

    def clean(self) -> None:
        super().clean()
        filled = [form for form in self.forms if form.has_changed() and form.is_valid()]
        if not any(form.has_changed() for form in self.forms):
            raise forms.ValidationError("Décrivez au moins un logement livré.")
        seen: set[str] = set()
        for form in filled:
            key = form.cleaned_data["reference"].strip().upper()
            if key in seen:
                form.add_error("reference", "Cette référence est déjà sur une autre ligne.")
            seen.add(key)

    def homes(self) -> list[Unit]:
        """The homes described, not saved."""
        return [form.instance for form in self.forms if form.has_changed()]


def new_homes(operation: Operation, data: Any = None, *, count: int) -> NewHomes:
    """The set of forms of a delivery, ``count`` lines of them."""
    factory = forms.formset_factory(NewHomeForm, formset=NewHomes, extra=count, max_num=500, absolute_max=500)
    homes: NewHomes = factory(data, prefix="homes", form_kwargs={"operation": operation})
    return homes


class EarmarkForm(forms.Form):
    mode = forms.ChoiceField(label="Mode de mobilisation", choices=chosen_among(MobilisationMode))


class AvailableForm(forms.Form):
    on = DayField(label="Libre à partir du", days_ahead=366, initial=timezone.localdate)
