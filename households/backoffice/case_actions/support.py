"""The household's agreement, and the measures."""

from collections.abc import Callable
from typing import Any

from households import actions
from households.backoffice.case_actions.declaration import CaseAction, at, is_open_or_suspended
from households.enums import Stage
from households.forms import (
    ConsentForm,
    EndMeasureForm,
    LevelForm,
    MeasureForm,
    ProlongForm,
    ReferentForm,
    ResumeMeasureForm,
    SuspendMeasureForm,
    TransferForm,
)
from households.models import Household, SupportMeasure


def has_unended_measure(household: Household) -> bool:
    return household.stage != Stage.CLOSED and any(item.ended_on is None for item in household.measures.all())


def is_suspended(measure: SupportMeasure) -> bool:
    return any(suspension.ends_on is None for suspension in measure.suspensions.all())


def has_measure_to_suspend(household: Household) -> bool:
    return household.stage != Stage.CLOSED and any(item.ended_on is None and not is_suspended(item) for item in household.measures.all())


def has_measure_to_resume(household: Household) -> bool:
    return household.stage != Stage.CLOSED and any(item.ended_on is None and is_suspended(item) for item in household.measures.all())


def changing(write: Callable[..., Any], **names: str) -> Callable[[Any, Household, Any], Any]:
    """The performance of a change of the form's measure; ``names`` say which answer of the form is which argument of the write."""

    def perform(form: Any, household: Household, user: Any) -> Any:
        data = form.cleaned_data
        return write(measure=data["measure"], by=user, **{argument: data[answer] for argument, answer in names.items()})

    return perform


def about_a_measure(slug: str, label: str, form_class: type[Any], perform: Any, relevant: Any, help_text: str = "") -> CaseAction:
    right = "end_measure" if form_class is EndMeasureForm else "change_measure"
    return CaseAction(slug, right, label, form_class, perform, relevant, help_text=help_text, is_about_a_measure=True)


ACTIONS = (
    CaseAction(
        "adhesion",
        "consent",
        "Recueillir l'adhésion",
        ConsentForm,
        lambda form, household, user: actions.record_consent(household=household, by=user, **form.cleaned_data),
        is_open_or_suspended,
        template="households/case_consent.html",
    ),
    CaseAction(
        "mesure",
        "open_measure",
        "Ouvrir une mesure",
        MeasureForm,
        lambda form, household, user: actions.open_measure(measure=form.instance, by=user),
        at(Stage.SEARCHING, Stage.PROPOSED, Stage.HOUSED, Stage.STABILISED),
        help_text="La convention est en vigueur du premier au dernier jour de la mesure, et a de la place chaque jour.",
        first="Une mesure s'ouvre une fois que le comité a retenu le dossier.",
    ),
    about_a_measure("intensite", "Changer l'intensité", LevelForm, changing(actions.change_level, level="level", on="moved_on"), has_unended_measure),
    about_a_measure(
        "referent", "Changer le référent", ReferentForm, changing(actions.change_referent, referent="referent", on="moved_on"), has_unended_measure
    ),
    about_a_measure(
        "prolonger",
        "Prolonger la mesure",
        ProlongForm,
        changing(actions.prolong_measure, planned_ends_on="planned_ends_on", on="decided_on"),
        has_unended_measure,
    ),
    about_a_measure(
        "suspendre-la-mesure",
        "Suspendre la mesure",
        SuspendMeasureForm,
        changing(actions.suspend_measure, on="moved_on"),
        has_measure_to_suspend,
        "Le dossier, lui, continue.",
    ),
    about_a_measure(
        "reprendre-la-mesure", "Reprendre la mesure", ResumeMeasureForm, changing(actions.resume_measure, on="resumed_on"), has_measure_to_resume
    ),
    about_a_measure(
        "transferer",
        "Transférer la mesure",
        TransferForm,
        changing(actions.transfer_measure, convention="convention", referent="referent", on="moved_on", planned_ends_on="planned_ends_on"),
        has_unended_measure,
        "Elle continue sous une autre convention, avec un autre opérateur.",
    ),
    about_a_measure(
        "fin-de-mesure",
        "Mettre fin à une mesure",
        EndMeasureForm,
        changing(actions.end_measure, on="ended_on", reason="reason"),
        has_unended_measure,
    ),
)
