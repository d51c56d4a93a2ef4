"""What cases wait for, rule by rule: what, from whom, by when.

Each rule below tells one thing that cases wait for and the day it is due. A case waits for whichever is due first; of two due on one day, for
the one told first. No rule reads the clock, so what is kept stays true until something is written to the case.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import BigIntegerField, DateField, Exists, F, Func, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Greatest

from catalogue.enums import MeasureCode
from households.enums import (
    EVALUATION_OUTCOMES,
    FAVOURABLE_CAL,
    FOLLOWED,
    REFUSING,
    AwaitedParty,
    CommitteeOutcome,
    ConsentAnswer,
    ConsentKind,
    DiagnosisStatus,
    EntryDoor,
    PendingKind,
    ProposalAnswer,
    SessionState,
    Stage,
    TenureKind,
)
from households.models import (
    AgendaItem,
    CommitteeDecision,
    Concern,
    Consent,
    Diagnosis,
    Evaluation,
    Household,
    Occupancy,
    OutreachContact,
    Proposal,
    StageMove,
    SupportMeasure,
)
from households.models.needs.evaluations import beginning_support
from partners.enums import OrganisationKind

DAYS = {
    PendingKind.NAME_OFFICER: 3,
    PendingKind.ENTRUST_DIAGNOSIS: 15,
    PendingKind.COMPLETE_DIAGNOSIS: 45,
    PendingKind.COMMITTEE: 30,
    PendingKind.RECORD_HOME: 15,
    PendingKind.PROPOSE: 90,
    PendingKind.RESUME_SEARCH: 0,
    PendingKind.HOME_LOST: 15,
    PendingKind.ANSWER: 10,
    PendingKind.CAL: 45,
    PendingKind.LEASE: 30,
    PendingKind.REVIEW_SUSPENSION: 90,
    PendingKind.REFUSAL: 5,
    PendingKind.CONSENT: 15,
    PendingKind.OPEN_SUPPORT: 15,
    PendingKind.NAME_REFERENT: 15,
    PendingKind.ANSWER_CONCERN: 5,
    PendingKind.CONTACT: settings.CONTACT_EVERY_DAYS,
    PendingKind.REVIEW: 45,
    PendingKind.SLIDE: 0,
    PendingKind.RENEW: -30,
    PendingKind.CLOSE: 180,
}
"""Days from what starts each wait to the day it is due: working habits of the GIE, not rules of the scheme."""

ASK_AGAIN = timedelta(days=90)
"""How long after a refusal the support is offered again: a working habit too."""

NOBODY = Cast(Value(None), BigIntegerField())
REVIEWING = sorted(set(EVALUATION_OUTCOMES) - {CommitteeOutcome.ADJOURNED})
"""The decisions by which the committee has done with an evaluation."""
Rows = models.QuerySet[Any, Any]
COLUMNS = ("of_household", "rank", "what", "since", "due", "party", "person", "at_landlord", "at_operator")


def after(day: Any, kind: PendingKind) -> Func:
    """The day a wait of that kind is due when it starts on ``day`` (a field or an expression)."""
    return Func(day, Value(DAYS[kind]), template="(%(expressions)s)", arg_joiner=" + ", output_field=DateField())


def months_after(day: Any, months: int) -> Cast:
    """``day`` plus whole months; the last day of the month stands in for a day that does not exist."""
    return Cast(Func(day, Value(months), template="(%(expressions)s))", arg_joiner=" + make_interval(months => "), DateField())


def rule(
    rows: models.QuerySet[Any],
    kind: PendingKind,
    due: Any,
    *,
    since: Any = None,
    household: str = "household_id",
    party: Any = AwaitedParty.GIE,
    person: Any = None,
    landlord: Any = None,
    operator: Any = None,
) -> Rows:
    """One rule as rows of ``COLUMNS``: every row of ``rows`` is a case that waits, from ``since`` or, when it is foreseen, from the day it is due.

    The person is the case's officer unless told.
    """
    officer = F("officer_id") if household == "pk" else F("household__officer_id")
    return (
        rows.order_by()
        .annotate(
            of_household=F(household),
            rank=Value(list(PendingKind).index(kind)),
            what=Cast(Value(kind.value), TextField()),
            since=Cast(since if since is not None else due, DateField()),
            due=due,
            party=Cast(party if hasattr(party, "resolve_expression") else Value(str(party)), TextField()),
            person=person or officer,
            at_landlord=landlord or NOBODY,
            at_operator=operator or NOBODY,
        )
        .values_list(*COLUMNS)
    )


def unended_support() -> models.QuerySet[SupportMeasure]:
    return SupportMeasure.objects.unended().filter(kind__code=MeasureCode.SUPPORT)


def from_the_stage() -> list[Rows]:
    """What a case waits for at each stage, from the day it came to it."""
    of_case = OuterRef("pk")
    drafts = Diagnosis.objects.filter(household=of_case, status=DiagnosisStatus.DRAFT)
    by_operator = drafts.exclude(operator__kind=OrganisationKind.GIE)
    decided = Exists(CommitteeDecision.objects.filter(household=of_case, outcome=CommitteeOutcome.FAVOURABLE))
    declined = ~decided & Exists(CommitteeDecision.objects.filter(household=of_case, outcome=CommitteeOutcome.DECLINED))
    on_agenda = AgendaItem.objects.filter(household=of_case, decision__isnull=True).exclude(session__state=SessionState.CLOSED)
    session_day = on_agenda.order_by("session__held_on").values("session__held_on")[:1]
    to_house = Q(entry_door=EntryDoor.MAINTENANCE) & decided
    agreed = Q(
        Exists(
            Consent.objects.filter(
                pk=Subquery(Consent.objects.filter(household=OuterRef(OuterRef("pk")), kind=ConsentKind.SUPPORT).values("pk")[:1]),
                answer=ConsentAnswer.AGREED,
            )
        )
    )
    answered = Q(Exists(Consent.objects.filter(household=of_case, kind=ConsentKind.SUPPORT)))
    supported = Q(Exists(unended_support().filter(household=of_case)))
    proposed = Q(Exists(Proposal.objects.open().filter(household=of_case)))

    def at(kind: PendingKind, *stages: Stage, where: Q | None = None, since: str = "stage_since", **told: Any) -> Rows:
        cases = Household.objects.filter(where or Q(), stage__in=stages)
        return rule(cases, kind, after(F(since), kind), since=F(since), household="pk", **told)

    return [
        at(PendingKind.NAME_OFFICER, *(stage for stage in Stage if stage != Stage.CLOSED), where=Q(officer__isnull=True), since="opened_on"),
        at(PendingKind.ENTRUST_DIAGNOSIS, Stage.IDENTIFIED),
        at(PendingKind.COMPLETE_DIAGNOSIS, Stage.IN_DIAGNOSIS, where=~Q(Exists(by_operator))),
        at(
            PendingKind.COMPLETE_DIAGNOSIS,
            Stage.IN_DIAGNOSIS,
            where=Q(Exists(by_operator)),
            party=AwaitedParty.OPERATOR,
            person=Subquery(by_operator.values("author_id")[:1]),
            operator=Subquery(by_operator.values("operator_id")[:1]),
        ),
        rule(
            Household.objects.filter(~to_house, ~declined, stage=Stage.TO_ORIENT),
            PendingKind.COMMITTEE,
            Coalesce(Subquery(session_day), after(F("stage_since"), PendingKind.COMMITTEE)),
            since=F("stage_since"),
            household="pk",
        ),
        rule(Household.objects.filter(declined, stage=Stage.TO_ORIENT), PendingKind.CLOSE, F("stage_since"), since=F("stage_since"), household="pk"),
        at(PendingKind.RECORD_HOME, Stage.TO_ORIENT, where=Q(to_house)),
        at(PendingKind.PROPOSE, Stage.SEARCHING),
        at(PendingKind.RESUME_SEARCH, Stage.PROPOSED, where=~proposed),
        at(PendingKind.REVIEW_SUSPENSION, Stage.SUSPENDED),
        at(PendingKind.CONSENT, *FOLLOWED, where=~answered),
        at(PendingKind.OPEN_SUPPORT, Stage.HOUSED, where=agreed & ~supported),
        at(PendingKind.CLOSE, Stage.STABILISED),
    ]


def from_proposals() -> list[Rows]:
    """The household's answer, the commission's decision, the lease: for each open proposal, with the landlord it concerns."""
    proposals = Proposal.objects.open().filter(household__stage=Stage.PROPOSED)
    granted = Q(cal_decision__in=FAVOURABLE_CAL)
    landlord = F("landlord_id")
    at_landlord: dict[str, Any] = {"party": AwaitedParty.LANDLORD, "person": NOBODY, "landlord": landlord}
    return [
        rule(
            proposals.filter(answer=ProposalAnswer.PENDING).exclude(granted),
            PendingKind.ANSWER,
            after(F("proposed_on"), PendingKind.ANSWER),
            since=F("proposed_on"),
            landlord=landlord,
        ),
        rule(
            proposals.exclude(answer=ProposalAnswer.PENDING).exclude(granted),
            PendingKind.CAL,
            after(F("proposed_on"), PendingKind.CAL),
            since=Coalesce("answered_on", "proposed_on"),
            **at_landlord,
        ),
        rule(proposals.filter(granted), PendingKind.LEASE, after(F("cal_on"), PendingKind.LEASE), since=F("cal_on"), **at_landlord),
    ]


def from_the_home() -> list[Rows]:
    """The lease that is to slide; what becomes of a household that has left its home, or has said when it will."""
    sliding = Occupancy.objects.filter(
        household__stage__in=FOLLOWED, tenure=TenureKind.SLIDING_LEASE, ends_on__isnull=True, left_scheme_on__isnull=True
    )
    of_case = Occupancy.objects.filter(household=OuterRef("pk"))
    left_on = of_case.filter(ends_on__isnull=False).order_by("-ends_on").values("ends_on")[:1]
    left = Household.objects.filter(~Exists(of_case.filter(ends_on__isnull=True)), Exists(of_case), stage__in=FOLLOWED)
    since = Subquery(left_on)
    return [
        rule(sliding, PendingKind.SLIDE, after(F("planned_slide_on"), PendingKind.SLIDE), landlord=F("landlord_id")),
        rule(left, PendingKind.HOME_LOST, after(since, PendingKind.HOME_LOST), since=since, household="pk"),
    ]


def from_measures() -> list[Rows]:
    """Evaluations due, measures about to end, support that nobody is named for: of the cases that are housed."""
    support = unended_support().filter(household__stage__in=FOLLOWED)
    of_household = {"household": OuterRef("household")}
    last_evaluation = Evaluation.objects.filter(**of_household).order_by("-evaluated_on").values("evaluated_on")[:1]
    supports = SupportMeasure.objects.filter(**of_household, kind__code=MeasureCode.SUPPORT)
    support_began = beginning_support(supports).values("starts_on")[:1]
    last_met = OutreachContact.objects.met().filter(**of_household).order_by("-contacted_on").values("contacted_on")[:1]
    by_operator: dict[str, Any] = {"party": AwaitedParty.OPERATOR, "operator": F("convention__partner_id")}
    return [
        rule(
            support.filter(referent__isnull=True),
            PendingKind.NAME_REFERENT,
            after(F("starts_on"), PendingKind.NAME_REFERENT),
            since=F("starts_on"),
            operator=F("convention__partner_id"),
        ),
        rule(
            support,
            PendingKind.CONTACT,
            after(Coalesce(Subquery(last_met), Subquery(support_began)), PendingKind.CONTACT),
            since=Coalesce(Subquery(last_met), Subquery(support_began)),
            person=F("referent_id"),
            **by_operator,
        ),
        rule(
            support,
            PendingKind.EVALUATE,
            months_after(Greatest(Subquery(last_evaluation), Subquery(support_began)), settings.EVALUATION_EVERY_MONTHS),
            person=F("referent_id"),
            **by_operator,
        ),
        rule(
            SupportMeasure.objects.unended().filter(household__stage__in=FOLLOWED),
            PendingKind.RENEW,
            after(F("planned_ends_on"), PendingKind.RENEW),
        ),
    ]


def from_refusals() -> list[Rows]:
    """What the household refuses, from that day: what becomes of the case is to be decided, and later the support offered again.

    It is decided once the household has been met, the committee has decided or the case has moved after the refusal.
    """
    same = Consent.objects.filter(household=OuterRef("household"), kind=OuterRef("kind"))
    replaced = same.filter(Q(decided_on__gt=OuterRef("decided_on")) | Q(decided_on=OuterRef("decided_on"), pk__gt=OuterRef("pk")))
    refused = Consent.objects.filter(~Exists(replaced), answer__in=sorted(REFUSING)).exclude(household__stage=Stage.CLOSED)
    of_household = {"household": OuterRef("household")}
    decided = (
        Q(Exists(OutreachContact.objects.met().filter(**of_household, contacted_on__gt=OuterRef("decided_on"))))
        | Q(Exists(CommitteeDecision.objects.filter(**of_household, decided_on__gt=OuterRef("decided_on"))))
        | Q(Exists(StageMove.objects.filter(**of_household, moved_on__gt=OuterRef("decided_on"))))
    )
    of_support = refused.filter(kind=ConsentKind.SUPPORT, household__stage__in=FOLLOWED)
    return [
        rule(refused.exclude(decided), PendingKind.REFUSAL, after(F("decided_on"), PendingKind.REFUSAL), since=F("decided_on")),
        rule(of_support, PendingKind.CONSENT, F("decided_on") + ASK_AGAIN),
    ]


def from_partners() -> list[Rows]:
    """Worries and proposed exits that the GIE has not answered yet."""
    concerns = Concern.objects.open().exclude(household__stage=Stage.CLOSED)
    return [rule(concerns, PendingKind.ANSWER_CONCERN, after(F("raised_on"), PendingKind.ANSWER_CONCERN), since=F("raised_on"))]


def from_evaluations() -> list[Rows]:
    """The last evaluation of a housed household, until the committee has decided upon it: by its session, when the case is on an agenda."""
    of_household = {"household": OuterRef("household")}
    later = Q(evaluated_on__gt=OuterRef("evaluated_on")) | Q(evaluated_on=OuterRef("evaluated_on"), pk__gt=OuterRef("pk"))
    reviewed = CommitteeDecision.objects.filter(**of_household, outcome__in=REVIEWING, decided_on__gte=OuterRef("evaluated_on"))
    waiting = Evaluation.objects.filter(~Exists(Evaluation.objects.filter(later, **of_household)), ~Exists(reviewed), household__stage__in=FOLLOWED)
    on_agenda = AgendaItem.objects.filter(**of_household, decision__isnull=True).exclude(session__state=SessionState.CLOSED)
    session_day = on_agenda.order_by("session__held_on").values("session__held_on")[:1]
    due = Coalesce(Subquery(session_day), after(F("evaluated_on"), PendingKind.REVIEW))
    return [rule(waiting, PendingKind.REVIEW, due, since=F("evaluated_on"))]


def rules() -> list[Rows]:
    return [
        *from_the_stage(),
        *from_proposals(),
        *from_the_home(),
        *from_measures(),
        *from_refusals(),
        *from_partners(),
        *from_evaluations(),
    ]
