"""How amounts read: « 1 257,53 € », with no-break spaces."""

from decimal import Decimal

from django import template

from catalogue.enums import MeasureCode

register = template.Library()
NARROW = "\u202f"
NO_BREAK = "\u00a0"


@register.filter
def euros(amount: Decimal | int | None) -> str:
    """An amount in euros, French style; a dash when there is none."""
    if amount is None:
        return "–"
    return f"{amount:,.2f}".replace(",", NARROW).replace(".", ",") + f"{NO_BREAK}€"


@register.filter
def share_of(part: Decimal | None, whole: Decimal | None) -> str:
    """``part`` as a whole percentage of ``whole``; a dash when either is missing."""
    if part is None or not whole:
        return "–"
    return f"{part / whole * 100:.0f}{NO_BREAK}%"


@register.filter
def measure_label(code: str) -> str:
    return str(MeasureCode(code).label)
