"""The plan and the scenarios: what they cost, what is covered, side by side with the plan and with what really happened."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from access.backoffice import ScopedModelAdmin
from access.enums import Role
from catalogue.enums import MeasureCode
from households.actions import copy_scenario
from households.costs import MissingTariff
from households.models import Scenario
from households.money import scheme_years
from households.plan_against_actual import GROUPINGS, Row, compare_plan
from households.plans import planned_by, scenario_years, scenarios
from households.steering import View
from households.targets import homes_reached, households_reached

STAFF = frozenset({Role.GIE_STAFF})


class ScenarioAdmin(ScopedModelAdmin):
    model = Scenario
    menu_icon = "list-ul"
    menu_label = "Plan et scénarios"
    base_url_path = "couts/scenarios"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Ajouter un scénario"
    intro = (
        "Le plan dit combien de ménages et de logements entrent chaque trimestre. Un scénario change le rythme, les tarifs ou l'argent, pour voir."
    )
    empty_message = "Ni plan ni scénario pour l'instant : ajoutez le plan de l'engagement."
    list_display = ("record_link", "is_plan", "starts_on", "ends_on")
    inspect_view_fields: ClassVar = ["name", "is_plan", "starts_on", "ends_on", "note"]
    panels: ClassVar = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("is_plan"), FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]), FieldPanel("note")],
            heading="Scénario",
        ),
        InlinePanel(
            "intakes",
            heading="Entrées prévues",
            label="Entrée",
            panels=[
                FieldRowPanel([FieldPanel("quarter_on"), FieldPanel("households"), FieldPanel("homes")]),
                FieldRowPanel([FieldPanel("territory"), FieldPanel("landlord"), FieldPanel("mode")]),
            ],
        ),
        InlinePanel(
            "prices",
            heading="Tarifs supposés",
            label="Tarif",
            panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("amount"), FieldPanel("starts_on")])],
        ),
        InlinePanel(
            "fundings",
            heading="Financements supposés",
            label="Financement",
            panels=[FieldRowPanel([FieldPanel("funder"), FieldPanel("year"), FieldPanel("amount")])],
        ),
    ]

    def get_record_url(self, instance: Any) -> str:
        return reverse("money:scenario", args=[instance.pk])

    def get_success_url(self, instance: Any) -> str:
        return self.get_record_url(instance)


def _scenario_or_404(request: HttpRequest, pk: int) -> Scenario:
    if getattr(request.user, "role", None) not in STAFF:
        raise Http404
    found: Scenario = get_object_or_404(scenarios().visible_to(request.user), pk=pk)
    return found


def scenario(request: HttpRequest, pk: int) -> HttpResponse:
    """One scenario beside the plan and what really happened: cost, coverage and gap by year, households and homes by today."""
    shown, today = _scenario_or_404(request, pk), timezone.localdate()
    plan = scenarios().filter(is_plan=True).exclude(pk=pk).first()
    first = min(shown.starts_on.year, settings.COMMITMENT_YEARS[0])
    last = max(shown.ends_on.year, settings.COMMITMENT_YEARS[1])
    grouping = request.GET.get("par", "")
    rows = compare_plan(shown, View(request.user, today), grouping if grouping in GROUPINGS else "trimestre")
    context: dict[str, Any] = {
        "title": shown.name,
        "scenario": shown,
        "today": today,
        "missing": "",
        "columns": [],
        "rows": rows,
        "whole": whole_of(rows),
        "grouping": grouping if grouping in GROUPINGS else "trimestre",
        "groupings": GROUPINGS,
    }
    try:
        columns = [(item.name, scenario_years(item, first, last, on=today), planned_by(item, today)) for item in (shown, plan) if item]
        reached = (households_reached(on=today).reached, homes_reached(on=today).reached)
        context["columns"] = [*columns, ("Réalisé à ce jour", scheme_years(first, last, until=today, on=today), reached)]
        context["years"] = list(zip(range(first, last + 1), *(years for _name, years, _reached in context["columns"]), strict=True))
    except MissingTariff as missing:
        label = MeasureCode(missing.kind).label
        context["missing"] = f"Aucun tarif « {label} » n'est en vigueur le {missing.day:%d/%m/%Y} : complétez les tarifs pour chiffrer ce scénario."
    return render(request, "households/money/scenario.html", context)


def whole_of(rows: list[Row]) -> Row:
    """Every quarter and group together."""
    planned, actual = (tuple(sum(getattr(row, name)[place] for row in rows) for place in (0, 1)) for name in ("planned", "actual"))
    return Row(rows[0].quarter_on if rows else timezone.localdate(), "", (planned[0], planned[1]), (actual[0], actual[1]))


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy the scenario under a name of its own, to be changed at will."""
    made = copy_scenario(scenario=_scenario_or_404(request, pk), by=request.user)
    messages.success(request, f"« {made.name} » est prêt : changez le rythme, les tarifs ou l'argent, puis enregistrez.")
    return redirect("couts_scenarios_modeladmin_edit", made.pk)
