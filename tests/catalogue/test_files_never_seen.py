"""Files as they come from systems that no sample shows."""

from decimal import Decimal

import pytest

from catalogue.exchange.engine import check, confirm
from catalogue.models import Unit
from tests.catalogue.conftest import upload
from tests.catalogue.test_rpls import FIRST, home

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line", [home(), home().removesuffix(";"), f"{home()};"], ids=["63 fields", "62 fields", "64 fields"])
def test_a_declaration_a_field_short_or_long(neotoa, encoding, line):
    entry = check(landlord=neotoa, upload=upload(f"{FIRST}\r\n{line}\r\n".encode(encoding), "rpls.txt"), by=None)
    assert (entry.layout, entry.created, entry.errors) == ("rpls_declaration", 1, 0)


@pytest.mark.parametrize("written", ["1\u202f412,50\u00a0€", "1\u00a0412,5", "1 412.50", "1.412,50"])
def test_amounts_written_as_text(neotoa, written):
    content = f"Réf. lgt\tCP\tVille\tType\tLoyer HC\tCharges ; eau\t\t\r\nA1\t35000\tRennes\tT3\t{written}\t;\t\t\r\n\t\t\t\t\t\t\t\r\n".encode(
        "utf-16"
    )
    entry = check(landlord=neotoa, upload=upload(content), by=None)
    confirm(unit_import=entry, by=None)
    assert Unit.objects.get().main_rent == Decimal("1412.50")
