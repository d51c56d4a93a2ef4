"""A worry or a proposed exit, and the GIE's answer."""

from typing import Any

from django import forms

from access.forms import PastDateField
from households.enums import CONCERN_REASONS, ConcernKind, ConcernOutcome
from households.forms.base import CaseForm, chosen_among
from households.models import Concern, Household

NOTE_HELP = "Facultative. Des faits seulement : ni nom de personne, ni santé."


class ConcernForm(CaseForm):
    kind: ConcernKind
    reason = forms.ChoiceField(label="Motif")
    raised_on = PastDateField(label="Constaté le")
    note = forms.CharField(label="Précision", required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 3}), help_text=NOTE_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = chosen_among([(reason.value, reason.label) for reason in CONCERN_REASONS[self.kind]])

    def concern(self) -> Concern:
        """What is told, not saved."""
        return Concern(household=self.household, kind=self.kind, **self.cleaned_data)


class WorryForm(ConcernForm):
    kind = ConcernKind.WORRY


class ExitForm(ConcernForm):
    kind = ConcernKind.EXIT


class AnswerConcernForm(CaseForm):
    concern = forms.ModelChoiceField(label="À quoi répondez-vous ?", queryset=Concern.objects.none(), empty_label=None)
    outcome = forms.ChoiceField(label="Réponse", choices=chosen_among(ConcernOutcome))
    answer = forms.CharField(
        label="En clair",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lu par la personne qui vous a écrit. Ni nom d'un tiers, ni santé.",
    )
    answered_on = PastDateField(label="Le")

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, household=household, user=user, **kwargs)
        self.fields["concern"].queryset = household.concerns.open().visible_to(user).select_related("organisation")
        self.fields["concern"].label_from_instance = lambda concern: (
            f"{concern.get_kind_display().capitalize()} ({concern.get_reason_display()}), {concern.organisation}, {concern.raised_on:%d/%m/%Y}"
        )
