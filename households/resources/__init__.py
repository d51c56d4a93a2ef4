"""The lists of the households' room as files."""

from households.resources.evaluations import EvaluationDueResource
from households.resources.housing import AllocationResource, OccupancyResource, ProposalResource
from households.resources.measures import SupportMeasureResource

__all__ = ["AllocationResource", "EvaluationDueResource", "OccupancyResource", "ProposalResource", "SupportMeasureResource"]
