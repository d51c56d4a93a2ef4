"""Forms of the case page: what a person types; the rules are in the actions."""

from households.forms.base import CaseForm, CaseModelForm, MoveForm
from households.forms.cases import CloseForm, NameOnCaseForm, RemoveFromCaseForm, SuspendForm
from households.forms.housing import AnswerForm, CalForm, HouseInPlaceForm, LeaseForm, ProposalForm, ProposeForm
from households.forms.needs import CommitteeForm, DiagnosisForm, EvaluationForm, ReviseDiagnosisForm, SensitiveNeedsForm, StartDiagnosisForm
from households.forms.outreach import OutreachForm
from households.forms.support import ConsentForm, EndMeasureForm, MeasureForm

__all__ = [
    "AnswerForm",
    "CalForm",
    "CaseForm",
    "CaseModelForm",
    "CloseForm",
    "CommitteeForm",
    "ConsentForm",
    "DiagnosisForm",
    "EndMeasureForm",
    "EvaluationForm",
    "HouseInPlaceForm",
    "LeaseForm",
    "MeasureForm",
    "MoveForm",
    "NameOnCaseForm",
    "OutreachForm",
    "ProposalForm",
    "ProposeForm",
    "RemoveFromCaseForm",
    "ReviseDiagnosisForm",
    "SensitiveNeedsForm",
    "StartDiagnosisForm",
    "SuspendForm",
]
