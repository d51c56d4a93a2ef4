"""Diagnosis, committee, evaluation."""

from typing import Any, ClassVar

from django import forms

from access.forms import PastDateField
from households.forms.base import CaseForm, CaseModelForm
from households.models import CommitteeDecision, Diagnosis, Evaluation, Household
from partners.enums import OrganisationKind
from partners.models import Organisation


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


class EvaluationForm(CaseModelForm):
    evaluated_on = PastDateField(label="Évalué le")

    class Meta:
        model = Evaluation
        fields: ClassVar = ["evaluated_on", "result", "recommendation", "household_view"]
        widgets: ClassVar = {"household_view": forms.Textarea(attrs={"rows": 3})}
