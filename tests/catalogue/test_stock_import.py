"""What a stock file does to homes, and what is said about it."""

from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.enums import ImportStatus
from catalogue.exchange.engine import ConfirmRefused, PreviewOutdated, check, confirm
from catalogue.models import ImportedFile, Unit, UnitImport
from catalogue.resources import UnitResource
from tests.catalogue.conftest import SAMPLES, sample, upload

pytestmark = pytest.mark.django_db
HEAD = "reference;code_postal;commune;code_insee;typologie"
HOME = "A1;35000;Rennes;35238;T3"


def look(landlord, *lines, head=HEAD):
    return check(landlord=landlord, upload=upload("\n".join([head, *lines])), by=None)


def take(landlord, *lines, head=HEAD):
    return confirm(unit_import=look(landlord, *lines, head=head), by=None, skip_errors=True)


def codes(entry):
    return [finding.code for finding in entry.findings.all()]


def places(landlord):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, ctid::text, xmin::text, xmax::text, updated_at FROM catalogue_unit WHERE landlord_id = %s ORDER BY id", [landlord.pk]
        )
        return cursor.fetchall()


def test_the_same_file_again_writes_nothing(neotoa):
    confirm(unit_import=check(landlord=neotoa, upload=sample("stock_simple.csv"), by=None), by=None)
    before = places(neotoa)
    again = check(landlord=neotoa, upload=sample("stock_simple.csv"), by=None)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 40)
    assert confirm(unit_import=again, by=None).written == 0
    assert places(neotoa) == before


def test_changes_are_told_field_by_field_and_dated(neotoa):
    confirm(unit_import=check(landlord=neotoa, upload=sample("stock_simple.csv"), by=None), by=None)
    Unit.objects.update(updated_at="2014-01-01T00:00:00Z")
    entry = check(landlord=neotoa, upload=sample("stock_changed.csv"), by=None)
    told = {change.reference: change.fields for change in entry.changes.filter(kind="changed")}
    assert told == {
        "NEO-00001": {"main_rent": [211.29, 221.29]},
        "NEO-00002": {"declared_occupation": ["let", "vacant"]},
        "NEO-00003": {"energy_class": ["E", "F"]},
    }
    assert list(entry.changes.filter(kind="absent").values_list("reference", flat=True)) == ["NEO-00040"]
    confirm(unit_import=entry, by=None)
    assert Unit.objects.filter(updated_at__year__gt=2014).count() == 5
    assert Unit.objects.get(reference="NEO-00001").main_rent == Decimal("221.29")
    assert Unit.objects.filter(reference="NEO-00040").exists()


def test_absent_columns_stay_and_blank_cells_clear(neotoa):
    take(neotoa, f"{HOME};3;412,50;neuf;oui;PLAI", head=f"{HEAD};etage;loyer;mobilisation;fleche;financement")
    take(neotoa, HOME)
    home = Unit.objects.get()
    assert (home.floor, home.main_rent, home.mobilisation_mode, home.is_earmarked) == (3, Decimal("412.50"), "new_build", True)
    take(neotoa, f"{HOME};;NC;;;", head=f"{HEAD};etage;loyer;mobilisation;fleche;financement")
    home.refresh_from_db()
    assert (home.floor, home.main_rent) == (None, None)
    assert (home.mobilisation_mode, home.is_earmarked, home.initial_financing) == ("new_build", True, "plai")


def test_initial_financing_once_set_stays(neotoa):
    take(neotoa, f"{HOME};", head=f"{HEAD};financement")
    take(neotoa, f"{HOME};PLUS", head=f"{HEAD};financement")
    entry = take(neotoa, f"{HOME};PLS", head=f"{HEAD};financement")
    assert (entry.unchanged, codes(entry), entry.notices) == (1, ["financing_kept"], 1)
    assert Unit.objects.get().initial_financing == "plus"


def test_letter_case_and_outer_spaces_do_not_make_two_homes(neotoa):
    take(neotoa, HOME)
    entry = take(neotoa, " a1 ;35000;Rennes;35238;T4")
    assert (entry.created, entry.changed) == (0, 1)
    assert Unit.objects.get().reference == "A1"
    assert codes(look(neotoa, HOME, "a1;35000;Rennes;35238;T4")) == ["duplicate_in_file", "duplicate_in_file"]


def test_another_landlords_home_of_the_same_reference_is_left_alone(neotoa, archipel):
    take(archipel, HOME)
    entry = take(neotoa, "A1;35000;Rennes;35238;T5")
    assert (entry.created, entry.changed, entry.absent) == (1, 0, 0)
    assert Unit.objects.get(landlord=archipel).typology == "T3"


