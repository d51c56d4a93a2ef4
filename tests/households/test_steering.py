"""The steering table, its discreet version, the scheme sheet and the yearly report."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO, StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from access.enums import Role
from access.models import Export
from catalogue.enums import MeasureCode
from catalogue.models import Funding, FundingAmount, MeasureKind
from households.enums import OpinionLevel, Reproducibility, Stage, Verdict
from households.models import Evaluation, Opinion
from households.papers import HIDDEN, tables
from households.scheme_sheet import scheme_sheet
from households.small_counts import SMALL, hide_small, shown_total
from households.steering import View, steering
from tests.factories import (
    ConventionFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    member,
    name_on_case,
)

pytestmark = pytest.mark.django_db
DAY = date(2016, 6, 1)


def found(user, caption, on=DAY):
    [table] = [block for section in steering(View(user, on), 2015, 2017) for block in section.blocks if block.caption == caption]
    return table, {str(row[0]): [str(cell) for cell in row[1:]] for row in table.rows}


def words(content):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace("\u202f", " ").replace("\xa0", " ")


@given(st.lists(st.integers(0, 12), max_size=8))
def test_what_is_hidden_cannot_be_found_by_subtraction(counts):
    shown = hide_small(counts)
    hidden = [count for count, kept in zip(counts, shown, strict=True) if kept is None]
    assert all(kept is None or kept == count for count, kept in zip(counts, shown, strict=True))
    assert not any(0 < count < SMALL for count, kept in zip(counts, shown, strict=True) if kept is not None)
    if hidden and shown_total(counts) is not None:
        assert len(hidden) >= 2
        assert sum(hidden) >= SMALL
    assert bool(hidden) == any(0 < count < SMALL for count in counts)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [([12, 3, 8], [12, None, None]), ([3, 4, 9], [None, None, 9]), ([6, 0, 7], [6, 0, 7]), ([1, 2, 0], [None, None, None]), ([3], [None])],
)
def test_a_small_count_takes_another_with_it(counts, shown):
    assert hide_small(counts) == shown


def test_households_and_homes_towards_sixty_with_today_beside():
    first = SupportMeasureFactory(starts_on=date(2015, 1, 1), planned_ends_on=date(2015, 12, 31))
    SupportMeasureFactory(household=first.household, convention=first.convention, starts_on=date(2016, 1, 1), planned_ends_on=date(2016, 12, 31))
    SupportMeasureFactory(convention=first.convention, starts_on=date(2015, 1, 1), planned_ends_on=date(2015, 6, 30))
    OccupancyFactory(unit=UnitFactory(is_earmarked=True))
    UnitFactory(is_earmarked=True)
    _table, rows = found(UserFactory(), "Ménages et logements")
    assert rows == {"Ménages accompagnés": ["2", "60", "1"], "Logements mobilisés": ["1", "60", "2"]}


def test_the_median_and_the_longest_wait_of_each_stage():
    for days, since in ((10, date(2016, 5, 22)), (31, date(2016, 5, 1)), (61, date(2016, 4, 1))):
        HouseholdFactory(stage=Stage.SEARCHING, stage_since=since)
        assert (DAY - since).days == days
    _table, rows = found(UserFactory(), "Ménages par étape")
    assert rows["En recherche"] == ["3", "31 jours", "61 jours"]
    assert rows["Proposé"] == ["0", "–", "–"]


def test_each_figure_opens_to_a_list_that_counts_the_same(client):
    for _number in range(3):
        HouseholdFactory(stage=Stage.SEARCHING)
    HouseholdFactory(stage=Stage.CLOSED, closing_reason="moved")
    convention = ConventionFactory()
    SupportMeasureFactory(convention=convention, starts_on=date(2016, 1, 1), planned_ends_on=date(2030, 12, 31))
    SupportMeasureFactory(convention=convention, starts_on=date(2015, 1, 1), planned_ends_on=date(2015, 12, 31))
    home = UnitFactory(is_earmarked=True, mobilisation_mode="existing")
    SupportMeasureFactory(
        convention=convention,
        household=HouseholdFactory(stage=Stage.HOUSED),
        kind=MeasureKind.objects.get(code=MeasureCode.ADAPTED_MANAGEMENT),
        unit=home,
        starts_on=date(2016, 1, 1),
        planned_ends_on=date(2030, 12, 31),
    )
    case = HouseholdFactory(stage=Stage.HOUSED)
    OccupancyFactory(household=case, unit=UnitFactory(is_earmarked=True, mobilisation_mode="adaptation"))
    for result in ("favourable", "favourable", "mixed"):
        Evaluation.objects.create(household=case, evaluated_on=date(2016, 3, 1), result=result, recommendation="continue")
    officer = UserFactory()
    client.force_login(officer)
    opened = 0
    for section in steering(View(officer, timezone.localdate()), 2015, 2017):
        for row in (row for table in section.blocks for row in (*table.rows, table.total)):
            for cell in (cell for cell in row if "modeladmin" not in cell.url and "?" in cell.url and "couts-du-dispositif" not in cell.url):
                page = client.get(cell.url)
                assert page.status_code == 200
                counted = page.context["view"].queryset.count() if "view" in page.context else page.context["page"].paginator.count
                assert counted == cell.value, (str(row[0]), cell.url)
                opened += 1
    assert opened >= 30


def test_a_confidential_case_is_one_line_for_whoever_is_not_named_on_it():
    household = HouseholdFactory(is_confidential=True, stage=Stage.SEARCHING)
    officer = UserFactory()
    assert found(officer, "Ménages par étape")[1]["Dossiers confidentiels"] == ["1", "–", "–"]
    assert found(officer, "Ménages par territoire")[1] == {"Dossiers confidentiels": ["1", "0"]}
    name_on_case(household, officer)
    assert found(officer, "Ménages par étape")[1]["En recherche"][0] == "1"


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.FUNDER])
def test_committee_and_funders_read_no_small_count_and_open_no_list(client, role):
    for stage, times in ((Stage.SEARCHING, 6), (Stage.PROPOSED, 2), (Stage.HOUSED, 7)):
        for _number in range(times):
            HouseholdFactory(stage=stage)
    reader = UserFactory(role=role)
    _table, rows = found(reader, "Ménages par étape")
    assert (rows["En recherche"][0], rows["Proposé"][0], rows["Logé et accompagné"][0]) == (HIDDEN, HIDDEN, "7")
    assert not any(cell.url for section in steering(View(reader, DAY), 2015, 2017) for table in section.blocks for row in table.rows for cell in row)
    client.force_login(reader)
    assert client.get(reverse("pilotage:table")).status_code == 200


def known(shown, asked):
    """Whether the sums shown settle the one asked: whether its row is a combination of theirs."""
    rows = [[Fraction(value) for value in row] for row in shown]
    wanted = [Fraction(value) for value in asked]
    for place in range(len(wanted)):
        pivot = next((row for row in rows if row[place]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        for other in (*rows, wanted):
            factor = other[place] / pivot[place]
            other[:] = [value - factor * given for value, given in zip(other, pivot, strict=True)]
    return not any(wanted)


STAGES, PLACES = [Stage.SEARCHING, Stage.HOUSED, Stage.STABILISED, Stage.CLOSED], 3


@given(st.lists(st.integers(0, 9), min_size=12, max_size=12))
def test_two_tables_of_the_same_cases_give_no_small_count_back(cases):
    """Stages and territories, both of the open cases: neither their figures nor their totals, put together, settle one that is hidden."""
    grid = [cases[place * PLACES : (place + 1) * PLACES] for place in range(len(STAGES) - 1)]
    margins = ([sum(row) for row in grid], [sum(column) for column in zip(*grid, strict=True)])
    cells = len(grid) * PLACES
    rows = [[int(cell // PLACES == place) for cell in range(cells)] for place in range(len(grid))]
    columns = [[int(cell % PLACES == place) for cell in range(cells)] for place in range(PLACES)]
    shown, hidden = [], []
    if shown_total(margins[0]) is not None:
        shown.append([1] * cells)
    for counts, sums in ((margins[0], rows), (margins[1], columns)):
        for count, told, row in zip(counts, hide_small(counts), sums, strict=True):
            (hidden if told is None else shown).append(row)
            assert told == count or told is None
    assert not any(known(shown, row) for row in hidden)


def test_what_a_reader_without_lists_adds_up_gives_nothing_back():
    """The same cases in every table of households, no closed one, and none of the counts that are a subtraction away."""
    rennes, fougeres = ("35238", "35115")
    for stage, times, commune in (
        (Stage.SEARCHING, 6, rennes),
        (Stage.HOUSED, 5, rennes),
        (Stage.PROPOSED, 6, fougeres),
        (Stage.CLOSED, 3, fougeres),
    ):
        for _number in range(times):
            reason = "moved" if stage == Stage.CLOSED else ""
            HouseholdFactory(stage=stage, closing_reason=reason, commune_id=commune, is_confidential=stage == Stage.PROPOSED)
    funder, officer = UserFactory(role=Role.FUNDER), UserFactory()
    table, rows = found(funder, "Ménages par étape")
    assert "Clos" not in rows
    assert "Dossiers confidentiels" not in rows
    assert (str(table.total[1]), rows["Proposé"][0]) == ("17", "6")
    places, by_place = found(funder, "Ménages par territoire")
    assert str(places.total[1]) == "17"
    assert sorted(by_place.values()) == [["11"], ["6"]]
    assert list(places.head) == ["EPCI", "Dossiers ouverts"]
    assert "dont logés" in found(officer, "Ménages par territoire")[0].head
    assert list(found(funder, "Logements par bailleur")[0].head) == ["Bailleur", "Fléchés et libres", "Comptés vers l'objectif"]


@pytest.mark.parametrize(("ended", "today"), [(0, "7"), (3, HIDDEN), (5, "7")])
def test_who_left_is_not_told_by_subtraction(ended, today):
    convention = ConventionFactory()
    for number in range(7 + ended):
        SupportMeasureFactory(
            convention=convention, starts_on=date(2015, 1, 1), planned_ends_on=date(2015, 12, 31) if number < ended else date(2016, 12, 31)
        )
    reader = UserFactory(role=Role.COMMITTEE)
    assert found(reader, "Ménages et logements")[1]["Ménages accompagnés"] == [str(7 + ended), "60", today]
    operators, rows = found(reader, "Mesures en cours par opérateur")
    assert {str(operators.total[1]), rows[convention.partner.name][0]} == {today}
    assert found(UserFactory(), "Ménages et logements")[1]["Ménages accompagnés"][2] == "7"


def test_a_sheet_tells_its_reader_no_small_count_and_no_other_funders_grant():
    SupportMeasureFactory(starts_on=date(2015, 1, 1), household=HouseholdFactory(is_dalo=True))
    own, other = OrganisationFactory(kind="funder", name="Fondation A"), OrganisationFactory(kind="funder", name="Fondation B")
    for funder, amount in ((own, 1000), (other, 500)):
        funding = Funding.objects.create(funder=funder, name="Subvention")
        FundingAmount.objects.create(funding=funding, year=2015, amount=amount)

    def sheet(user):
        return {
            getattr(block, "label", getattr(block, "caption", "")): block for part in scheme_sheet(user, on=DAY).sections for block in part.blocks
        }

    for reader, rows in ((member(Role.FUNDER, own), ["Fondation A : Subvention"]), (UserFactory(role=Role.COMMITTEE), ["Tous financeurs"])):
        told = sheet(reader)
        assert "moins de 5 accompagnés" in told["Nombre de ménages accompagnés"].text
        assert dict(told["Ménages éligibles ou relevant de"].boxes)["DALO"] is False
        table = told["Cofinancements"]
        assert [str(row[0]) for row in table.rows] == rows
        assert "1\u202f500,00" in str((table.total or table.rows[0])[2])
    told = sheet(UserFactory())
    assert "1 accompagnés" in told["Nombre de ménages accompagnés"].text
    assert dict(told["Ménages éligibles ou relevant de"].boxes)["DALO"] is True
    assert len(told["Cofinancements"].rows) == 2


def test_the_sheet_counts_what_ran_and_not_what_is_planned():
    SupportMeasureFactory(starts_on=date(2015, 1, 1), planned_ends_on=date(2017, 12, 31))
    [table] = [table for table in tables(scheme_sheet(UserFactory(), on=date(2016, 6, 30))) if table.caption.startswith("Coût réel")]
    assert [row[4].value for row in table.rows] == [Decimal("1500.00"), Decimal("745.90"), Decimal("0.00")]


@pytest.mark.parametrize("role", list(Role))
def test_who_opens_the_lists_behind_the_figures(client, role):
    measure = SupportMeasureFactory(starts_on=date(2015, 1, 1), planned_ends_on=date(2030, 12, 31))
    unit = UnitFactory(is_earmarked=True)
    client.force_login(UserFactory(role=role))
    reads = role in (Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER)
    for name, query, word in (("cases", {"quoi": "accompagnes"}, measure.household.reference), ("homes", {"etat": "earmarked"}, unit.reference)):
        answer = client.get(reverse(f"pilotage:{name}"), query)
        assert answer.status_code == (200 if reads else 404)
        if reads:
            assert (word in answer.content.decode()) == (role == Role.GIE_STAFF)
    for name in ("cases", "homes"):
        assert client.get(reverse(f"pilotage:{name}"), {"quoi": "tout", "etat": "tout"}).status_code == 404


def test_a_partner_counts_the_own_cases_only():
    measure = SupportMeasureFactory(starts_on=date(2016, 1, 1), planned_ends_on=date(2016, 12, 31))
    SupportMeasureFactory(starts_on=date(2016, 1, 1), planned_ends_on=date(2016, 12, 31))
    worker = member(Role.SUPPORT_WORKER, measure.convention.partner)
    assert found(worker, "Ménages et logements")[1]["Ménages accompagnés"] == ["1", "60", "1"]


@pytest.mark.parametrize("role", list(Role))
def test_who_reads_the_table_the_sheet_and_the_report(client, role):
    client.force_login(UserFactory(role=role))
    figures = {Role.GIE_STAFF, Role.COMMITTEE, Role.FUNDER}
    expected = (role in figures | {Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER}, role in figures, role == Role.GIE_STAFF)
    addresses = (reverse("pilotage:table"), reverse("pilotage:sheet"), reverse("pilotage:report", args=[2016]))
    assert tuple(client.get(address).status_code == 200 for address in addresses) == expected
    assert client.get(reverse("pilotage:report", args=[1900])).status_code == 404


@pytest.fixture
def reference():
    call_command("seed_demo", scenario="reference", today=date(2018, 1, 15), stdout=StringIO())


def test_the_reference_scenario_on_screen_and_in_the_pdf(reference, client, tmp_path):
    target = tmp_path / "fiche.pdf"
    call_command("scheme_sheet", output=target, today=date(2018, 1, 15), stdout=StringIO())
    told = words(target.read_bytes())
    client.force_login(UserFactory())
    page = client.get(reverse("pilotage:sheet"), {"du": 2015, "au": 2017})
    screen = page.content.decode().replace("\u202f", " ").replace("\xa0", " ")
    for text in (told, screen):
        for amount in ("165 000,00 €", "147 000,00 €", "459 000,00 €", "2 750,00 €", "2 450,00 €", "300,00 €", "1 500,00 €", "950,00 €"):
            assert amount in text
    assert "3 ans (2015–2017)" in told
    paper = page.context["paper"]
    [actual] = [table for table in tables(paper) if table.caption.startswith("Coût réel")]
    assert [row[4].value for row in actual.rows] == [Decimal("165000.00"), Decimal("147000.00"), Decimal("147000.00")]
    assert actual.total[4].value == Decimal("459000.00")


def test_the_yearly_report_as_pdf_and_workbook(reference, client):
    client.force_login(UserFactory())
    address = reverse("pilotage:report", args=[2015])
    assert "165 000,00 €" in words(client.get(address, {"format": "pdf"}).content)
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(address, {"format": "xlsx"}).content))
    rows = book.get_sheet_by_name("L'argent").to_python()
    assert [str(rows[2][0]), rows[2][1]] == ["2015", 165000.0]
    assert Export.objects.filter(subject="pilotage").count() == 2


def test_the_command_says_where_it_cannot_write(tmp_path):
    with pytest.raises(CommandError, match="vérifiez que le dossier existe"):
        call_command("scheme_sheet", output=tmp_path / "absent" / "fiche.pdf")


def test_the_opinions_stand_on_the_sheet():
    Opinion.objects.create(
        level=OpinionLevel.DEPARTMENT,
        given_by="DDCSPP",
        given_on=date(2014, 9, 1),
        relevance="Répond aux objectifs.",
        reproducibility=Reproducibility.STRONG,
    )
    Opinion.objects.create(level=OpinionLevel.REGION, given_by="DREAL", given_on=date(2014, 10, 1), verdict=Verdict.FAVOURABLE)
    blocks = {block.label: block for block in scheme_sheet(None, on=DAY).sections[-1].blocks}
    assert blocks["Caractère reproductible"].boxes == [("Faible", False), ("Moyen", False), ("Fort", True)]
    assert blocks["Avis global"].boxes == [("Favorable", True), ("Défavorable", False)]
    assert blocks["Pertinence du projet"].text == "Répond aux objectifs."
    early = {block.label: block for block in scheme_sheet(None, on=date(2014, 8, 1)).sections[-1].blocks}
    assert early["Service départemental"].text == "Pas encore d'avis"


@pytest.mark.parametrize(
    ("level", "fields"),
    [
        (OpinionLevel.DEPARTMENT, {}),
        (OpinionLevel.DEPARTMENT, {"reproducibility": Reproducibility.WEAK, "verdict": Verdict.FAVOURABLE}),
        (OpinionLevel.REGION, {}),
        (OpinionLevel.REGION, {"verdict": Verdict.FAVOURABLE, "reproducibility": Reproducibility.WEAK}),
    ],
)
def test_each_level_gives_its_own_opinion(level, fields):
    with pytest.raises(ValidationError):
        Opinion(level=level, given_by="Service", given_on=DAY, **fields).full_clean()


def test_query_counts_do_not_grow(client, django_assert_max_num_queries):
    client.force_login(UserFactory())
    address = reverse("pilotage:table")
    client.get(address)
    counts = []
    for times in (2, 20):
        for _number in range(times):
            SupportMeasureFactory(starts_on=date(2016, 1, 1), planned_ends_on=date(2030, 12, 31))
        with django_assert_max_num_queries(90) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
