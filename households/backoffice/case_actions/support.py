"""The household's agreement, and the measures."""

from households import actions
from households.backoffice.case_actions.declaration import CaseAction, at, is_open_or_suspended
from households.enums import Stage
from households.forms import ConsentForm, EndMeasureForm, MeasureForm
from households.models import Household


def has_unended_measure(household: Household) -> bool:
    return household.stage != Stage.CLOSED and any(item.ended_on is None for item in household.measures.all())


ACTIONS = (
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
        "fin-de-mesure",
        "end_measure",
        "Mettre fin à une mesure",
        EndMeasureForm,
        lambda form, household, user: actions.end_measure(
            measure=form.cleaned_data["measure"], on=form.cleaned_data["ended_on"], reason=form.cleaned_data["reason"], by=user
        ),
        has_unended_measure,
    ),
)
