"""How percentages read: « 19,99 % », cut and never rounded up, so that what is shown never crosses a threshold the figure does not."""

from decimal import ROUND_DOWN, Decimal

from django import template

register = template.Library()


@register.filter
def percent(value: Decimal | None) -> str:
    """A percentage with two decimals, cut towards zero, French style; a dash when there is none."""
    if value is None:
        return "–"
    cut = value.quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    return f"{cut}".replace(".", ",") + "\u00a0%"


@register.filter
def amount(value: Decimal | None) -> str:
    """An amount in euros, French style; a dash when there is none."""
    if value is None:
        return "–"
    return f"{value:,.2f}".replace(",", "\u202f").replace(".", ",") + "\u00a0€"
