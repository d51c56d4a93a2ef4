"""The demonstration: idempotent, never ageing, refused outside development; the worked example to the cent."""

import io
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from access.enums import Role
from access.models import User
from catalogue.enums import OperationKind, OperationStage
from catalogue.models import FinancingDecision, Operation, OperationStep, Unit
from households.case_costs import by_year, household_lines
from households.costs import total
from households.enums import Stage
from households.models import Household, Occupancy, OperationPlace, PendingAction, SupportMeasure
from households.next_action import refresh
from households.prices import Prices

pytestmark = pytest.mark.django_db


def seed(*arguments):
    out = StringIO()
    call_command("seed_demo", *arguments, stdout=out)
    return out.getvalue()


def operations_stand_at_every_step():
    operations = Operation.objects.all()
    assert set(operations.values_list("kind", flat=True)) == set(OperationKind)
    assert {OperationStage.DELIVERED, OperationStage.ABANDONED, OperationStage.LAND_SEARCH, OperationStage.DELIVERY} <= set(
        operations.values_list("stage", flat=True)
    )
    assert operations.filter(landlord__code="neotoa", is_modular=True).exists()
    flagged = {operation.name for operation in operations if operation.has_high_surcharge}
    assert flagged == {"Pavillon isolé à Bruz", "Deux maisons à Acigné", "Petit collectif de Saint-Malo"}
    assert operations.late(on=date(2015, 6, 15)).exists()
    assert not OperationStep.objects.filter(done_on__gt=date(2015, 6, 15)).exists()
    assert all(unit.is_earmarked for operation in operations for unit in operation.units.all())
    assert FinancingDecision.objects.filter(kind="plai_label", operation__isnull=False).count() == 2
    assert OperationPlace.objects.exists()
    assert {None, True, False} <= set(Unit.objects.values_list("has_outdoor_space", flat=True))


def test_the_living_scenario_spreads_sixty_households_and_is_idempotent(client):
    first = seed("--today", "2015-06-15")
    for user in User.objects.all():
        client.force_login(user)
        assert client.get("/gestion/").status_code == 200, user
    stages = Counter(Household.objects.values_list("stage", flat=True))
    assert sum(stages.values()) == 60
    assert set(stages) == set(Stage)
    assert set(User.objects.values_list("role", flat=True)) == set(Role)
    assert not Occupancy.objects.filter(starts_on__gt=date(2015, 6, 15)).exists()
    assert set(PendingAction.objects.values_list("household", flat=True)) == set(
        Household.objects.exclude(stage=Stage.CLOSED).values_list("pk", flat=True)
    )
    assert refresh() == 0, "each write kept what its case waits for true"
    operations_stand_at_every_step()
    facts = list(Unit.objects.order_by("pk").values_list("has_lift", "has_outdoor_space", "nearby_services"))
    count = Operation.objects.count()
    again = seed("--today", "2015-06-15")
    assert (Household.objects.count(), Operation.objects.count()) == (60, count)
    assert list(Unit.objects.order_by("pk").values_list("has_lift", "has_outdoor_space", "nearby_services")) == facts
    assert "déjà là" in again
    for text in (first, again):
        assert "claire@gie-solive.example" in text


def test_the_reference_scenario_costs_what_the_worked_example_says():
    seed("--scenario", "reference")
    tariffs = Prices.load()
    lines = [line for household in Household.objects.all() for line in household_lines(household, tariffs)]
    assert {year.year: year.total for year in by_year(lines)} == {2015: Decimal(165_000), 2016: Decimal(147_000), 2017: Decimal(147_000)}
    assert total(lines) == Decimal(459_000)
    printed = io.StringIO()
    call_command("costs", "--from", "2015", "--to", "2017", "--json", stdout=printed)
    years = json.loads(printed.getvalue())["years"]
    assert {year: figures["total"] for year, figures in years.items()} == {"2015": "165000.00", "2016": "147000.00", "2017": "147000.00"}


def test_large_data_is_made_by_the_database():
    seed("--units", "500", "--households", "200")
    assert Unit.objects.filter(reference__startswith="VOL-").count() == 500
    assert Household.objects.filter(application_number__startswith="035VOL").count() == 200
    assert SupportMeasure.objects.filter(household__application_number__startswith="035VOL").count() == 75


def test_demo_data_is_refused_outside_development(settings):
    settings.DEMO_DATA_ALLOWED = False
    with pytest.raises(CommandError, match="réservées au développement"):
        seed()
    assert not User.objects.exists()
