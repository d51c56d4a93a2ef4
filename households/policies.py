"""Who may do what to a case, beyond seeing it: field groups and writes, by role. Source: the scheme's role tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from access.enums import Role
from households.models import Household, Occupancy, Proposal
from partners.models import Organisation, own_organisations


@dataclass(frozen=True)
class FieldGroups:
    """The groups of fields a user reads on one case."""

    identity: bool
    situation: bool
    housing: bool
    support: bool
    resources: bool
    costs: bool


NOTHING: Final = FieldGroups(False, False, False, False, False, False)

WRITERS: Final[Mapping[str, frozenset[str]]] = {
    "edit": frozenset({Role.GIE_STAFF}),
    "team": frozenset({Role.GIE_STAFF}),
    "consent": frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER}),
    "outreach": frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER}),
    "start_diagnosis": frozenset({Role.GIE_STAFF}),
    "diagnosis": frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER}),
    "committee": frozenset({Role.GIE_STAFF}),
    "propose": frozenset({Role.GIE_STAFF}),
    "answer": frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT}),
    "cal": frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT}),
    "lease": frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT}),
    "house_in_place": frozenset({Role.GIE_STAFF}),
    "open_measure": frozenset({Role.GIE_STAFF}),
    "end_measure": frozenset({Role.GIE_STAFF}),
    "change_measure": frozenset({Role.GIE_STAFF}),
    "raise_concern": frozenset({Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER}),
    "answer_concern": frozenset({Role.GIE_STAFF}),
    "evaluation": frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER}),
    "stabilise": frozenset({Role.GIE_STAFF}),
    "suspend": frozenset({Role.GIE_STAFF}),
    "resume": frozenset({Role.GIE_STAFF}),
    "close": frozenset({Role.GIE_STAFF}),
    "send_reports": frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT}),
    "treat_reports": frozenset({Role.GIE_STAFF}),
}
"""The roles that may write each thing on a case they see."""


def may_write(user: Any, what: str) -> bool:
    """Whether the user's role may write ``what``; the case itself is looked up among those the user sees."""
    return user.role in WRITERS[what]


def field_groups(user: Any, household: Household) -> FieldGroups:
    """What the user reads on a case already known to be in the user's sight.

    Staff and support workers read every group; a landlord's referent reads identities only once the household is proposed to or housed
    in a home of the own landlord, and no resources, support notes or costs.
    """
    if user.role in (Role.GIE_STAFF, Role.SUPPORT_WORKER):
        return FieldGroups(identity=True, situation=True, housing=True, support=True, resources=True, costs=True)
    if user.role == Role.LANDLORD_REFERENT:
        return FieldGroups(
            identity=is_linked_to_own_stock(user, household), situation=True, housing=True, support=False, resources=False, costs=False
        )
    return NOTHING


def own_landlords(user: Any) -> set[int] | None:
    """The landlords whose proposals a referent reads; None for those who read every proposal."""
    if user.role != Role.LANDLORD_REFERENT:
        return None
    return set(own_organisations(user, timezone.localdate()).values_list("organisation_id", flat=True))


def open_proposals(user: Any, household: Household) -> list[Proposal]:
    """The household's open proposals that concern the user: all of them for staff, those in the own stock for a landlord's referent."""
    proposals = [proposal for proposal in household.proposals.all() if proposal.closed_on is None]
    own = own_landlords(user)
    return proposals if own is None else [proposal for proposal in proposals if proposal.unit.landlord_id in own]


def concerned_organisation(user: Any, household: Household) -> Organisation | None:
    """The user's organisation that may worry for the household or propose its exit: the landlord that houses it, or an operator whose
    measure runs; None for everybody else.
    """
    today = timezone.localdate()
    own = Organisation.objects.filter(pk__in=own_organisations(user, today))
    if user.role == Role.LANDLORD_REFERENT:
        housing = Occupancy.objects.in_scheme(on=today).filter(household=household)
        return own.filter(pk__in=housing.values("unit__landlord")).first()
    if user.role == Role.SUPPORT_WORKER:
        return own.filter(pk__in=household.measures.running(on=today).values("convention__partner")).first()
    return None


def is_linked_to_own_stock(user: Any, household: Household) -> bool:
    """Whether a home of an organisation that employs the user is proposed to the household now, or houses it."""
    own = own_organisations(user, timezone.localdate())
    return (
        Proposal.objects.open().filter(household=household, unit__landlord__in=own).exists()
        or Occupancy.objects.running(on=timezone.localdate()).filter(household=household, unit__landlord__in=own).exists()
    )
