"""What upper rooms add to a record's page: each registers, when the application starts, a function that renders its part."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import models
from django.http import HttpRequest

Section = Callable[[HttpRequest, Any], str]
"""``section(request, record)``: HTML already safe, empty when this reader has nothing to see there."""

_SECTIONS: dict[type[models.Model], list[Section]] = defaultdict(list)


def register_section(model: type[models.Model], section: Section) -> None:
    """Add a part to the page of every record of ``model``."""
    if section not in _SECTIONS[model]:
        _SECTIONS[model].append(section)


def sections_of(request: HttpRequest, record: models.Model) -> list[str]:
    """The parts that other rooms show this reader on this record's page."""
    return [html for section in _SECTIONS[type(record)] if (html := section(request, record))]
