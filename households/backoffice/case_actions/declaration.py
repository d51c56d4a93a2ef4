"""One declaration for each thing done from a case page: it ties a form to the action that writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from households import policies, stages
from households.enums import Stage
from households.forms.base import CaseForm
from households.models import Household

Missing = Callable[[Household], Sequence[str]]
"""What an action still lacks, as French sentences; None from ``relevant`` hides the action altogether."""


def nothing_missing(household: Household) -> Sequence[str]:
    return ()


def everybody(user: Any, household: Household) -> bool:
    """No condition beyond the role."""
    return True


def guard_of(action: str) -> Missing:
    return lambda household: stages.missing_for(household, action, on=timezone.localdate())


ABOUT_A_PROPOSAL = frozenset({"answer", "cal", "lease", "withdraw"})
ABOUT_AN_OCCUPANCY = frozenset({"slide", "end_occupancy", "allocation"})


@dataclass(frozen=True)
class CaseAction:
    """``slug`` names it in the address, ``right`` in the policies; ``relevant`` says at which point of the road it stands.

    ``allowed`` is a condition on the user and the case beyond the role; what ``is_about_a_measure`` stands beside the measures.
    ``instance_of`` finds the record its form goes on with; ``then`` names the action whose page comes next, the case page unless told.
    ``first`` tells what must come before, to whoever asks for the action where it does not stand.
    """

    slug: str
    right: str
    label: str
    form_class: type[Any]
    perform: Callable[[Any, Household, Any], Any]
    relevant: Callable[[Household], bool]
    missing: Missing = nothing_missing
    help_text: str = ""
    template: str = "households/case_form.html"
    allowed: Callable[[Any, Household], bool] = everybody
    is_about_a_measure: bool = False
    instance_of: Callable[[Household], Any] | None = None
    then: str = ""
    first: str = ""

    def offered_to(self, user: Any, household: Household) -> bool:
        """Whether it stands on this user's page: role, point of the road and, about a proposal or a home, one that concerns the user."""
        if not (policies.may_act(user, self.right, household) and self.relevant(household) and self.allowed(user, household)):
            return False
        if self.right in ABOUT_AN_OCCUPANCY:
            return bool(policies.own_occupancies(user, household))
        return self.right not in ABOUT_A_PROPOSAL or bool(policies.open_proposals(user, household))

    def lacks(self, user: Any, household: Household) -> list[str]:
        """What keeps this user from doing it now, as French sentences; none when nothing does."""
        if self.offered_to(user, household):
            return list(self.missing(household))
        refused = f"ce n'est pas possible à cette étape du dossier, « {household.get_stage_display()} »."
        return [refused, self.first] if self.first else [refused]


@dataclass(frozen=True)
class Offer:
    """An action as the page shows it: a button, or what it lacks."""

    slug: str
    label: str
    missing: tuple[str, ...]


def at(*allowed: Stage) -> Callable[[Household], bool]:
    return lambda household: household.stage in allowed


def is_open_or_suspended(household: Household) -> bool:
    return household.stage != Stage.CLOSED


def moving(write: Callable[..., Any], *extra: str) -> Callable[[CaseForm, Household, Any], Any]:
    """The performance of an action that moves the case: the form's day and reason, and its ``extra`` answers."""

    def perform(form: CaseForm, household: Household, user: Any) -> Any:
        data = form.cleaned_data
        return write(household=household, on=data["moved_on"], reason=data["reason"], by=user, **{name: data[name] for name in extra})

    return perform
