"""Forms of the case page: what a person types; the rules are in the actions."""

from typing import Any, ClassVar

from django import forms

from access.backoffice.forms import EMPTY_CHOICE, choose_plainly, narrow_choices
from access.enums import Role
from access.forms import DayField, PastDateField
from access.models import User
from catalogue.enums import ConventionStatus, MeasureCode
from catalogue.models import Convention, MeasureKind, Unit
from households.enums import (
    CalDecision,
    ClosingReason,
    ConsentAnswer,
    ConsentKind,
    MeasureEnd,
    NeedLevel,
    ProposalAnswer,
    RefusalReason,
    TenureKind,
)
from households.models import CaseMember, CommitteeDecision, Diagnosis, Evaluation, Household, Proposal, SupportMeasure
from partners.enums import OrganisationKind
from partners.models import Organisation

CASE_ROLES = (Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER)


def chosen_among(choices: Any) -> list[tuple[str, str]]:
    """The choices after an empty one: a decision is never made by leaving the form as it came."""
    return [("", EMPTY_CHOICE), *getattr(choices, "choices", choices)]


class CaseForm(forms.Form):
    """A form about one household, filled in by one user."""

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.household = household
        self.user = user
        narrow_choices(self, user)
        choose_plainly(self)


class CaseModelForm(forms.ModelForm[Any]):
    """A form that fills a record about one household."""

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.household = household
        self.user = user
        if self.instance._state.adding:
            self.instance.household = household
        narrow_choices(self, user)
        choose_plainly(self)

    def _post_clean(self) -> None:
        """Fill the record without checking it: the action checks it whole, in its transaction."""
        opts = self._meta
        self.instance = forms.models.construct_instance(self, self.instance, opts.fields, opts.exclude)


class ConsentForm(CaseForm):
    kind = forms.ChoiceField(label="Objet", choices=ConsentKind, help_text="L'accompagnement ne s'ouvre qu'avec l'accord du ménage.")
    answer = forms.ChoiceField(label="Réponse du ménage", choices=chosen_among(ConsentAnswer))
    decided_on = PastDateField(label="Recueillie le")


class NameOnCaseForm(CaseForm):
    person = forms.ModelChoiceField(label="Personne", queryset=User.objects.filter(role__in=CASE_ROLES))


class RemoveFromCaseForm(CaseForm):
    member = forms.ModelChoiceField(label="Personne", queryset=CaseMember.objects.none(), empty_label=None)

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, household=household, **kwargs)
        self.fields["member"].queryset = household.team.select_related("user")
        self.fields["member"].label_from_instance = lambda member: member.user.get_full_name()


class StartDiagnosisForm(CaseForm):
    operator = forms.ModelChoiceField(
        label="Confier le diagnostic à",
        queryset=Organisation.objects.active().filter(kind__in=[OrganisationKind.OPERATOR, OrganisationKind.GIE]),
    )
    started_on = PastDateField(label="À partir du")


class DiagnosisForm(CaseModelForm):
    started_on = PastDateField(label="Commencé le")
    finished_on = PastDateField(
        label="Terminé le", required=False, initial=None, help_text="Laissez vide pour garder un brouillon. Un diagnostic terminé passe au comité."
    )

    class Meta:
        model = Diagnosis
        fields: ClassVar = [
            "operator",
            "started_on",
            "smallest",
            "largest",
            "building_type",
            "needs_accessible",
            "needs_ground_floor",
            "needs_outdoor_space",
            "has_animals",
            "communes",
            "ceiling_rent",
            "support_level",
            "management_level",
        ]
        widgets: ClassVar = {"communes": forms.SelectMultiple(attrs={"size": 8})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        started, finished = cleaned.get("started_on"), cleaned.get("finished_on")
        if started and finished and finished < started:
            self.add_error("finished_on", "La fin du diagnostic précède son début.")
        return cleaned


class CommitteeForm(CaseModelForm):
    decided_on = PastDateField(label="Décidé le")

    class Meta:
        model = CommitteeDecision
        fields: ClassVar = ["decided_on", "outcome", "support_level", "management_level", "note"]

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, household=household, **kwargs)
        diagnosis = household.diagnoses.completed().first()
        if diagnosis is not None:
            self.initial.update(support_level=diagnosis.support_level, management_level=diagnosis.management_level)


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
        convention.queryset = Convention.objects.visible_to(self.user).filter(status=ConventionStatus.SIGNED).select_related("partner")
        convention.label_from_instance = lambda found: f"{found.number} · {found.partner}"
        convention.error_messages["required"] = "Choisissez une convention signée ; s'il n'y en a pas, créez-la dans « Partenaires »."
        self.fields["level"].choices = chosen_among(NeedLevel)
        self.initial["level"] = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("planned_ends_on")
        if first and last and last < first:
            self.add_error("planned_ends_on", "La fin prévue précède le début.")
        return cleaned


class EndMeasureForm(CaseForm):
    measure = forms.ModelChoiceField(label="Mesure", queryset=SupportMeasure.objects.none(), empty_label=None)
    ended_on = PastDateField(label="Dernier jour")
    reason = forms.ChoiceField(label="Motif", choices=chosen_among(MeasureEnd))

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, household=household, user=user, **kwargs)
        self.fields["measure"].queryset = household.measures.unended().visible_to(user).select_related("kind")
        self.fields["measure"].label_from_instance = lambda measure: measure.kind.name


class EvaluationForm(CaseModelForm):
    evaluated_on = PastDateField(label="Évalué le")

    class Meta:
        model = Evaluation
        fields: ClassVar = ["evaluated_on", "result", "recommendation", "household_view"]
        widgets: ClassVar = {"household_view": forms.Textarea(attrs={"rows": 3})}


class MoveForm(CaseForm):
    moved_on = PastDateField(label="Le")
    reason = forms.CharField(label="Précision", required=False, max_length=200, help_text="Sans nom de personne ni donnée de santé.")


class SuspendForm(MoveForm):
    suspend_measures = forms.BooleanField(
        label="Suspendre aussi les mesures en cours", required=False, initial=True, help_text="Les jours suspendus ne sont pas payés."
    )


class CloseForm(MoveForm):
    closing_reason = forms.ChoiceField(label="Motif de clôture", choices=chosen_among(ClosingReason))
    field_order: ClassVar = ["closing_reason", "moved_on", "reason"]
