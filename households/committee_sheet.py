"""What a committee member reads of a case: a pseudonymised sheet.

No name, no address, no operator, no amount, nothing smaller than an EPCI, no word written freely, no sensitive need: the reference is the
household's only name here. A confidential case is told by its reference alone to whoever is not named on it.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from access.scope import aggregate
from catalogue.models import Epci
from households.diagnosis_changes import YES_OR_NO, building, typologies
from households.enums import NeedLevel
from households.evaluation_grid import Row, comparison
from households.models import AgendaItem, Diagnosis, Evaluation, Household, SupportMeasure

COMPARED = 2


@dataclass(frozen=True)
class Sheet:
    """One case as of the day of its session: ``facts`` are pairs of a label and a value; empty when the case is closed to the reader."""

    reference: str
    kind: str
    is_closed_to_reader: bool = False
    situation: list[tuple[str, str]] = field(default_factory=list)
    needs: list[tuple[str, str]] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@aggregate("the sheet of a case, without a name")
def sheet_of(item: AgendaItem, reader: Any) -> Sheet:
    """The sheet of a point of the agenda, as its reader may read it, from what was known on the session's day."""
    household, day = item.household, min(item.session.held_on, timezone.localdate())
    kind = item.get_kind_display()
    if not item.is_open_to(reader):
        return Sheet(household.reference, kind, is_closed_to_reader=True)
    diagnosis = household.diagnoses.completed().filter(completed_on__lte=day).order_by("-completed_on", "-pk").first()
    evaluations = list(
        household.evaluations.filter(evaluated_on__lte=day).prefetch_related("grades__criterion").order_by("-evaluated_on", "-pk")[:COMPARED]
    )[::-1]
    measures = SupportMeasure.objects.running(on=day).filter(household=household).with_level(on=day).select_related("kind").order_by("kind")
    return Sheet(
        household.reference,
        kind,
        situation=_situation(household, day),
        needs=_needs(diagnosis) if diagnosis else [],
        measures=[f"{measure.kind}, {NeedLevel(measure.present_level).label}, depuis le {measure.starts_on:%d/%m/%Y}" for measure in measures],
        evaluations=evaluations,
        rows=comparison(evaluations),
    )


def _situation(household: Household, day: Any) -> list[tuple[str, str]]:
    waiting = Household.objects.filter(pk=household.pk).with_wait_limit(on=day).get()
    days = (day - waiting.wait_limit).days if waiting.wait_limit else 0
    facts = [
        ("Porte d'entrée", household.get_entry_door_display()),
        ("Composition", f"{household.size} personne{'s' if household.size > 1 else ''}"),
        ("Territoire", household.commune.epci.name if household.commune.epci else "Ille-et-Vilaine"),
        ("Éligibilités", ", ".join(household.eligibilities) or "aucune notée"),
    ]
    if days > 0:
        facts.append(("Délai", f"hors délai de {days} jour{'s' if days > 1 else ''}"))
    return facts


def _needs(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    ticked = [label[:1].lower() + label[1:] for name, label in YES_OR_NO if getattr(diagnosis, name)]
    epcis = {epci.name for epci in Epci.objects.filter(pk__in=diagnosis.epcis.values("pk"))}
    epcis |= {epci.name for epci in Epci.objects.filter(communes__in=diagnosis.communes.all())}
    facts = [
        ("Logement", ", ".join(part for part in (typologies(diagnosis), building(diagnosis), *ticked) if part) or "tout logement"),
        ("Territoires souhaités", ", ".join(sorted(epcis)) or "tout le département"),
        ("Besoin d'accompagnement", diagnosis.get_support_level_display()),
        ("Besoin de gestion locative adaptée", diagnosis.get_management_level_display()),
    ]
    return facts + [(f"Besoins, {scale}", ", ".join(labels)) for scale, labels in diagnosis.needs_by_scale()]
