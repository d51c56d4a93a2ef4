"""Forms of the case page: what a person types; the rules are in the actions."""

from households.forms.base import CaseForm, CaseModelForm, MoveForm
from households.forms.cases import CloseForm, NameOnCaseForm, RemoveFromCaseForm, SuspendForm
from households.forms.concerns import AnswerConcernForm, ExitForm, WorryForm
from households.forms.housing import (
    AllocationForm,
    AnswerForm,
    CalForm,
    EndOccupancyForm,
    HouseInPlaceForm,
    LeaseForm,
    MeanForm,
    NoLongerMeanForm,
    ProposalForm,
    ProposeForm,
    SlideForm,
    WithdrawForm,
)
from households.forms.measures import (
    EndMeasureForm,
    LevelForm,
    ProlongForm,
    ReferentForm,
    ResumeMeasureForm,
    SuspendMeasureForm,
    TransferForm,
)
from households.forms.needs import CommitteeForm, DiagnosisForm, EvaluationForm, ReviseDiagnosisForm, SensitiveNeedsForm, StartDiagnosisForm
from households.forms.outreach import OutreachForm
from households.forms.support import ConsentForm, MeasureForm

__all__ = [
    "AllocationForm",
    "AnswerConcernForm",
    "AnswerForm",
    "CalForm",
    "CaseForm",
    "CaseModelForm",
    "CloseForm",
    "CommitteeForm",
    "ConsentForm",
    "DiagnosisForm",
    "EndMeasureForm",
    "EndOccupancyForm",
    "EvaluationForm",
    "ExitForm",
    "HouseInPlaceForm",
    "LeaseForm",
    "LevelForm",
    "MeanForm",
    "MeasureForm",
    "MoveForm",
    "NameOnCaseForm",
    "NoLongerMeanForm",
    "OutreachForm",
    "ProlongForm",
    "ProposalForm",
    "ProposeForm",
    "ReferentForm",
    "RemoveFromCaseForm",
    "ResumeMeasureForm",
    "ReviseDiagnosisForm",
    "SensitiveNeedsForm",
    "SlideForm",
    "StartDiagnosisForm",
    "SuspendForm",
    "SuspendMeasureForm",
    "TransferForm",
    "WithdrawForm",
    "WorryForm",
]
