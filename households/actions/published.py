"""Writes on the figures shown to everybody."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from access.actions import save_record
from catalogue.models import PublishedFigures
from households.published import publishable


@transaction.atomic
def publish_figures(*, captions: Collection[str], first_year: int, last_year: int, on: date, by: Any) -> PublishedFigures:
    """Take a snapshot of the chosen tables, by their captions, as of that day. Raises ValidationError when none is chosen."""
    chosen = [table for table in publishable(first_year, last_year, on=on) if table.caption in captions]
    if not chosen:
        raise ValidationError("Choisissez au moins un tableau à publier.")
    tables = [
        {
            "caption": table.caption,
            "head": list(table.head),
            "rows": [[str(cell) for cell in row] for row in table.rows],
            "total": [str(cell) for cell in table.total],
            "note": table.note,
        }
        for table in chosen
    ]
    figures = PublishedFigures(as_of=on, tables=tables, published_by=by)
    save_record(instance=figures, by=by)
    return figures


@transaction.atomic
def withdraw_figures(*, figures: PublishedFigures, by: Any) -> None:
    """Take a snapshot off the public site; the one before shows again."""
    figures.withdrawn_at = timezone.now()
    save_record(instance=figures, by=by)
