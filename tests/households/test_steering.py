"""The steering table, its discreet version, the scheme sheet and the yearly report."""

from datetime import date
from decimal import Decimal
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
from catalogue.models import MeasureKind
from households.enums import OpinionLevel, Reproducibility, Stage, Verdict
from households.models import Opinion
from households.papers import HIDDEN, tables
from households.scheme_sheet import scheme_sheet
from households.small_counts import SMALL, hide_small, shown_total
from households.steering import View, steering
from tests.factories import (
    ConventionFactory,
    HouseholdFactory,
    OccupancyFactory,
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
    officer = UserFactory()
    client.force_login(officer)
    opened = 0
    for section in steering(View(officer, timezone.localdate()), 2015, 2017):
        for row in (row for table in section.blocks for row in table.rows):
            for cell in (cell for cell in row if "modeladmin" not in cell.url and "?" in cell.url and "couts-du-dispositif" not in cell.url):
                page = client.get(cell.url)
                assert page.status_code == 200
                assert page.context["view"].queryset.count() == cell.value, (str(row[0]), cell.url)
                opened += 1
    assert opened >= 8


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
    [actual] = [table for table in tables(paper) if table.caption == "Coût réel et couverture"]
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
    blocks = {block.label: block for block in scheme_sheet([], on=DAY).sections[-1].blocks}
    assert blocks["Caractère reproductible"].boxes == [("Faible", False), ("Moyen", False), ("Fort", True)]
    assert blocks["Avis global"].boxes == [("Favorable", True), ("Défavorable", False)]
    assert blocks["Pertinence du projet"].text == "Répond aux objectifs."
    early = {block.label: block for block in scheme_sheet([], on=date(2014, 8, 1)).sections[-1].blocks}
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
    counts = []
    for times in (2, 20):
        for _number in range(times):
            SupportMeasureFactory(starts_on=date(2016, 1, 1), planned_ends_on=date(2030, 12, 31))
        with django_assert_max_num_queries(90) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