@pytest.mark.parametrize(
    ("line", "expected", "commune"),
    [
        ("A1;35000;RENNES CEDEX 7;;T3", [], "35238"),
        ("A1;35400;St Malo;;T3", [], "35288"),
        ("A1;35400;saint-malo;;T3", [], "35288"),
        ("A1;35000;Rennes;35115;T3", ["insee_commune_mismatch"], "35115"),
        ("A1;35460;Baillé;35011;T3", ["old_commune_code"], "35292"),
        ("A1;35460;Baillé;;T3", ["old_commune_code"], "35292"),
        ("A1;35560;Antrain;35004;T3", [], "35004"),
        ("A1;35000;Fougères;;T3", ["postcode_mismatch"], "35115"),
        ("A1;44000;Nantes;44109;T3", ["unknown_commune"], None),
        ("A1;44000;Nantes;;T3", ["unknown_commune"], None),
        ("A1;93100;Rennes;;T3", ["unknown_commune"], None),
    ],
)
def test_communes(neotoa, line, expected, commune):
    entry = take_or_look(neotoa, line)
    assert codes(entry) == expected
    assert list(Unit.objects.values_list("commune_id", flat=True)) == ([commune] if commune else [])


def take_or_look(landlord, line):
    entry = look(landlord, line)
    return confirm(unit_import=entry, by=None) if not entry.errors else entry


def test_the_name_is_kept_as_received(neotoa):
    take(neotoa, "A1;35000;Rennes;35115;T3")
    assert Unit.objects.get().commune_name == "Rennes"
    assert look(neotoa, "A1;35000;RENNES;35115;T3").unchanged == 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (";;;;", "skipped"),
        ("A1;;;;", ["missing_value", "missing_value", "missing_value"]),
        ("=A2;35000;Rennes;35238;T3", ["formula"]),
        ("@A2;35000;Rennes;35238;T3", ["formula"]),
        ("+33 2;35000;Rennes;35238;T3", []),
        ("'0012;35000;Rennes;35238;T3", []),
        (f"{'A' * 51};35000;Rennes;35238;T3", ["too_long"]),
        ("A1;35000;Rennes;35238;T3;en trop", ["extra_cells"]),
        ("A1;35000;Rennes;35238;T3;;;", []),
        ("A1;3500;Rennes;35238;T9999", ["unknown_code", "unknown_typology"]),
        ("1,2E+12;35000;Rennes;35238;T7", ["damaged_id", "value_normalised"]),
    ],
)
def test_findings_of_a_row(neotoa, line, expected):
    entry = look(neotoa, "Z9;35000;Rennes;35238;T3", line)
    if expected == "skipped":
        assert (entry.rows, entry.skipped) == (1, 1)
    else:
        assert codes(entry) == expected


def test_each_finding_says_where(neotoa):
    finding = look(neotoa, HOME, "A2;35000;Rennes;35238;T99").findings.get()
    assert (finding.row, finding.column, finding.cell, finding.reference, finding.value) == (3, "typologie", "E3", "A2", "T99")
    assert finding.hint.startswith("Indiquez")


def test_a_rent_that_jumps(neotoa):
    take(neotoa, f"{HOME};400", head=f"{HEAD};Loyer HC")
    assert codes(look(neotoa, f"{HOME};520", head=f"{HEAD};Loyer HC")) == []
    assert codes(look(neotoa, f"{HOME};520,01", head=f"{HEAD};Loyer HC")) == ["rent_jump"]


def test_columns_that_are_not_known_are_listed(neotoa):
    entry = look(neotoa, f"{HOME};x", head=f"{HEAD};Couleur des volets")
    assert (entry.created, entry.errors, entry.notices) == (1, 0, 0)
    assert [(finding.code, finding.column, finding.cell) for finding in entry.findings.all()] == [("unmapped_column", "Couleur des volets", "F1")]


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (f"{HEAD};Loyer;Loyer HC", "ambiguous_columns"),
        ("reference;commune;code_insee;typologie", "missing_column"),
        ("un;deux;trois", "missing_column"),
        (HEAD + ";x" * 200, "too_large"),
    ],
)
def test_headings_that_are_refused(neotoa, head, code):
    entry = look(neotoa, HOME, head=head)
    assert (entry.status, codes(entry)) == (ImportStatus.REFUSED, [code])


def test_a_file_without_homes(neotoa):
    assert codes(look(neotoa)) == ["empty_file"]
    assert codes(look(neotoa, ";;;;", "Total;;;;")) == ["empty_file"]


def test_a_file_that_names_another_landlord(neotoa, archipel):
    assert codes(look(neotoa, f"{HOME};ARCHIPEL HABITAT", head=f"{HEAD};Bailleur")) == ["wrong_landlord"]
    assert codes(look(neotoa, f"{HOME};NEOTOA", head=f"{HEAD};Bailleur")) == ["unmapped_column"]


