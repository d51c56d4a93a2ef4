"""Who may do what to a case, beyond seeing it: field groups and writes, by role. Source: the scheme's role tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from access.enums import Role
from households.enums import ConsentKind
from households.models import Household, Occupancy, Proposal
from households.models.cases import refusal_of
from households.models.needs.diagnoses import of_own_cases
from partners.enums import OrganisationKind
from partners.models import Organisation, own_organisations


@dataclass(frozen=True)
class FieldGroups:
    """The groups of fields a user reads on one case.

    Of groups it does not read, a landlord's referent reads one fact each: ``ceiling_rent`` of the resources, ``support_dates`` of the support.
    """

    identity: bool
    situation: bool
    housing: bool
    support: bool
    resources: bool
    costs: bool
    ceiling_rent: bool = False
    support_dates: bool = False
    sensitive: bool = False


NOTHING: Final = FieldGroups(False, False, False, False, False, False)
REVEALING_SERVICES: Final = frozenset({OrganisationKind.JUSTICE_SERVICE, OrganisationKind.HEALTH_AGENCY})
"""Kinds of referring services whose mere name tells of justice or health: read with the sensitive needs."""

WRITERS: Final[Mapping[str, frozenset[str]]] = {
    "edit": frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER}),
    "team": frozenset({Role.GIE_STAFF}),
    "consent": frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER}),
    "outreach": frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER}),
    "start_diagnosis": frozenset({Role.GIE_STAFF}),
    "diagnosis": frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER}),
    "sensitive": frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER}),
    "committee": frozenset({Role.GIE_STAFF}),
    "run_committee": frozenset({Role.GIE_STAFF}),
    "read_committee": frozenset({Role.GIE_STAFF, Role.COMMITTEE}),
    "propose": frozenset({Role.GIE_STAFF}),
    "answer": frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT}),
    "cal": frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT}),
    "lease": frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT}),
    "withdraw": frozenset({Role.GIE_STAFF}),
    "slide": frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT}),
    "end_occupancy": frozenset({Role.GIE_STAFF}),
    "allocation": frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT}),
    "operation": frozenset({Role.GIE_STAFF}),
    "free_home": frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT}),
    "house_in_place": frozenset({Role.GIE_STAFF}),
    "open_measure": frozenset({Role.GIE_STAFF}),
    "end_measure": frozenset({Role.GIE_STAFF}),
    "change_measure": frozenset({Role.GIE_STAFF}),
    "raise_concern": frozenset({Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER}),
    "answer_concern": frozenset({Role.GIE_STAFF}),
    "evaluation": frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER}),
    "stabilise": frozenset({Role.GIE_STAFF}),
    "search_again": frozenset({Role.GIE_STAFF}),
    "suspend": frozenset({Role.GIE_STAFF}),
    "resume": frozenset({Role.GIE_STAFF}),
    "close": frozenset({Role.GIE_STAFF}),
    "reassign": frozenset({Role.GIE_STAFF}),
    "merge": frozenset({Role.GIE_STAFF}),
    "send_reports": frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT}),
    "treat_reports": frozenset({Role.GIE_STAFF}),
}
"""The roles that may write each thing on a case they see."""


def may_write(user: Any, what: str) -> bool:
    """Whether the user's role may write ``what``; the case itself is looked up among those the user sees."""
    return user.role in WRITERS[what]


def may_act(user: Any, what: str, household: Household) -> bool:
    """Whether the user may write ``what`` on this case, already known to be in sight. Sensitive needs are for the case's team."""
    return may_write(user, what) and (what != "sensitive" or reads_sensitive(user, household))


def reads_sensitive(user: Any, household: Household) -> bool:
    """Whether the user is of the case's team: a GIE officer named on it; a support worker who refers for it, wrote its diagnosis or is named.

    The case itself is already known to be in the user's sight.
    """
    return Household.objects.filter(pk=household.pk).filter(of_own_cases(user, timezone.localdate())).exists()


def referring_service(user: Any, household: Household) -> Organisation | None:
    """Who reported the household, as the user may read it: a service whose name reveals a sensitive need is for the case's team."""
    service: Organisation | None = household.reported_by
    if service is None or service.kind not in REVEALING_SERVICES or reads_sensitive(user, household):
        return service
    return None


