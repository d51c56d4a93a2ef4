"""Headings that nobody knew, said once for a sender: how they add to the layouts, how they are kept, changed and dropped."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from access.actions import trace
from access.exchange.findings import Code, Finding
from access.exchange.layout import Column, Recognised
from access.exchange.titles import heading_key

NOT_IMPORTED: Final = ""
LONGEST_HEADING: Final = 255


class OwnHeadings:
    """What a sender's own headings mean, by key. Loaded once. ``told`` are the keys of headings that say something else than a column."""

    def __init__(self, model: Any, landlord: Any, columns: Iterable[Column], told: Collection[str] = ()) -> None:
        named = {column.field: column for column in columns}
        meanings = dict(model.objects.filter(landlord=landlord).values_list("heading_key", "field"))
        self.ignored = frozenset(key for key, name in meanings.items() if not name)
        self.fields: Mapping[str, str] = {key: name for key, name in meanings.items() if name in named}
        self.columns: Mapping[str, Column] = {key: named[name] for key, name in self.fields.items()}
        self._told = frozenset(told)

    def unknown(self, headings: Iterable[str]) -> list[str]:
        """Of headings that name no column, those whose meaning is still to be said."""
        return [
            heading
            for heading in dict.fromkeys(headings)
            if len(heading) <= LONGEST_HEADING and (key := heading_key(heading)) and key not in self._told and key not in self.ignored
        ]

    def unknown_in(self, found: Recognised) -> list[str]:
        """The headings of a file whose meaning is still to be said."""
        return self.unknown(found.headings[at] for at in found.unmapped)

    def findings(self, found: Recognised) -> Iterator[Finding]:
        """One notice for each heading that is not taken."""
        for finding in found.unmapped_findings():
            if heading_key(finding.value) in self.ignored and finding.code == Code.UNMAPPED_COLUMN:
                finding = replace(
                    finding,
                    message=f"La colonne «\u00a0{finding.column}\u00a0» n'est pas reprise, comme il a été demandé.",
                    hint="Pour la reprendre, changez sa correspondance dans les titres retenus.",
                )
            yield finding


@transaction.atomic
def change(*, mapping: Any, field: str, by: Any) -> None:
    """Give a kept heading another meaning, for the files to come."""
    mapping.field, mapping.updated_by, mapping.updated_at = field, by, timezone.now()
    mapping.full_clean()
    mapping.save()
    trace(instance=mapping, action="wagtail.edit", by=by, field=field)


@transaction.atomic
def forget(*, mapping: Any, by: Any) -> None:
    """Drop a kept heading: it is unknown again."""
    trace(instance=mapping, action="wagtail.delete", by=by)
    mapping.delete()
