"""Opening, changing, transferring and ending measures."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, Value
from django.db.models.functions import Greatest

from access.actions import trace
from access.enums import Role
from access.models import User
from catalogue.enums import ConventionStatus, MeasureCode
from catalogue.models import Convention
from households.actions.checks import refuse_closed
from households.enums import ConsentKind, MeasureChangeKind, MeasureEnd
from households.models import Household, MeasureChange, MeasureSuspension, SupportMeasure
from households.writing import case_write, lock
from partners.models import Membership

ONE_DAY = timedelta(days=1)


@case_write()
def open_measure(*, measure: SupportMeasure, by: Any) -> SupportMeasure:
    """Open a measure under a convention in force on each of its days, with room for it on each.

    Raises ValidationError when the household has not agreed to support, the convention is not in force, does not cover the kind of
    measure or is full, the referent works neither for its partner nor for the GIE, or adapted management is asked for without a home
    the household occupies.
    """
    household = lock(measure.household)
    refuse_closed(household)
    _check_and_save(measure, household)
    trace(instance=measure.household, action="wagtail.edit", by=by, measure=measure.pk)
    return measure


def _check_and_save(measure: SupportMeasure, household: Household) -> None:
    day = measure.starts_on
    convention = Convention.objects.select_for_update(of=("self",)).get(pk=measure.convention_id)
    _refuse_outside(convention, day, measure.planned_ends_on)
    if not convention.measure_kinds.filter(pk=measure.kind_id).exists():
        raise ValidationError({"convention": f"La convention {convention} ne couvre pas cette mesure."})
    if measure.kind.code == MeasureCode.SUPPORT and not household.has_agreed(ConsentKind.SUPPORT, on=day):
        raise ValidationError("L'accompagnement demande l'accord du ménage : enregistrez d'abord son adhésion.", code="consent")
    if measure.kind.code == MeasureCode.ADAPTED_MANAGEMENT:
        occupancy = household.occupancies.running(on=day).first()
        if occupancy is None:
            raise ValidationError("La gestion locative adaptée suit un logement : enregistrez d'abord l'occupation.", code="home")
        measure.unit = occupancy.unit
    _refuse_full(convention, day, measure.planned_ends_on)
    if measure.referent is not None:
        _refuse_stranger(measure.referent, convention, day, measure.planned_ends_on)
    measure.full_clean()
    measure.save()


@case_write()
def end_measure(*, measure: SupportMeasure, on: date, by: Any, reason: str = MeasureEnd.COMPLETED) -> SupportMeasure:
    """End a running measure on that day, included; a suspension under way ends with it.

    Raises ValidationError when it has ended already, or would end after its planned end.
    """
    _hold(measure, on, "ended_on")
    measure.ended_on, measure.end_reason = on, reason
    measure.full_clean()
    measure.save()
    measure.suspensions.filter(ends_on__isnull=True).update(ends_on=Greatest("starts_on", Value(on)))
    trace(instance=measure.household, action="wagtail.edit", by=by, measure=measure.pk)
    return measure


@case_write()
def change_level(*, measure: SupportMeasure, level: str, on: date, by: Any) -> MeasureChange:
    """Grade the measure otherwise from that day; what was graded before stays. Raises ValidationError when nothing changes."""
    _hold(measure, on)
    before = SupportMeasure.objects.with_level(on=on).get(pk=measure.pk).present_level
    if level == before:
        raise ValidationError({"level": "La mesure est déjà de cette intensité ce jour-là."})
    return _log(measure, MeasureChangeKind.LEVEL, on, by, from_level=before, level=level)


@case_write()
def change_referent(*, measure: SupportMeasure, referent: User, on: date, by: Any) -> MeasureChange:
    """Hand the measure to another referent from that day: one who works for the convention's partner or the GIE."""
    _hold(measure, on)
    _refuse_stranger(referent, measure.convention, on, measure.planned_ends_on)
    measure.referent = referent
    measure.full_clean()
    measure.save(update_fields=["referent"])
    return _log(measure, MeasureChangeKind.REFERENT, on, by, referent=referent)


