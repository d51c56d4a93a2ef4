"""What can be done from a case page, in the order of the road."""

from typing import Any

from households import policies
from households.backoffice.case_actions import cases, concerns, housing, needs, outreach, support
from households.backoffice.case_actions.declaration import CaseAction, Offer
from households.enums import Stage
from households.models import Household

ACTIONS: tuple[CaseAction, ...] = (*needs.ACTIONS, *housing.ACTIONS, *outreach.ACTIONS, *support.ACTIONS, *concerns.ACTIONS, *cases.ACTIONS)
BY_SLUG = {action.slug: action for action in ACTIONS}
PROPOSE_SLUG = "proposer"


def offers(user: Any, household: Household) -> list[Offer]:
    """The actions the page offers this user, in the order of the road, with what each one lacks."""
    found = [
        Offer(action.slug, action.label, tuple(action.missing(household)))
        for action in ACTIONS
        if not action.is_about_a_measure and action.offered_to(user, household)
    ]
    if policies.may_write(user, "propose") and household.stage in (Stage.SEARCHING, Stage.PROPOSED):
        found.insert(0, Offer(PROPOSE_SLUG, "Proposer un logement", ()))
    return found


__all__ = ["ACTIONS", "BY_SLUG", "PROPOSE_SLUG", "CaseAction", "offers"]
