"""A whole file: what is accepted of it leaves in an export, and comes back unchanged."""

import csv
import io
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.exchange.engine import check, confirm
from catalogue.models import Unit
from catalogue.resources import UnitResource
from tests.catalogue.conftest import upload

pytestmark = pytest.mark.django_db

HEADINGS = {
    "reference": ["reference", "Réf. logement", "REF_LGT"],
    "postcode": ["code_postal", "CP"],
    "commune": ["commune", "Ville"],
    "typology": ["typologie", "Type"],
    "rent": ["loyer_principal", "Loyer HC"],
    "available": ["disponible_le", "Dispo le"],
    "street": ["voie"],
}
WRITTEN = st.fixed_dictionaries(
    {
        "postcode": st.just("35000"),
        "commune": st.sampled_from(["Rennes", "RENNES", " rennes "]),
        "typology": st.sampled_from(["T3", "t 3", "F3", "3", "T1 bis", "5"]),
        "rent": st.sampled_from(["", "NC", "412,50", "1 412,50", "1\u00a0412,5 €", "412.5"]),
        "available": st.one_of(
            st.just("-"), st.dates(date(1970, 1, 1), date(2060, 1, 1)).flatmap(lambda day: st.sampled_from([f"{day:%d/%m/%Y}", f"{day}"]))
        ),
        "street": st.text(st.characters(codec="cp1252", exclude_characters="\x00"), max_size=20),
    }
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(WRITTEN, min_size=1, max_size=5),
    titles=st.fixed_dictionaries({name: st.sampled_from(names) for name, names in HEADINGS.items()}),
    order=st.permutations(list(HEADINGS)),
    separator=st.sampled_from(";,\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_what_is_accepted_is_exported_as_it_was_taken(neotoa, rows, titles, order, separator, end, encoding):
    Unit.objects.all().delete()
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(titles[name] for name in order)
    writer.writerows([{**row, "reference": f"A{number}"}[name] for name in order] for number, row in enumerate(rows))
    entry = check(landlord=neotoa, upload=upload(text.getvalue().encode(encoding)), by=None)
    assert not Unit.objects.exists()
    confirm(unit_import=entry, by=None, skip_errors=True)
    assert Unit.objects.count() == entry.created
    if entry.created:
        for file_format in ("csv", "xlsx"):
            exported = io.BytesIO()
            UnitResource().write(Unit.objects.all(), file_format, exported)
            again = check(landlord=neotoa, upload=upload(exported.getvalue(), f"parc.{file_format}"), by=None)
            assert (again.unchanged, again.errors, again.created) == (entry.created, 0, 0)
