"""What happens to a convention: its moves, its amendments, its renewal."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from access.actions import trace
from access.journal.recording import tracing
from catalogue.convention_paper import filled
from catalogue.conventions import MOVES, NARROWED, SHORTENED
from catalogue.enums import EVER_SIGNED, ConventionAction, ConventionStatus
from catalogue.models import Amendment, Convention, ConventionDocument, ConventionMove, MeasureKind, Tariff, Territory

ONE_DAY = timedelta(days=1)


def _lock(convention: Convention) -> Convention:
    return Convention.objects.select_for_update(of=("self",)).get(pk=convention.pk)


@transaction.atomic
@tracing()
def move_convention(*, convention: Convention, action: str, on: date, by: Any, reason: str = "") -> Convention:
    """Make one move of the table on that day; a signature, an end or a termination takes its date from it.

    Raises ValidationError when the status does not allow it, when the day does not fit, or when measures run beyond an earlier end.
    """
    locked = _lock(convention)
    former = locked.status
    target = MOVES.get((former, action))
    if target is None:
        label = ConventionAction(action).label
        raise ValidationError(f"Cette convention est {locked.get_status_display()} : on ne peut pas {label}.", code="stage")
    if action == ConventionAction.SIGN:
        locked.signed_on, locked.signed_text = on, filled(locked)
    if action == ConventionAction.END and on < locked.ends_on:
        raise ValidationError({"on": f"Elle court jusqu'au {locked.ends_on:%d/%m/%Y} : résiliez-la pour l'arrêter plus tôt."})
    if action == ConventionAction.TERMINATE:
        if not reason.strip():
            raise ValidationError({"reason": "Dites pourquoi la convention est résiliée."})
        _shorten(locked, on)
    locked.status = target
    locked.full_clean()
    locked.save()
    move = ConventionMove(
        convention=locked,
        action=action,
        from_status=former,
        to_status=target,
        moved_on=on,
        reason=reason,
        made_by=by if getattr(by, "pk", None) else None,
    )
    move.full_clean()
    move.save()
    trace(instance=locked, action="wagtail.edit", by=by, move=str(action))
    return locked


@transaction.atomic
@tracing()
def amend_convention(
    *,
    convention: Convention,
    signed_on: date,
    starts_on: date,
    purpose: str,
    by: Any,
    capacity: int | None = None,
    territory: Territory | None = None,
    ends_on: date | None = None,
    prices: Mapping[MeasureKind, Decimal] | None = None,
) -> Amendment:
    """Change a signed convention from a day on: what is left out stays. ``prices`` are euros, per year or once as the measure's kind says.

    A price never rewrites the days before: the convention's former one ends the day before. Raises ValidationError when nothing changes, the day is
    outside the convention, a new end or capacity leaves running measures out, or a price is already settled after that day.
    """
    locked = _lock(convention)
    if locked.status != ConventionStatus.SIGNED:
        raise ValidationError(f"Cette convention est {locked.get_status_display()} : seule une convention signée reçoit un avenant.", code="stage")
    if capacity is None and territory is None and ends_on is None and not prices:
        raise ValidationError("Indiquez ce que l'avenant change : la capacité, le territoire, la fin ou un tarif.")
    if not locked.starts_on <= starts_on <= max(locked.ends_on, ends_on or locked.ends_on):
        raise ValidationError({"starts_on": f"La convention court du {locked.starts_on:%d/%m/%Y} au {locked.ends_on:%d/%m/%Y}."})
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError({"ends_on": "La nouvelle fin précède le jour où l'avenant prend effet."})
    foreign = [str(kind) for kind in prices or {} if not locked.measure_kinds.filter(pk=kind.pk).exists()]
    if foreign:
        raise ValidationError(f"La convention ne couvre pas : {', '.join(foreign)}.")
    number = (locked.amendments.aggregate(last=Max("number"))["last"] or 0) + 1
    amendment = Amendment(
        convention=locked,
        number=number,
        signed_on=signed_on,
        starts_on=starts_on,
        purpose=purpose,
        capacity=capacity,
        territory=territory,
        ends_on=ends_on,
        former_territory=locked.territory if territory else None,
        former_ends_on=locked.ends_on if ends_on else None,
        made_by=by if getattr(by, "pk", None) else None,
    )
    amendment.full_clean()
    amendment.save()
    if capacity is not None:
        _refuse("capacity", [said(locked, starts_on, capacity) for said in NARROWED])
    if ends_on is not None and ends_on < locked.ends_on:
        _shorten(locked, ends_on)
    locked.ends_on, locked.territory = ends_on or locked.ends_on, territory or locked.territory
    locked.full_clean()
    locked.save()
    for kind, amount in (prices or {}).items():
        _set_price(amendment, kind, amount)
    trace(instance=locked, action="wagtail.edit", by=by, amendment=number)
    return amendment


@transaction.atomic
@tracing()
def renew_convention(*, convention: Convention, number: str, by: Any) -> Convention:
    """The draft of what follows: same partner, measures, territory and capacity, for as long, from the day after its end.

    Raises ValidationError when the number is taken, or the convention was never signed.
    """
    locked = _lock(convention)
    if locked.signed_on is None:
        raise ValidationError("Seule une convention signée se renouvelle.", code="stage")
    made = Convention(
        number=number,
        partner=locked.partner,
        purpose=locked.purpose,
        capacity=locked.capacity_spans(locked.ends_on, locked.ends_on)[-1][2],
        territory=locked.territory,
        framework=locked.framework,
        text=locked.text,
        renews=locked,
        starts_on=locked.ends_on + ONE_DAY,
        ends_on=_as_long(locked.starts_on, locked.ends_on),
    )
    made.full_clean()
    made.save()
    made.measure_kinds.set(locked.measure_kinds.all())
    made.landlords.set(locked.landlords.all())
    trace(instance=made, action="wagtail.create", by=by, renews=locked.pk)
    return made


@transaction.atomic
def attach_document(*, convention: Convention, name: str, content: bytes, by: Any, amendment: Amendment | None = None) -> ConventionDocument:
    """Keep the signed document of a convention, or of one of its amendments. Raises ValidationError for what is not a PDF, is too large, or is
    joined already, and before the signature."""
    locked = _lock(convention)
    if locked.status not in EVER_SIGNED:
        raise ValidationError(f"Cette convention est {locked.get_status_display()} : notez d'abord sa signature.", code="stage")
    kept = ConventionDocument(
        convention=locked, amendment=amendment, name=name[-150:], content=content, kept_by=by if getattr(by, "pk", None) else None
    )
    kept.full_clean()
    kept.save()
    trace(instance=locked, action="wagtail.edit", by=by, document=kept.pk)
    return kept


@transaction.atomic
def withdraw_document(*, document: ConventionDocument, by: Any) -> None:
    """Take back a document joined by mistake: that it was stays, its content goes."""
    document.withdrawn_at, document.content = timezone.now(), b""
    document.save(update_fields=["withdrawn_at", "content"])
    trace(instance=document.convention, action="wagtail.edit", by=by, document=document.pk, withdrawn=True)


def _as_long(starts_on: date, ends_on: date) -> date:
    """The last day of what follows for as long: as many whole years when it ran whole years, else as many days."""
    after = ends_on + ONE_DAY
    if (after.month, after.day) == (starts_on.month, starts_on.day) != (2, 29):
        return after.replace(year=after.year + after.year - starts_on.year) - ONE_DAY
    return ends_on + (after - starts_on)


def _shorten(convention: Convention, day: date) -> None:
    if not convention.starts_on <= day <= convention.ends_on:
        raise ValidationError({"on": f"La convention court du {convention.starts_on:%d/%m/%Y} au {convention.ends_on:%d/%m/%Y}."})
    _refuse(None, [said(convention, day) for said in SHORTENED])
    convention.ends_on = day


def _refuse(field: str | None, said: list[str]) -> None:
    reasons = [words for words in said if words]
    if reasons:
        raise ValidationError({field: reasons} if field else reasons)


def _set_price(amendment: Amendment, kind: MeasureKind, amount: Decimal) -> None:
    own = Tariff.objects.filter(convention=amendment.convention, kind=kind)
    if own.filter(starts_on__gte=amendment.starts_on).exists():
        raise ValidationError(f"Un tarif « {kind} » est déjà fixé à partir d'un jour plus tardif : datez l'avenant après lui.")
    own.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=amendment.starts_on)).update(ends_on=amendment.starts_on - ONE_DAY)
    price = Tariff(convention=amendment.convention, amendment=amendment, kind=kind, amount=amount, starts_on=amendment.starts_on)
    price.full_clean()
    price.save()
