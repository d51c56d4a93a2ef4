"""The household's agreement, refusal or withdrawal, and what follows from each.

Support: a refusal or withdrawal ends that day the support measures that run, reason « refus du ménage », and drops those yet to start; the
adapted management of the home goes on; the officer's page and ``Household.objects.refusing`` tell it. Agreeing again allows a new measure;
those that ended stay ended.

Sharing: a refusal or withdrawal leaves each partner only what its part in the case needs, for as long as it has one. No new diagnosis is
entrusted to an operator; a landlord reads names only of those it houses; operators no longer read resources; who only reported the household,
or whose proposal, diagnosis or measure is over, no longer sees the case. Agreeing again restores all of it at once. A household that
has not answered yet has refused nothing. Source: the scheme's role table, read as narrowly as it can be.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from access.actions import trace
from catalogue.enums import MeasureCode
from households.actions.checks import refuse_closed
from households.actions.support import end_measures
from households.enums import REFUSING, ConsentAnswer, ConsentKind, MeasureEnd
from households.models import Consent, Household
from households.writing import case_write, lock

SHARING_EFFECTS = (
    "Aucun nouveau diagnostic ne peut être confié à un opérateur.",
    "Un bailleur à qui un logement est proposé ne lit plus les noms : il les lit à nouveau à l'entrée dans les lieux.",
    "Les opérateurs qui agissent encore pour le ménage ne lisent plus ses ressources.",
    "Les partenaires qui n'agissent plus pour lui (signalement, proposition close, diagnostic ou mesure terminés) ne voient plus le dossier.",
    "Un nouvel accord rétablit tout cela aussitôt.",
)


def consent_effects(*, household: Household, kind: str, answer: str, decided_on: date) -> list[str]:
    """What recording this answer entails, as French sentences; none for an agreement, nor for an answer that a later one has replaced."""
    if answer == ConsentAnswer.AGREED or not _is_latest(household, kind, decided_on):
        return []
    if kind == ConsentKind.SHARING:
        return list(SHARING_EFFECTS)
    day = f"{decided_on:%d/%m/%Y}"
    found = []
    for measure in _supports(household, decided_on).select_related("kind", "convention__partner"):
        carrier = f"L'accompagnement par {measure.convention.partner}"
        if measure.starts_on > decided_on:
            found.append(f"{carrier}, prévu à partir du {measure.starts_on:%d/%m/%Y}, est annulé.")
        else:
            found.append(f"{carrier} s'arrête le {day}, motif : refus du ménage.")
    if household.measures.running(on=decided_on).filter(kind__code=MeasureCode.ADAPTED_MANAGEMENT).exists():
        found.append("La gestion locative adaptée, attachée au logement, continue.")
    officer = f", {household.officer.get_full_name()}," if household.officer else ""
    return [
        *found,
        f"Le chargé du dossier{officer} le trouve dans ses actions à faire et décide de la suite.",
        "Un nouvel accord permettra d'ouvrir une nouvelle mesure ; celles qui s'arrêtent ne reprennent pas.",
    ]


@case_write()
def record_consent(*, household: Household, kind: str, answer: str, decided_on: date, by: Any) -> Consent:
    """Write down the household's answer about the support or the sharing of information, and do what follows. Earlier answers stay.

    Raises ValidationError on a closed case, and when there is no agreement to withdraw.
    """
    locked = lock(household)
    refuse_closed(locked)
    if answer == ConsentAnswer.WITHDRAWN and not locked.has_agreed(kind, on=decided_on):
        raise ValidationError({"answer": "Aucun accord n'est à retirer à cette date : enregistrez plutôt un refus."})
    is_latest = _is_latest(locked, kind, decided_on)
    consent = Consent(household=household, kind=kind, answer=answer, decided_on=decided_on, collected_by=by)
    consent.full_clean()
    consent.save()
    if is_latest and kind == ConsentKind.SUPPORT and answer in REFUSING:
        end_measures(_supports(locked, decided_on), on=decided_on, reason=MeasureEnd.REFUSED)
    trace(instance=household, action="wagtail.edit", by=by, consent=kind, answer=answer)
    return consent


def _is_latest(household: Household, kind: str, decided_on: date) -> bool:
    return not household.consents.filter(kind=kind, decided_on__gt=decided_on).exists()


def _supports(household: Household, day: date) -> Any:
    """The support measures that run on that day or start later."""
    return household.measures.unended().filter(kind__code=MeasureCode.SUPPORT, planned_ends_on__gte=day)
