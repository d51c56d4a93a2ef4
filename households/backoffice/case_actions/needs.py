"""Diagnosis, committee, evaluation."""

from typing import Any

from households import actions
from households.backoffice.case_actions.declaration import CaseAction, at, is_open_or_suspended
from households.enums import Stage
from households.forms import CommitteeForm, DiagnosisForm, EvaluationForm, ReviseDiagnosisForm, SensitiveNeedsForm, StartDiagnosisForm
from households.models import Household


def save_diagnosis(form: DiagnosisForm, household: Household, user: Any) -> None:
    diagnosis = form.instance
    diagnosis.author = diagnosis.author or user
    data = form.cleaned_data
    places = {name: data[name] for name in ("epcis", "communes", "nearby_services")}
    actions.save_diagnosis(diagnosis=diagnosis, by=user, needs=form.named_needs(), **places)
    if data["finished_on"]:
        actions.complete_diagnosis(diagnosis=diagnosis, on=data["finished_on"], by=user)


def record_committee_decision(form: CommitteeForm, household: Household, user: Any) -> None:
    actions.record_committee_decision(decision=form.instance, by=user)


def draft_of(household: Household) -> Any:
    """The diagnosis under way, to be gone on with; None when there is none."""
    return household.diagnoses.under_way().select_related("revises").first()


def may_diagnose(household: Household) -> bool:
    """Before the first diagnosis, or while one is under way on a case that goes on."""
    return household.stage in (Stage.IDENTIFIED, Stage.IN_DIAGNOSIS) or (household.is_open and draft_of(household) is not None)


def may_revise(household: Household) -> bool:
    """At any open stage after the first completion, when no diagnosis is under way."""
    past_diagnosis = household.is_open and household.stage not in (Stage.IDENTIFIED, Stage.IN_DIAGNOSIS)
    return past_diagnosis and draft_of(household) is None and household.diagnoses.completed().exists()


ACTIONS = (
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
        may_diagnose,
        help_text="Les besoins sur trois échelles : le logement, l'accompagnement, la gestion locative adaptée.",
        instance_of=draft_of,
    ),
    CaseAction(
        "reviser-le-diagnostic",
        "diagnosis",
        "Réviser le diagnostic",
        ReviseDiagnosisForm,
        lambda form, household, user: actions.revise_diagnosis(
            household=household, operator=form.cleaned_data["operator"], on=form.cleaned_data["started_on"], by=user
        ),
        may_revise,
        help_text="La révision part du dernier diagnostic : vous changez ce qui a changé, l'ancien reste lisible.",
        first="On révise un diagnostic terminé, quand aucun autre n'est en cours.",
        then="diagnostic",
    ),
    CaseAction(
        "besoins-sensibles",
        "sensitive",
        "Noter les besoins sensibles",
        SensitiveNeedsForm,
        lambda form, household, user: actions.set_sensitive_needs(
            household=household, topics=form.cleaned_data["topics"], on=form.cleaned_data["noted_on"], by=user
        ),
        is_open_or_suspended,
        help_text="Santé, addiction, violences, justice : seule l'équipe du dossier les lit. Une case décochée met fin au besoin, sans l'effacer.",
    ),
    CaseAction(
        "comite",
        "committee",
        "Enregistrer la décision du comité",
        CommitteeForm,
        record_committee_decision,
        at(Stage.TO_ORIENT),
        help_text="Une décision favorable lance la recherche ; un dossier de maintien passe au logement déjà occupé.",
        first="Le comité oriente un dossier une fois le diagnostic terminé, et une seule fois.",
    ),
    CaseAction(
        "evaluation",
        "evaluation",
        "Enregistrer une évaluation",
        EvaluationForm,
        lambda form, household, user: actions.record_evaluation(evaluation=form.instance, grades=form.grades(), by=user),
        at(Stage.HOUSED, Stage.STABILISED),
        first="On évalue un ménage une fois qu'il est logé et accompagné.",
    ),
)
