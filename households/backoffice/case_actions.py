"""What can be done from a case page: one declaration each, tying a form to the action that writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from households import actions, policies, stages
from households.enums import FAVOURABLE_CAL, DiagnosisStatus, EntryDoor, Stage, StageAction
from households.forms import (
    AnswerForm,
    CalForm,
    CaseForm,
    CloseForm,
    CommitteeForm,
    ConsentForm,
    DiagnosisForm,
    EndMeasureForm,
    EvaluationForm,
    HouseInPlaceForm,
    LeaseForm,
    MeasureForm,
    MoveForm,
    NameOnCaseForm,
    RemoveFromCaseForm,
    StartDiagnosisForm,
    SuspendForm,
)
from households.models import Household, Occupancy

Missing = Callable[[Household], Sequence[str]]
"""What an action still lacks, as French sentences; None from ``relevant`` hides the action altogether."""


def nothing_missing(household: Household) -> Sequence[str]:
    return ()


def guard_of(action: str) -> Missing:
    return lambda household: stages.missing_for(household, action, on=timezone.localdate())


ABOUT_A_PROPOSAL = frozenset({"answer", "cal", "lease"})


@dataclass(frozen=True)
class CaseAction:
    """``slug`` names it in the address, ``right`` in the policies; ``relevant`` says at which point of the road it stands."""

    slug: str
    right: str
    label: str
    form_class: type[Any]
    perform: Callable[[Any, Household, Any], Any]
    relevant: Callable[[Household], bool]
    missing: Missing = nothing_missing
    help_text: str = ""

    def offered_to(self, user: Any, household: Household) -> bool:
        """Whether it stands on this user's page: role, point of the road and, about a proposal, one that concerns the user."""
        if not (policies.may_write(user, self.right) and self.relevant(household)):
            return False
        return self.right not in ABOUT_A_PROPOSAL or bool(policies.open_proposals(user, household))


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


def has_open_proposal(household: Household) -> bool:
    return household.stage == Stage.PROPOSED and any(item.closed_on is None for item in household.proposals.all())


def has_granted_proposal(household: Household) -> bool:
    return household.stage == Stage.PROPOSED and any(
        item.closed_on is None and item.cal_decision in FAVOURABLE_CAL for item in household.proposals.all()
    )


def is_maintenance_to_house(household: Household) -> bool:
    return household.stage == Stage.TO_ORIENT and household.entry_door == EntryDoor.MAINTENANCE


def has_unended_measure(household: Household) -> bool:
    return household.stage != Stage.CLOSED and any(item.ended_on is None for item in household.measures.all())


def save_diagnosis(form: DiagnosisForm, household: Household, user: Any) -> None:
    diagnosis = form.instance
    diagnosis.author = diagnosis.author or user
    actions.save_diagnosis(diagnosis=diagnosis, by=user)
    diagnosis.communes.set(form.cleaned_data["communes"])
    if form.cleaned_data["finished_on"]:
        actions.complete_diagnosis(diagnosis=diagnosis, on=form.cleaned_data["finished_on"], by=user)


def record_committee_decision(form: CommitteeForm, household: Household, user: Any) -> None:
    actions.record_committee_decision(decision=form.instance, by=user)


def record_cal(form: CalForm, household: Household, user: Any) -> None:
    data = form.cleaned_data
    actions.record_cal_decision(
        proposal=data["proposal"], decision=data["decision"], on=data["cal_on"], rank=data["rank"], reason=data["reason"], by=user
    )


def record_answer(form: AnswerForm, household: Household, user: Any) -> None:
    data = form.cleaned_data
    actions.answer_proposal(proposal=data["proposal"], answer=data["answer"], refusal_reason=data["refusal_reason"], on=data["answered_on"], by=user)


def record_lease(form: LeaseForm, household: Household, user: Any) -> None:
    data = form.cleaned_data
    occupancy = Occupancy(tenure=data["tenure"], starts_on=data["starts_on"], planned_slide_on=data["planned_slide_on"])
    actions.record_lease(proposal=data["proposal"], occupancy=occupancy, by=user)


def house_in_place(form: HouseInPlaceForm, household: Household, user: Any) -> None:
    data = form.cleaned_data
    occupancy = Occupancy(
        household=household, unit=data["unit"], tenure=data["tenure"], starts_on=data["starts_on"], planned_slide_on=data["planned_slide_on"]
    )
    actions.house_in_place(occupancy=occupancy, on=data["decided_on"], by=user)


def moving(write: Callable[..., Any], *extra: str) -> Callable[[CaseForm, Household, Any], Any]:
    """The performance of an action that moves the case: the form's day and reason, and its ``extra`` answers."""

    def perform(form: CaseForm, household: Household, user: Any) -> Any:
        data = form.cleaned_data
        return write(household=household, on=data["moved_on"], reason=data["reason"], by=user, **{name: data[name] for name in extra})

    return perform


