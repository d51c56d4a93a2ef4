"""The command line: same path as the screen, one JSON object, exit codes."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Unit
from tests.catalogue.conftest import SAMPLES, landlord
from tests.catalogue.test_samples import CASES, OUTCOMES

pytestmark = pytest.mark.django_db
KEYS = {"layout", "rows", "created", "changed", "unchanged", "skipped", "absent", "errors", "notices", "written", "import_id", "findings"}


def run(*arguments):
    """The exit code and the output."""
    out = io.StringIO()
    try:
        call_command("import_units", *arguments, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


@pytest.mark.parametrize("name", CASES)
def test_sample_by_command(name):
    outcome = OUTCOMES[name]
    code = landlord(outcome["landlord"]).code
    if "after" in outcome:
        assert run(str(SAMPLES / outcome["after"]), "--landlord", code, "--confirm")[0] == 0
    status, text = run(str(SAMPLES / name), "--landlord", code, "--json")
    found = json.loads(text)
    assert found.keys() >= KEYS
    if "refused" in outcome:
        assert (status, found["refused"]) == (2, outcome["refused"])
        assert [finding["level"] for finding in found["findings"]] == ["file"]
        return
    assert status == (1 if outcome.get("errors") else 0)
    for key in KEYS & outcome.keys():
        assert found[key] == outcome[key], key
    assert found["written"] == 0
    for row, codes in outcome.get("codes", {}).items():
        assert [finding["code"] for finding in found["findings"] if finding["row"] == int(row)] == codes


def test_rows_in_error_are_left_out_only_when_asked():
    code = landlord("espacil-habitat").code
    status, text = run(str(SAMPLES / "stock_findings.csv"), "--landlord", code, "--confirm", "--json")
    assert (status, json.loads(text)["written"], Unit.objects.count()) == (1, 0, 0)
    status, text = run(str(SAMPLES / "stock_findings.csv"), "--landlord", code, "--confirm", "--skip-errors", "--json")
    assert (status, json.loads(text)["written"], Unit.objects.count()) == (1, 3, 3)


def test_twice_then_back_by_export(tmp_path):
    code = landlord("neotoa").code
    assert run(str(SAMPLES / "stock_simple.csv"), "--landlord", code, "--confirm")[0] == 0
    for file_format in ("csv", "xlsx"):
        target = tmp_path / f"parc.{file_format}"
        call_command("export_units", "--landlord", code, "--format", file_format, "--output", str(target))
        status, text = run(str(target), "--landlord", code, "--json", "--confirm")
        found = json.loads(text)
        assert (status, found["unchanged"], found["changed"], found["written"], found["findings"]) == (0, 40, 0, 0, []), file_format


def test_plain_text_is_french():
    status, text = run(str(SAMPLES / "stock_findings.csv"), "--landlord", landlord("espacil-habitat").code)
    assert status == 1
    assert "Ligne 3, colonne typologie (I3) : « T99 » n'est pas une typologie. Indiquez T1 à T6, par exemple T3." in text.replace("\u00a0", " ")
    assert "Vouliez-vous dire « Fougères » ?" in text.replace("\u00a0", " ")


def test_rows_beyond_the_limit(settings):
    settings.EXCHANGE_MAX_ROWS = 10
    code = landlord("neotoa").code
    status, text = run(str(SAMPLES / "stock_simple.csv"), "--landlord", code, "--json")
    assert (status, json.loads(text)["refused"]) == (2, "too_large")
    assert run(str(SAMPLES / "stock_simple.csv"), "--landlord", code, "--max-rows", "40")[0] == 0


def test_unknown_landlord_or_file():
    with pytest.raises(CommandError, match="Aucun bailleur"):
        call_command("import_units", str(SAMPLES / "stock_simple.csv"), "--landlord", "personne")
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        call_command("import_units", "nulle-part.csv", "--landlord", landlord("neotoa").code)
