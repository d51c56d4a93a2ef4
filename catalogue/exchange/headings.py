"""The layouts of the stock as one landlord writes them: with the headings that were mapped for it."""

from typing import Final

from access.exchange.headings import OwnHeadings
from access.exchange.layout import Layout
from catalogue.exchange.layouts import LANDLORD_HEADINGS, STOCK
from catalogue.exchange.rpls import PUBLISHED
from catalogue.models import HeadingMapping
from partners.models import Organisation

RPLS_PART: Final = {"street_number": "number", "street": "street_name", "address_extra": "complement"}
"""In the published columns of RPLS an address comes in parts."""


class LandlordHeadings(OwnHeadings):
    """What the headings of a landlord's stock files mean."""

    def __init__(self, landlord: Organisation) -> None:
        super().__init__(HeadingMapping, landlord, STOCK.columns, LANDLORD_HEADINGS)

    def layouts(self) -> tuple[Layout, ...]:
        """The layouts that have headings, with the landlord's own."""
        published = {column.field: column for column in PUBLISHED.columns}
        parts = {key: published.get(RPLS_PART.get(name, name), self.columns[key]) for key, name in self.fields.items()}
        return STOCK.knowing(self.columns, self.ignored), PUBLISHED.knowing(parts, self.ignored)
