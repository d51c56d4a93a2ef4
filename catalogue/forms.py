"""Forms of operations and homes: what a person types; the rules are in the actions."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from access.backoffice.filters import upper_first
from access.backoffice.forms import EMPTY_CHOICE, choose_plainly
from access.forms import DayField, PastDateField
from catalogue.enums import AbandonReason, ConventionAction, MobilisationMode
from catalogue.models import Amendment, Convention, Operation, Territory, Unit


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


class ConventionMoveForm(forms.Form):
    """The day of a convention's move and, where one is due, its reason."""

    on = PastDateField(label="Date")
    reason = forms.CharField(label="Motif", max_length=300, required=False, help_text="Nécessaire pour une résiliation.")

    def __init__(self, *args: Any, action: str, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if action == ConventionAction.SIGN:
            self.fields["on"].label = "Signée le"
        if action not in (ConventionAction.SUSPEND, ConventionAction.TERMINATE):
            del self.fields["reason"]


class AmendmentForm(forms.Form):
    """What an amendment changes; what is left empty stays as it is."""

    signed_on = PastDateField(label="Signé le")
    starts_on = DayField(label="À partir du")
    purpose = forms.CharField(label="Objet", max_length=300)
    capacity = forms.IntegerField(label="Nouvelle capacité", min_value=0, max_value=100_000, required=False)
    territory = forms.ModelChoiceField(label="Nouveau territoire", queryset=Territory.objects.none(), required=False, empty_label="Inchangé")
    ends_on = DayField(label="Nouvelle fin", required=False)

    def __init__(self, *args: Any, convention: Convention, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["territory"].queryset = Territory.objects.choosable_by(user)
        self.kinds = {f"price_{kind.code}": kind for kind in convention.measure_kinds.all()}
        for name, kind in self.kinds.items():
            label = f"Nouveau tarif, {kind.name.lower()} (€ {kind.get_periodicity_display()}, {kind.get_base_display()})"
            self.fields[name] = forms.DecimalField(label=label, min_value=0, max_digits=9, decimal_places=2, required=False, localize=True)

    def changes(self) -> dict[str, Any]:
        """What the write takes."""
        data = self.cleaned_data
        prices = {kind: data[name] for name, kind in self.kinds.items() if data.get(name) is not None}
        return {name: value for name, value in data.items() if name not in self.kinds} | {"prices": prices}


class DocumentForm(forms.Form):
    """A signed document, and what it is the document of."""

    content = forms.FileField(label="Document signé", help_text="Un PDF de 10 Mo au plus. Seuls le GIE et les parties à la convention le lisent.")
    amendment = forms.ModelChoiceField(label="Ce que c'est", queryset=Amendment.objects.none(), required=False, empty_label="La convention")

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["amendment"].queryset = convention.amendments.all()


class RenewalForm(forms.Form):
    number = forms.CharField(label="Numéro de la nouvelle convention", max_length=30)
