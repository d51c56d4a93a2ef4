"""Which cases each role sees, and the homes that come with them: the rules of the role table, by record."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from access.enums import Role
from access.visibility import Rule, Visibility
from catalogue.exchange import held
from catalogue.models.stock import UnitQuerySet
from households.enums import ConsentKind, Stage
from households.models import CaseMember, Diagnosis, Household, Occupancy, Proposal, SupportMeasure, own_cases
from households.models.cases import HouseholdQuerySet, of_visible_cases, refusal_of
from households.models.delays import add_months
from households.models.own_cases import CaseIds, among, as_array, remembered
from households.models.support import until
from partners.models import own_organisation_ids


def named_on(user: Any) -> Any:
    """The ids of the cases that name ``user``."""
    return CaseMember.objects.filter(user=user).values("household")


def shut_to(user: Any, on: date) -> Any:
    """The ids of the confidential cases that do not name ``user``."""
    return Household.objects.filter(is_confidential=True).exclude(pk__in=named_on(user)).values("pk")


def staff_rule(user: Any, on: date) -> Q:
    """GIE staff see every case's course; a confidential one opens only to the people named on it."""
    return Q(is_confidential=False) | Q(pk__in=named_on(user))


def partner_rule(ids: CaseIds) -> Rule:
    """A partner sees the cases its role leads to; a confidential one opens only to the people named on it.

    One set of ids, read before the records: the planner starts from the few it holds.
    """
    return lambda user, on: staff_rule(user, on) & Q(pk__in=ids(user, on))


def landlord_cases(user: Any, on: date) -> Any:
    """A landlord's referent sees the households housed in, proposed to, or reported by the own landlord.

    A proposal opens the case while it is open, and some months (setting) after it is closed. Of a household that refuses the sharing of
    information, a landlord sees only those it houses and those one of its homes is proposed to now.
    """
    own = own_organisation_ids(user, on)
    since = add_months(on, -settings.SUPPORT_ACCESS_MONTHS)
    housed = Occupancy.objects.running(on=on).filter(landlord__in=own)
    proposals = Proposal.objects.filter(landlord__in=own)
    formerly_proposed = proposals.filter(closed_on__gte=since).filter(~refusal_of(ConsentKind.SHARING, on=on, household="household_id"))
    reported = Household.objects.filter(reported_by__in=own).filter(~refusal_of(ConsentKind.SHARING, on=on))
    return together(housed.values("household"), proposals.open().values("household"), formerly_proposed.values("household"), reported.values("pk"))


def support_cases(user: Any, on: date) -> Any:
    """A support worker sees the cases diagnosed or supported by the own organisation, until some months (setting) after the end.

    A diagnosis ends when it is completed or, left unfinished, when the case is closed; a measure ends on its last day. Of a household that
    refuses the sharing of information, an operator sees only those it diagnoses or supports that day.
    """
    own = own_organisation_ids(user, on)
    since = add_months(on, -settings.SUPPORT_ACCESS_MONTHS)
    shares = ~refusal_of(ConsentKind.SHARING, on=on, household="household_id")
    diagnoses = Diagnosis.objects.filter(operator__in=own)
    measures = SupportMeasure.objects.filter(convention__partner__in=own)
    case = Household.objects.filter(pk=OuterRef("household_id"))
    under_way, closed_lately = Q(Exists(case.exclude(stage=Stage.CLOSED))), Q(Exists(case.filter(stage=Stage.CLOSED, stage_since__gte=since)))
    return together(
        diagnoses.filter(completed_on__isnull=True).filter(under_way | (closed_lately & shares)).values("household"),
        diagnoses.filter(completed_on__gte=since).filter(shares).values("household"),
        measures.filter(until(on) | (until(since) & shares)).values("household"),
    )


def together(*ids: Any) -> Any:
    """The ids of all these queries, as one."""
    first, *others = (query.order_by() for query in ids)
    return first.union(*others, all=True)


def homes_of_own_cases(user: Any, on: date) -> Q:
    """A support worker sees the homes of the cases followed."""
    homes = Occupancy.objects.filter(of_visible_cases(user, on)).values("unit")
    known = remembered(("own homes", user.pk, on), lambda: as_array(homes))
    return Q(pk__in=homes) if known is None else Q(among("pk", known))


def held_homes(landlord_id: int, on: date) -> set[int]:
    """The landlord's homes in which a scheme household lives. Those of confidential cases are never told."""
    running = Occupancy.objects.in_scheme(on=on).filter(landlord_id=landlord_id, household__is_confidential=False)
    return set(running.values_list("unit_id", flat=True))


def register_rules() -> None:
    held.register(held_homes)
    of_partners: dict[Role, CaseIds] = {Role.LANDLORD_REFERENT: landlord_cases, Role.SUPPORT_WORKER: support_cases}
    own_cases.register(of_partners, shut_to=shut_to)
    HouseholdQuerySet.visibility = Visibility({Role.GIE_STAFF: staff_rule})
    for role, ids in of_partners.items():
        HouseholdQuerySet.visibility.register(role, partner_rule(ids))
    UnitQuerySet.visibility.register(Role.SUPPORT_WORKER, homes_of_own_cases)
