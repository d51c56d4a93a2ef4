"""What partners tell the officer about a housed household."""

from typing import Any

from households import actions, policies
from households.backoffice.case_actions.declaration import CaseAction, is_open_or_suspended
from households.forms import AnswerConcernForm, ExitForm, WorryForm
from households.models import Household


def is_concerned(user: Any, household: Household) -> bool:
    return policies.concerned_organisation(user, household) is not None


def raise_concern(form: Any, household: Household, user: Any) -> Any:
    return actions.raise_concern(concern=form.concern(), by=user)


def answer_concern(form: AnswerConcernForm, household: Household, user: Any) -> Any:
    data = form.cleaned_data
    return actions.answer_concern(concern=data["concern"], outcome=data["outcome"], answer=data["answer"], on=data["answered_on"], by=user)


ACTIONS = (
    CaseAction(
        "repondre",
        "answer_concern",
        "Répondre à un partenaire",
        AnswerConcernForm,
        answer_concern,
        lambda household: any(not concern.outcome for concern in household.concerns.all()),
    ),
    CaseAction(
        "inquietude",
        "raise_concern",
        "Signaler une inquiétude",
        WorryForm,
        raise_concern,
        is_open_or_suspended,
        allowed=is_concerned,
        help_text="Le chargé du dossier la voit aussitôt et vous répond ici.",
    ),
    CaseAction(
        "proposer-une-sortie",
        "raise_concern",
        "Proposer une sortie",
        ExitForm,
        raise_concern,
        is_open_or_suspended,
        allowed=is_concerned,
        help_text="Vous proposez, le GIE décide avec le ménage et vous répond ici.",
    ),
)
