"""How fast a stock file goes from bytes to the database, beside a bare COPY upsert of the same rows in the same run."""

import csv
import io
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from import_export import resources
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget
from tablib import Dataset

from access.exchange.limits import Limits
from catalogue.exchange.engine import check, confirm, receive
from catalogue.models import Commune, Unit
from partners.enums import OrganisationKind
from partners.models import Organisation

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db(transaction=True)]

ROWS = 50_000
COMMUNES = [
    ("35000", "Rennes", "35238"),
    ("35300", "Fougères", "35115"),
    ("35400", "Saint-Malo", "35288"),
    ("35500", "Vitré", "35360"),
    ("35170", "Bruz", "35047"),
]
STREETS = ["rue des Lilas", "allée de la Hublais", "boulevard de Vitré", "impasse des Chênes", "avenue du Général Leclerc", "square de l'Île"]
HEADINGS = (
    "reference;identifiant_rpls;numero;voie;complement;code_postal;commune;code_insee;typologie;surface_habitable;etage;annee_construction;"
    "type_construction;financement_initial;loyer_principal;charges;dpe;ges;accessible_pmr;occupation;disponible_le;mobilisation;fleche"
)
COPIED = (
    "reference, rpls_id, street_number, street, address_extra, postcode, commune_name, commune_id, typology, living_area, floor, built_year,"
    " building_type, initial_financing, main_rent, charges, energy_class, emission_class, is_accessible, declared_occupation, available_on,"
    " mobilisation_mode, is_earmarked"
)
STORED = {
    12: {"collectif": "collective", "individuel": "detached"},
    13: {"PLUS": "plus", "PLAI": "plai", "HLM/O": "hlmo"},
    19: {"loué": "let", "vacant": "vacant"},
}


def stock(rows: int) -> list[list[str]]:
    return [
        [
            *(f"BEN-{number:06}", f"BE{number:08}", str(number % 120 + 1), STREETS[number % 6], f"Bât. {'ABC'[number % 3]}", *COMMUNES[number % 5]),
            *(
                f"T{number % 5 + 1}",
                f"{20 + number % 9000 / 100:.2f}",
                str(number % 7),
                str(1950 + number % 70),
                "individuel" if number % 9 == 0 else "collectif",
            ),
            *(("PLUS", "PLAI", "HLM/O")[number % 3], f"{150 + number % 45000 / 100:.2f}", f"{30 + number % 9000 / 100:.2f}", "ABCDEFG"[number % 7]),
            *("ABCDEFG"[number % 5], "oui" if number % 8 == 0 else "non", "vacant" if number % 11 == 0 else "loué", "", "", "non"),
        ]
        for number in range(rows)
    ]


def as_file(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    text.write(HEADINGS + "\r\n")
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode()


def bare_upsert(rows: list[list[str]], landlord_id: int) -> float:
    """Seconds for the rows, already checked, to go by COPY into a temporary table and from there into the units."""
    lines = []
    for row in rows:
        cells = [STORED[at].get(cell, cell) if at in STORED else cell for at, cell in enumerate(row)]
        cells[18], cells[22], cells[20] = ("t" if cells[18] == "oui" else "f"), "f", r"\N"
        lines.append("\t".join(cells) + "\n")
    data = "".join(lines)
    names = COPIED.split(", ")
    updates = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE bare ON COMMIT DROP AS SELECT {COPIED} FROM catalogue_unit WITH NO DATA")
        with cursor.copy(f"COPY bare ({COPIED}) FROM STDIN") as copy:
            copy.write(data)
        cursor.execute(
            f"INSERT INTO catalogue_unit AS u (landlord_id, updated_at, {COPIED}) SELECT {landlord_id}, now(), {COPIED} FROM bare"
            f" ON CONFLICT (landlord_id, reference_key) DO UPDATE SET {updates}"
            f" WHERE ({', '.join('u.' + name for name in names[1:])}) IS DISTINCT FROM ({', '.join('excluded.' + name for name in names[1:])})"
        )
    return time.perf_counter() - started


def whole_path(content: bytes, landlord: Organisation) -> tuple[float, float, int]:
    """Seconds to the preview, seconds to the end, homes written."""
    started = time.perf_counter()
    entry = check(landlord=landlord, upload=receive(io.BytesIO(content), "banc.csv", Limits.from_settings()), by=None)
    shown = time.perf_counter() - started
    confirmed = confirm(unit_import=entry, by=None)
    return shown, time.perf_counter() - started, confirmed.written


def landlord(code: str) -> Organisation:
    return Organisation.objects.create(code=code, name=code, kind=OrganisationKind.LANDLORD)


def test_whole_path_beside_a_bare_upsert():
    rows = stock(ROWS)
    content = as_file(rows)
    whole_path(as_file(rows[:500]), landlord("mise-en-train"))
    before_it = bare_upsert(rows, landlord("nu").pk)
    owner = landlord("entier")
    shown, whole, written = whole_path(content, owner)
    assert written == ROWS
    after_it = bare_upsert(rows, landlord("nu-apres").pk)
    bare = (before_it + after_it) / 2
    before = list(Unit.objects.filter(landlord=owner).extra(select={"place": "ctid::text"}).order_by("pk").values_list("place", "updated_at"))
    bare_again = bare_upsert(rows, Organisation.objects.get(code="nu").pk)
    shown_again, whole_again, written_again = whole_path(content, owner)
    after = list(Unit.objects.filter(landlord=owner).extra(select={"place": "ctid::text"}).order_by("pk").values_list("place", "updated_at"))
    assert written_again == 0
    assert before == after
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(  # noqa: T201
        f"\n{ROWS} lignes : COPY nu {bare:.2f} s (avant {before_it:.2f}, après {after_it:.2f}) ; chemin entier {whole:.2f} s (aperçu {shown:.2f} s), rapport {whole / bare:.2f}"
        f"\nà l'identique : COPY nu {bare_again:.2f} s ; chemin entier {whole_again:.2f} s (aperçu {shown_again:.2f} s), 0 écriture"
        f"\nmémoire de pointe {peak:.0f} Mo"
    )
    assert whole <= 2 * bare


CHILD = """
import os, re, sys
from pathlib import Path
import django
django.setup()
from django.db import connection
connection.settings_dict.update(NAME=os.environ["TEST_NAME"], USER=os.environ["TEST_USER"], PASSWORD=os.environ["TEST_PASSWORD"])
from django.core.management import call_command
def peak():
    # The most this process held since it was started: ru_maxrss would count what its parent held as it forked.
    return int(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1]) // 1024
before = peak()
call_command("import_units", sys.argv[1], "--landlord", sys.argv[2], "--max-rows", sys.argv[3], "--confirm")
print(before, peak())
"""


def by_command(content: bytes, owner: Organisation, rows: int, path: Path) -> tuple[float, int, int]:
    """Seconds, and megabytes before and at the most, for the command line to import a file in a process of its own."""
    path.write_bytes(content)
    facts = connection.settings_dict
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONPATH": "site:."}
    environment |= {"TEST_NAME": facts["NAME"], "TEST_USER": facts["USER"], "TEST_PASSWORD": facts["PASSWORD"] or ""}
    started = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), owner.code, str(rows)], env=environment, stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    seconds = time.perf_counter() - started
    before, peak = told.split()[-2:]
    return seconds, int(before), int(peak)


