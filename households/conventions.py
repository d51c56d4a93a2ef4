"""What running measures forbid a convention: to end before them, or to hold fewer of them than it carries."""

from datetime import date

from access.scope import aggregate
from catalogue.conventions import NARROWED, SHORTENED
from catalogue.models import Convention
from households.models import SupportMeasure
from households.models.support import until


@aggregate("measures beyond the end of a convention")
def forbids_ending(convention: Convention, day: date) -> str:
    """Why the convention cannot end on that day: the measures that run beyond it."""
    beyond = SupportMeasure.objects.filter(convention=convention).filter(until(day)).exclude(ended_on=day).exclude(ended_on=None, planned_ends_on=day)
    count = beyond.count()
    if not count:
        return ""
    plural = "s courent" if count > 1 else " court"
    return f"{count} mesure{plural} après le {day:%d/%m/%Y} sous cette convention : mettez-y fin ou passez-les sous une autre d'abord."


@aggregate("measures at once under a convention")
def forbids_narrowing(convention: Convention, day: date, capacity: int) -> str:
    """Why the convention cannot hold that many measures at most from that day on: more of them already run at once."""
    if day > convention.ends_on:
        return ""
    running, busiest = SupportMeasure.objects.filter(convention=convention).most_at_once(day, convention.ends_on)
    if running <= capacity:
        return ""
    return f"{running} mesure{'s' if running > 1 else ''} y courent déjà le {busiest:%d/%m/%Y} : la capacité ne peut pas descendre sous ce nombre."


def register_guards() -> None:
    """Make the catalogue's conventions ask these questions."""
    if forbids_ending not in SHORTENED:
        SHORTENED.append(forbids_ending)
        NARROWED.append(forbids_narrowing)
