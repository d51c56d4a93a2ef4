"""What can be done from a case page, in the order of the road."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from households import policies, stages
from households.backoffice.case_actions import cases, concerns, housing, needs, outreach, support
from households.backoffice.case_actions.declaration import CaseAction, Offer
from households.enums import Stage, StageAction
from households.models import Household

ACTIONS: tuple[CaseAction, ...] = (*needs.ACTIONS, *housing.ACTIONS, *outreach.ACTIONS, *support.ACTIONS, *concerns.ACTIONS, *cases.ACTIONS)
BY_SLUG = {action.slug: action for action in ACTIONS}
PROPOSE_SLUG = "proposer"
MADE_BY: Final[Mapping[str, tuple[str, ...]]] = {
    StageAction.PROPOSE: (PROPOSE_SLUG,),
    StageAction.HOUSE: ("bail", "logement-occupe"),
    StageAction.STABILISE: ("stabiliser",),
    StageAction.RETURN_TO_SEARCH: ("chercher-un-autre-logement",),
    StageAction.CLOSE: ("clore",),
}
"""The actions of the page that make a move as they meet its guard: the page offers them, or says itself what they lack."""


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


def refused_moves(user: Any, household: Household, offered: Sequence[Offer], *, on: date) -> list[stages.PossibleMove]:
    """The next moves of the road that are not possible yet, for whoever steers the case; those the page offers already are left out."""
    if not policies.may_write(user, "close"):
        return []
    slugs = {offer.slug for offer in offered}
    return [move for move in stages.possible_moves(household, on=on) if move.missing and not slugs & set(MADE_BY.get(move.action, ()))]


__all__ = ["ACTIONS", "BY_SLUG", "PROPOSE_SLUG", "CaseAction", "offers", "refused_moves"]
