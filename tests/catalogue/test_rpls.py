"""The published columns of RPLS, and the declaration."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.enums import ImportStatus
from catalogue.exchange.engine import check, confirm
from catalogue.exchange.rpls import parse_certificate_month
from catalogue.models import Unit
from tests.catalogue.conftest import SAMPLES, landlord, sample, upload

pytestmark = pytest.mark.django_db
FIRST = "00;1;NEOTOA;Néotoa;12;rue;de la Paix;35000;RENNES;99900351000016"


def home(**fields):
    """A line of 63 fields; ``f7="12"`` fills the seventh."""
    filled = {"f1": "3500000000", "f2": "A1", "f4": "35238", "f5": "35000", "f6": "RENNES", "f24": "3", **fields}
    return ";".join(filled.get(f"f{place}", "") for place in range(1, 64))


def look(owner, *lines, first=FIRST):
    return check(landlord=owner, upload=upload("\r\n".join([first, *lines]).encode("cp1252"), "rpls.txt"), by=None)


def codes(entry):
    return [finding.code for finding in entry.findings.exclude(code="unmapped_column")]


def test_every_field_finds_its_place(neotoa):
    fields = {
        "f7": "12",
        "f8": "B",
        "f9": "RUE",
        "f10": "DES LILAS",
        "f11": "4",
        "f13": "C",
        "f15": "RDC",
        "f16": "porte bleue",
        "f20": "LES LILAS",
        "f23": "COLLECTIF",
        "f25": "62,5",
        "f26": "1974",
        "f32": "HLM/O",
        "f40": "2",
        "f44": "412,50",
        "f48": "05/2024",
        "f49": "C",
        "f50": "D",
        "f63": "2",
    }
    entry = look(neotoa, home(**fields))
    assert codes(entry) == []
    confirm(unit_import=entry, by=None)
    unit = Unit.objects.get()
    assert (unit.street_number, unit.street, unit.address_extra) == ("12 B", "RUE DES LILAS", "appt 4, esc. C, porte bleue, LES LILAS")
    assert (unit.typology, unit.living_area, unit.built_year, unit.floor) == ("T3", Decimal("62.5"), 1974, 0)
    assert (unit.building_type, unit.initial_financing, unit.declared_occupation) == ("collective", "hlmo", "vacant")
    assert (unit.main_rent, unit.energy_class, unit.emission_class, unit.rpls_id) == (Decimal("412.5"), "C", "D", "3500000000")
    assert unit.quota == 2
    assert codes(look(neotoa, home(f63="8"))) == ["out_of_range"]


def test_without_object_is_empty(neotoa):
    confirm(unit_import=look(neotoa, home(f40="1", f44="300")), by=None)
    confirm(unit_import=look(neotoa, home(f40="9", f44="9999", f45="999", f48="01/1900")), by=None)
    unit = Unit.objects.get()
    assert (unit.declared_occupation, unit.main_rent, unit.charges) == ("", None, None)


@pytest.mark.parametrize(("code", "meant"), [("1", "let"), ("2", "vacant"), ("3", "works"), ("4", "association"), ("5", "other"), ("9", "")])
def test_occupation_codes(neotoa, code, meant):
    confirm(unit_import=look(neotoa, home(f40=code)), by=None)
    assert Unit.objects.get().declared_occupation == meant


def test_the_landlords_line_must_be_its_own(neotoa, archipel):
    entry = look(neotoa, home(), first=FIRST.replace("99900351000016", "99900352800018"))
    assert codes(entry) == ["wrong_landlord"]
    assert "n'est pas celui de Néotoa" in entry.findings.get().message
    assert codes(look(archipel, home())) == ["wrong_landlord"]
    assert "n'est pas enregistré" in look(archipel, home()).findings.get().message
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    "first",
    [FIRST.replace("99900351000016", ""), FIRST.replace("99900351000016", "9990035100001X"), FIRST.removesuffix(";99900351000016"), home(f2="A9")],
    ids=["no SIRET", "damaged SIRET", "a field short", "no landlord's line"],
)
def test_a_declaration_that_does_not_say_whose_it_is(neotoa, first):
    entry = look(neotoa, home(), home(f2="A2", f1="3500000001"), first=first)
    assert codes(entry) == ["wrong_landlord"]
    assert "SIRET de Néotoa" in entry.findings.get().hint


def test_lines_of_another_landlord_below_the_own_ones(neotoa):
    entry = look(neotoa, home(), FIRST.replace("99900351000016", "99900352800018"), home(f2="B1", f1="3500000001"))
    refusal = entry.findings.get()
    assert (refusal.code, refusal.row) == ("wrong_landlord", 3)


def test_a_title_above_and_a_first_home_that_is_short(neotoa):
    entry = check(landlord=neotoa, upload=upload(f"Déclaration 2015\r\n{FIRST}\r\n3500000009;A9;1\r\n{home()}\r\n", "rpls.txt"), by=None)
    assert (entry.layout, entry.created, entry.errors) == ("rpls_declaration", 1, 1)


def test_every_published_column_at_once(neotoa):
    head = (
        "REFLGT;DROIT;DEPCOM;CODEPOSTAL;LIBCOM;NUMVOIE;INDREP;TYPVOIE;NOMVOIE;NUMAPPT;NUMBOITE;ESC;COULOIR;ETAGE;COMPLIDENT;ENTREE;BAT;IMMEU;COMPLGEO;"
        "LIEUDIT;QPV;TYPECONST;NBPIECE;SURFHAB;CONSTRUCT;LOCAT;PATRIMOINE;ORIGINE;FINAN;FINANAUTRE;CONV;NUMCONV;DATCONV;MODE;CUS;DPEDATE;DPEENERGIE;"
        "DPESERRE;SRU_EXPIR;SRU_ALINEA;CODSEGPATRIM;LIBSEGPATRIM;NEWLOGT"
    )
    held = {
        "REFLGT": "A1",
        "DEPCOM": "35238",
        "CODEPOSTAL": "35000",
        "LIBCOM": "RENNES",
        "NBPIECE": "3",
        "COMPLIDENT": "PORTE G",
        "COMPLGEO": "LE PRE",
    }
    line = ";".join(held.get(title, "") for title in head.split(";"))
    entry = check(landlord=neotoa, upload=upload(f"{head}\n{line}"), by=None)
    assert (entry.layout, entry.created, codes(entry)) == ("rpls_published", 1, [])
    confirm(unit_import=entry, by=None)
    assert Unit.objects.get().address_extra == "PORTE G, LE PRE"


def test_findings_of_a_declaration(neotoa):
    entry = look(
        neotoa, home(f24="99"), home(f2="", f1=""), home(f2="A2", f1="3500000001") + ";de trop", home(f2="A3", f1="3500000002", f48="14/2011")
    )
    assert codes(entry) == ["unknown_typology", "missing_value", "extra_cells", "bad_date"]
    first = entry.findings.exclude(code="unmapped_column").first()
    assert (first.row, first.cell, first.column, first.reference) == (2, "X2", "champ 24 (pièces principales)", "A1")
    assert codes(look(neotoa, home(f48="05/2011", f49="D"))) == ["old_dpe"]
    assert codes(look(neotoa)) == ["empty_file"]


def test_spaces_in_the_siret_and_blank_lines(neotoa):
    entry = look(neotoa, "", home(), first=FIRST.replace("99900351000016", "999 003 510 00016"))
    assert (entry.layout, entry.created, entry.skipped) == ("rpls_declaration", 1, 1)


def test_published_addresses_and_notices():
    owner = landlord("fougeres-habitat")
    entry = check(landlord=owner, upload=sample("rpls_published.csv"), by=None)
    assert set(codes(entry)) == {"old_dpe"}
    confirm(unit_import=entry, by=None)
    unit = Unit.objects.get(reference="FOU00001")
    assert (unit.street_number, unit.street, unit.commune_id, unit.typology) == ("5", "SQUARE DE L'ÎLE", "35047", "T4")


def test_the_other_layouts_pass_for_no_declaration(neotoa):
    for name in ("stock_simple.csv", "stock_cp1252_excel.csv", "stock_titled.xlsx"):
        assert check(landlord=neotoa, upload=sample(name), by=None).layout == "stock"


@pytest.mark.parametrize("written", ["01/1900", "05/2024", "2024-05-01", "5-2024"])
def test_certificates_that_hold(written):
    assert parse_certificate_month(written).problem is None


CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8), st.sampled_from(["", "9999", "01/1900", "35238", "3", "A1", "RDC", "=1"])
)


@settings(max_examples=60)
@given(rows=st.lists(st.lists(CELLS, max_size=66), max_size=5), encoding=st.sampled_from(["utf-8", "utf-16"]))
def test_whatever_the_lines_a_declaration_is_answered(neotoa, rows, encoding):
    content = "\n".join([FIRST, home(), *(";".join(row) for row in rows)]).encode(encoding)
    entry = check(landlord=neotoa, upload=upload(content), by=None)
    assert entry.status in (ImportStatus.CHECKED, ImportStatus.REFUSED)
    assert not Unit.objects.exists()


@settings(max_examples=60)
@given(data=st.data())
def test_damaged_declarations_are_answered(data):
    content = bytearray((SAMPLES / "rpls_declaration.txt").read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    entry = check(landlord=landlord("emeraude-habitation"), upload=upload(bytes(content)), by=None)
    assert entry.status in (ImportStatus.CHECKED, ImportStatus.REFUSED)
