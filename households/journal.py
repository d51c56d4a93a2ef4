"""What the journal follows of the cases: every row of a case and of a report, however it is written; and which case a page opens."""

from typing import Final

from django.http import HttpRequest

from access.journal.recording import consulted
from access.journal.tracked import follow, name_doors, track
from households.models import Household, HouseholdMerge, HouseholdReport, PendingAction

CASE: Final = "household"
REPORT: Final = "report"


DOORS: Final = {
    "households:case": "page du dossier",
    "households:action": "formulaire du dossier",
    "households:propose": "recherche d'un logement",
    "households:diagnoses": "diagnostics",
    "households:evaluations": "évaluations",
    "households:timeline": "fil du dossier",
    "households:timeline_print": "fil du dossier, à imprimer",
    "households:compare": "comparaison de deux dossiers",
    "households:merge": "fusion",
    "menages_dossiers_modeladmin_edit": "modification du dossier",
    "menages_dossiers_modeladmin_history": "historique",
    "menages_dossiers_modeladmin_create": "dossiers qui ressemblent à une saisie",
    "committee:sheet": "fiche de séance",
    "committee:decide": "décision de séance",
    "money:lines": "lignes de coût du ménage",
    "reports:report": "signalement",
    "reports:attach": "rattachement d'un signalement",
    "reports:open": "ouverture d'un dossier",
    "signalements_envoyes_modeladmin_inspect": "signalement envoyé",
    "privacy:new": "recherche d'une personne qui exerce ses droits",
    "anonymisation": "anonymisation",
}
"""What is behind the addresses that open a case, as the journal says it."""


def register_cases() -> None:
    """Follow the cases field by field. What they wait for is derived, and a merge is told by what it changes."""
    name_doors(DOORS)
    track(HouseholdReport, REPORT)
    follow(Household, CASE, leaving_out=(PendingAction, HouseholdMerge, HouseholdReport))


def case_opened(request: HttpRequest, household: Household) -> None:
    """Note in the journal that the request opens a case. Every page, file and answer about one case calls it, once it is found in sight."""
    consulted(request, CASE, household)


def report_opened(request: HttpRequest, report: HouseholdReport) -> None:
    """Note in the journal that the request opens a reported household."""
    consulted(request, REPORT, report)
