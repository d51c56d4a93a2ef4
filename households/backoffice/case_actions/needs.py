"""Diagnosis, committee, evaluation."""

from typing import Any

from households import actions
from households.backoffice.case_actions.declaration import CaseAction, at
from households.enums import DiagnosisStatus, Stage
from households.forms import CommitteeForm, DiagnosisForm, EvaluationForm, StartDiagnosisForm
from households.models import Household


def save_diagnosis(form: DiagnosisForm, household: Household, user: Any) -> None:
    diagnosis = form.instance
    diagnosis.author = diagnosis.author or user
    actions.save_diagnosis(diagnosis=diagnosis, by=user)
    diagnosis.communes.set(form.cleaned_data["communes"])
    if form.cleaned_data["finished_on"]:
        actions.complete_diagnosis(diagnosis=diagnosis, on=form.cleaned_data["finished_on"], by=user)


def record_committee_decision(form: CommitteeForm, household: Household, user: Any) -> None:
    actions.record_committee_decision(decision=form.instance, by=user)


def draft_of(household: Household) -> Any:
    """The diagnosis under way, to be gone on with; None when there is none."""
    return household.diagnoses.filter(status=DiagnosisStatus.DRAFT).first()


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
        "evaluation",
        "evaluation",
        "Enregistrer une évaluation",
        EvaluationForm,
        lambda form, household, user: actions.record_evaluation(evaluation=form.instance, by=user),
        at(Stage.HOUSED, Stage.STABILISED),
    ),
)
