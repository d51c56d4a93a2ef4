"""Values as landlords write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.exchange import values
from access.exchange.findings import Code
from access.exchange.neutral import neutralise, restore


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("412 €", "412"),
        ("€ 412,5", "412.5"),
        ("52,3 m²", "52.3"),
        ("52.3m2", "52.3"),
        ("412,50 €/mois", "412.50"),
        ("−3", "-3"),
        ("-12", "-12"),
        ("007", "7"),
        (277.03, "277.03"),
    ],
)
def test_numbers(written, meant):
    assert values.to_decimal(written) == Decimal(meant)


@pytest.mark.parametrize("written", ["beaucoup", "", "12 pièces", "1,2,3", "1e5", "٣", "--1", "1 2 €€", float("nan"), float("inf"), date(2015, 1, 1)])
def test_not_numbers(written):
    assert values.to_decimal(written) is None


@given(
    st.decimals(min_value=0, max_value=9999, places=2),
    st.sampled_from([" ", "\u00a0", "\u202f", ""]),
    st.sampled_from([",", "."]),
    st.sampled_from(["", " €", "€"]),
)
def test_french_amounts_come_back(amount, space, mark, unit):
    text = f"{amount:,.2f}".replace(",", space).replace(".", mark) + unit
    assert values.parse_amount(text, lowest=0, highest=9999) == (amount, None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("31/12/2015", date(2015, 12, 31)),
        ("2015-12-31", date(2015, 12, 31)),
        ("31-12-15", date(2015, 12, 31)),
        ("31.12.2015", date(2015, 12, 31)),
        ("2015-12-31 00:00:00", date(2015, 12, 31)),
        ("1er mars 2015", date(2015, 3, 1)),
        ("31 décembre 2015", date(2015, 12, 31)),
        ("01/02/75", date(1975, 2, 1)),
        ("20151231", date(2015, 12, 31)),
        ("31-déc-15", date(2015, 12, 31)),
        ("1 févr. 2016", date(2016, 2, 1)),
        (date(2015, 6, 1), date(2015, 6, 1)),
        (42369.0, date(2015, 12, 31)),
    ],
)
def test_dates(written, meant):
    assert values.parse_date(written).value == meant


@pytest.mark.parametrize(
    "written", ["31/02/2015", "12/2015", "demain", "42369", 1.0, "00/00/0000", "2015-13-01", "20151331", "4 ma 2015", "4 jui 2015", "99999999"]
)
def test_impossible_dates(written):
    assert values.parse_date(written).problem.code == Code.BAD_DATE


@given(st.dates(date(1970, 1, 1), date(2060, 12, 31)), st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"]))
def test_every_day_comes_back(day, form):
    assert values.parse_date(day.strftime(form)) == (day, None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Oui", True), ("O", True), ("x", True), ("1", True), (1.0, True), ("VRAI", True), ("non", False), ("N", False), ("0", False), ("Faux", False)],
)
def test_booleans(written, meant):
    assert values.parse_boolean(written).value is meant


@pytest.mark.parametrize("written", ["", " ", "-", "NC", "nr", "N/A", "sans objet", "Sans Objet", "N.C.", "\u00a0"])
def test_empties(written):
    assert values.is_empty_word(written)


@pytest.mark.parametrize(
    ("written", "is_one"),
    [("#REF!", True), (" #valeur! ", True), ("#NOM?", True), ("#####", True), ("#N/A", False), ("#12", False), ("#", False), ("", False)],
)
def test_errors_of_a_spreadsheet(written, is_one):
    assert values.is_spreadsheet_error(written) is is_one


def test_a_large_number_is_shown_whole():
    assert [values.as_text(number) for number in (1234567890123456.0, 3.5e16, 35000.0, 49.47)] == ["1234567890123456", "3,5E+16", "35000", "49,47"]


@pytest.mark.parametrize("written", ["0", "NCX", "- 3", "Nantes"])
def test_not_empties(written):
    assert not values.is_empty_word(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("RDC", 0), ("rez-de-chaussée", 0), ("2e", 2), ("2ème", 2), ("1er", 1), ("R+3", 3), ("-1", -1), ("sous-sol", -1), (4.0, 4), ("étage 2", 2)],
)
def test_floors(written, meant):
    assert values.parse_floor(written, lowest=-5, highest=60) == (meant, None)


def test_floor_that_is_none():
    assert values.parse_floor("haut", lowest=-5, highest=60).problem.code == Code.BAD_NUMBER
    assert values.parse_floor("99", lowest=-5, highest=60).problem.code == Code.OUT_OF_RANGE


@pytest.mark.parametrize("written", ["3,5E+16", "3.5e+16", "1E+09", 1.2e16, 1e15, date(2015, 12, 3)])
def test_identifiers_that_excel_destroyed(written):
    assert values.parse_identifier(written, longest=50).problem.code == Code.DAMAGED_ID


@pytest.mark.parametrize("written", ["12E4", "NEO-00001", "123456789012345678", "E+12", 12345.0])
def test_identifiers_that_are_whole(written):
    assert values.parse_identifier(written, longest=50).problem is None


@given(st.one_of(st.text(max_size=60), st.floats(), st.dates(), st.datetimes()))
def test_no_parser_ever_raises(cell):
    values.parse_amount(cell, lowest=0, highest=9999)
    values.parse_whole(cell, lowest=0, highest=9)
    values.parse_year(cell, lowest=1500, highest=2100)
    values.parse_floor(cell, lowest=-5, highest=60)
    values.parse_date(cell)
    values.parse_boolean(cell)
    values.parse_identifier(cell, longest=10)
    values.parse_digits(cell, length=5, name="un code postal")
    values.parse_choice(cell, words={"loue": "let"}, labels=("loué", "vacant"))


@given(st.text())
def test_neutral_text_comes_back(text):
    written = neutralise(text)
    assert restore(written)[0] == text
    assert written[:1] not in {*"=+-@\t\r\n"}
    assert written.lstrip()[:1] not in {*"=+-@"}


@pytest.mark.parametrize(
    ("text", "written"), [("=1+1", "'=1+1"), (" =1", "' =1"), ("'a", "''a"), ("@x", "'@x"), ("abc", "abc"), ("", ""), ("a=1", "a=1")]
)
def test_neutralise(text, written):
    assert neutralise(text) == written
