"""Headings understood word by word, whatever their abbreviations."""

from functools import partial

import pytest

from access.exchange.layout import Column, Layout
from access.exchange.values import parse_text

TEXT = partial(parse_text, longest=50)
REFERENCE = Column("reference", "reference", TEXT, ("Réf. logement",), required=True, lesser=("N° lot", "Code UG"))
RENT = Column("loyer", "rent", TEXT, ("Loyer HC", "Loyer hors charges"))
CLASS = Column("dpe", "energy", TEXT, ("Étiquette énergie",))
GAS = Column("ges", "gas", TEXT, ("Étiquette climat",))
EXTRA = Column("complement", "extra", TEXT, (), lesser=("Bâtiment", "Résidence"))
LAYOUT = Layout("essai", "essai", (REFERENCE, RENT, CLASS, GAS, EXTRA))


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Référence du logement", REFERENCE),
        ("RÉF LOGT", REFERENCE),
        ("Numéro de lot", REFERENCE),
        ("Loyer mensuel hors charges (en €)", RENT),
        ("Loyer (HC)", RENT),
        ("Loyer du logement", RENT),
        ("Étiq. énergie (DPE)", CLASS),
        ("Étiquette climat (GES)", GAS),
        ("Bât.", EXTRA),
    ],
)
def test_understood(heading, column):
    assert LAYOUT.column_for(heading) is column


@pytest.mark.parametrize("heading", ["Loyer (charges comprises)", "Loyer CC", "Loyer (annuel)", "DPE (GES)", "Logement", "N°", "12", "x" * 100, "()"])
def test_not_taken_for_another(heading):
    assert LAYOUT.column_for(heading) is None


def test_a_name_that_is_known_comes_before_one_that_is_understood():
    assert LAYOUT.columns_for(["Loyer du logement", "Loyer HC", "N° lot", "Réf. logement"]) == [None, RENT, None, REFERENCE]


def test_of_several_lesser_names_the_first_counts_unless_it_tells_records_apart():
    assert LAYOUT.columns_for(["Résidence", "Bâtiment"]) == [EXTRA, None]
    assert LAYOUT.columns_for(["N° lot", "Code UG"]) == [REFERENCE, REFERENCE]


def test_what_was_said_not_to_be_imported_is_not_understood():
    assert LAYOUT.knowing({}, frozenset({"loyerdulogement", "loyer"})).columns_for(["Loyer du logement", "Loyer"]) == [None, RENT]
