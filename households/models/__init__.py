"""People, and what happens to them."""

from households.models.cases import CaseMember, Consent, Household, Person, StageMove
from households.models.committee import AgendaItem, CommitteeDecision, CommitteeSession
from households.models.concerns import Concern
from households.models.delays import DelayRule
from households.models.followed import FollowedHousehold
from households.models.housing import AllocationRecord, Occupancy, OperationPlace, PastTenure, Proposal
from households.models.needs import Criterion, Diagnosis, Evaluation, EvaluationGrade, NeedTopic, RentGuideline, SensitiveNeed
from households.models.officers import OfficerChange
from households.models.outreach import OutreachContact
from households.models.pending import PendingAction
from households.models.plans import Intake, Scenario, ScenarioFunding, ScenarioPrice
from households.models.privacy import Anonymisation, RetentionNotice, RightsRequest
from households.models.reports import (
    HouseholdImport,
    HouseholdImportFile,
    HouseholdImportFinding,
    HouseholdImportWork,
    HouseholdReport,
    ReportHeading,
)
from households.models.sheet import Opinion, SheetText
from households.models.statements import Statement, StatementLine
from households.models.support import MeasureChange, MeasureSuspension, SupportMeasure
from households.models.twins import DistinctHouseholds, HouseholdMerge

__all__ = [
    "AgendaItem",
    "AllocationRecord",
    "Anonymisation",
    "CaseMember",
    "CommitteeDecision",
    "CommitteeSession",
    "Concern",
    "Consent",
    "Criterion",
    "DelayRule",
    "Diagnosis",
    "DistinctHouseholds",
    "Evaluation",
    "EvaluationGrade",
    "FollowedHousehold",
    "Household",
    "HouseholdImport",
    "HouseholdImportFile",
    "HouseholdImportFinding",
    "HouseholdImportWork",
    "HouseholdMerge",
    "HouseholdReport",
    "Intake",
    "MeasureChange",
    "MeasureSuspension",
    "NeedTopic",
    "Occupancy",
    "OfficerChange",
    "OperationPlace",
    "Opinion",
    "OutreachContact",
    "PastTenure",
    "PendingAction",
    "Person",
    "Proposal",
    "RentGuideline",
    "ReportHeading",
    "RetentionNotice",
    "RightsRequest",
    "Scenario",
    "ScenarioFunding",
    "ScenarioPrice",
    "SensitiveNeed",
    "SheetText",
    "StageMove",
    "Statement",
    "StatementLine",
    "SupportMeasure",
]
