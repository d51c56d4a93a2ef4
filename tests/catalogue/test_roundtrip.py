"""A whole file: what is accepted of it leaves in an export, and comes back unchanged."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.exchange.engine import check, confirm
from catalogue.models import Unit
from catalogue.resources import UnitResource
from tests.catalogue.conftest import upload

pytestmark = pytest.mark.django_db

HEADINGS = {
    "reference": ["reference", "Réf. logement", "Référence du logement"],
    "postcode": ["code_postal", "CP"],
    "commune": ["commune", "Ville"],
    "typology": ["typologie", "Type"],
    "rent": ["loyer_principal", "Loyer HC", "Loyer mensuel hors charges (€)"],
    "available": ["disponible_le", "Dispo le"],
    "street": ["voie"],
    "floor": ["etage", "Niveau"],
    "accessible": ["accessible_pmr", "PMR (oui/non)"],
    "rpls": ["identifiant_rpls", "N° RPLS"],
}
SPACES = ("", " ", "\u00a0")
FREE = st.text(st.characters(codec="cp1252", exclude_characters="\x00"), max_size=20)


def ways_to_write_an_amount(amount):
    """The amount as landlords write it, beside what it is."""
    whole, cents = f"{amount:.2f}".split(".")
    thousands = [f"{whole[:-3]}{space}{whole[-3:]}" for space in SPACES] if len(whole) > 3 else [whole]
    return st.sampled_from(
        [(f"{grouped}{mark}{cents}{unit}", amount) for grouped in thousands for mark in ",." for unit in ("", " €", "\u00a0€/mois")]
    )


def ways_to_write_a_day(day):
    return st.sampled_from([(text, day) for text in (f"{day:%d/%m/%Y}", f"{day}", f"{day:%d-%m-%Y}", f"{day:%d.%m.%Y}", f"{day:%Y%m%d}")])


MEANT = {"typology": "typology", "rent": "main_rent", "available": "available_on", "floor": "floor", "accessible": "is_accessible"}
"""Columns whose cells are drawn with what they mean, and the fields they feed."""

ROWS = st.fixed_dictionaries(
    {
        "postcode": st.just("35000"),
        "commune": st.sampled_from(["Rennes", "RENNES", " rennes "]),
        "street": st.one_of(FREE, st.sampled_from(["a\rb", "=1+1", "#REF!", "a_x0041_", "-", "'x", '"', "a;b\n;"])),
        "rpls": st.one_of(st.just(""), FREE),
        "typology": st.sampled_from([("T3", "T3"), ("t 3", "T3"), ("F3", "T3"), ("3", "T3"), ("T1 bis", "T1bis"), ("5", "T5"), ("6 et plus", "T6+")]),
        "rent": st.one_of(st.sampled_from([("", None), ("NC", None)]), st.decimals(0, 9999, places=2).flatmap(ways_to_write_an_amount)),
        "available": st.one_of(st.just(("-", None)), st.dates(date(1970, 1, 1), date(2060, 1, 1)).flatmap(ways_to_write_a_day)),
        "floor": st.sampled_from([("", None), ("RDC", 0), ("2e", 2), ("-1", -1), ("R+3", 3)]),
        "accessible": st.sampled_from([("", None), ("x", True), ("Non", False), ("VRAI", True), ("0", False)]),
    }
)


@settings(max_examples=20)
@given(
    rows=st.lists(ROWS, min_size=1, max_size=5),
    titles=st.fixed_dictionaries({name: st.sampled_from(names) for name, names in HEADINGS.items()}),
    order=st.permutations(list(HEADINGS)),
    separator=st.sampled_from(";,\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    file_format=st.sampled_from(["csv", "csv", "xlsx"]),
)
def test_what_is_accepted_is_what_was_meant_and_is_exported_as_it_was_taken(neotoa, rows, titles, order, separator, end, encoding, file_format):
    Unit.objects.all().delete()
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(titles[name] for name in order)
    for number, row in enumerate(rows):
        cells = {**row, **{name: row[name][0] for name in MEANT}, "reference": f"A{number}"}
        writer.writerow(cells[name] for name in order)
    entry = check(landlord=neotoa, upload=upload(text.getvalue().encode(encoding)), by=None)
    assert entry.rows == len(rows)
    assert not Unit.objects.exists()
    confirm(unit_import=entry, by=None, skip_errors=True)
    assert Unit.objects.count() == entry.created
    for unit in Unit.objects.all():
        row = rows[int(unit.reference[1:])]
        assert {name: getattr(unit, field) for name, field in MEANT.items()} == {name: row[name][1] for name in MEANT}
    if entry.created:
        exported = io.BytesIO()
        UnitResource().write(Unit.objects.all(), file_format, exported)
        again = check(landlord=neotoa, upload=upload(exported.getvalue(), f"parc.{file_format}"), by=None)
        assert (again.unchanged, again.errors, again.created) == (entry.created, 0, 0)
