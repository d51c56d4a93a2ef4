"""The layouts as one landlord writes them: with the headings that were mapped for it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from access.exchange.findings import Code, Finding
from access.exchange.layout import Column, Layout, Recognised, heading_key
from catalogue.exchange.layouts import LANDLORD_HEADINGS, STOCK
from catalogue.exchange.rpls import PUBLISHED
from catalogue.models import HeadingMapping
from partners.models import Organisation

NAMED: Final[Mapping[str, Column]] = {column.field: column for column in STOCK.columns}
LONGEST_HEADING: Final = 255
RPLS_PART: Final = {"street_number": "number", "street": "street_name", "address_extra": "complement"}
"""In the published columns of RPLS an address comes in parts."""


class LandlordHeadings:
    """What a landlord's own headings mean, by key. Loaded once."""

    def __init__(self, landlord: Organisation) -> None:
        meanings = dict(HeadingMapping.objects.filter(landlord=landlord).values_list("heading_key", "field"))
        self.ignored = frozenset(key for key, field in meanings.items() if not field)
        self._meanings = {key: field for key, field in meanings.items() if field in NAMED}

    def layouts(self) -> tuple[Layout, ...]:
        """The layouts that have headings, with the landlord's own."""
        published = {column.field: column for column in PUBLISHED.columns}
        stock = {key: NAMED[field] for key, field in self._meanings.items()}
        parts = {key: published.get(RPLS_PART.get(field, field), NAMED[field]) for key, field in self._meanings.items()}
        return STOCK.knowing(stock), PUBLISHED.knowing(parts)

    def unknown(self, headings: Iterator[str]) -> list[str]:
        """Of headings that name no column, those whose meaning is still to be said."""
        return [
            heading
            for heading in dict.fromkeys(headings)
            if len(heading) <= LONGEST_HEADING and (key := heading_key(heading)) and key not in LANDLORD_HEADINGS and key not in self.ignored
        ]

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
