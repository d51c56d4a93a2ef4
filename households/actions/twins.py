"""Telling apart two cases that resemble each other, bringing them together, and parting them again."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from access.actions import trace
from access.scope import aggregate
from households.application_numbers import hold_register, refuse_known_number
from households.merging import PERSON_BLANKS, left_out, moving, new_facts, new_kinship, refusals, relations, same_people
from households.models import DistinctHouseholds, Household, HouseholdMerge, HouseholdReport, PendingAction, RetentionNotice
from households.writing import case_write, lock

OUTSIDE: Final = (DistinctHouseholds, HouseholdMerge, HouseholdReport, PendingAction, RetentionNotice)
"""What may change while nothing happens in the case: partners correct what they reported, pairs are told apart, notices come with time."""


@case_write()
def tell_apart(*, households: Iterable[Household], from_household: Household, by: Any) -> None:
    """Note that these cases and another are different households, whatever they look like. Telling twice changes nothing."""
    for household in households:
        first, second = sorted((household.pk, from_household.pk))
        _, created = DistinctHouseholds.objects.get_or_create(first_id=first, second_id=second, defaults={"told_by": by})
        if created:
            for one, other in ((household, from_household), (from_household, household)):
                trace(instance=one, action="wagtail.edit", by=by, told_apart_from=other.pk)


@case_write()
def merge_households(*, kept: Household, absorbed: Household, on: date, by: Any) -> HouseholdMerge:
    """Take a case into another, all or nothing, and return what it takes to part them again.

    Raises ValidationError, with what to do first, when ``by`` does not see both cases or when the two do not go together.
    """
    hold_register()
    into, other = _hold(kept, absorbed, by)
    refused = list(refusals(into, other))
    if refused:
        raise ValidationError(refused, code="merge")
    journal = _take(into, other)
    merge = HouseholdMerge(kept=into, absorbed_id=other.pk, absorbed_reference=other.reference, merged_on=on, merged_by=by, journal=journal)
    trace(instance=other, action="wagtail.edit", by=by, merged_into=into.pk)
    other.delete()
    _change(into, new_values(journal["new"], Household))
    into.full_clean()
    merge.state = _state(into)
    merge.full_clean()
    merge.save()
    trace(instance=into, action="wagtail.edit", by=by, merged=merge.absorbed_id)
    return merge


@case_write()
def undo_merge(*, merge: HouseholdMerge, by: Any) -> Household:
    """Part two cases brought together: each is again what it was. Return the one that comes back.

    Raises ValidationError with the reasons when something has happened in the case since.
    """
    hold_register()
    kept = lock(merge.kept)
    held = HouseholdMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    reasons = what_forbids_undoing(held)
    if reasons:
        raise ValidationError(reasons, code="merge_undo")
    journal = held.journal
    _change(kept, new_values(journal["kept"], Household))
    absorbed = Household(**new_values(journal["absorbed"], Household))
    refuse_known_number(household=absorbed, by=by)
    absorbed.save(force_insert=True)
    lock(absorbed)
    for name, field, pks in journal["moved"]:
        apps.get_model(name)._base_manager.filter(pk__in=pks).update(**{field: absorbed})
    for name, pk, values in journal["changed"]:
        model = apps.get_model(name)
        model._base_manager.filter(pk=pk).update(**new_values(values, model))
    for name, values in journal["left_out"]:
        model = apps.get_model(name)
        if _stands(model, values):
            model(**new_values(values, model)).save(force_insert=True)
    held.undone_at, held.undone_by, held.journal, held.state = timezone.now(), by, {}, {}
    held.save()
    for one, other in ((kept, absorbed), (absorbed, kept)):
        trace(instance=one, action="wagtail.edit", by=by, parted_from=other.pk)
    return absorbed


@aggregate("what happened since a merge")
def what_forbids_undoing(merge: HouseholdMerge) -> list[str]:
    """Why two cases can no longer be parted, as French sentences; none when they can."""
    if merge.undone_at is not None:
        return ["Cette fusion est déjà annulée."]
    columns = {name: held["columns"] for name, held in merge.state.items()}
    before, now, found = merge.state, _state(merge.kept, columns), []
    for name in sorted(before.keys() | now.keys()):
        was, holds = (state[name]["marks"] if name in state else {} for state in (before, now))
        more, fewer = len(holds.keys() - was.keys()), len(was.keys() - holds.keys())
        changed = sum(was[pk] != holds[pk] for pk in was.keys() & holds.keys())
        told = [f"{count} {words}" for count, words in ((more, "de plus"), (fewer, "de moins"), (changed, "à l'état changé")) if count]
        if told:
            label = str(apps.get_model(name)._meta.verbose_name_plural)
            found.append(f"Depuis la fusion, {label} : {', '.join(told)}.")
    return found


def _hold(kept: Household, absorbed: Household, by: Any) -> tuple[Household, Household]:
    """Both cases, locked in one order whoever asks; refused when one of them is out of sight, as if it were not there."""
    seen = Household.objects.visible_to(by).filter(pk__in=[kept.pk, absorbed.pk]).count()
    if seen < len({kept.pk, absorbed.pk}):
        raise ValidationError("Ce dossier n'existe pas.", code="unknown_household")
    locked = {household.pk: lock(household) for household in sorted((kept, absorbed), key=lambda one: one.pk)}
    return locked[kept.pk], locked[absorbed.pk]


def _take(kept: Household, absorbed: Household) -> dict[str, Any]:
    """Move everything from one case to the other and return the journal of it. The other case is left bare."""
    facts = new_facts(kept, absorbed)
    journal: dict[str, Any] = {
        "absorbed": _row(absorbed),
        "kept": {name: value for name, value in _row(kept).items() if name in {Household._meta.get_field(fact).attname for fact in facts}},
        "new": {Household._meta.get_field(name).attname: getattr(value, "pk", value) for name, value in facts.items()},
        "moved": [],
        "changed": [],
        "left_out": [],
    }
    for person, same in same_people(kept, absorbed):
        if same is None:
            _note_change(journal, person, {"kinship": new_kinship(kept, person)})
        else:
            blanks = {name: getattr(person, name) for name in PERSON_BLANKS if getattr(person, name) and not getattr(same, name)}
            _note_change(journal, same, blanks)
            for request in person.rights_requests.all():
                _note_change(journal, request, {"person_id": same.pk})
    for record in left_out(kept, absorbed):
        journal["left_out"].append([record._meta.label, _row(record)])
        record.delete()
    for model, field in moving():
        rows = model._base_manager.filter(**{field: absorbed})
        pks = sorted(rows.values_list("pk", flat=True))
        if pks:
            journal["moved"].append([model._meta.label, field, pks])
            rows.update(**{field: kept})
    return journal


def _note_change(journal: dict[str, Any], record: models.Model, values: dict[str, Any]) -> None:
    """Change a record that stays, and note what is changed as it was."""
    before = {name: getattr(record, name) for name, value in values.items() if getattr(record, name) != value}
    if before:
        journal["changed"].append([record._meta.label, record.pk, before])
        _change(record, values)


def _change(record: models.Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(record, name, value)
    if values:
        record.save(update_fields=[_field(type(record), name).name for name in values])


def _field(model: type[models.Model], attname: str) -> Any:
    return next(field for field in model._meta.concrete_fields if field.attname == attname)


def _row(record: models.Model) -> dict[str, Any]:
    """What the record holds, by column, instants whole; columns that the database works out are left out."""
    held = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields if not field.generated}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in held.items()}


def new_values(row: dict[str, Any], model: type[models.Model]) -> dict[str, Any]:
    """A row of the journal as the model's own values."""
    return {name: _field(model, name).to_python(value) for name, value in row.items()}


