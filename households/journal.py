"""What the journal follows of the cases: every row of a case and of a report, however it is written; and which case a page opens."""

from typing import Final

from django.http import HttpRequest

from access.journal.recording import consulted
from access.journal.tracked import follow, track
from households.models import Household, HouseholdMerge, HouseholdReport, PendingAction

CASE: Final = "household"
REPORT: Final = "report"


def register_cases() -> None:
    """Follow the cases field by field. What they wait for is derived, and a merge is told by what it changes."""
    track(HouseholdReport, REPORT)
    follow(Household, CASE, leaving_out=(PendingAction, HouseholdMerge, HouseholdReport))


def case_opened(request: HttpRequest, household: Household) -> None:
    """Note in the journal that the request opens a case. Every page, file and answer about one case calls it, once it is found in sight."""
    consulted(request, CASE, household)


def report_opened(request: HttpRequest, report: HouseholdReport) -> None:
    """Note in the journal that the request opens a reported household."""
    consulted(request, REPORT, report)
