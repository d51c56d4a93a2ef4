"""Every export is told once in a journal that nothing rewrites, and the data protection officer reads it."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from access.actions import Narrowing
from access.backoffice.exports import last_months, weight
from access.enums import Role
from access.models import Export
from access.resources import Column, TableResource
from catalogue.models import Unit
from catalogue.resources import UnitResource
from tests.factories import OrganisationFactory, UnitFactory, UserFactory, member

pytestmark = pytest.mark.django_db
STOCK = "/gestion/logements/parc/"
JOURNAL = "/gestion/exports/"
WHOLE = Narrowing({}, "")


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
def referent():
    landlord = OrganisationFactory(landlord=True, name="Bailleur d'essai")
    return member(Role.LANDLORD_REFERENT, landlord, first_name="Soizic", last_name="Garnier")


@pytest.fixture
def dpo():
    return UserFactory(role=Role.DPO)


def test_an_export_is_told_once_with_who_what_and_how_it_was_chosen(client, referent):
    landlord = referent.memberships.get().organisation
    UnitFactory(landlord=landlord, reference="A-1", typology="T3"), UnitFactory(landlord=landlord, reference="B-2", typology="T3")
    UnitFactory(landlord=landlord, reference="A-3", typology="T5"), UnitFactory(reference="A-4", typology="T3")
    client.force_login(referent)
    answer = client.get(STOCK, {"typology": "T3", "q": "A-", "o": "-0", "export": "csv"})
    content = body(answer)
    assert [row["reference"] for row in csv_rows(content)] == ["A-1"]
    told = Export.objects.get()
    assert (told.exported_by, told.subject, told.subject_label, told.file_format, told.outcome) == (referent, "parc", "Logements", "csv", "produced")
    assert (told.rows, told.size) == (1, len(content))
    assert told.narrowing["filters"] == {"typology": "T3"}
    assert told.narrowing["search"] == "A-"
    assert told.narrowing_words.startswith("Typologie : T3 ; recherche « A- »")
    assert timezone.now() - told.exported_at < timedelta(minutes=1)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_without_a_row_is_told_too(client, referent, file_format):
    client.force_login(referent)
    content = body(client.get(STOCK, {"export": file_format}))
    told = Export.objects.get()
    assert (told.rows, told.size, told.outcome, told.narrowing_words) == (0, len(content), "produced", "")


def test_an_order_chosen_on_screen_is_told_in_words(client, referent):
    client.force_login(referent)
    body(client.get(STOCK, {"o": "-5", "export": "csv"}))
    assert Export.objects.get().narrowing_words == "tri par loyer (€), en décroissant"


def test_the_list_itself_or_an_unknown_format_is_no_export(client, referent):
    client.force_login(referent)
    client.get(STOCK)
    client.get(STOCK, {"export": "pdf"})
    assert not Export.objects.exists()


def test_an_export_that_breaks_off_says_so(monkeypatch):
    UnitFactory.create_batch(3)
    whole = UnitResource.rows

    def broken(self, queryset):
        rows = whole(self, queryset)
        yield next(rows)
        raise RuntimeError("coupure")

    monkeypatch.setattr(UnitResource, "rows", broken)
    with pytest.raises(RuntimeError, match="coupure"):
        UnitResource().as_response(Unit.objects.all(), "csv", narrowing=WHOLE)
    told = Export.objects.get()
    assert (told.outcome, told.rows) == ("failed", 1)


def test_the_command_line_tells_its_exports_as_scheduled_exchanges(tmp_path, referent):
    landlord = referent.memberships.get().organisation
    UnitFactory.create_batch(2, landlord=landlord)
    target = tmp_path / "parc.xlsx"
    call_command("export_units", "--landlord", landlord.code, "--format", "xlsx", "--output", str(target))
    told = Export.objects.get()
    assert (told.exported_by, told.subject, told.rows, told.size) == (None, "parc", 2, target.stat().st_size)
    assert told.narrowing["landlord"] == landlord.code


@pytest.mark.parametrize("rewriting", ["update", "delete"])
def test_nothing_rewrites_the_journal(referent, rewriting):
    UnitResource(user=referent).produce(Unit.objects.all(), "csv", io.BytesIO(), narrowing=WHOLE)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Export.objects.all().update(rows=0) if rewriting == "update" else Export.objects.all()._raw_delete("default")
    assert Export.objects.get().rows == 0


def test_the_data_protection_officer_filters_the_journal(client, referent, dpo):
    UnitResource(user=referent).produce(Unit.objects.all(), "csv", io.BytesIO(), narrowing=Narrowing({}, "Typologie : T3"))
    UnitResource().produce(Unit.objects.all(), "xlsx", io.BytesIO(), narrowing=WHOLE)
    client.force_login(dpo)
    page = client.get(JOURNAL).content.decode()
    for shown in ("Soizic Garnier", "Échange programmé", "Typologie : T3", "Toute la liste", "Logements"):
        assert shown in page
    assert "Exports" in client.get("/gestion/").content.decode()

    def count(**filters):
        return client.get(JOURNAL, filters).context["paginator"].count

    assert count(personne=referent.pk) == count(personne="programme") == 1
    assert (count(liste="parc"), count(liste="inconnue")) == (2, 2)
    assert (count(date="jour"), count(date=f"{timezone.localdate():%Y-%m}")) == (2, 2)
    assert count(date=f"{last_months(timezone.localdate())[3]:%Y-%m}") == 0
    assert (count(outcome="produced"), count(outcome="failed")) == (2, 0)
    entry = Export.objects.first()
    assert client.get(f"{JOURNAL}fiche/{entry.pk}/").status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DPO])
def test_the_journal_is_for_the_data_protection_officer_alone(client, referent, role):
    UnitResource(user=referent).produce(Unit.objects.all(), "csv", io.BytesIO(), narrowing=WHOLE)
    client.force_login(referent if role == Role.LANDLORD_REFERENT else UserFactory(role=role))
    entry = Export.objects.get()
    for path in (JOURNAL, f"{JOURNAL}fiche/{entry.pk}/"):
        assert client.get(path).status_code == 404


def test_months_and_weights_as_people_read_them():
    assert last_months(date(2016, 2, 15))[:3] == [date(2016, 2, 1), date(2016, 1, 1), date(2015, 12, 1)]
    assert [weight(size) for size in (12, 2_048, 1_572_864)] == ["12\u00a0octets", "2,0\u00a0ko", "1,5\u00a0Mo"]


class Sample(TableResource):
    code, title, file_name = "essai", "Essai", "essai"
    columns = (
        Column("=1+1", "reference"),
        Column("loyer", "main_rent"),
        Column("étage", "floor"),
        Column("disponible le", "available_on"),
        Column("secret", "street", readers=frozenset({Role.GIE_STAFF})),
    )


def test_cells_and_headings_cannot_run_and_values_keep_their_nature():
    UnitFactory(reference="=cmd", main_rent=Decimal("412.50"), floor=-1, available_on=date(2015, 3, 1), street="+rue")
    target = io.BytesIO()
    Sample(user=UserFactory()).write(Unit.objects.all(), "xlsx", target)
    headings, row = load_workbook(target).active.iter_rows(values_only=True)
    assert headings[0] == "'=1+1"
    assert row[:3] == ("'=cmd", 412.5, -1)
    assert row[3].date() == date(2015, 3, 1)
    assert row[4] == "'+rue"
    target = io.BytesIO()
    Sample(user=UserFactory()).write(Unit.objects.all(), "csv", target)
    assert target.getvalue().decode("utf-8") == "\ufeff'=1+1;loyer;étage;disponible le;secret\r\n'=cmd;412,50;-1;01/03/2015;'+rue\r\n"


@pytest.mark.parametrize("user", [None, "referent"])
def test_a_column_that_a_role_does_not_read_is_absent(user, referent):
    assert "secret" not in Sample(user=referent if user else None).headings()
    assert "secret" in Sample(user=UserFactory()).headings()


def test_rows_are_read_in_one_query_whatever_their_number():
    UnitFactory.create_batch(5)
    with CaptureQueriesContext(connection) as queries:
        assert len(list(Sample(user=UserFactory.build()).rows(Unit.objects.all()))) == 5
    assert len(queries) == 1