def test_rpls_ids(neotoa):
    head = f"{HEAD};N° RPLS"
    take(neotoa, f"{HOME};R1", "A2;35000;Rennes;35238;T3;R2", head=head)
    swapped = take(neotoa, f"{HOME};R2", "A2;35000;Rennes;35238;T3;R1", head=head)
    assert swapped.written == 2
    assert dict(Unit.objects.values_list("reference", "rpls_id")) == {"A1": "R2", "A2": "R1"}
    assert codes(look(neotoa, "A3;35000;Rennes;35238;T3;R1", head=head)) == ["rpls_id_taken"]
    assert codes(look(neotoa, "A3;35000;Rennes;35238;T3;R5", "A4;35000;Rennes;35238;T3;R5", head=head)) == ["duplicate_in_file"] * 2


def test_a_row_left_out_keeps_its_rpls_id(neotoa):
    head = f"{HEAD};N° RPLS"
    take(neotoa, f"{HOME};R1", head=head)
    entry = look(neotoa, "A1;35000;Rennes;35238;T99;R2", "A2;35000;Rennes;35238;T3;R1", head=head)
    assert (entry.errors, codes(entry)) == (2, ["unknown_typology", "rpls_id_taken"])


def test_confirming_twice_writes_once(neotoa, officer):
    entry = look(neotoa, HOME)
    first = confirm(unit_import=entry, by=officer)
    Unit.objects.update(typology="T5")
    again = confirm(unit_import=entry, by=None)
    assert (again.confirmed_at, again.confirmed_by, again.written) == (first.confirmed_at, officer, 1)
    assert Unit.objects.get().typology == "T5"


def test_data_that_changed_since_the_preview(neotoa):
    take(neotoa, HOME)
    entry = look(neotoa, "A1;35000;Rennes;35238;T4")
    Unit.objects.update(typology="T5")
    with pytest.raises(PreviewOutdated):
        confirm(unit_import=entry, by=None)
    assert Unit.objects.get().typology == "T5"
    entry.refresh_from_db()
    assert entry.changes.get().fields == {"typology": ["T5", "T4"]}
    assert confirm(unit_import=entry, by=None).written == 1


def test_what_cannot_be_confirmed(neotoa):
    entry = look(neotoa, HOME, "A2;35000;Rennes;35238;T99")
    with pytest.raises(ConfirmRefused, match="une ligne est en erreur"):
        confirm(unit_import=entry, by=None)
    ImportedFile.objects.all().delete()
    with pytest.raises(ConfirmRefused, match="plus gardé"):
        confirm(unit_import=entry, by=None, skip_errors=True)
    with pytest.raises(ConfirmRefused, match="refusé"):
        confirm(unit_import=look(neotoa, head="rien"), by=None)
    assert not Unit.objects.exists()


def test_refused_files_are_not_kept(neotoa):
    entry = check(landlord=neotoa, upload=sample("refused_picture.csv"), by=None)
    assert not ImportedFile.objects.exists()
    assert (len(entry.sha256), entry.file_size) == (64, (SAMPLES / "refused_picture.csv").stat().st_size)


def test_merged_and_hidden_cells_of_a_workbook(neotoa, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    book.create_sheet("Autre", 0).append(["Notice"])
    sheet.append(["Patrimoine 2014"])
    sheet.merge_cells("A1:E1")
    sheet.append([])
    sheet.append(["Typo.", "Réf. lgt", "CP", "Ville", "Dispo le", "N°"])
    sheet.append(["T3", 101, 35000, "Rennes", date(2015, 6, 1), True])
    sheet.append(["T2", 102, 35000, None, None, "12"])
    sheet.merge_cells("D4:D5")
    sheet.append(["T1", 12345678901234567, 35000, "Rennes", None, None])
    sheet.column_dimensions["C"].hidden = True
    book.save(tmp_path / "parc.xlsx")
    entry = check(landlord=neotoa, upload=upload((tmp_path / "parc.xlsx").read_bytes(), "parc.xlsx"), by=None)
    assert [(finding.row, finding.cell, finding.code) for finding in entry.findings.all()] == [(6, "B6", "damaged_id")]
    confirm(unit_import=entry, by=None, skip_errors=True)
    assert list(Unit.objects.order_by("reference").values_list("reference", "typology", "available_on")) == [
        ("101", "T3", date(2015, 6, 1)),
        ("102", "T2", None),
    ]


ODD = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
AMOUNTS = st.one_of(st.none(), st.decimals(0, 9999, places=2))
HOMES = st.fixed_dictionaries(
    {
        "rpls_id": st.just(""),
        "street_number": st.one_of(
            ODD.map(lambda text: text[:20]),
            st.sampled_from(["NC", "-", "=1+1", "'x", " a ", "+3", "12 bis", "\ufeff", "\u200b", "\u00ad", "\u00a0", "\ufeff=1"]),
        ),
        "street": st.one_of(
            ODD,
            st.sampled_from(["=HYPERLINK(1)", "@x", "''", "-", "N/A", "\ta", "a;b", 'a"b', "a\nb", "a\rb", "a\r\nb", "#REF!", "a_x0041_", "_x000D_"]),
        ),
        "address_extra": ODD,
        "commune_id": st.sampled_from(["35238", "35115", "35004"]),
        "commune_name": st.sampled_from(["", "Rennes", "RENNES", "Antrain", "Val-Couesnon", "St Malo"]),
        "typology": st.sampled_from(["T1", "T1bis", "T3", "T6+"]),
        "living_area": st.one_of(st.none(), st.decimals(1, 1000, places=2)),
        "floor": st.one_of(st.none(), st.integers(-5, 60)),
        "built_year": st.one_of(st.none(), st.integers(1500, 2100)),
        "building_type": st.sampled_from(["", "collective", "detached"]),
        "initial_financing": st.sampled_from(["", "plai_adapted", "hlmo", "plr_psr", "other"]),
        "main_rent": AMOUNTS,
        "charges": AMOUNTS,
        "energy_class": st.sampled_from(["", "A", "G"]),
        "emission_class": st.sampled_from(["", "A", "G"]),
        "is_accessible": st.sampled_from([None, True, False]),
        "declared_occupation": st.sampled_from(["", "let", "works", "other"]),
        "available_on": st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2099, 1, 1))),
        "mobilisation_mode": st.sampled_from(["", "new_build", "adaptation"]),
        "is_earmarked": st.booleans(),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(homes=st.lists(HOMES, min_size=1, max_size=8), file_format=st.sampled_from(["csv", "xlsx"]))
