"""Every sample file gives the outcome promised for it."""

import json

import pytest

from catalogue.enums import ImportStatus
from catalogue.exchange.engine import check, confirm
from catalogue.models import Unit
from tests.catalogue.conftest import SAMPLES, landlord, sample

OUTCOMES = json.loads((SAMPLES / "outcomes.json").read_text())
CASES = [name for name, outcome in OUTCOMES.items() if name.startswith(("stock_", "rpls_", "refused_")) and "command" not in outcome]


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_sample_by_engine(name):
    outcome = OUTCOMES[name]
    owner = landlord(outcome["landlord"])
    if "after" in outcome:
        confirm(unit_import=check(landlord=owner, upload=sample(outcome["after"]), by=None), by=None)
    before = Unit.objects.count()
    found = check(landlord=owner, upload=sample(name), by=None)
    assert Unit.objects.count() == before
    if "refused" in outcome:
        assert found.status == ImportStatus.REFUSED
        assert [finding.code for finding in found.findings.all()] == [outcome["refused"]]
        return
    for key in ("layout", "rows", "created", "changed", "unchanged", "absent", "errors"):
        if key in outcome:
            assert getattr(found, key) == outcome[key], key
    assert found.skipped >= outcome.get("skipped_at_least", 0)
    codes = {}
    for finding in found.findings.all():
        codes.setdefault(str(finding.row), []).append(finding.code)
    if "codes" in outcome:
        assert codes == outcome["codes"]
        assert sorted(set(found.findings.stopping().values_list("row", flat=True))) == outcome["error_rows"]
    written = confirm(unit_import=found, by=None, skip_errors=True)
    assert written.written == found.created + found.changed
    assert Unit.objects.count() == before + found.created
    again = check(landlord=owner, upload=sample(name), by=None)
    assert (again.created, again.changed, again.errors) == (0, 0, found.errors)
