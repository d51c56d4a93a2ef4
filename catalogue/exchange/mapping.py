"""Headings that nobody knew, said once for a landlord: how they are kept, and how they add to the layouts."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from access.actions import trace
from access.exchange.layout import heading_key
from access.exchange.limits import Limits
from catalogue.exchange.engine import lock, refresh
from catalogue.exchange.headings import NAMED
from catalogue.models import HeadingMapping, ImportedFile, UnitImport

NOT_IMPORTED: Final = ""
CHOICES: Final = tuple((column.field, column.heading.replace("_", " ")) for column in NAMED.values())


def label(field: str) -> str:
    """A field as the mapping screens name it."""
    return dict(CHOICES).get(field, "ne pas importer")


@transaction.atomic
def remember(*, unit_import: UnitImport, meanings: Mapping[str, str], by: Any) -> bool:
    """Keep what headings of ``unit_import`` mean for its landlord (heading to field, NOT_IMPORTED to leave it), and make its preview anew.

    Returns whether there is a new preview. Raises FileRefused when the file cannot be read that way: nothing is kept then.
    """
    entry = lock(unit_import.pk)
    for heading, field in meanings.items():
        HeadingMapping.objects.update_or_create(
            landlord=entry.landlord,
            heading_key=heading_key(heading),
            defaults={"heading": heading, "field": field, "updated_by": by, "updated_at": timezone.now()},
        )
    trace(instance=entry, action="wagtail.edit", by=by, headings=len(meanings))
    if entry.is_pending and ImportedFile.objects.filter(pk=entry.pk).exists():
        refresh(entry.pk, Limits.from_settings())
        return True
    entry.unknown_headings = [heading for heading in entry.unknown_headings if heading not in meanings]
    entry.save(update_fields=["unknown_headings"])
    return False


@transaction.atomic
def change(*, mapping: HeadingMapping, field: str, by: Any) -> HeadingMapping:
    """Give a kept heading another meaning, for the files to come."""
    mapping.field, mapping.updated_by, mapping.updated_at = field, by, timezone.now()
    mapping.full_clean()
    mapping.save()
    trace(instance=mapping, action="wagtail.edit", by=by, field=field)
    return mapping


@transaction.atomic
def forget(*, mapping: HeadingMapping, by: Any) -> None:
    """Drop a kept heading: it is unknown again."""
    trace(instance=mapping, action="wagtail.delete", by=by)
    mapping.delete()