ACTIONS: tuple[CaseAction, ...] = (
    CaseAction(
        "confier-le-diagnostic",
        "start_diagnosis",
        "Confier le diagnostic",
        StartDiagnosisForm,
        lambda form, household, user: actions.start_diagnosis(
            household=household, operator=form.cleaned_data["operator"], on=form.cleaned_data["started_on"], by=user
        ),
        at(Stage.IDENTIFIED),
        help_text="L'opérateur choisi voit le dossier et rédige le diagnostic.",
    ),
    CaseAction(
        "diagnostic",
        "diagnosis",
        "Saisir le diagnostic",
        DiagnosisForm,
        save_diagnosis,
        at(Stage.IDENTIFIED, Stage.IN_DIAGNOSIS),
        help_text="Les besoins sur trois échelles : le logement, l'accompagnement, la gestion locative adaptée.",
    ),
    CaseAction(
        "comite",
        "committee",
        "Enregistrer la décision du comité",
        CommitteeForm,
        record_committee_decision,
        at(Stage.TO_ORIENT),
        help_text="Une décision favorable lance la recherche ; un dossier de maintien passe au logement déjà occupé.",
    ),
    CaseAction(
        "logement-occupe",
        "house_in_place",
        "Enregistrer le logement occupé",
        HouseInPlaceForm,
        house_in_place,
        is_maintenance_to_house,
        lambda household: [sentence for sentence in [stages.needs_committee_decision(household, timezone.localdate())] if sentence],
    ),
    CaseAction("reponse", "answer", "Noter la réponse du ménage", AnswerForm, record_answer, has_open_proposal),
    CaseAction("cal", "cal", "Enregistrer la décision de la CAL", CalForm, record_cal, has_open_proposal),
    CaseAction("bail", "lease", "Enregistrer le bail", LeaseForm, record_lease, has_granted_proposal),
    CaseAction(
        "adhesion",
        "consent",
        "Recueillir l'adhésion",
        ConsentForm,
        lambda form, household, user: actions.record_consent(household=household, by=user, **form.cleaned_data),
        is_open_or_suspended,
    ),
    CaseAction(
        "mesure",
        "open_measure",
        "Ouvrir une mesure",
        MeasureForm,
        lambda form, household, user: actions.open_measure(measure=form.instance, by=user),
        at(Stage.SEARCHING, Stage.PROPOSED, Stage.HOUSED, Stage.STABILISED),
    ),
    CaseAction(
        "evaluation",
        "evaluation",
        "Enregistrer une évaluation",
        EvaluationForm,
        lambda form, household, user: actions.record_evaluation(evaluation=form.instance, by=user),
        at(Stage.HOUSED, Stage.STABILISED),
    ),
    CaseAction(
        "fin-de-mesure",
        "end_measure",
        "Mettre fin à une mesure",
        EndMeasureForm,
        lambda form, household, user: actions.end_measure(
            measure=form.cleaned_data["measure"], on=form.cleaned_data["ended_on"], reason=form.cleaned_data["reason"], by=user
        ),
        has_unended_measure,
    ),
    CaseAction(
        "nommer",
        "team",
        "Nommer une personne",
        NameOnCaseForm,
        lambda form, household, user: actions.name_on_case(household=household, user=form.cleaned_data["person"], by=user),
        is_open_or_suspended,
        help_text="Un dossier confidentiel ne s'ouvre qu'aux personnes nommées, dans la limite de ce que leur rôle leur permet de lire.",
    ),
    CaseAction(
        "retirer",
        "team",
        "Retirer une personne",
        RemoveFromCaseForm,
        lambda form, household, user: actions.remove_from_case(member=form.cleaned_data["member"], by=user),
        lambda household: household.stage != Stage.CLOSED and household.team.exists(),
    ),
    CaseAction(
        "stabiliser", "stabilise", "Déclarer stabilisé", MoveForm, moving(actions.stabilise), at(Stage.HOUSED), guard_of(StageAction.STABILISE)
    ),
    CaseAction(
        "suspendre",
        "suspend",
        "Suspendre le dossier",
        SuspendForm,
        moving(actions.suspend_case, "suspend_measures"),
        lambda household: household.is_open,
    ),
    CaseAction("reprendre", "resume", "Reprendre le dossier", MoveForm, moving(actions.resume_case), at(Stage.SUSPENDED)),
    CaseAction(
        "clore",
        "close",
        "Clore le dossier",
        CloseForm,
        moving(actions.close_case, "closing_reason"),
        is_open_or_suspended,
        help_text="Les propositions sont closes et les mesures s'arrêtent ce jour-là. Après un bail autonome, le ménage garde son logement.",
    ),
)
BY_SLUG = {action.slug: action for action in ACTIONS}
PROPOSE_SLUG = "proposer"


def offers(user: Any, household: Household) -> list[Offer]:
    """The actions the page offers this user, in the order of the road, with what each one lacks."""
    found = [Offer(action.slug, action.label, tuple(action.missing(household))) for action in ACTIONS if action.offered_to(user, household)]
    if policies.may_write(user, "propose") and household.stage in (Stage.SEARCHING, Stage.PROPOSED):
        found.insert(0, Offer(PROPOSE_SLUG, "Proposer un logement", ()))
    return found


def draft_of(household: Household) -> Any:
    """The diagnosis under way, to be gone on with; None when there is none."""
    return household.diagnoses.filter(status=DiagnosisStatus.DRAFT).first()
