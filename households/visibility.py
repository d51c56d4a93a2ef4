"""Which cases each role sees, and the homes that come with them: the rules of the role table, by record."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q

from access.enums import Role
from access.visibility import Visibility
from catalogue.exchange import held
from catalogue.models.stock import UnitQuerySet
from households.enums import ConsentKind, Stage
from households.models import CaseMember, Diagnosis, Household, Occupancy, Proposal, SupportMeasure
from households.models.cases import HouseholdQuerySet, refusal_of
from households.models.delays import add_months
from households.models.support import until
from partners.models import own_organisation_ids


def named_on(user: Any) -> Any:
    """The ids of the cases that name ``user``."""
    return CaseMember.objects.filter(user=user).values("household")


def not_closed_to(user: Any) -> Q:
    """A confidential case opens only to the people named on it."""
    return Q(is_confidential=False) | Q(pk__in=named_on(user))


def any_of(*ids: Any) -> Q:
    """The records whose id is in one of these queries. One set of ids, read before the records: the planner starts from the few it holds."""
    first, *others = (query.order_by() for query in ids)
    return Q(pk__in=first.union(*others, all=True))


def staff_rule(user: Any, on: date) -> Q:
    """GIE staff see every case's course, confidential ones when named on them."""
    return not_closed_to(user)


def landlord_rule(user: Any, on: date) -> Q:
    """A landlord's referent sees the households housed in, proposed to, or reported by the own landlord.

    A proposal opens the case while it is open, and some months (setting) after it is closed. Of a household that refuses the sharing of
    information, a landlord sees only those it houses and those one of its homes is proposed to now.
    """
    own = own_organisation_ids(user, on)
    since = add_months(on, -settings.SUPPORT_ACCESS_MONTHS)
    housed = Occupancy.objects.running(on=on).filter(unit__landlord__in=own)
    proposals = Proposal.objects.filter(unit__landlord__in=own)
    formerly_proposed = proposals.filter(closed_on__gte=since).filter(~refusal_of(ConsentKind.SHARING, on=on, household="household_id"))
    reported = Household.objects.filter(reported_by__in=own).filter(~refusal_of(ConsentKind.SHARING, on=on))
    return not_closed_to(user) & any_of(
        housed.values("household"), proposals.open().values("household"), formerly_proposed.values("household"), reported.values("pk")
    )


def support_rule(user: Any, on: date) -> Q:
    """A support worker sees the cases diagnosed or supported by the own organisation, until some months (setting) after the end.

    A diagnosis ends when it is completed or, left unfinished, when the case is closed; a measure ends on its last day. Of a household that
    refuses the sharing of information, an operator sees only those it diagnoses or supports that day.
    """
    own = own_organisation_ids(user, on)
    since = add_months(on, -settings.SUPPORT_ACCESS_MONTHS)
    shares = ~refusal_of(ConsentKind.SHARING, on=on, household="household_id")
    diagnoses = Diagnosis.objects.filter(operator__in=own)
    measures = SupportMeasure.objects.filter(convention__partner__in=own)
    drafts = diagnoses.filter(completed_on__isnull=True)
    under_way = (drafts.exclude(household__stage=Stage.CLOSED), measures.filter(until(on)))
    ended = (
        diagnoses.filter(completed_on__gte=since).filter(shares),
        drafts.filter(household__stage=Stage.CLOSED, household__stage_since__gte=since).filter(shares),
        measures.filter(until(since)).exclude(until(on)).filter(shares),
    )
    return not_closed_to(user) & any_of(*(rows.values("household") for rows in (*under_way, *ended)))


def homes_of_own_cases(user: Any, on: date) -> Q:
    """A support worker sees the homes of the cases followed."""
    cases = Household.objects.visible_to(user, on=on).values("pk")
    return Q(pk__in=Occupancy.objects.filter(household__in=cases).values("unit"))


def held_homes(landlord_id: int, on: date) -> set[int]:
    """The landlord's homes in which a scheme household lives. Those of confidential cases are never told."""
    running = Occupancy.objects.in_scheme(on=on).filter(unit__landlord_id=landlord_id, household__is_confidential=False)
    return set(running.values_list("unit_id", flat=True))


def register_rules() -> None:
    held.register(held_homes)
    HouseholdQuerySet.visibility = Visibility({Role.GIE_STAFF: staff_rule, Role.LANDLORD_REFERENT: landlord_rule, Role.SUPPORT_WORKER: support_rule})
    UnitQuerySet.visibility.register(Role.SUPPORT_WORKER, homes_of_own_cases)
