"""Homes that a file leaves out, and those that come back."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.exchange.engine import STOCK_COURSE, check, confirm
from catalogue.exchange.withdrawal import WithdrawalRefused, withdraw
from catalogue.models import Unit
from tests.catalogue.conftest import upload

pytestmark = pytest.mark.django_db
HEAD = "reference;code_postal;commune;code_insee;typologie"


def look(landlord, *references):
    lines = [f"{reference};35000;Rennes;35238;T3" for reference in references]
    return check(landlord=landlord, upload=upload("\n".join([HEAD, *lines])), by=None)


def take(landlord, *references):
    return confirm(unit_import=look(landlord, *references), by=None)


def withdrawn():
    return set(Unit.objects.filter(withdrawn_on__isnull=False).values_list("reference", flat=True))


def test_by_screen_some_then_all(client, officer, neotoa):
    client.force_login(officer)
    take(neotoa, "A1", "A2", "A3", "A4")
    entry = take(neotoa, "A1")
    address = reverse("stock_exchange:withdraw", args=[entry.pk])
    assert "Retirer des logements absents du parc…" in client.get(reverse("stock_exchange:entry", args=[entry.pk])).content.decode()
    assert "Retirer les 3 logements absents…" in client.get(address).content.decode()
    second = Unit.objects.get(reference="A2").pk
    page = client.post(address, {"choix": "coches", "logement": [second]}).content.decode()
    assert "Un logement va être retiré du parc aujourd'hui." in page
    assert withdrawn() == set()
    page = client.post(address, {"choix": "coches", "logement": [second], "confirme": "oui"}, follow=True).content.decode()
    assert "1 logement est retiré du parc." in page
    assert "retiré du parc</span>" in page
    assert withdrawn() == {"A2"}
    assert "2 logements vont être retirés" in client.post(address, {"choix": "tous"}).content.decode()
    client.post(address, {"choix": "tous", "confirme": "oui"})
    assert withdrawn() == {"A2", "A3", "A4"}
    assert set(Unit.objects.exclude(withdrawn_on=None).values_list("withdrawn_on", flat=True)) == {timezone.localdate()}
    assert "il n'y a rien à retirer" in client.get(address).content.decode()


def test_homes_that_the_file_names_or_that_are_anothers_cannot_be_withdrawn(client, officer, neotoa, archipel):
    client.force_login(officer)
    take(archipel, "B1")
    take(neotoa, "A1", "A2")
    entry = take(neotoa, "A1")
    address = reverse("stock_exchange:withdraw", args=[entry.pk])
    for reference in ("A1", "B1"):
        other = Unit.objects.get(reference=reference).pk
        assert client.post(address, {"choix": "coches", "logement": [other], "confirme": "oui"}).status_code == 404
        assert withdraw(unit_import=entry, unit_ids=[other], by=officer) == 0
    for text in ("abc", "-1", "9" * 30):
        assert client.post(address, {"logement": [text], "confirme": "oui"}).status_code == 404
    assert "cochez au moins un logement" in client.post(address, {"confirme": "oui"}, follow=True).content.decode()
    assert withdrawn() == set()


def test_a_later_file_has_the_last_word(neotoa):
    take(neotoa, "A1", "A2")
    entry = take(neotoa, "A1")
    take(neotoa, "A1", "A2", "A3")
    with pytest.raises(WithdrawalRefused, match="plus récent"):
        withdraw(unit_import=entry, unit_ids=None, by=None)


def test_a_withdrawn_home_comes_back(neotoa):
    take(neotoa, "A1", "A2")
    entry = take(neotoa, "A1")
    assert withdraw(unit_import=entry, unit_ids=None, by=None) == 1
    assert look(neotoa, "A1").absent == 0
    back = look(neotoa, "A1", "A2")
    assert (back.changed, back.notices, [finding.code for finding in back.findings.all()]) == (1, 1, ["back_in_stock"])
    assert withdrawn() == {"A2"}
    confirm(unit_import=back, by=None)
    assert withdrawn() == set()
    STOCK_COURSE.undo(entry=back, by=None)
    assert withdrawn() == {"A2"}


def test_a_withdrawal_to_come_stays(neotoa):
    take(neotoa, "A1")
    Unit.objects.update(withdrawn_on=timezone.localdate() + timedelta(days=30))
    assert look(neotoa, "A1").unchanged == 1
    Unit.objects.update(withdrawn_on=date(2015, 1, 1))
    assert look(neotoa, "A1").changed == 1
