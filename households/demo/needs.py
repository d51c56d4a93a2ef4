"""What the demonstration knows of needs: coded needs, places, sensitive needs, evaluations with their grades, revised diagnoses, sessions."""

import random
from datetime import date, time, timedelta
from typing import Any

from access.enums import Role
from access.models import User
from catalogue.models import NearbyService
from households import actions
from households.enums import AgendaKind, CommitteeOutcome, EvaluationResult, HouseholdFeeling, NeedLevel, Recommendation, Stage
from households.models import CommitteeSession, Criterion, Diagnosis, Evaluation, EvaluationGrade, Household, NeedTopic

VIEWS = (
    "On est bien ici, les enfants ont leur chambre.",
    "Le loyer passe, mais l'hiver coûte cher.",
    "Les voisins disent bonjour maintenant.",
    "Je veux rester et faire le jardin.",
    "C'est loin de tout sans voiture.",
)
NEXT_SESSION_IN = 9


def seed(today: date, chance: random.Random) -> None:
    """Everything once: a second run finds a session and stops."""
    if CommitteeSession.objects.exists():
        return
    seed_coded_needs(chance)
    seed_sensitive_needs(chance)
    seed_evaluations(today, chance)
    seed_revisions(today)
    seed_sessions(today)


def demo_households() -> Any:
    return Household.objects.filter(application_number__startswith="035DEMO")


def seed_coded_needs(chance: random.Random) -> None:
    """Coded needs and places for every diagnosis, as its form would have written them."""
    topics, services = list(NeedTopic.objects.plain().offered()), list(NearbyService.objects.all())
    for diagnosis in Diagnosis.objects.filter(household__in=demo_households()).select_related("household__commune__epci").order_by("pk"):
        diagnosis.needs.set(chance.sample(topics, 4))
        diagnosis.nearby_services.set(chance.sample(services, min(2, len(services))))
        if chance.random() < 0.5 and diagnosis.household.commune.epci:
            diagnosis.epcis.set([diagnosis.household.commune.epci])


def seed_sensitive_needs(chance: random.Random) -> None:
    """One household in four has a sensitive need, noted by its officer."""
    topics = list(NeedTopic.objects.sensitive().offered())
    for household in demo_households().exclude(stage=Stage.CLOSED).select_related("officer").order_by("pk"):
        if chance.random() < 0.25:
            chosen = chance.sample(topics, 1 + (chance.random() < 0.3))
            actions.set_sensitive_needs(household=household, topics=chosen, on=household.opened_on, by=household.officer)


def seed_evaluations(today: date, chance: random.Random) -> None:
    """Grades for the evaluations already there, and a second look at some of the housed households, mostly better than the first."""
    criteria = list(Criterion.objects.offered())
    for evaluation in Evaluation.objects.filter(household__in=demo_households()).order_by("pk"):
        _grade(evaluation, {criterion: chance.choice((3, 3, 4)) for criterion in criteria}, chance)
    housed = demo_households().filter(stage=Stage.HOUSED).select_related("officer").order_by("pk")
    for index, household in enumerate(housed):
        since = household.stage_since
        if index % 2 or since + timedelta(days=6) > today:
            continue
        first = {criterion: chance.choice((1, 2, 2, 3)) for criterion in criteria}
        later = {criterion: min(4, grade + chance.choice((0, 0, 1))) for criterion, grade in first.items()}
        looks = ((since + timedelta(days=1), first, EvaluationResult.MIXED), (today - timedelta(days=2), later, EvaluationResult.MIXED))
        for day, grades, result in looks:
            evaluation = Evaluation(
                household=household,
                evaluated_on=day,
                result=result,
                recommendation=chance.choice((Recommendation.CONTINUE, Recommendation.ADJUST)),
                household_feeling=chance.choice(HouseholdFeeling.values),
                household_view=chance.choice(VIEWS),
            )
            actions.record_evaluation(evaluation=evaluation, grades=grades, by=household.officer)


def _grade(evaluation: Evaluation, grades: dict[Criterion, int], chance: random.Random) -> None:
    EvaluationGrade.objects.bulk_create(
        EvaluationGrade(evaluation=evaluation, criterion=criterion, grade=grade) for criterion, grade in grades.items()
    )
    evaluation.household_feeling, evaluation.household_view = chance.choice(HouseholdFeeling.values), chance.choice(VIEWS)
    evaluation.save(update_fields=["household_feeling", "household_view"])


def seed_revisions(today: date) -> None:
    """One search in three was revised: more room, a garden no longer wanted; one more revision is under way."""
    searching = demo_households().filter(stage=Stage.SEARCHING).select_related("officer").order_by("pk")
    for index, household in enumerate(searching):
        if index % 3 or household.stage_since + timedelta(days=1) > today:
            continue
        last = actions.latest_completed(household)
        if last is None:
            continue
        draft = actions.revise_diagnosis(household=household, operator=last.operator, on=household.stage_since, by=household.officer)
        draft.has_animals, draft.needs_outdoor_space, draft.support_level = not last.has_animals, not last.needs_outdoor_space, NeedLevel.REINFORCED
        actions.save_diagnosis(
            diagnosis=draft, needs=NeedTopic.objects.filter(pk__in=list(last.needs.values_list("pk", flat=True))[1:]), by=household.officer
        )
        if index:
            actions.complete_diagnosis(diagnosis=draft, on=household.stage_since, by=household.officer)


def seed_sessions(today: date) -> None:
    """A closed session with its minutes, and the next one with its agenda."""
    officer = User.objects.filter(role=Role.GIE_STAFF).order_by("pk").first()
    members = [*User.objects.filter(role=Role.COMMITTEE, is_active=True), officer]
    past = CommitteeSession(held_on=today - timedelta(days=1), starts_at=time(14, 0), place="GIE Solive, Rennes")
    actions.plan_session(session=past, members=members, by=officer)
    kept = [item.pk for kind in ("orientation", "evaluation") for item in past.items.filter(kind=kind)[:3]]
    for item in past.items.exclude(pk__in=kept):
        actions.remove_from_agenda(item=item, by=officer)
    actions.open_session(session=past, by=officer)
    for item in past.items.select_related("household", "session"):
        is_reviewed = item.kind == AgendaKind.EVALUATION
        outcome, note = (CommitteeOutcome.CONTINUE, "") if is_reviewed else (CommitteeOutcome.ADJOURNED, "Pièces à compléter.")
        actions.decide(item=item, outcome=outcome, note=note, by=officer)
    actions.close_session(session=past, attendees=members, by=officer)
    upcoming = CommitteeSession(held_on=today + timedelta(days=NEXT_SESSION_IN), starts_at=time(14, 0), place="GIE Solive, Rennes")
    actions.plan_session(session=upcoming, members=members, by=officer)