def field_groups(user: Any, household: Household) -> FieldGroups:
    """What the user reads on a case already known to be in the user's sight.

    Staff and support workers read every group, sensitive needs when they are of the case's team; a landlord's referent reads identities
    only once the household is proposed to or housed in a home of the own landlord, of the resources the ceiling rent, of the support its days, and
    no support notes, sensitive needs or costs. When the household refuses the sharing of information, support workers read no resources, a
    referent no ceiling rent, no day of the support and the identities of those housed only.
    """
    shares = not household.has_refused(ConsentKind.SHARING, on=timezone.localdate())
    if user.role in (Role.GIE_STAFF, Role.SUPPORT_WORKER):
        return FieldGroups(
            identity=True,
            situation=True,
            housing=True,
            support=True,
            resources=shares or user.role == Role.GIE_STAFF,
            costs=True,
            ceiling_rent=True,
            sensitive=reads_sensitive(user, household),
        )
    if user.role == Role.LANDLORD_REFERENT:
        return FieldGroups(
            identity=is_linked_to_own_stock(user, household),
            situation=True,
            housing=True,
            support=False,
            resources=False,
            costs=False,
            ceiling_rent=shares,
            support_dates=shares,
        )
    return NOTHING


def open_proposals(user: Any, household: Household) -> list[Proposal]:
    """The household's open proposals that concern the user: all of them for staff, those in the own stock for a landlord's referent."""
    proposals = [proposal for proposal in household.proposals.all() if proposal.closed_on is None]
    if user.role != Role.LANDLORD_REFERENT:
        return proposals
    own = set(own_organisations(user, timezone.localdate()).values_list("organisation_id", flat=True))
    return [proposal for proposal in proposals if proposal.unit.landlord_id in own]


def concerned_organisation(user: Any, household: Household) -> Organisation | None:
    """The user's organisation that may worry for the household or propose its exit: the landlord that houses it, or an operator whose
    measure runs; None for everybody else.
    """
    today = timezone.localdate()
    own = Organisation.objects.filter(pk__in=own_organisations(user, today))
    if user.role == Role.LANDLORD_REFERENT:
        housing = Occupancy.objects.in_scheme(on=today).filter(household=household)
        return own.filter(pk__in=housing.values("landlord")).first()
    if user.role == Role.SUPPORT_WORKER:
        return own.filter(pk__in=household.measures.running(on=today).values("convention__partner")).first()
    return None


def is_linked_to_own_stock(user: Any, household: Household) -> bool:
    """Whether a home of an organisation that employs the user houses the household or is proposed to it now.

    A proposal no longer counts once the household refuses the sharing of information.
    """
    return Household.objects.filter(linked_to_own_stock(user, "pk", on=timezone.localdate()), pk=household.pk).exists()


def linked_to_own_stock(user: Any, household: str, *, on: date) -> Q:
    """The same rule as a condition of the database; ``household`` is the field that holds the household's id."""
    own = own_organisations(user, on)
    proposed = Q(Exists(Proposal.objects.open().filter(household=OuterRef(household), landlord__in=own)))
    housed = Q(Exists(Occupancy.objects.running(on=on).filter(household=OuterRef(household), landlord__in=own)))
    return housed | (proposed & ~refusal_of(ConsentKind.SHARING, on=on, household=household))


def reads_identity(user: Any, household: str, *, on: date) -> Q:
    """Whether the user reads the names in a case, as a condition on rows whose field ``household`` holds its id: the rule of ``field_groups``."""
    role = getattr(user, "role", None)
    if role in (Role.GIE_STAFF, Role.SUPPORT_WORKER):
        return Q(pk__isnull=False)
    return linked_to_own_stock(user, household, on=on) if role == Role.LANDLORD_REFERENT else Q(pk__in=[])


def own_occupancies(user: Any, household: Household) -> list[Occupancy]:
    """The household's occupancies that have not ended and concern the user: all for staff, those in the own stock for a landlord's referent."""
    occupancies = [occupancy for occupancy in household.occupancies.all() if occupancy.ends_on is None]
    if user.role != Role.LANDLORD_REFERENT:
        return occupancies
    own = set(own_organisations(user, timezone.localdate()).values_list("organisation_id", flat=True))
    return [occupancy for occupancy in occupancies if occupancy.unit.landlord_id in own]
