"""Writes on operators' statements: prepared by the operator, checked line by line by the GIE, then settled."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from access.actions import save_record, trace
from households.enums import LineStatus, StatementStatus
from households.models import Statement, StatementLine
from households.statements import compare, expectations, shut_to


def _locked(statement: Statement, *, among: Iterable[str], refusal: str) -> Statement:
    """The statement, held until the transaction ends. Raises ValidationError when its status is none of ``among``."""
    held = Statement.objects.select_for_update().get(pk=statement.pk)
    if held.status not in among:
        raise ValidationError(refusal)
    return held


WRITTEN = "Ce relevé est envoyé : ses lignes ne changent plus. Le GIE peut vous le renvoyer pour correction."
CHECKED = "Ce relevé n'attend pas de vérification : rechargez la page."


@transaction.atomic
def start_statement(*, statement: Statement, lines: Iterable[StatementLine] = (), by: Any) -> Statement:
    """Record a new statement with its first lines. Raises ValidationError; nothing is written then."""
    statement.created_by = by
    save_record(instance=statement, by=by)
    put_lines(statement=statement, lines=lines, by=by)
    return statement


@transaction.atomic
def put_lines(*, statement: Statement, lines: Iterable[StatementLine], by: Any) -> int:
    """Write lines on a statement that may still change; one for the same household and measure is replaced. Returns how many.

    Raises ValidationError, in French, at the first line that breaks a rule.
    """
    held = _locked(statement, among={StatementStatus.DRAFT, StatementStatus.DISPUTED}, refusal=WRITTEN)
    count = 0
    for line in lines:
        line.statement = held
        line.clean_fields(exclude=["statement"])
        line.clean()
        held.lines.filter(household_reference=line.household_reference, kind=line.kind).delete()
        line.full_clean()
        line.save()
        count += 1
    trace(instance=held, action="wagtail.edit", by=by, lines=count)
    return count


@transaction.atomic
def remove_line(*, line: StatementLine, by: Any) -> None:
    held = _locked(line.statement, among={StatementStatus.DRAFT, StatementStatus.DISPUTED}, refusal=WRITTEN)
    line.delete()
    trace(instance=held, action="wagtail.edit", by=by, removed=1)


def prefill(*, statement: Statement, by: Any) -> int:
    """Write every expected line that the statement does not hold yet, as the engine expects it; those of cases closed to the user are left out.

    Returns how many.
    """
    held, expected = set(statement.lines.values_list("household_reference", "kind_id")), expectations(statement)
    shut = shut_to(by, {reference for reference, _kind in expected})
    made = [
        StatementLine(household_reference=item.reference, kind_id=item.kind_id, starts_on=item.first, ends_on=item.last, amount=item.amount)
        for key, item in sorted(expected.items())
        if key not in held and item.reference not in shut
    ]
    return put_lines(statement=statement, lines=made, by=by)


@transaction.atomic
def send_statement(*, statement: Statement, by: Any) -> Statement:
    """Send it to the GIE. Raises ValidationError without a line, or when it is sent already."""
    held = _locked(statement, among={StatementStatus.DRAFT, StatementStatus.DISPUTED}, refusal=WRITTEN)
    if not held.lines.exists():
        raise ValidationError("Ajoutez au moins une ligne avant d'envoyer le relevé.")
    held.lines.filter(status=LineStatus.DISPUTED).update(status=LineStatus.TO_CHECK)
    held.status, held.sent_at = StatementStatus.SENT, timezone.now()
    save_record(instance=held, by=by)
    _conclude(held, by)
    return held


@transaction.atomic
def accept_agreeing(*, statement: Statement, by: Any) -> int:
    """Accept every line open to the reader that is as expected. Returns how many."""
    held = _locked(statement, among={StatementStatus.SENT}, refusal=CHECKED)
    count = 0
    for row in compare(held, by).rows:
        if row.agrees and row.stated and row.expected and row.stated.status != LineStatus.ACCEPTED:
            _accept(row.stated, row.expected.amount)
            count += 1
    _conclude(held, by)
    trace(instance=held, action="wagtail.edit", by=by, accepted=count)
    return count


@transaction.atomic
def judge_line(*, line: StatementLine, accepts: bool, note: str = "", by: Any) -> None:
    """Accept one line as stated, or dispute it with a reason. Raises ValidationError without the reason a difference needs."""
    held = _locked(line.statement, among={StatementStatus.SENT}, refusal=CHECKED)
    expected = expectations(held).get((line.household_reference, line.kind_id))
    differs = expected is None or expected.amount != line.amount
    if not note.strip() and (differs or not accepts):
        raise ValidationError({"note": "Dites pourquoi : le motif reste avec la ligne et l'opérateur le lit."})
    line.note = note.strip()
    if accepts:
        _accept(line, expected.amount if expected else None)
    else:
        line.status = LineStatus.DISPUTED
        line.save()
    trace(instance=held, action="wagtail.edit", by=by, line=line.pk, outcome=line.status)
    _conclude(held, by)


def _accept(line: StatementLine, expected: Any) -> None:
    line.status, line.expected_amount = LineStatus.ACCEPTED, expected
    line.save()


def _conclude(statement: Statement, by: Any) -> None:
    """Once every line is judged, the statement is accepted, or goes back to the operator when some are disputed."""
    statuses = set(statement.lines.values_list("status", flat=True))
    if LineStatus.TO_CHECK in statuses:
        return
    statement.status = StatementStatus.DISPUTED if LineStatus.DISPUTED in statuses else StatementStatus.ACCEPTED
    save_record(instance=statement, by=by)


@transaction.atomic
def settle_statement(*, statement: Statement, on: date, by: Any) -> Statement:
    """Note that the accepted amount was paid that day. Raises ValidationError before acceptance, or for a day to come."""
    held = _locked(statement, among={StatementStatus.ACCEPTED}, refusal="Seul un relevé accepté peut être réglé.")
    if on > timezone.localdate():
        raise ValidationError({"on": "La date de règlement ne peut pas être à venir."})
    if on < held.first_day:
        raise ValidationError({"on": "Le règlement ne peut pas précéder le relevé."})
    held.status, held.settled_on = StatementStatus.SETTLED, on
    save_record(instance=held, by=by)
    return held
