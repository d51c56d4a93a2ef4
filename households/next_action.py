"""The one thing each open case waits for: what, from whom, by when."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from catalogue.enums import MeasureCode
from households.enums import ConsentKind, DiagnosisStatus, EntryDoor, ProposalAnswer, Stage
from households.models import Household
from households.models.delays import add_months

DUE_AFTER_DAYS = {
    Stage.IDENTIFIED: 15,
    Stage.IN_DIAGNOSIS: 45,
    Stage.TO_ORIENT: 30,
    Stage.SEARCHING: 90,
    Stage.PROPOSED: 10,
    Stage.SUSPENDED: 90,
}
"""Days after which a stage is late: working habits of the GIE, not rules of the scheme."""


@dataclass(frozen=True)
class NextAction:
    """``label`` says what is to be done, ``owner`` who is to do it, ``due_on`` by when; ``slug`` names the page where it is done."""

    label: str
    owner: str
    due_on: date
    slug: str

    def is_late(self, on: date) -> bool:
        return self.due_on < on


def next_action(household: Household, *, own_landlords: Container[int] | None = None) -> NextAction | None:
    """The next action of a case, from its stage and what it lacks; None once it is closed.

    With ``own_landlords`` (ids), a proposal in another landlord's stock is not told: neither whose it is nor how far it has come.
    """
    stage = household.stage
    if stage == Stage.CLOSED:
        return None
    officer = household.officer.get_full_name() if household.officer else "le GIE (aucun chargé de dossier)"
    due = household.stage_since + timedelta(days=DUE_AFTER_DAYS.get(Stage(stage), 30))
    if stage == Stage.SUSPENDED:
        return NextAction("Voir si le dossier peut reprendre", officer, due, "reprendre")
    if stage == Stage.IDENTIFIED:
        return NextAction("Confier le diagnostic", officer, due, "confier-le-diagnostic")
    if stage == Stage.IN_DIAGNOSIS:
        draft = next((item for item in household.diagnoses.all() if item.status == DiagnosisStatus.DRAFT), None)
        return NextAction("Terminer le diagnostic", draft.operator.name if draft else officer, due, "diagnostic")
    if stage == Stage.TO_ORIENT:
        decided = household.entry_door == EntryDoor.MAINTENANCE and bool(household.committee_decisions.all())
        return (
            NextAction("Enregistrer l'occupation du logement", officer, due, "logement-occupe")
            if decided
            else NextAction("Faire décider le comité d'orientation", officer, due, "comite")
        )
    if stage == Stage.SEARCHING:
        return NextAction("Proposer un logement", officer, due, "proposer")
    if stage == Stage.PROPOSED:
        return _after_proposal(household, officer, due, own_landlords)
    return _once_housed(household, officer)


def _after_proposal(household: Household, officer: str, due: date, own_landlords: Container[int] | None) -> NextAction:
    proposals = [item for item in household.proposals.all() if item.closed_on is None]
    if not proposals:
        return NextAction("Reprendre la recherche", officer, due, "proposer")
    proposal = next((item for item in proposals if own_landlords is None or item.unit.landlord_id in own_landlords), None)
    if proposal is None:
        return NextAction("Attendre l'issue d'une proposition", "le GIE", due, "")
    landlord = proposal.unit.landlord.name
    if proposal.is_granted:
        return NextAction("Enregistrer le bail", landlord, proposal.cal_on + timedelta(days=30), "bail")
    if proposal.answer == ProposalAnswer.PENDING:
        return NextAction("Recueillir la réponse du ménage", officer, proposal.proposed_on + timedelta(days=10), "reponse")
    return NextAction("Enregistrer la décision de la CAL", landlord, proposal.proposed_on + timedelta(days=45), "cal")


def _once_housed(household: Household, officer: str) -> NextAction:
    since = household.stage_since
    if not household.has_agreed(ConsentKind.SUPPORT, on=date.max):
        return NextAction("Recueillir l'adhésion du ménage", officer, since + timedelta(days=15), "adhesion")
    open_kinds = {measure.kind.code for measure in household.measures.all() if measure.ended_on is None}
    if MeasureCode.SUPPORT not in open_kinds and household.stage == Stage.HOUSED:
        return NextAction("Ouvrir l'accompagnement", officer, since + timedelta(days=15), "mesure")
    evaluations = sorted(item.evaluated_on for item in household.evaluations.all())
    starts = sorted(item.starts_on for item in household.measures.all() if item.kind.code == MeasureCode.SUPPORT)
    reference = evaluations[-1] if evaluations else (starts[0] if starts else since)
    return NextAction("Évaluer l'accompagnement", officer, add_months(reference, settings.EVALUATION_EVERY_MONTHS), "evaluation")
