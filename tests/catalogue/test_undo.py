"""Taking back a whole import."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from access.exchange.course import UndoPlan, UndoRefused
from catalogue.enums import ImportStatus
from catalogue.exchange.engine import STOCK_COURSE, check, confirm
from catalogue.models import Unit, UnitImport
from tests.catalogue.conftest import sample, upload
from tests.factories import OccupancyFactory

pytestmark = pytest.mark.django_db
HEAD = "reference;code_postal;commune;code_insee;typologie;loyer;N° RPLS;disponible_le;fleche"


def take(landlord, *lines):
    return confirm(unit_import=check(landlord=landlord, upload=upload("\n".join([HEAD, *lines])), by=None), by=None)


def state():
    names = [field.name for field in Unit._meta.concrete_fields if field.name != "updated_at"]
    return list(Unit.objects.order_by("pk").values(*names))


def reasons(entry):
    with pytest.raises(UndoRefused) as refusal:
        STOCK_COURSE.undo(entry=entry, by=None)
    return dict(refusal.value.blocking)


def test_everything_comes_back(neotoa, officer):
    confirm(unit_import=check(landlord=neotoa, upload=sample("stock_simple.csv"), by=None), by=None)
    before = state()
    entry = confirm(unit_import=check(landlord=neotoa, upload=sample("stock_changed.csv"), by=None), by=None)
    assert state() != before
    assert STOCK_COURSE.plan(entry) == UndoPlan(2, 3, ())
    undone = STOCK_COURSE.undo(entry=entry, by=officer)
    assert state() == before
    assert (undone.status, undone.undone_by, undone.written) == (ImportStatus.UNDONE, officer, 5)
    assert STOCK_COURSE.undo(entry=entry, by=None).undone_at == undone.undone_at
    assert confirm(unit_import=entry, by=None).status == ImportStatus.UNDONE
    assert state() == before
    first = UnitImport.objects.earliest("pk")
    STOCK_COURSE.undo(entry=first, by=None)
    assert not Unit.objects.exists()


def test_every_kind_of_value_comes_back(neotoa):
    take(neotoa, "A1;35000;Rennes;35238;T3;412,50;R1;01/06/2015;oui", "A2;35000;Rennes;35238;T3;;R2;;")
    before = state()
    entry = take(neotoa, "A1;35300;Fougères;35115;T4;;R2;;non", "A2;35000;Rennes;35238;T1 bis;0;R1;02/06/2015;oui")
    assert entry.changed == 2
    STOCK_COURSE.undo(entry=entry, by=None)
    assert state() == before


def test_a_home_changed_by_hand_or_by_a_later_import_blocks(neotoa):
    first = take(neotoa, "A1;35000;Rennes;35238;T3;400;;;", "A2;35000;Rennes;35238;T3;400;;;")
    second = take(neotoa, "A1;35000;Rennes;35238;T3;410;;;")
    Unit.objects.filter(reference="A2").update(floor=3)
    before = state()
    assert reasons(first) == {"A1": "modifié depuis cet import", "A2": "modifié depuis cet import"}
    assert state() == before
    STOCK_COURSE.undo(entry=second, by=None)
    assert reasons(first) == {"A2": "modifié depuis cet import"}
    Unit.objects.filter(reference="A2").update(floor=None)
    STOCK_COURSE.undo(entry=first, by=None)
    assert not Unit.objects.exists()


def test_a_home_that_serves_blocks(neotoa):
    entry = take(neotoa, "A1;35000;Rennes;35238;T3;;;;", "A2;35000;Rennes;35238;T3;;;;")
    OccupancyFactory(unit=Unit.objects.get(reference="A1"))
    assert list(reasons(entry)) == ["A1"]
    assert "sert depuis" in reasons(entry)["A1"]
    assert Unit.objects.count() == 2


def test_a_former_rpls_id_that_another_home_bears_blocks(neotoa):
    take(neotoa, "A1;35000;Rennes;35238;T3;;R1;;")
    entry = take(neotoa, "A1;35000;Rennes;35238;T3;;R2;;")
    Unit.objects.create(landlord=neotoa, reference="B1", rpls_id="R1", postcode="35000", commune_id="35238", typology="T1")
    assert "B1" in reasons(entry)


def test_the_journal_of_other_imports_stays(neotoa):
    entry = take(neotoa, "A1;35000;Rennes;35238;T3;;;;")
    look = check(landlord=neotoa, upload=upload(f"{HEAD}\nA2;35000;Rennes;35238;T3;;;;"), by=None)
    assert look.absent == 1
    STOCK_COURSE.undo(entry=entry, by=None)
    assert list(look.changes.filter(kind="absent").values_list("reference", "unit")) == [("A1", None)]


def test_what_cannot_be_undone(neotoa):
    look = check(landlord=neotoa, upload=sample("stock_simple.csv"), by=None)
    with pytest.raises(UndoRefused, match="n'est pas enregistré"):
        STOCK_COURSE.undo(entry=look, by=None)
    entry = confirm(unit_import=look, by=None)
    entry.written_units.all().delete()
    with pytest.raises(UndoRefused, match="date d'avant"):
        STOCK_COURSE.undo(entry=entry, by=None)
    assert Unit.objects.count() == 40


def test_more_homes_than_are_listed(neotoa):
    lines = [f"Z{number};35000;Rennes;35238;T3;;;;" for number in range(1_500)]
    entry = take(neotoa, *lines)
    STOCK_COURSE.undo(entry=entry, by=None)
    assert not Unit.objects.exists()


def test_by_command(neotoa, capsys):
    entry = take(neotoa, "A1;35000;Rennes;35238;T3;;;;")
    Unit.objects.update(withdrawn_on=date(2015, 1, 1))
    with pytest.raises(CommandError, match="A1 : modifié depuis cet import") as refusal:
        call_command("undo_import", str(entry.pk))
    assert refusal.value.returncode == 1
    Unit.objects.update(withdrawn_on=None)
    call_command("undo_import", str(entry.pk))
    assert "annulé" in capsys.readouterr().out
    assert not Unit.objects.exists()
    with pytest.raises(CommandError, match="Aucun import"):
        call_command("undo_import", "999999")


def test_by_screen(client, officer, neotoa):
    client.force_login(officer)
    entry = take(neotoa, "A1;35000;Rennes;35238;T3;;;;")
    address = reverse("stock_exchange:undo", args=[entry.pk])
    assert "Annuler l&#x27;import…" in client.get(reverse("stock_exchange:entry", args=[entry.pk])).content.decode().replace("'", "&#x27;")
    assert "1 logement créé par cet import est retiré" in client.get(address).content.decode()
    Unit.objects.update(floor=2)
    page = client.post(address, follow=True).content.decode()
    assert "un logement a changé ou sert depuis cet import (A1)" in page
    assert "Modifié depuis cet import" in page
    Unit.objects.update(floor=None)
    assert "Cet import est annulé" in client.post(address, follow=True).content.decode()
    entry.refresh_from_db()
    assert (entry.status, entry.undone_by) == (ImportStatus.UNDONE, officer)
    assert "rien à annuler" in client.get(address, follow=True).content.decode()
