"""The case itself: its team, its stops and its end."""

from django.utils.timezone import localdate

from households import actions
from households.backoffice.case_actions.declaration import CaseAction, at, guard_of, is_open_or_suspended, moving
from households.enums import FOLLOWED, Stage, StageAction
from households.forms import CloseForm, MoveForm, NameOnCaseForm, RemoveFromCaseForm, SuspendForm

ACTIONS = (
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
        "stabiliser",
        "stabilise",
        "Déclarer stabilisé",
        MoveForm,
        moving(actions.stabilise),
        at(Stage.HOUSED),
        guard_of(StageAction.STABILISE),
        first="On déclare stabilisé un ménage logé et accompagné, après une évaluation favorable.",
    ),
    CaseAction(
        "chercher-un-autre-logement",
        "search_again",
        "Chercher un autre logement",
        MoveForm,
        moving(actions.search_again),
        lambda household: household.stage in FOLLOWED and not household.occupancies.running(on=localdate()).exists(),
        help_text="Le ménage a quitté son logement : le dossier revient à l'étape « en recherche ». L'accompagnement continue.",
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