@case_write()
def prolong_measure(*, measure: SupportMeasure, planned_ends_on: date, on: date, by: Any) -> MeasureChange:
    """Put the planned end off, decided on that day, within the convention and its room on each day added."""
    _hold(measure, measure.starts_on)
    before = measure.planned_ends_on
    if planned_ends_on <= before:
        raise ValidationError({"planned_ends_on": f"La mesure va déjà jusqu'au {before:%d/%m/%Y} : choisissez un jour plus tardif."})
    convention = Convention.objects.select_for_update(of=("self",)).get(pk=measure.convention_id)
    _refuse_outside(convention, measure.starts_on, planned_ends_on)
    _refuse_full(convention, before + ONE_DAY, planned_ends_on)
    measure.planned_ends_on = planned_ends_on
    measure.full_clean()
    measure.save(update_fields=["planned_ends_on"])
    return _log(measure, MeasureChangeKind.PROLONGED, on, by, from_ends_on=before, planned_ends_on=planned_ends_on)


@case_write()
def suspend_measure(*, measure: SupportMeasure, on: date, by: Any) -> MeasureSuspension:
    """Suspend one measure from that day; the days are not paid, and the case goes on."""
    _hold(measure, on)
    suspension = MeasureSuspension(measure=measure, starts_on=on)
    suspension.full_clean()
    suspension.save()
    trace(instance=measure.household, action="wagtail.edit", by=by, measure=measure.pk, suspended=True)
    return suspension


@case_write()
def resume_measure(*, measure: SupportMeasure, on: date, by: Any) -> None:
    """The measure runs again from that day. Raises ValidationError when it is not suspended, or was suspended later."""
    _hold(measure, on)
    suspension = measure.suspensions.filter(ends_on__isnull=True).first()
    if suspension is None:
        raise ValidationError("Cette mesure n'est pas suspendue.", code="state")
    if on < suspension.starts_on:
        raise ValidationError({"resumed_on": f"La mesure est suspendue depuis le {suspension.starts_on:%d/%m/%Y} : elle reprend ensuite."})
    end_suspension(suspension, on)
    trace(instance=measure.household, action="wagtail.edit", by=by, measure=measure.pk, suspended=False)


def end_suspension(suspension: MeasureSuspension, resumed_on: date) -> None:
    """End it the day before the measure runs again; one that held no day is taken away."""
    if suspension.starts_on >= resumed_on:
        suspension.delete()
        return
    suspension.ends_on = resumed_on - ONE_DAY
    suspension.full_clean()
    suspension.save()


@case_write()
def transfer_measure(
    *, measure: SupportMeasure, convention: Convention, planned_ends_on: date, on: date, by: Any, referent: User | None = None
) -> SupportMeasure:
    """Go on from that day under another convention: the measure ends the day before, a new one starts, and no day is counted twice.

    The intensity, suspensions and changes from that day on go with it. Raises ValidationError as ``open_measure`` does.
    """
    household = _hold(measure, on)
    if on <= measure.starts_on:
        raise ValidationError({"moved_on": f"La mesure commence le {measure.starts_on:%d/%m/%Y} : le transfert vient après ce jour."})
    if convention.pk == measure.convention_id:
        raise ValidationError({"convention": "La mesure est déjà sous cette convention : changez plutôt de référent."})
    level = SupportMeasure.objects.with_level(on=on).get(pk=measure.pk).present_level
    measure.ended_on, measure.end_reason = on - ONE_DAY, MeasureEnd.REPLACED
    measure.full_clean()
    measure.save()
    following = SupportMeasure(
        household=measure.household,
        kind=measure.kind,
        convention=convention,
        referent=referent,
        level=level,
        scope=measure.scope,
        objectives=measure.objectives,
        methods=measure.methods,
        starts_on=on,
        planned_ends_on=planned_ends_on,
    )
    _check_and_save(following, household)
    _carry_over(measure, following, on)
    trace(instance=measure.household, action="wagtail.edit", by=by, measure=measure.pk, transferred=following.pk)
    return following


