"""Writes on the plan and its scenarios."""

from typing import Any

from django.db import transaction

from access.actions import trace
from households.models import Scenario


@transaction.atomic
def copy_scenario(*, scenario: Scenario, by: Any) -> Scenario:
    """A scenario that holds all that ``scenario`` holds, under the first free name « Copie de … »; never the plan."""
    base = f"Copie de {scenario.name}"[:90]
    taken = set(Scenario.objects.filter(name__startswith=base).values_list("name", flat=True))
    name = next(name for number in range(1, len(taken) + 2) if (name := base if number == 1 else f"{base} ({number})") not in taken)
    made = Scenario(name=name, starts_on=scenario.starts_on, ends_on=scenario.ends_on, note=scenario.note)
    made.full_clean()
    made.save()
    for parts in (scenario.intakes, scenario.prices, scenario.fundings):
        for part in parts.all():
            part.pk, part.scenario = None, made
            part.save()
    trace(instance=made, action="wagtail.create", by=by)
    return made
