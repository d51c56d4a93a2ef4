"""Headings and cells of the stock file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.exchange.checking import copy_text
from access.exchange.findings import Code
from catalogue.exchange.cells import parse_energy_class, parse_typology
from catalogue.exchange.layouts import STOCK

COLUMNS = {column.heading: column for column in STOCK.columns}


@pytest.mark.parametrize("column", [column for column in STOCK.columns if column.plain], ids=lambda column: column.heading)
@given(data=st.data())
def test_plain_texts_mean_what_they_say(column, data):
    cell = data.draw(st.from_regex(column.plain, fullmatch=True))
    value, problem = column.read(cell)
    assert (copy_text(value), problem) == (cell, None)


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Réf. logement", "reference"),
        ("Ref_lgt", "reference"),
        ("  RÉFÉRENCE * ", "reference"),
        ("N° RPLS", "identifiant_rpls"),
        ("N°", "numero"),
        ("Type", "typologie"),
        ("Surf. hab. (m²)", "surface_habitable"),
        ("SURFACE\u00a0HABITABLE", "surface_habitable"),
        ("CP", "code_postal"),
        ("Code Postal", "code_postal"),
        ("Loyer HC", "loyer_principal"),
        ("Loyer HC (€)", "loyer_principal"),
        ("Étiquette énergie", "dpe"),
        ("Etiquette Energie", "dpe"),
        ("Année", "annee_construction"),
        ("Dispo le", "disponible_le"),
        ("Fléché", "fleche"),
        ("PMR", "accessible_pmr"),
    ],
)
def test_headings(heading, column):
    assert STOCK.column_for(heading).heading == column


@pytest.mark.parametrize("heading", ["Couleur", "Réf. client", "Loyer plafond", ""])
def test_headings_that_are_not_known(heading):
    assert STOCK.column_for(heading) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("T3", "T3"),
        ("t 3", "T3"),
        ("3", "T3"),
        (3.0, "T3"),
        ("F3", "T3"),
        ("T1 bis", "T1bis"),
        ("1bis", "T1bis"),
        ("5 et plus", "T5"),
        ("T6+", "T6+"),
        ("T7", "T6+"),
        ("6 et plus", "T6+"),
    ],
)
def test_typologies(written, meant):
    assert parse_typology(written).value == meant


@pytest.mark.parametrize("written", ["T99", "T0", "duplex", "T", "-3"])
def test_typologies_that_are_none(written):
    assert parse_typology(written).problem.code == Code.UNKNOWN_TYPOLOGY


def test_energy_classes():
    assert [parse_energy_class(written).value for written in ("d", "Classe D", "vierge")] == ["D", "D", ""]
    assert parse_energy_class("H").problem.code == Code.UNKNOWN_CODE


@pytest.mark.parametrize(
    ("heading", "written", "meant"),
    [
        ("occupation", "Loué", "let"),
        ("occupation", "LOUE", "let"),
        ("occupation", 2.0, "vacant"),
        ("occupation", "3", "works"),
        ("financement_initial", "PLAI adapté", "plai_adapted"),
        ("financement_initial", "hlm/o", "hlmo"),
        ("financement_initial", "PSR", "plr_psr"),
        ("type_construction", "Maison", "detached"),
        ("mobilisation", "Aménagement", "adaptation"),
        ("mobilisation", "NC", None),
        ("code_postal", 35400.0, "35400"),
        ("code_insee", "'35238", "35238"),
        ("voie", "'NC", "NC"),
        ("annee_construction", "01/06/1992", 1992),
    ],
)
def test_cells(heading, written, meant):
    assert COLUMNS[heading].read(written) == (meant, None)


def test_a_close_word_is_suggested():
    assert "Vouliez-vous dire «\u00a0vacant\u00a0»\u00a0?" in COLUMNS["occupation"].read("vaccant").problem.hint
