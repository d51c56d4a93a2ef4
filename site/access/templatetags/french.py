"""Dates as French writes them."""

from datetime import date

from django import template
from django.utils.formats import date_format

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """« 1er mars 2015 », « 2 mars 2015 », with no-break spaces; nothing for no day."""
    if value is None:
        return ""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number} {date_format(value, 'F Y')}".replace(" ", "\u00a0")
