"""Communes typed as people write them, without a list of three hundred to scroll."""

import re
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from access.exchange.findings import quote
from catalogue.exchange.communes import CommuneIndex
from catalogue.models import Commune

LONGEST: Final = 4_000
MOST: Final = 60
_SEPARATORS = re.compile(r"[,;\n\r\t/]+")
_POSTCODE_FIRST = re.compile(r"^(\d{5})\s+(\D.*)$")
_POSTCODE_LAST = re.compile(r"^(\D.*?)\s*\(?(\d{5})\)?$")


class CommunesField(forms.CharField):
    """Names of communes, one a line or between commas; accents, case, hyphens and « St » are forgiven, former communes lead to the present one.

    Cleans to a list of ``Commune``, each once, in the order typed. A name that is not known is refused with the closest one.
    """

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Records become their names, one a line; what was typed stays as typed."""
        return value if value is None or isinstance(value, str) else "\n".join(commune.name for commune in value)

    def clean(self, value: Any) -> list[Commune]:
        typed = super().clean(value)
        names = [name for part in _SEPARATORS.split(typed) if (name := " ".join(part.split()))]
        if len(names) > MOST:
            raise ValidationError(f"Au plus {MOST} communes : pour tout un territoire, cochez plutôt un EPCI.")
        found, refused = resolve(names)
        if refused:
            raise ValidationError(refused)
        communes = Commune.objects.in_bulk(found)
        return [communes[code] for code in found]


def resolve(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """The INSEE codes of the communes named, each once, and a French sentence for each name that is not known."""
    index = CommuneIndex.load()
    found: list[str] = []
    refused: list[str] = []
    for name in names:
        bare, postcode = name, ""
        if match := _POSTCODE_FIRST.match(name):
            postcode, bare = match.groups()
        elif match := _POSTCODE_LAST.match(name):
            bare, postcode = match.groups()
        known = index.resolve(code="", name=bare, postcode=postcode)
        if known.code is None:
            closest, found_close, _ = known.problems[0][1].hint.partition("\u00a0? ")
            hint = f"{closest}\u00a0?" if found_close else "Vérifiez son nom."
            refused.append(f"{quote(bare)} n'est pas une commune d'Ille-et-Vilaine. {hint}")
        elif known.code not in found:
            found.append(known.code)
    return found, refused