def _stands(model: type[models.Model], row: dict[str, Any]) -> bool:
    """Whether the records that a row of the journal names are still there."""
    named = [field for field in model._meta.concrete_fields if field.is_relation and row.get(field.attname) is not None]
    return all(_field(model, field.attname).related_model._base_manager.filter(pk=row[field.attname]).exists() for field in named)


def _state(household: Household, columns: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    """A mark of everything in the case, by model and id: two are equal when nothing has happened between them.

    ``columns`` are those to read of each model, so that one added to the base meanwhile changes no mark; all of them unless told.
    """
    state: dict[str, Any] = {}
    for model, rows in _records(household):
        name = model._meta.label
        read = (columns or {}).get(name) or [field.attname for field in model._meta.concrete_fields if not field.generated]
        marks = {str(pk): hashlib.sha256(repr(values).encode()).hexdigest()[:16] for pk, *values in rows.values_list("pk", *read)}
        if marks:
            state[name] = {"columns": read, "marks": marks}
    return state


def _records(household: Household) -> Iterator[tuple[Any, Any]]:
    """The case, what names it, and what names those: suspensions, grades, places searched."""
    yield Household, Household.objects.filter(pk=household.pk)
    direct = [(model, field) for model, field in relations() if model not in OUTSIDE]
    reached = {model for model, _field in direct}
    for model, field in direct:
        yield model, model._base_manager.filter(**{field: household})
        for child, parent in relations(model):
            if child not in reached:
                yield child, child._base_manager.filter(**{f"{parent}__{field}": household})
