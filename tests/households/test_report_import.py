"""The file of reported households: samples, what is refused, what is written, and what a finding never says."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from access.exchange.states import ImportStatus
from catalogue.exchange.engine import ConfirmRefused, PreviewOutdated
from catalogue.models import Unit
from households.enums import ReportStatus
from households.exchange.engine import check, confirm
from households.exchange.layout import HOUSEHOLDS
from households.exchange.sensitive import is_sensitive
from households.models import HouseholdImport, HouseholdImportFile, HouseholdReport
from households.tasks import purge_report_files
from tests.catalogue.conftest import SAMPLES
from tests.factories import UnitFactory
from tests.households.conftest import HEADINGS, sample, upload

pytestmark = pytest.mark.django_db
OUTCOMES = json.loads((SAMPLES / "outcomes.json").read_text())


def run(*arguments, command="import_households"):
    """The exit code and the object printed."""
    out = io.StringIO()
    try:
        call_command(command, *arguments, "--json", stdout=out)
    except SystemExit as end:
        return end.code, json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def lines(*rows, headings=HEADINGS):
    return upload("\n".join((headings, *rows)))


def row(**cells):
    values = {
        "reference_signalement": "SIG-1",
        "porte_entree": "accès",
        "nom": "Exemple",
        "prenom": "Anaïs",
        **cells,
    }
    return ";".join(values.get(heading, "") for heading in HEADINGS.split(";"))


def codes(entry):
    return [(finding.column, finding.code) for finding in entry.findings.all()]


def test_the_sample_gives_what_is_promised(neotoa):
    outcome = OUTCOMES["signalements.csv"]
    assert run(str(SAMPLES / outcome["after"]), "--landlord", "neotoa", "--confirm", command="import_units")[0] == 0
    status, found = run(str(SAMPLES / "signalements.csv"), "--landlord", "neotoa")
    assert (status, found["layout"], found["created"], found["errors"], found["written"]) == (0, outcome["layout"], 6, 0, 0)
    assert found["findings"] == []
    assert not HouseholdReport.objects.exists()
    status, found = run(str(SAMPLES / "signalements.csv"), "--landlord", "neotoa", "--confirm")
    assert (status, found["written"]) == (0, 6)
    first = HouseholdReport.objects.get(reference="SIG-001")
    assert (first.entry_door, first.reason, first.unit.reference, first.commune_id) == ("maintenance", "eviction_threat", "NEO-00001", "35024")
    assert (first.birth_date, first.phone, first.is_pdalpd, first.is_dalo) == (date(1970, 5, 10), "0601020300", True, False)
    second = HouseholdReport.objects.get(reference="SIG-002")
    assert (second.application_number, second.applied_on) == ("035011300000135001", date(2013, 1, 11))
    status, found = run(str(SAMPLES / "signalements.csv"), "--landlord", "neotoa", "--confirm")
    assert (status, found["unchanged"], found["created"], found["changed"], found["written"]) == (0, 6, 0, 0, 0)


def test_a_sensitive_column_refuses_the_file_by_name_and_nothing_of_it_is_kept(neotoa):
    status, found = run(str(SAMPLES / "refused_sensitive.csv"), "--landlord", "neotoa", "--confirm")
    assert (status, found["refused"], found["written"]) == (2, "sensitive_column", 0)
    (finding,) = found["findings"]
    assert (finding["level"], finding["column"], finding["row"], finding["cell"]) == ("file", "Santé / addictions", 1, "P1")
    entry = HouseholdImport.objects.get()
    assert entry.status == ImportStatus.REFUSED
    assert len(entry.sha256) == 64
    assert not HouseholdImportFile.objects.exists()
    assert not HouseholdReport.objects.exists()
    assert "Exemple" not in json.dumps(found, ensure_ascii=False)
    with pytest.raises(ConfirmRefused, match="refusé"):
        confirm(entry=entry, by=None)


@pytest.mark.parametrize(
    "heading",
    [
        *("Santé", "SANTE", "pb_santé", "suiviSante", "Problème de santé ?", "s a n t é", "État de santé du conjoint", "antecedents-judiciaires"),
        *(
            "Addiction(s)",
            "Conduites addictives",
            "toxicomanie",
            "Alcool",
            "Casier",
            "casier judiciaire",
            "Violences conjugales",
            "victime de violence",
        ),
        *("Handicap", "Reconnaissance MDPH", "maladie", "Psychiatrie", "suivi psy", "Sortant de prison", "Justice", "Condamnation", "Condamné le"),
        *(
            "Religion",
            "Origine",
            "Origine ethnique",
            "NIR",
            "N° sécurité sociale",
            "Numéro de Sécu",
            "N° SS",
            "numeroSecuriteSociale",
            "N.I.R.",
            "NºSS",
            "Bracelet électronique",
        ),
    ],
)
def test_headings_that_no_file_may_hold(neotoa, heading):
    assert is_sensitive(heading)
    entry = check(landlord=neotoa, upload=lines(row() + ";rien", headings=f"{HEADINGS};{heading}"), by=None)
    assert codes(entry) == [(heading, "sensitive_column")]


@pytest.mark.parametrize(
    "heading",
    [
        "Observations",
        "Gestionnaire",
        "Agence",
        "Justificatif",
        "Date de signalement",
        "Adresse",
        "Quartier politique de la ville",
        "Taille suffisante",
        "Commune",
    ],
)
def test_other_headings_are_listed_and_left_out(neotoa, heading):
    assert not is_sensitive(heading)
    entry = check(landlord=neotoa, upload=lines(row() + ";valeur", headings=f"{HEADINGS};{heading}"), by=None)
    assert (entry.status, codes(entry)) == (ImportStatus.CHECKED, [(heading, "unmapped_column")])


def test_all_there_is_to_say_about_a_row_at_once(neotoa):
    wrong = row(
        porte_entree="logement 1",
        numero_unique="12",
        date_demande="31/02/2013",
        date_naissance="01/01/2090",
        nb_personnes="0",
        telephone="12",
        code_insee="99999",
        reference_logement="NEO-99999",
        dalo="2",
        motif="7",
        nom="",
    )
    entry = check(landlord=neotoa, upload=lines(wrong, row(reference_signalement="SIG-2")), by=None)
    assert codes(entry) == [
        ("porte_entree", "unknown_code"),
        ("numero_unique", "unknown_code"),
        ("date_demande", "bad_date"),
        ("nom", "missing_value"),
        ("date_naissance", "out_of_range"),
        ("nb_personnes", "out_of_range"),
        ("telephone", "bad_number"),
        ("code_insee", "unknown_commune"),
        ("reference_logement", "unknown_code"),
        ("dalo", "unknown_code"),
        ("motif", "unknown_code"),
    ]
    assert (entry.created, entry.errors) == (1, 1)
    with pytest.raises(ConfirmRefused, match="une ligne est en erreur"):
        confirm(entry=entry, by=None)
    assert confirm(entry=entry, by=None, skip_errors=True).written == 1


def test_another_landlords_home_is_as_unknown_as_one_that_does_not_exist(neotoa, archipel):
    UnitFactory(landlord=archipel, reference="ARC-00001")
    said = []
    for reference in ("ARC-00001", "ARC-00002"):
        entry = check(landlord=neotoa, upload=lines(row(reference_logement=reference)), by=None)
        finding = entry.findings.get()
        said.append((finding.code, finding.message.replace(reference, ""), finding.hint))
    assert said[0] == said[1]
    assert "fichier patrimoine" in said[0][2]


def test_one_reference_twice_in_a_file_is_told_on_both_rows(neotoa):
    entry = check(landlord=neotoa, upload=lines(row(), row(reference_signalement=" sig-1 "), row(reference_signalement="SIG-2")), by=None)
    assert [(finding.row, finding.code) for finding in entry.findings.all()] == [(2, "duplicate_in_file"), (3, "duplicate_in_file")]
    assert (entry.errors, entry.created) == (2, 1)


def test_a_report_already_dealt_with_takes_what_the_landlord_changes_and_keeps_its_state(neotoa):
    confirm(entry=check(landlord=neotoa, upload=lines(row(telephone="0299010203")), by=None), by=None)
    HouseholdReport.objects.update(status=ReportStatus.DISMISSED, dismissal_reason="duplicate", decided_at="2026-01-01T00:00Z")
    entry = check(landlord=neotoa, upload=lines(row(reference_signalement="Sig-1", telephone="0299010204")), by=None)
    assert (entry.created, entry.changed) == (0, 1)
    assert entry.file.preview[0]["fields"] == [{"label": "téléphone", "before": "0299010203", "after": "0299010204"}]
    confirm(entry=entry, by=None)
    known = HouseholdReport.objects.get()
    assert (known.phone, known.status, known.reference) == ("0299010204", ReportStatus.DISMISSED, "SIG-1")


def test_a_column_left_out_changes_nothing_and_a_blank_cell_clears(neotoa):
    confirm(entry=check(landlord=neotoa, upload=lines(row(telephone="0299010203", dalo="oui")), by=None), by=None)
    short = "reference_signalement;porte_entree;nom;prenom;dalo\nSIG-1;accès;Exemple;Anaïs;"
    confirm(entry=check(landlord=neotoa, upload=upload(short), by=None), by=None)
    known = HouseholdReport.objects.get()
    assert (known.phone, known.is_dalo) == ("0299010203", False)


def test_confirmed_twice_written_once_and_an_old_preview_is_shown_anew(neotoa):
    first, second = (check(landlord=neotoa, upload=sample("signalements.csv"), by=None) for _ in range(2))
    assert first.errors == 2, "the homes are not in stock yet"
    for _ in range(2):
        assert confirm(entry=first, by=None, skip_errors=True).written == 4
    with pytest.raises(PreviewOutdated):
        confirm(entry=second, by=None, skip_errors=True)
    second.refresh_from_db()
    assert (second.created, second.unchanged, second.status) == (0, 4, ImportStatus.CHECKED)
    assert HouseholdReport.objects.count() == 4


def test_a_home_that_arrives_after_the_preview_makes_it_outdated(neotoa):
    entry = check(landlord=neotoa, upload=lines(row(reference_logement="NEO-7")), by=None)
    UnitFactory(landlord=neotoa, reference="NEO-7")
    with pytest.raises(PreviewOutdated):
        confirm(entry=entry, by=None)
    entry.refresh_from_db()
    assert (entry.errors, entry.created, entry.findings.count()) == (0, 1, 0)
    assert confirm(entry=entry, by=None).written == 1
    assert HouseholdReport.objects.get().unit == Unit.objects.get()


@pytest.mark.django_db(transaction=True)
def test_two_people_confirm_at_once_and_it_is_written_once(neotoa):
    shared = check(landlord=neotoa, upload=sample(), by=None)
    other = check(landlord=neotoa, upload=sample(), by=None)
    barrier = Barrier(3)

    def write(entry):
        try:
            barrier.wait(timeout=10)
            return confirm(entry=entry, by=None, skip_errors=True).written
        except PreviewOutdated:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert max(pool.map(write, (shared, shared, other))) == 4
    assert HouseholdReport.objects.count() == 4
    assert sum(HouseholdImport.objects.values_list("written", flat=True)) == 4


def test_the_command_line_refuses_in_the_same_way_as_for_units(neotoa, settings):
    settings.EXCHANGE_MAX_ROWS = 3
    path = str(SAMPLES / "signalements.csv")
    status, found = run(path, "--landlord", "neotoa")
    assert (status, found["refused"]) == (2, "too_large")
    status, found = run(path, "--landlord", "neotoa", "--max-rows", "6", "--confirm")
    assert (status, found["errors"], found["written"]) == (1, 2, 0)
    assert [(finding["row"], finding["cell"], finding["reference"], finding["value"]) for finding in found["findings"]] == [
        (2, "K2", "SIG-001", "NEO-00001"),
        (5, "K5", "SIG-004", "NEO-00004"),
    ]
    assert run(path, "--landlord", "neotoa", "--max-rows", "6", "--confirm", "--skip-errors")[1]["written"] == 4
    with pytest.raises(CommandError, match="Aucun bailleur"):
        call_command("import_households", path, "--landlord", "personne")
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        call_command("import_households", "nulle-part.csv", "--landlord", "neotoa")


def test_plain_text_is_french(neotoa):
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("import_households", str(SAMPLES / "signalements.csv"), "--landlord", "neotoa", stdout=out)
    said = out.getvalue().replace("\u00a0", " ")
    assert "Ligne 2, colonne reference_logement (K2) : « NEO-00001 » n'est la référence d'aucun logement de votre patrimoine." in said
    assert "Rien n'est encore enregistré" in said


def test_files_are_purged_past_their_day_and_the_journal_stays(neotoa):
    old, new = (check(landlord=neotoa, upload=sample(), by=None) for _ in range(2))
    HouseholdImportFile.objects.filter(pk=old.pk).update(kept_until="2020-01-01T00:00Z")
    purge_report_files(timestamp=0)
    assert [file.pk for file in HouseholdImportFile.objects.all()] == [new.pk]
    assert HouseholdImport.objects.count() == 2
    with pytest.raises(ConfirmRefused, match="n'est plus gardé"):
        confirm(entry=old, by=None)


def test_a_sensitive_heading_on_another_sheet_refuses_the_file(neotoa):
    book = Workbook()
    book.active.append(HEADINGS.split(";"))
    book.active.append(row().split(";"))
    book.create_sheet("Suivi").append(["Référence", "Situation de handicap"])
    content = io.BytesIO()
    book.save(content)
    entry = check(landlord=neotoa, upload=upload(content.getvalue(), "signalements.xlsx"), by=None)
    assert codes(entry) == [("Situation de handicap", "sensitive_column")]
    assert not HouseholdImportFile.objects.exists()


def test_a_known_heading_does_not_hide_a_sensitive_one(neotoa):
    entry = check(landlord=neotoa, upload=lines(row(), headings=HEADINGS.replace("motif", "Motif (santé)")), by=None)
    assert codes(entry) == [("Motif (santé)", "sensitive_column")]
    assert not [heading for column in HOUSEHOLDS.columns for heading in (column.heading, *column.synonyms) if is_sensitive(heading)]


def test_a_name_cut_short_is_not_quoted_either(neotoa):
    name = "Wxkqzjwxkqzj" * 9
    entry = check(landlord=neotoa, upload=lines(row(nom=name, date_naissance=f"12 {name}", reference_signalement=f"1{name}")), by=None)
    assert entry.findings.count() >= 3
    assert not [finding for finding in entry.findings.all() if "wxkq" in json.dumps(finding.as_dict(), ensure_ascii=False).lower()]


NAMES = st.text(alphabet="wxkqzjWXKQZJéàï-", min_size=4, max_size=130).filter(lambda name: name.strip("-"))
COLUMNS = HEADINGS.split(";")


@settings(max_examples=60)
@given(last=NAMES, first=NAMES, column=st.sampled_from(COLUMNS), pattern=st.sampled_from(["{}", "M. {}", "={}", "@{}", "'{}", "12 {}", "{}1"]))
def test_a_finding_never_quotes_a_name(neotoa, last, first, column, pattern):
    """Wherever the name stands: in its own column, too long, in a formula, or in a column where it does not belong."""
    cells = {"nom": last, "prenom": first}
    cells[column] = pattern.format(cells.get(column) or last)
    entry = check(landlord=neotoa, upload=lines(row(**cells), row(**cells)), by=None)
    for finding in entry.findings.all():
        told = json.dumps(finding.as_dict(), ensure_ascii=False).lower()
        for name in (last, first):
            assert name.lower()[:60] not in told


CELLS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["", "NC", "3,5E+16", "=1+1", "-1", "31/12/2015", "42000", "oui", "accès", "maintien", "35024", "0601020304", "9" * 40, "\ufdfa" * 40]
    ),
)


@settings(max_examples=80)
@given(rows=st.lists(st.lists(CELLS, min_size=0, max_size=17), max_size=4))
def test_any_rows_are_told_about_and_nothing_is_written_before_confirm(neotoa, rows):
    quoted = [";".join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in rows]
    data = "\n".join((HEADINGS, *quoted)).encode("utf-8", "surrogatepass")
    entry = check(landlord=neotoa, upload=upload(data), by=None)
    assert entry.status in (ImportStatus.CHECKED, ImportStatus.REFUSED)
    assert not HouseholdReport.objects.exists()
    if entry.status == ImportStatus.CHECKED:
        before = HouseholdReport.objects.count()
        assert confirm(entry=entry, by=None, skip_errors=True).written == HouseholdReport.objects.count() - before
        HouseholdReport.objects.all().delete()
