"""People, and what happens to them."""

from households.models.cases import CaseMember, Consent, Household, Person, StageMove
from households.models.concerns import Concern
from households.models.delays import DelayRule
from households.models.housing import Occupancy, Proposal
from households.models.needs import CommitteeDecision, Diagnosis, Evaluation
from households.models.outreach import OutreachContact
from households.models.reports import (
    HouseholdImport,
    HouseholdImportFile,
    HouseholdImportFinding,
    HouseholdImportWork,
    HouseholdReport,
    ReportHeading,
)
from households.models.support import MeasureChange, MeasureSuspension, SupportMeasure

__all__ = [
    "CaseMember",
    "CommitteeDecision",
    "Concern",
    "Consent",
    "DelayRule",
    "Diagnosis",
    "Evaluation",
    "Household",
    "HouseholdImport",
    "HouseholdImportFile",
    "HouseholdImportFinding",
    "HouseholdImportWork",
    "HouseholdReport",
    "MeasureChange",
    "MeasureSuspension",
    "Occupancy",
    "OutreachContact",
    "Person",
    "Proposal",
    "RentGuideline",
    "ReportHeading",
    "SensitiveNeed",
    "StageMove",
    "SupportMeasure",
]
