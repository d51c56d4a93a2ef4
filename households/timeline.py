"""Everything that happened in a case, in one column: one declaration for each kind of event.

Each kind reads its own records through ``visible_to`` and the field groups of whoever asks, in one query or a few, however many there are.
Sensitive needs are in none.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.db.models import QuerySet

from households import policies
from households.enums import MeasureChangeKind, ProposalAnswer
from households.models import Concern, Household, Occupancy, OutreachContact, Proposal, SupportMeasure
from households.policies import FieldGroups


@dataclass(frozen=True)
class Entry:
    """One thing that happened: the day, what in plain French, and who did it or wrote it down (empty when nobody is told)."""

    day: date
    kind: "EventKind"
    what: str
    by: str = ""
    note: str = ""


Told = tuple[date, str, Any, str]
"""The day, what happened, the person (or None), and a note."""


@dataclass(frozen=True)
class EventKind:
    """``slug`` names it in the address; ``read_by`` says which field groups open it; ``tell`` yields what happened."""

    slug: str
    label: str
    read_by: Callable[[FieldGroups], bool]
    tell: Callable[[Household, Any, FieldGroups], Iterable[Told]]


def timeline(household: Household, user: Any, *, kinds: Sequence[str] = ()) -> list[Entry]:
    """What happened in a case that ``user`` sees, as far as its role reads it, the newest first; of some ``kinds`` (slugs) only, when given."""
    groups = policies.field_groups(user, household)
    found = [
        Entry(day, kind, what, person.get_full_name() if person else "", note)
        for kind in kinds_read(groups)
        if not kinds or kind.slug in kinds
        for day, what, person, note in kind.tell(household, user, groups)
    ]
    return sorted(found, key=lambda entry: entry.day, reverse=True)


def kinds_read(groups: FieldGroups) -> list[EventKind]:
    """The kinds of events that somebody with these field groups reads."""
    return [kind for kind in KINDS if kind.read_by(groups)]


def by_month(entries: Iterable[Entry]) -> list[tuple[date, list[Entry]]]:
    """The entries gathered by month, each told by its first day, in their own order."""
    return [(month, list(found)) for month, found in groupby(entries, key=lambda entry: entry.day.replace(day=1))]


def _seen(records: QuerySet[Any, Any], household: Household, user: Any) -> Any:
    return records.visible_to(user).filter(household=household)  # type: ignore[attr-defined]


def _arrival(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    service = policies.referring_service(user, household)
    if household.reported_on:
        yield household.reported_on, f"Signalé par {service}" if service else "Signalé", None, ""
    yield household.opened_on, "Dossier ouvert", None, ""


def _merges(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    for merge in household.merges.standing().select_related("merged_by"):
        yield merge.merged_on, f"Dossier {merge.absorbed_reference} réuni à celui-ci", merge.merged_by, ""


def _officers(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    for change in household.officer_changes.select_related("former", "officer", "made_by"):
        former, officer = (person.get_full_name() if person else "personne" for person in (change.former, change.officer))
        yield change.changed_on, f"Chargé du dossier : {former} → {officer}", change.made_by, ""


def _moves(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    for move in household.moves.select_related("moved_by"):
        yield move.moved_on, f"Étape : {move.get_from_stage_display()} → {move.get_to_stage_display()}", move.moved_by, move.reason


def _consents(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    for consent in household.consents.select_related("collected_by"):
        told = f"Adhésion, {consent.get_kind_display()} : {consent.get_answer_display()}"
        yield consent.decided_on, told, consent.collected_by, ""


def _diagnoses(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    for diagnosis in household.diagnoses.select_related("operator", "author").prefetch_related("operator__names"):
        yield diagnosis.started_on, f"Diagnostic commencé par {diagnosis.operator.name_on(diagnosis.started_on)}", None, ""
        if diagnosis.completed_on:
            yield diagnosis.completed_on, "Diagnostic terminé", diagnosis.author, ""


def _committee(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    for decision in household.committee_decisions.select_related("recorded_by"):
        yield decision.decided_on, f"Comité : {decision.get_outcome_display()}", decision.recorded_by, decision.note


def _proposals(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    for proposal in _seen(Proposal.objects.all(), household, user).select_related("unit", "proposed_by"):
        yield proposal.proposed_on, f"Logement {proposal.unit} proposé", proposal.proposed_by, ""
        if proposal.answered_on and proposal.answer != ProposalAnswer.PENDING:
            reason = f" ({proposal.get_refusal_reason_display()})" if proposal.refusal_reason else ""
            yield proposal.answered_on, f"Proposition {proposal.unit} {proposal.get_answer_display()}{reason}", None, ""
        if proposal.cal_on:
            rank = f", rang {proposal.cal_rank}" if proposal.cal_rank else ""
            yield proposal.cal_on, f"Commission d'attribution pour {proposal.unit} : {proposal.get_cal_decision_display()}{rank}", None, ""


def _occupancies(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    for occupancy in _seen(Occupancy.objects.all(), household, user).select_related("unit"):
        yield occupancy.starts_on, f"Entrée dans le logement {occupancy.unit}, {occupancy.get_tenure_display()}", None, ""
        if occupancy.left_scheme_on:
            yield occupancy.left_scheme_on, f"Le logement {occupancy.unit} sort du dispositif", None, ""
        if occupancy.ends_on:
            reason = f" : {occupancy.get_end_reason_display()}" if occupancy.end_reason else ""
            yield occupancy.ends_on, f"Sortie du logement {occupancy.unit}{reason}", None, ""


def _measures(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    measures = _seen(SupportMeasure.objects.all(), household, user).select_related("kind", "convention__partner")
    for measure in measures.prefetch_related("suspensions", "changes__referent", "changes__made_by", "convention__partner__names"):
        partner = measure.convention.partner.name_on(measure.starts_on)
        yield measure.starts_on, f"{measure.kind} : début, par {partner}", None, ""
        for suspension in measure.suspensions.all():
            yield suspension.starts_on, f"{measure.kind} : suspension", None, ""
            if suspension.ends_on:
                yield suspension.ends_on, f"{measure.kind} : dernier jour de la suspension", None, ""
        if measure.ended_on:
            yield measure.ended_on, f"{measure.kind} : fin, {measure.get_end_reason_display()}", None, ""
        if groups.support:
            for change in measure.changes.all():
                yield change.starts_on, f"{measure.kind} : {_change(change)}", change.made_by, ""


def _change(change: Any) -> str:
    if change.kind == MeasureChangeKind.LEVEL:
        return f"intensité {change.get_from_level_display()} → {change.get_level_display()}"
    if change.kind == MeasureChangeKind.REFERENT:
        return f"nouveau référent{f', {change.referent.get_full_name()}' if change.referent else ''}"
    return f"prolongée jusqu'au {change.planned_ends_on:%d/%m/%Y}"


def _outreach(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    for contact in _seen(OutreachContact.objects.all(), household, user).with_note_for(user).select_related("made_by"):
        met = "rencontré" if contact.is_met else "non rencontré"
        yield contact.contacted_on, f"{contact.get_kind_display().capitalize()}, {met}", contact.made_by, contact.readable_note


def _evaluations(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    for evaluation in household.evaluations.select_related("evaluated_by"):
        told = f"Évaluation {evaluation.get_result_display()}, proposition : {evaluation.get_recommendation_display()}"
        yield evaluation.evaluated_on, told, evaluation.evaluated_by, ""


def _concerns(household: Household, user: Any, groups: FieldGroups) -> Iterator[Told]:
    for concern in _seen(Concern.objects.all(), household, user).select_related("organisation", "raised_by", "answered_by"):
        told = f"{concern.get_kind_display().capitalize()} ({concern.get_reason_display()}), {concern.organisation}"
        yield concern.raised_on, told, concern.raised_by, concern.note
        if concern.answered_on:
            yield concern.answered_on, f"Réponse du GIE : {concern.get_outcome_display()}", concern.answered_by, concern.answer


def situation(groups: FieldGroups) -> bool:
    return groups.situation


def housing(groups: FieldGroups) -> bool:
    return groups.housing


def support(groups: FieldGroups) -> bool:
    return groups.support


KINDS: Final = (
    EventKind("arrivee", "Arrivée", situation, _arrival),
    EventKind("etapes", "Étapes", support, _moves),
    EventKind("fusions", "Fusions", support, _merges),
    EventKind("charges", "Chargés du dossier", support, _officers),
    EventKind("adhesions", "Adhésions", situation, _consents),
    EventKind("diagnostics", "Diagnostics", support, _diagnoses),
    EventKind("comite", "Comité", support, _committee),
    EventKind("propositions", "Propositions", housing, _proposals),
    EventKind("logements", "Logements", housing, _occupancies),
    EventKind("mesures", "Mesures", housing, _measures),
    EventKind("contacts", "Contacts", support, _outreach),
    EventKind("evaluations", "Évaluations", support, _evaluations),
    EventKind("inquietudes", "Inquiétudes et sorties", housing, _concerns),
)
