"""Opening and ending measures."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from access.actions import trace
from catalogue.enums import MeasureCode
from catalogue.models import Convention
from households import stages
from households.actions.checks import refuse_closed
from households.enums import ConsentKind, MeasureEnd
from households.models import SupportMeasure


@transaction.atomic
def open_measure(*, measure: SupportMeasure, by: Any) -> SupportMeasure:
    """Open a measure under a convention in force on its first day.

    Raises ValidationError when the household has not agreed to support, the convention is not in force, does not cover the kind of
    measure or is full, or adapted management is asked for without a home the household occupies.
    """
    household = stages.lock(measure.household)
    refuse_closed(household)
    day = measure.starts_on
    convention = Convention.objects.select_for_update(of=("self",)).get(pk=measure.convention_id)
    if not convention.is_in_force(day):
        raise ValidationError({"convention": f"La convention {convention} n'est pas en vigueur le {day:%d/%m/%Y}."})
    if not convention.measure_kinds.filter(pk=measure.kind_id).exists():
        raise ValidationError({"convention": f"La convention {convention} ne couvre pas cette mesure."})
    if measure.kind.code == MeasureCode.SUPPORT and not household.has_agreed(ConsentKind.SUPPORT, on=day):
        raise ValidationError("L'accompagnement demande l'accord du ménage : enregistrez d'abord son adhésion.", code="consent")
    if measure.kind.code == MeasureCode.ADAPTED_MANAGEMENT:
        occupancy = household.occupancies.running(on=day).first()
        if occupancy is None:
            raise ValidationError("La gestion locative adaptée suit un logement : enregistrez d'abord l'occupation.", code="home")
        measure.unit = occupancy.unit
    running = SupportMeasure.objects.running(on=day).filter(convention=convention).count()
    if convention.capacity is not None and running >= convention.capacity:
        raise ValidationError(
            {"convention": f"La convention {convention} est complète : {running} mesures sur {convention.capacity} le {day:%d/%m/%Y}."}
        )
    measure.full_clean()
    measure.save()
    trace(instance=measure.household, action="wagtail.edit", by=by, measure=measure.pk)
    return measure


@transaction.atomic
def end_measure(*, measure: SupportMeasure, on: date, by: Any, reason: str = MeasureEnd.COMPLETED) -> SupportMeasure:
    """End a running measure on that day, included. Raises ValidationError when it has ended already."""
    stages.lock(measure.household)
    measure.refresh_from_db()
    if measure.ended_on is not None:
        raise ValidationError("Cette mesure est déjà terminée.", code="state")
    measure.ended_on, measure.end_reason = on, reason
    measure.full_clean()
    measure.save()
    trace(instance=measure.household, action="wagtail.edit", by=by, measure=measure.pk)
    return measure
