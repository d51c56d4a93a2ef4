"""Who pays, what is missing, what the plan and the scenarios cost, and who reads it."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from access.enums import Role
from access.models import Export
from catalogue.enums import FundingStatus, MeasureCode
from catalogue.models import Funding, FundingAmount, FundingStep, MeasureKind, Tariff
from catalogue.models.money import Contribution, coverage
from households.actions import copy_scenario
from households.demo.money import PLAN, seed_money
from households.models import Intake, Scenario, ScenarioFunding, ScenarioPrice
from households.plans import planned_by, scenario_years, scenarios
from tests.factories import (
    ConventionFactory,
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    member,
)
from tests.households.test_ledger import kind

pytestmark = pytest.mark.django_db
EURO = st.integers(0, 500_000).map(lambda cents: Decimal(cents) / 100)
CODES = st.frozensets(st.sampled_from(MeasureCode.values), min_size=1)


def funding(funder=None, *, codes=tuple(MeasureCode.values), steps=(), amounts=()):
    made = Funding.objects.create(funder=funder or OrganisationFactory(kind="funder"), name="Participation")
    made.kinds.set(MeasureKind.objects.filter(code__in=codes))
    made.save()
    for status, day in steps:
        FundingStep.objects.create(funding=made, status=status, reached_on=day)
    for year, amount in amounts:
        FundingAmount.objects.create(funding=made, year=year, amount=amount)
    return made


def command(*words):
    out = StringIO()
    call_command("costs", *words, "--json", stdout=out)
    return json.loads(out.getvalue())["years"]


@given(st.dictionaries(st.sampled_from(MeasureCode.values), EURO), st.lists(st.tuples(EURO, CODES), max_size=4))
def test_coverage_never_exceeds_what_is_committed_nor_what_is_spent(costs, given_by):
    contributions = [Contribution(n, n, 2015, amount, codes) for n, (amount, codes) in enumerate(given_by)]
    covered = coverage(costs, contributions)
    committed = sum((item.amount for item in contributions), Decimal(0))
    assert 0 <= covered <= min(committed, sum(costs.values(), Decimal(0)))
    for code, cost in costs.items():
        reach = sum((item.amount for item in contributions if code in item.codes), Decimal(0))
        assert covered >= min(cost, reach)


def test_money_that_may_only_pay_for_the_diagnosis_pays_for_nothing_else():
    costs = {MeasureCode.DIAGNOSIS: Decimal(300), MeasureCode.SUPPORT: Decimal(1500)}
    only_diagnosis = Contribution(1, 1, 2015, Decimal(1000), frozenset({MeasureCode.DIAGNOSIS}))
    anything = Contribution(2, 2, 2015, Decimal(200), frozenset(MeasureCode.values))
    assert coverage(costs, [only_diagnosis]) == 300
    assert coverage(costs, [only_diagnosis, anything]) == 500


def test_an_amount_covers_from_the_day_it_is_committed():
    met = funding(steps=[(FundingStatus.MET, date(2014, 4, 1)), (FundingStatus.COMMITTED, date(2015, 2, 1))], amounts=[(2015, 1000)])
    funding(steps=[(FundingStatus.REQUESTED, date(2014, 4, 1))], amounts=[(2015, 500)])
    assert Funding.objects.all().contributions(on=date(2015, 1, 31)) == []
    found = Funding.objects.all().contributions(on=date(2015, 2, 1))
    assert [(item.funding_id, item.year, item.amount) for item in found] == [(met.pk, 2015, Decimal(1000))]


def test_the_funding_of_the_call_for_projects(django_user_model):
    for code in ("conseil-departemental-35", "ddcspp-35", "rennes-metropole", "ars-bretagne", "ddtm-35"):
        OrganisationFactory(code=code)
    seed_money()
    stands = {item.funder.code: item.status for item in Funding.objects.with_status(on=date(2014, 6, 1)).select_related("funder")}
    assert stands == {
        "conseil-departemental-35": FundingStatus.MET,
        "ddcspp-35": FundingStatus.MET,
        "rennes-metropole": FundingStatus.NOT_MET,
        "ars-bretagne": FundingStatus.NOT_MET,
        "ddtm-35": FundingStatus.NOT_MET,
    }
    years = command("--scenario", "plan", "--from", "2015", "--to", "2017")
    assert {year: figures["total"] for year, figures in years.items()} == {"2015": "165000.00", "2016": "147000.00", "2017": "147000.00"}
    assert years["2015"] == {
        "diagnosis": "18000.00",
        "support": "90000.00",
        "adapted_management": "57000.00",
        "total": "165000.00",
        "funded": "0.00",
        "gap": "165000.00",
    }
    assert command("--scenario", PLAN) == years
    seed_money()
    assert Scenario.objects.count() == 2


def test_the_command_tells_what_ran_and_who_pays():
    convention = ConventionFactory()
    household = HouseholdFactory()
    DiagnosisFactory(household=household, operator=convention.partner, completed=True, started_on=date(2015, 1, 1), completed_on=date(2015, 1, 1))
    for code in (MeasureCode.SUPPORT, MeasureCode.ADAPTED_MANAGEMENT):
        SupportMeasureFactory(household=household, kind=kind(code), convention=convention)
    funding(steps=[(FundingStatus.PAID, date(2014, 12, 1))], amounts=[(2015, Decimal("1000.50"))])
    years = command("--from", "2015", "--to", "2016", "--today", "2015-12-31")
    assert years["2015"] == {
        "diagnosis": "300.00",
        "support": "1500.00",
        "adapted_management": "950.00",
        "total": "2750.00",
        "funded": "1000.50",
        "gap": "1749.50",
    }
    assert years["2016"]["total"] == "0.00"


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--from", "2017", "--to", "2015"], "deux années"), (["--scenario", "ailleurs"], "Aucun scénario « ailleurs »")],
)
def test_the_command_says_what_it_cannot_do(words, said):
    with pytest.raises(CommandError, match=said):
        command(*words)


def test_the_command_refuses_to_count_days_without_a_price():
    Tariff.objects.filter(kind__code=MeasureCode.SUPPORT).update(ends_on=date(2015, 12, 31))
    SupportMeasureFactory()
    with pytest.raises(CommandError, match="en vigueur le 01/01/2016"):
        command()


def what_if():
    scenario = Scenario.objects.create(name="Plus lent", starts_on=date(2015, 1, 1), ends_on=date(2016, 12, 31))
    Intake.objects.create(scenario=scenario, quarter_on=date(2015, 1, 1), households=2, homes=1)
    Intake.objects.create(scenario=scenario, quarter_on=date(2016, 1, 1), households=1)
    ScenarioPrice.objects.create(scenario=scenario, kind=kind(MeasureCode.SUPPORT), amount=1560, starts_on=date(2016, 7, 1))
    ScenarioFunding.objects.create(scenario=scenario, funder="Département", year=2016, amount=3000)
    return scenarios().get(pk=scenario.pk)


def test_a_scenario_changes_pace_prices_and_money():
    years = scenario_years(what_if(), 2015, 2016, on=date(2015, 1, 1))
    assert years[0].total == 2 * (300 + 1500) + 950
    assert years[1].support == 3 * Decimal("1530.16")
    assert (years[1].diagnosis, years[1].adapted_management, years[1].funded) == (300, 950, 3000)
    assert years[1].gap == years[1].total - 3000
    assert planned_by(what_if_again(), date(2015, 12, 31)) == (2, 1)


def what_if_again():
    return scenarios().get(name="Plus lent")


def test_a_copy_is_a_scenario_of_its_own():
    scenario, officer = what_if(), UserFactory()
    first, second = copy_scenario(scenario=scenario, by=officer), copy_scenario(scenario=scenario, by=officer)
    assert [first.name, second.name] == ["Copie de Plus lent", "Copie de Plus lent (2)"]
    day = date(2015, 1, 1)
    assert scenario_years(scenarios().get(pk=first.pk), 2015, 2016, on=day) == scenario_years(scenario, 2015, 2016, on=day)
    first.intakes.all().delete()
    assert what_if_again().intakes.count() == 2


def test_an_intake_begins_with_its_quarter():
    intake = Intake(scenario=Scenario(), quarter_on=date(2015, 5, 17), households=1)
    intake.clean()
    assert intake.quarter_on == date(2015, 4, 1)


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_who_reads_costs_lines_and_scenarios(client, role):
    scenario = what_if()
    client.force_login(UserFactory(role=role))
    reads = {Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER, Role.COMMITTEE, Role.FUNDER}
    assert client.get(reverse("money:costs")).status_code == (200 if role in reads else 404)
    opens = reads - {Role.COMMITTEE, Role.FUNDER}
    assert client.get(reverse("money:lines")).status_code == (200 if role in opens else 404)
    staff = role == Role.GIE_STAFF
    assert client.get(reverse("money:scenario", args=[scenario.pk])).status_code == (200 if staff else 404)
    assert client.post(reverse("money:copy_scenario", args=[scenario.pk])).status_code == (302 if staff else 404)


@pytest.mark.parametrize("grouping", ["mesure", "operateur", "bailleur", "territoire", "convention", "mois", "menage", "suivi"])
def test_every_total_opens_to_lines_that_sum_to_it(client, grouping):
    for _number in range(2):
        measure = SupportMeasureFactory()
        OccupancyFactory(household=measure.household)
    client.force_login(UserFactory())
    page = client.get(reverse("money:costs"), {"du": 2015, "au": 2017, "par": grouping})
    rows = page.context["page"].object_list
    assert sum(row.total for row in rows) == Decimal("9000.00") == page.context["whole"]["total"]
    for row in rows:
        for amount, query in [*row.cells, (row.total, row.query)]:
            opened = client.get(f"{reverse('money:lines')}?{query}")
            assert opened.context["total"] == amount
            assert sum(line.amount for line in opened.context["lines"]) == amount


def test_a_partner_reads_the_own_part_only(client):
    ours, theirs = ConventionFactory(), ConventionFactory(partner__name="Opérateur Canari")
    landlord = OrganisationFactory(landlord=True)
    for convention in (ours, theirs):
        SupportMeasureFactory(convention=convention)
    OccupancyFactory(household=ours.measures.get().household, unit=UnitFactory(landlord=landlord))
    foreign = theirs.measures.get().household.reference
    for user in (member(Role.SUPPORT_WORKER, ours.partner), member(Role.LANDLORD_REFERENT, landlord)):
        client.force_login(user)
        for name in ("money:costs", "money:lines"):
            for par in ("operateur", "menage", "convention"):
                answer = client.get(reverse(name), {"du": 2015, "au": 2017, "par": par})
                body = answer.content.decode()
                assert "Canari" not in body
                assert foreign not in body
                assert theirs.number not in body
        answer = client.get(reverse("money:lines"), {"du": 2015, "au": 2017, "operateur": theirs.partner.pk})
        assert answer.context["total"] == 0


def test_small_counts_are_hidden_from_committee_and_funders(client):
    for _number in range(4):
        SupportMeasureFactory()
    client.force_login(UserFactory(role=Role.COMMITTEE))
    ask = {"du": 2015, "au": 2017}
    hidden = client.get(reverse("money:costs"), ask).content.decode()
    assert "Moins de 5 ménages" in hidden
    assert "000,00" not in hidden
    SupportMeasureFactory()
    assert "7\u202f500,00" in client.get(reverse("money:costs"), ask).content.decode()


def test_a_funder_reads_the_own_grants_only(client):
    own, other = OrganisationFactory(kind="funder", name="Financeur A"), OrganisationFactory(kind="funder", name="Financeur Canari")
    for funder in (own, other):
        funding(funder, steps=[(FundingStatus.COMMITTED, date(2014, 1, 1))], amounts=[(2015, 100)])
    client.force_login(member(Role.FUNDER, own))
    for address in (reverse("money:costs"), reverse("couts_cofinancements_modeladmin_index")):
        body = client.get(address, {"du": 2015, "au": 2017}).content.decode() if "dispositif" in address else client.get(address).content.decode()
        assert "Financeur A" in body
        assert "Canari" not in body


@pytest.mark.parametrize("query", ["?du=abc", "?du=1&au=9999", "?par=inconnu", "?page=zzz", "?base=%00", "?operateur=x"])
def test_what_cannot_be_understood_is_never_an_error(client, query):
    client.force_login(UserFactory())
    assert client.get(reverse("money:costs") + query).status_code in (200, 404)
    assert client.get(reverse("money:lines") + query).status_code in (200, 404)


@pytest.mark.parametrize("name", ["money:costs", "money:lines"])
def test_query_counts_do_not_grow(client, name, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(UserFactory())
    counts = []
    for rows in (2, 18):
        for _number in range(rows):
            SupportMeasureFactory()
        client.get(reverse(name), {"du": 2015, "au": 2017, "par": "menage"})
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse(name), {"du": 2015, "au": 2017, "par": "menage"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_lines_leave_as_they_are_on_screen(client):
    measure = SupportMeasureFactory(starts_on=date(2015, 3, 1), planned_ends_on=date(2015, 12, 31))
    SupportMeasureFactory(household=HouseholdFactory(is_confidential=True), starts_on=date(2015, 1, 1), planned_ends_on=date(2015, 12, 31))
    client.force_login(UserFactory())
    asked = {"du": 2015, "au": 2015, "base": "prevu"}
    rows = client.get(reverse("money:lines"), {**asked, "format": "csv"}).content.decode("utf-8-sig").split("\r\n")
    assert rows[0] == "Année;Ménage;Mesure;Opérateur;Du;Au;Jours;Tarif (€);Montant (€)"
    assert rows[1].startswith(f"2015;{measure.household.reference};Accompagnement;")
    assert rows[1].endswith(";01/03/2015;31/12/2015;306;1500,00;1257,53")
    assert rows[2] == ";Dossiers confidentiels;;;;;;;1500,00"
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(reverse("money:lines"), {**asked, "format": "xlsx"}).content))
    assert book.get_sheet_by_name("Lignes de coût").to_python()[2][-1] == 1257.53
    assert list(Export.objects.order_by("pk").values_list("subject", "rows")) == [("couts", 2), ("couts", 2)]
