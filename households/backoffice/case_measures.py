"""The measures on the case page, each with what can be done about it."""

from datetime import date
from typing import Any

from django.utils import timezone

from catalogue.enums import MeasureCode
from households.backoffice.case_actions import ACTIONS
from households.backoffice.case_actions.support import is_suspended
from households.enums import NeedLevel
from households.models import Concern, Household, SupportMeasure

ONLY_SUSPENDED, ONLY_RUNNING = "reprendre-la-mesure", "suspendre-la-mesure"


def measures_of(household: Household, user: Any) -> list[SupportMeasure]:
    """The household's measures that the user sees, with their intensity today (``level_label``) and the ``possible`` changes of each."""
    related = ("kind", "convention__partner", "referent")
    measures = SupportMeasure.objects.visible_to(user).filter(household=household).with_level(on=timezone.localdate()).select_related(*related)
    offered = [action for action in ACTIONS if action.is_about_a_measure and action.offered_to(user, household)]
    found = list(measures.prefetch_related("suspensions", "changes__referent"))
    for measure in found:
        hidden = ONLY_RUNNING if is_suspended(measure) else ONLY_SUSPENDED
        measure.level_label = NeedLevel(measure.present_level).label
        measure.possible = [action for action in offered if action.slug != hidden] if measure.ended_on is None else []
    return found


def support_spans(household: Household) -> list[tuple[date, date]]:
    """The first and last days of each support of the household, and nothing more of it."""
    supports = household.measures.filter(kind__code=MeasureCode.SUPPORT).order_by("starts_on")
    return [(measure.starts_on, measure.last_day) for measure in supports]


def concerns_of(household: Household, user: Any) -> Any:
    """What partners have told the officer, as far as the user reads it, what waits for an answer first."""
    seen = Concern.objects.visible_to(user).filter(household=household).select_related("organisation", "raised_by", "answered_by")
    return sorted(seen, key=lambda concern: bool(concern.outcome))