def _carry_over(measure: SupportMeasure, following: SupportMeasure, on: date) -> None:
    """Move what lies on or after that day to the measure that follows, in two where the day falls within."""
    measure.changes.filter(kind=MeasureChangeKind.LEVEL, starts_on=on).delete()
    measure.changes.filter(kind=MeasureChangeKind.LEVEL, starts_on__gt=on).update(measure=following)
    for suspension in measure.suspensions.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)):
        first, last, is_with_case = max(suspension.starts_on, on), suspension.ends_on, suspension.is_with_case
        end_suspension(suspension, on)
        rest = MeasureSuspension(measure=following, starts_on=first, ends_on=last, is_with_case=is_with_case)
        rest.full_clean()
        rest.save()


def end_measures(measures: Any, *, on: date, reason: str) -> list[SupportMeasure]:
    """End each of these unended measures on that day or, if sooner, its planned end; those yet to start are dropped. Return those that ended.

    The case is locked by the caller.
    """
    measures.filter(starts_on__gt=on).delete()
    ended = list(measures.filter(starts_on__lte=on))
    for measure in ended:
        measure.ended_on, measure.end_reason = min(on, measure.planned_ends_on), reason
        measure.full_clean()
        measure.save()
    MeasureSuspension.objects.filter(measure__in=ended, ends_on__isnull=True).update(ends_on=Greatest("starts_on", Value(on)))
    return ended


def _hold(measure: SupportMeasure, day: date, field: str = "moved_on") -> Household:
    """The household, locked, with the measure as it is now; refused when the measure has ended or does not run on that day."""
    household = lock(measure.household)
    refuse_closed(household)
    measure.refresh_from_db()
    if measure.ended_on is not None:
        raise ValidationError("Cette mesure est déjà terminée.", code="state")
    if not measure.starts_on <= day <= measure.planned_ends_on:
        raise ValidationError(
            {field: f"La mesure va du {measure.starts_on:%d/%m/%Y} au {measure.planned_ends_on:%d/%m/%Y} : choisissez un de ces jours."}
        )
    return household


def _log(measure: SupportMeasure, kind: MeasureChangeKind, on: date, by: Any, **values: Any) -> MeasureChange:
    change = MeasureChange(measure=measure, kind=kind, starts_on=on, made_by=by, **values)
    change.full_clean()
    change.save()
    trace(instance=measure.household, action="wagtail.edit", by=by, measure=measure.pk, change=kind.value)
    return change


def _refuse_outside(convention: Convention, first: date, last: date) -> None:
    """A convention carries a measure only while it is in force: on its first day, its last and every day between."""
    if not convention.is_in_force(first):
        raise ValidationError({"convention": f"La convention {convention} n'est pas en vigueur le {first:%d/%m/%Y}."})
    if convention.status == ConventionStatus.SIGNED and last > convention.ends_on:
        raise ValidationError(
            {
                "planned_ends_on": f"La convention {convention} s'arrête le {convention.ends_on:%d/%m/%Y} : c'est la dernière fin possible. "
                "Choisissez ce jour ou un jour plus tôt, ou prolongez d'abord la convention."
            }
        )


def _refuse_full(convention: Convention, first: date, last: date) -> None:
    """A convention never carries more measures at once than its capacity of that day."""
    for start, end, capacity in convention.capacity_spans(first, last):
        if capacity is None:
            continue
        running, day = SupportMeasure.objects.filter(convention=convention).most_at_once(start, end)
        if running >= capacity:
            plural = "s" if running > 1 else ""
            raise ValidationError(
                {"convention": f"La convention {convention} est complète : {running} mesure{plural} sur {capacity} le {day:%d/%m/%Y}."}
            )


def _refuse_stranger(referent: User, convention: Convention, first: date, last: date) -> None:
    """The referent of a measure works for the convention's partner at some time of the measure, or for the GIE."""
    employed = Membership.objects.filter(user=referent, organisation=convention.partner_id, starts_on__lte=last)
    if referent.role != Role.GIE_STAFF and not employed.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first)).exists():
        raise ValidationError({"referent": f"Choisissez une personne de {convention.partner}, qui porte la convention, ou du GIE."})
