"""From a home proposed to a home occupied."""

from typing import Any

from django import forms

from access.forms import DayField, PastDateField
from catalogue.models import Operation, Unit
from households.enums import CalDecision, OccupancyEnd, ProposalAnswer, RefusalReason, TenureKind, WithdrawalReason
from households.forms.base import CaseForm, chosen_among
from households.models import AllocationRecord, Household, Occupancy, OperationPlace, Proposal
from partners.models import Organisation

YES_OR_NO = [("oui", "Oui"), ("non", "Non")]
MADE_BY_HAND = [choice for choice in WithdrawalReason.choices if choice[0] != WithdrawalReason.CASE_CLOSED]


class QuotaField(forms.TypedChoiceField):
    """The reservation quota of a home, 1 to 7, or not known yet."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", "Pas encore connu"), *((number, str(number)) for number in range(1, 8))]
        super().__init__(label="Contingent", choices=choices, coerce=int, empty_value=None, required=False, **kwargs)


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


class WithdrawForm(ProposalForm):
    reason = forms.ChoiceField(label="Motif du retrait", choices=chosen_among(MADE_BY_HAND))
    withdrawn_on = PastDateField(label="Retirée le")


class CalForm(ProposalForm):
    decision = forms.ChoiceField(label="Décision de la commission", choices=chosen_among(CalDecision))
    cal_on = PastDateField(label="Commission du")
    rank = forms.IntegerField(label="Rang", required=False, min_value=1, max_value=20)
    reason = forms.CharField(label="Motif", required=False, max_length=200, help_text="Sans nom de personne ni donnée de santé.")


class LeaseForm(ProposalForm):
    tenure = forms.ChoiceField(label="Titre d'occupation", choices=chosen_among(TenureKind))
    starts_on = DayField(label="Entrée le", days_ahead=92)
    planned_slide_on = DayField(label="Glissement prévu le", required=False, help_text="Pour un bail glissant seulement.")
    was_tenant = forms.ChoiceField(
        label="Déjà locataire du parc social avant ce bail",
        choices=chosen_among(YES_OR_NO),
        help_text="Le système national d'enregistrement le demande.",
    )
    quota = QuotaField(help_text="Le contingent de réservation, s'il n'est pas déjà noté sur le logement.")

    def candidates(self, household: Household) -> Any:
        return super().candidates(household).exclude(cal_decision="")


class OccupancyForm(CaseForm):
    """About an occupancy of the household that the user sees and that has not ended."""

    occupancy = forms.ModelChoiceField(label="Logement", queryset=Occupancy.objects.none(), empty_label=None)

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, household=household, user=user, **kwargs)
        self.fields["occupancy"].queryset = self.candidates(household).visible_to(user)
        self.fields["occupancy"].label_from_instance = lambda occupancy: f"{occupancy.unit} ({occupancy.unit.landlord})"

    def candidates(self, household: Household) -> Any:
        return household.occupancies.filter(ends_on__isnull=True).select_related("unit__landlord")


class SlideForm(OccupancyForm):
    slid_on = PastDateField(label="Le bail glisse le")

    def candidates(self, household: Household) -> Any:
        return super().candidates(household).filter(tenure=TenureKind.SLIDING_LEASE)


class EndOccupancyForm(OccupancyForm):
    ended_on = PastDateField(label="Dernier jour dans le logement")
    reason = forms.ChoiceField(label="Motif de la sortie", choices=chosen_among(OccupancyEnd))
    is_free_again = forms.BooleanField(
        label="Le logement est libre dès le lendemain", required=False, help_text="Il apparaît alors parmi les logements à proposer."
    )


class AllocationForm(CaseForm):
    """What the State's register asks and was not known on the day of the lease."""

    record = forms.ModelChoiceField(label="Attribution", queryset=AllocationRecord.objects.none(), empty_label=None)
    application_number = forms.RegexField(
        r"^[0-9A-Za-z]{18}$",
        label="Numéro unique",
        required=False,
        error_messages={"invalid": "Le numéro unique compte 18 caractères, chiffres ou lettres."},
    )
    was_tenant = forms.ChoiceField(label="Déjà locataire du parc social avant ce bail", choices=chosen_among(YES_OR_NO))
    quota = QuotaField()

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, household=household, user=user, **kwargs)
        records = AllocationRecord.objects.filter(occupancy__household=household).visible_to(user).select_related("occupancy__unit")
        self.fields["record"].queryset = records
        self.fields["record"].label_from_instance = lambda record: f"{record.occupancy.unit}, bail du {record.lease_on:%d/%m/%Y}"
        latest = records.first()
        if latest is not None:
            known = {True: "oui", False: "non"}.get(latest.was_tenant, "")
            self.initial.update(application_number=latest.application_number, quota=latest.quota, was_tenant=known)


class MeanForm(CaseForm):
    operation = forms.ModelChoiceField(label="Opération", queryset=Operation.objects.under_way().select_related("landlord"))
    noted_on = PastDateField(label="Depuis le")

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, household=household, user=user, **kwargs)
        field = self.fields["operation"]
        field.queryset = field.queryset.exclude(places__household=household)
        field.label_from_instance = lambda operation: f"{operation} ({operation.landlord})"


class NoLongerMeanForm(CaseForm):
    place = forms.ModelChoiceField(label="Opération", queryset=OperationPlace.objects.none(), empty_label=None)

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, household=household, user=user, **kwargs)
        self.fields["place"].queryset = household.operation_places.select_related("operation")
        self.fields["place"].label_from_instance = lambda place: str(place.operation)


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
