"""How amounts read: « 1 257,53 € », with no-break spaces."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template

from catalogue.enums import MeasureCode
from households.charts import BEAM, STEP

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


@register.filter
def round_euros(amount: Decimal) -> str:
    """An amount to the euro, for a drawing beside which a table gives the cents."""
    return f"{amount:,.0f}".replace(",", NARROW) + f"{NO_BREAK}€"


@register.filter
def percent(rate: Decimal | None) -> str:
    """« 80,5 % »; a dash when there is none."""
    return "–" if rate is None else f"{rate:.1f}".replace(".", ",") + f"{NO_BREAK}%"


@register.filter
def plain(number: float) -> str:
    """A coordinate as a drawing reads it, whatever the language of the page."""
    return f"{number:g}"


@register.filter
def width_of(columns: int) -> int:
    """The width of a drawing of that many columns."""
    return columns * STEP


@register.filter
def height_of(beams: int) -> int:
    """The height of a drawing of that many horizontal bars."""
    return beams * BEAM


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """``mapping[key]``, or nothing."""
    return mapping.get(key, "")
