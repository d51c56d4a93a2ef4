"""Numbers with their nouns, as French writes them."""

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma

register = template.Library()


@register.filter
def counted(number: int, noun: tuple[str, str]) -> str:
    """« 1 logement », « 40 logements »: the number and the noun in its right form."""
    return f"{intcomma(number)} {of(noun, number)}"


@register.filter
def of(noun: tuple[str, str], number: int) -> str:
    """The noun in its right form for ``number``."""
    return noun[0] if number < 2 else noun[1]
