"""Diagnosis and its revisions, the needs that only the case's team reads, evaluation."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError

from access.actions import trace
from access.enums import Role
from catalogue.models import Commune, Epci, NearbyService
from households import stages
from households.actions.checks import refuse_closed, refuse_unshared
from households.enums import OPEN_STAGES, DiagnosisStatus, Stage, StageAction
from households.models import Criterion, Diagnosis, Evaluation, EvaluationGrade, Household, NeedTopic, SensitiveNeed
from households.writing import case_write, lock
from partners.models import Organisation

COPIED: Final = (
    "smallest",
    "largest",
    "needs_accessible",
    "needs_ground_floor",
    "building_type",
    "needs_outdoor_space",
    "has_animals",
    "ceiling_rent",
    "support_level",
    "management_level",
)
COPIED_SETS: Final = ("epcis", "communes", "nearby_services", "needs")
"""What a revision takes over from the diagnosis it revises."""


@case_write()
def start_diagnosis(*, household: Household, operator: Organisation, on: date, by: Any) -> Diagnosis:
    """Entrust the diagnosis to an operator (or the GIE) from that day; an identified case moves to « en diagnostic »."""
    return save_diagnosis(diagnosis=Diagnosis(household=household, operator=operator, started_on=on), by=by)


@case_write()
def save_diagnosis(
    *,
    diagnosis: Diagnosis,
    by: Any,
    epcis: Iterable[Epci] | None = None,
    communes: Iterable[Commune] | None = None,
    nearby_services: Iterable[NearbyService] | None = None,
    needs: Iterable[NeedTopic] | None = None,
) -> Diagnosis:
    """Save a diagnosis under way, with the places and needs it names where they are given.

    Raises ValidationError when the case is closed, another diagnosis is under way, this one is completed already or, when it revises
    another, it starts before that one was completed.
    """
    household = lock(diagnosis.household)
    refuse_closed(household)
    _refuse_completed(diagnosis)
    named = None if needs is None else list(needs)
    if named is not None and any(topic.is_sensitive for topic in named):
        raise ValidationError("Un besoin sensible se note à part, pour l'équipe du dossier.", code="sensitive")
    revised = diagnosis.revises
    if revised is not None and revised.completed_on and diagnosis.started_on < revised.completed_on:
        message = f"La révision commence au plus tôt à la fin du diagnostic précédent, le {revised.completed_on:%d/%m/%Y}."
        raise ValidationError({"started_on": message})
    if diagnosis._state.adding:
        refuse_unshared(household, diagnosis.operator)
    diagnosis.full_clean()
    diagnosis.save()
    for name, chosen in (("epcis", epcis), ("communes", communes), ("nearby_services", nearby_services), ("needs", named)):
        if chosen is not None:
            getattr(diagnosis, name).set(chosen)
    if household.stage == Stage.IDENTIFIED:
        stages.move(
            household=diagnosis.household, action=StageAction.START_DIAGNOSIS, on=diagnosis.started_on, by=by, reason="Le diagnostic commence."
        )
    trace(instance=diagnosis.household, action="wagtail.edit", by=by, diagnosis=diagnosis.pk)
    return diagnosis


@case_write()
def complete_diagnosis(*, diagnosis: Diagnosis, on: date, by: Any) -> Diagnosis:
    """Finish a diagnosis on that day; a case in diagnosis moves to « à orienter », a revision leaves the stage as it is.

    Raises ValidationError when it is completed already: a completed diagnosis never changes.
    """
    household = lock(diagnosis.household)
    _refuse_completed(diagnosis)
    if on < diagnosis.started_on:
        raise ValidationError({"finished_on": "La fin du diagnostic précède son début."})
    diagnosis.completed_on = on
    diagnosis.status = DiagnosisStatus.COMPLETED
    diagnosis.full_clean()
    diagnosis.save()
    trace(instance=diagnosis.household, action="wagtail.edit", by=by, diagnosis=diagnosis.pk)
    if household.stage == Stage.IN_DIAGNOSIS:
        stages.move(household=diagnosis.household, action=StageAction.SUBMIT_TO_COMMITTEE, on=on, by=by, reason="Le diagnostic est terminé.")
    return diagnosis


def latest_completed(household: Household) -> Diagnosis | None:
    """The diagnosis in force: the last one completed; None before the first."""
    found: Diagnosis | None = household.diagnoses.completed().order_by("-completed_on", "-pk").first()
    return found


@case_write()
def revise_diagnosis(*, household: Household, operator: Organisation, on: date, by: Any) -> Diagnosis:
    """Open a revision: a new diagnosis under way, copied from the last one completed, at any open stage after that completion.

    Raises ValidationError when there is nothing to revise, when a diagnosis is under way, or when a support worker asks without the own
    organisation supporting the household that day: a revision would otherwise prolong an access that has come to its end.
    """
    locked = lock(household)
    last = latest_completed(locked)
    if last is None or locked.stage not in OPEN_STAGES or locked.stage in (Stage.IDENTIFIED, Stage.IN_DIAGNOSIS):
        raise ValidationError("On révise un diagnostic terminé, tant que le dossier est ouvert.", code="stage")
    if getattr(by, "role", None) == Role.SUPPORT_WORKER and not locked.measures.running(on=on).filter(convention__partner=operator).exists():
        raise ValidationError("Votre organisation n'accompagne plus ce ménage : demandez la révision au GIE.", code="guard")
    author = by if getattr(by, "role", None) == Role.SUPPORT_WORKER else None
    copied = {name: getattr(last, name) for name in COPIED}
    draft = Diagnosis(household=household, operator=operator, author=author, started_on=on, revises=last, **copied)
    places_and_needs = {name: list(getattr(last, name).all()) for name in COPIED_SETS}
    return save_diagnosis(diagnosis=draft, by=by, **places_and_needs)


def _refuse_completed(diagnosis: Diagnosis) -> None:
    if diagnosis.pk and Diagnosis.objects.completed().filter(pk=diagnosis.pk).exists():
        raise ValidationError("Ce diagnostic est déjà terminé : il ne change plus. Ouvrez une révision.", code="state")


@case_write()
def set_sensitive_needs(*, household: Household, topics: Collection[NeedTopic], on: date, by: Any) -> None:
    """Make ``topics`` the household's sensitive needs from that day: new ones are noted, those no longer named end. None is erased.

    Raises ValidationError on a closed case or when a topic is not a sensitive one. The journal holds no word of it.
    """
    locked = lock(household)
    refuse_closed(locked)
    if not all(topic.is_sensitive for topic in topics):
        raise ValidationError({"topics": "Choisissez parmi les besoins sensibles."})
    noted = {need.topic_id: need for need in locked.sensitive_needs.current()}
    for topic in topics:
        if topic.pk not in noted:
            need = SensitiveNeed(household=locked, topic=topic, noted_on=on, noted_by=by)
            need.full_clean()
            need.save()
    kept = {topic.pk for topic in topics}
    for topic_id, need in noted.items():
        if topic_id not in kept:
            need.ended_on = max(on, need.noted_on)
            need.full_clean()
            need.save()
    trace(instance=household, action="wagtail.edit", by=by, group="sensitive")


@case_write()
def record_evaluation(*, evaluation: Evaluation, by: Any, grades: Mapping[Criterion, int] | None = None) -> Evaluation:
    """Write down an evaluation of a housed household, with its grades on the grid. Raises ValidationError before the household is housed."""
    household = lock(evaluation.household)
    if household.stage not in (Stage.HOUSED, Stage.STABILISED):
        raise ValidationError("On évalue un ménage une fois qu'il est logé et accompagné.", code="stage")
    evaluation.evaluated_by = by
    evaluation.full_clean()
    evaluation.save()
    for criterion, grade in (grades or {}).items():
        graded = EvaluationGrade(evaluation=evaluation, criterion=criterion, grade=grade)
        graded.full_clean()
        graded.save()
    trace(instance=evaluation.household, action="wagtail.edit", by=by, evaluation=evaluation.result)
    return evaluation