def test_an_export_comes_back_unchanged(neotoa, tmp_path, homes, file_format):
    Unit.objects.all().delete()
    Unit.objects.bulk_create(Unit(landlord=neotoa, reference=f"R {number}", postcode="35000", **home) for number, home in enumerate(homes))
    target = tmp_path / "parc"
    with target.open("wb") as handle:
        UnitResource().write(Unit.objects.all(), file_format, handle)
    entry = check(landlord=neotoa, upload=upload(target.read_bytes(), "parc"), by=None)
    assert entry.status == ImportStatus.CHECKED
    assert list(entry.findings.stopping()) == []
    assert [change.fields for change in entry.changes.all()] == []
    assert entry.unchanged == len(homes)


@pytest.mark.parametrize(
    "nothing", ["\ufeff", "\u200b", "\u00a0", "\u202f", "\u00ad", "\u2060", "\u200e\u200f", "\x01", "\x85", "\u2800", " \u200b "]
)
def test_what_shows_nothing_is_an_empty_cell(neotoa, nothing):
    head = f"{HEAD};numero;voie;complement;identifiant_rpls"
    take(neotoa, HOME + f';"{nothing}"' * 4, head=head)
    home = Unit.objects.get()
    assert (home.street_number, home.street, home.address_extra, home.rpls_id) == ("",) * 4
    assert look(neotoa, f"{HOME};;;;", head=head).unchanged == 1


def test_what_shows_nothing_within_a_text_is_left_out(neotoa):
    take(neotoa, 'A1;35000;\u200bRen\u00adnes;35238;T\u200b3;"rue\x0bdes\u00a0Li\u00adlas\ufeff\x07"', head=f"{HEAD};voie")
    home = Unit.objects.get()
    assert (home.street, home.typology, home.commune_id) == ("rue des\u00a0Lilas", "T3", "35238")


def test_a_row_of_invisible_characters_is_blank(neotoa):
    entry = look(neotoa, HOME, "\ufeff;\u200b;\u00a0;;")
    assert (entry.rows, entry.skipped, entry.errors) == (1, 1, 0)


CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(["", "NC", "T3", "35000", "Rennes", "35238", "=1", "3,5E+09", "A1", "Total"]),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELLS, max_size=8), max_size=8),
    head=st.sampled_from([HEAD.split(";"), ["Réf.", "CP", "Ville", "Type", "Loyer", "N° RPLS", "Étage"]]),
    separator=st.sampled_from(";,\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_the_rows_a_check_answers_and_writes_no_home(neotoa, rows, head, separator, end, encoding):
    content = end.join(separator.join(row) for row in [head, *rows]).encode(encoding)
    entry = check(landlord=neotoa, upload=upload(content), by=None)
    assert entry.status in (ImportStatus.CHECKED, ImportStatus.REFUSED)
    assert entry.created + entry.errors == entry.rows
    assert not Unit.objects.exists()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_whatever_the_bytes_a_check_answers(neotoa, content):
    entry = check(landlord=neotoa, upload=upload(content), by=None)
    assert entry.status in (ImportStatus.CHECKED, ImportStatus.REFUSED)
    assert UnitImport.objects.filter(pk=entry.pk).exists()