def test_memory_of_a_file_at_the_limit(tmp_path):
    owner = landlord("limite")
    seconds, before, peak = by_command(as_file(stock(250_000)), owner, 250_000, tmp_path / "banc.csv")
    assert Unit.objects.filter(landlord=owner).count() == 250_000
    print(f"\n250 000 lignes, aperçu et enregistrement : {seconds:.1f} s, pointe {peak} Mo (au démarrage : {before} Mo)")  # noqa: T201
    assert peak < 200


@pytest.mark.skipif(not os.environ.get("BENCH_MILLION"), reason="BENCH_MILLION=1 mesure aussi un million de lignes")
def test_a_million_rows_by_command(tmp_path):
    owner = landlord("million")
    seconds, before, peak = by_command(as_file(stock(1_000_000)), owner, 1_000_000, tmp_path / "banc.csv")
    assert Unit.objects.filter(landlord=owner).count() == 1_000_000
    print(f"\n1 000 000 lignes, aperçu et enregistrement : {seconds:.1f} s, pointe {peak} Mo (au démarrage : {before} Mo)")  # noqa: T201


COMPARED = 1_000
"""Rows given to import-export as it comes: 50 000 would take minutes, so its time is scaled, and said to be."""


class PlainResource(resources.ModelResource):
    """import-export as it comes: a model, its fields, two foreign keys looked up row by row."""

    landlord = Field(column_name="landlord", attribute="landlord", widget=ForeignKeyWidget(Organisation, "code"))
    commune = Field(column_name="commune", attribute="commune", widget=ForeignKeyWidget(Commune, "insee_code"))

    def after_import(self, dataset, result, **kwargs):
        """Leave the sequences alone: the application's account may not set them."""

    class Meta:
        model = Unit
        import_id_fields = ("landlord", "reference")
        fields = (
            "landlord",
            "reference",
            "rpls_id",
            "street_number",
            "street",
            "postcode",
            "commune",
            "typology",
            "living_area",
            "floor",
            "main_rent",
        )


def test_beside_import_export_as_it_comes():
    rows = stock(COMPARED)
    plain = landlord("nature")
    data = Dataset(headers=["landlord", *PlainResource.Meta.fields[1:]])
    for row in rows:
        data.append([plain.code, row[0], row[1], row[2], row[3], row[5], row[7], row[8], row[9], row[10], row[14]])
    started = time.perf_counter()
    result = PlainResource().import_data(data, raise_errors=True)
    as_it_comes = time.perf_counter() - started
    assert result.totals["new"] == COMPARED
    _, ours, written = whole_path(as_file(rows), landlord("notre"))
    assert written == COMPARED
    _, ours_at_size, _ = whole_path(as_file(stock(ROWS)), landlord("grand"))
    print(  # noqa: T201
        f"\n{COMPARED} lignes : import-export tel quel {as_it_comes:.2f} s, chemin entier {ours:.2f} s, rapport {as_it_comes / ours:.1f}"
        f"\n{ROWS} lignes : import-export {as_it_comes * ROWS / COMPARED:.0f} s (extrapolé de {COMPARED} lignes), chemin entier {ours_at_size:.2f} s,"
        f" rapport {as_it_comes * ROWS / COMPARED / ours_at_size:.0f}"
    )
    assert as_it_comes * ROWS / COMPARED > 10 * ours_at_size
