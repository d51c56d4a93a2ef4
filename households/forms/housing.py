"""From a home proposed to a home occupied."""

from typing import Any

from django import forms

from access.forms import DayField, PastDateField
from catalogue.models import Unit
from households.enums import CalDecision, ProposalAnswer, RefusalReason, TenureKind
from households.forms.base import CaseForm, chosen_among
from households.models import Household, Proposal
from partners.models import Organisation


class ProposeForm(CaseForm):
    unit = forms.ModelChoiceField(label="Logement", queryset=Unit.objects.all(), widget=forms.HiddenInput)
    proposed_on = PastDateField(label="Proposé le")


class ProposalForm(CaseForm):
    """About one of the household's open proposals that the user sees."""

    proposal = forms.ModelChoiceField(label="Proposition", queryset=Proposal.objects.none(), empty_label=None)

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, household=household, user=user, **kwargs)
        self.fields["proposal"].queryset = self.candidates(household).visible_to(user)
        self.fields["proposal"].label_from_instance = lambda proposal: f"{proposal.unit} ({proposal.unit.landlord})"

    def candidates(self, household: Household) -> Any:
        return household.proposals.open().select_related("unit__landlord")


class AnswerForm(ProposalForm):
    answer = forms.ChoiceField(
        label="Réponse du ménage", choices=chosen_among([choice for choice in ProposalAnswer.choices if choice[0] != ProposalAnswer.PENDING])
    )
    refusal_reason = forms.ChoiceField(label="Motif, en cas de refus", choices=[("", "–"), *RefusalReason.choices], required=False)
    answered_on = PastDateField(label="Répondu le")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == ProposalAnswer.REFUSED and not cleaned.get("refusal_reason"):
            self.add_error("refusal_reason", "Indiquez le motif du refus.")
        return cleaned


class CalForm(ProposalForm):
    decision = forms.ChoiceField(label="Décision de la commission", choices=chosen_among(CalDecision))
    cal_on = PastDateField(label="Commission du")
    rank = forms.IntegerField(label="Rang", required=False, min_value=1, max_value=20)
    reason = forms.CharField(label="Motif", required=False, max_length=200, help_text="Sans nom de personne ni donnée de santé.")


class LeaseForm(ProposalForm):
    tenure = forms.ChoiceField(label="Titre d'occupation", choices=chosen_among(TenureKind))
    starts_on = DayField(label="Entrée le", days_ahead=92)
    planned_slide_on = DayField(label="Glissement prévu le", required=False, help_text="Pour un bail glissant seulement.")

    def candidates(self, household: Household) -> Any:
        return super().candidates(household).exclude(cal_decision="")


class HouseInPlaceForm(CaseForm):
    landlord = forms.ModelChoiceField(label="Bailleur", queryset=Organisation.objects.landlords().active())
    reference = forms.CharField(
        label="Référence du logement", max_length=50, help_text="La référence du bailleur, telle que dans son fichier patrimoine."
    )
    tenure = forms.ChoiceField(label="Titre d'occupation", choices=chosen_among(TenureKind))
    starts_on = DayField(label="Locataire depuis le", days_ahead=0)
    planned_slide_on = DayField(label="Glissement prévu le", required=False, help_text="Pour un bail glissant seulement.")
    decided_on = PastDateField(label="Entrée dans le dispositif le")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        landlord, reference = cleaned.get("landlord"), cleaned.get("reference")
        if landlord and reference:
            unit = Unit.objects.visible_to(self.user).filter(landlord=landlord, reference_key=reference.strip().upper()).first()
            if unit is None:
                self.add_error("reference", "Ce bailleur n'a pas de logement avec cette référence : vérifiez-la dans la liste des logements.")
            cleaned["unit"] = unit
        return cleaned
