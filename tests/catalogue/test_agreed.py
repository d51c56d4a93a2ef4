"""What landlords agreed to send, and who is late."""

import re
from datetime import date, datetime
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.actions import save_record
from access.enums import Role
from catalogue.enums import ExchangedLayout
from catalogue.models import AgreedExchange, UnitImport
from households.models import HouseholdImport
from tests.factories import OrganisationFactory, UserFactory, member

LIST = "/gestion/logements/echanges-convenus/"


def agreed(**fields):
    return AgreedExchange(**{"layout": "stock", "periodicity": "monthly", "due_day": 5, "starts_on": date(2015, 1, 1), **fields})


def days(*texts):
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"due_day": 31}, ("2015-01-31", "2015-02-28", "2015-03-31", "2015-04-30")),
        ({"due_day": 31, "starts_on": date(2016, 1, 31)}, ("2016-01-31", "2016-02-29", "2016-03-31", "2016-04-30")),
        ({"starts_on": date(2015, 1, 5)}, ("2015-01-05", "2015-02-05", "2015-03-05", "2015-04-05")),
        ({"starts_on": date(2015, 1, 6)}, ("2015-02-05", "2015-03-05", "2015-04-05", "2015-05-05")),
        ({"periodicity": "quarterly", "starts_on": date(2014, 12, 10)}, ("2015-01-05", "2015-04-05", "2015-07-05", "2015-10-05")),
        ({"periodicity": "half_yearly", "due_day": 30, "starts_on": date(2015, 2, 1)}, ("2015-02-28", "2015-08-30", "2016-02-29", "2016-08-30")),
        ({"periodicity": "yearly"}, ("2015-01-05", "2016-01-05", "2017-01-05", "2018-01-05")),
        ({"ends_on": date(2015, 2, 4)}, ("2015-01-05",)),
    ],
)
def test_days_a_file_is_due(fields, expected):
    dues = agreed(**fields).due_days()
    assert [day for day, _ in zip(dues, range(4), strict=False)] == days(*expected)


@pytest.mark.parametrize(
    ("on", "received", "awaited", "late"),
    [
        ("2015-01-03", (), "2015-01-05", 0),
        ("2015-01-05", (), "2015-01-05", 0),
        ("2015-01-06", (), "2015-01-05", 1),
        ("2015-01-17", (), "2015-01-05", 12),
        ("2015-01-03", ("2015-01-02",), "2015-02-05", 0),
        ("2015-01-20", ("2014-12-30",), "2015-01-05", 15),
        ("2015-02-06", ("2015-01-02", "2015-01-30"), "2015-03-05", 0),
        ("2015-01-10", ("2015-01-08",), "2015-02-05", 0),
        ("2015-02-07", ("2015-01-08",), "2015-02-05", 2),
        ("2015-02-07", ("2015-01-08", "2015-02-01"), "2015-03-05", 0),
        ("2015-04-20", (), "2015-01-05", 105),
        ("2015-04-20", ("2015-04-12",), "2015-05-05", 0),
        ("2015-03-10", ("2015-01-02", "2015-01-03", "2015-01-04"), "2015-02-05", 33),
        ("2015-01-05", ("2015-01-05",), "2015-02-05", 0),
        ("2015-01-10", ("2015-01-20",), "2015-01-05", 5),
    ],
    ids=[
        "first period, not due yet",
        "due today is not late",
        "late from the next day",
        "late for 12 days",
        "sent early: the next one is awaited",
        "sent before the start does not count",
        "each in its period",
        "a late file makes up for the one missed",
        "and counts for nothing else",
        "made up for, then in time",
        "counted from the first one missed",
        "one file makes up for all",
        "three files of one period do not stand for the next",
        "sent on the day due",
        "what comes later is not known yet",
    ],
)
def test_punctuality(on, received, awaited, late):
    found = agreed().punctuality_on(date.fromisoformat(on), received=days(*received))
    assert (found.awaited_on, found.days_late) == (date.fromisoformat(awaited), late)


def test_an_exchange_that_is_over_awaits_nothing():
    ended = agreed(ends_on=date(2015, 2, 4))
    found = ended.punctuality_on(date(2015, 2, 5), received=days("2015-01-02"))
    assert (found.last_received_on, found.awaited_on, found.is_late) == (date(2015, 1, 2), None, False)
    assert ended.punctuality_on(date(2015, 2, 4), received=[]).days_late == 30
    assert ended.punctuality_on(date(2015, 2, 4), received=days("2015-01-20")).awaited_on is None


@pytest.fixture
def neotoa(db):
    return OrganisationFactory(landlord=True, name="Néotoa")


def stock_file(landlord, on, status="confirmed"):
    at = timezone.make_aware(datetime.combine(on, datetime.min.time()))
    written = {"confirmed_at": at} if status in ("confirmed", "undone") else {}
    undone = {"undone_at": at} if status == "undone" else {}
    values = {"landlord": landlord, "file_name": "parc.csv", "file_size": 1, "sha256": "0" * 64, "status": status, "uploaded_at": at}
    return UnitImport.objects.create(**values, **written, **undone)


def late(on):
    return set(AgreedExchange.objects.late(on=on))


@pytest.mark.parametrize(("status", "counts"), [("confirmed", True), ("checked", False), ("refused", False), ("undone", False)])
def test_only_a_file_that_was_recorded_and_still_stands_counts(neotoa, status, counts):
    exchange = save_record(instance=agreed(landlord=neotoa), by=None)
    stock_file(neotoa, date(2015, 1, 4), status)
    assert late(date(2015, 1, 6)) == (set() if counts else {exchange})


def test_each_layout_has_its_own_journal_and_each_landlord_its_own_files(neotoa):
    other = OrganisationFactory(landlord=True)
    exchanges = [
        save_record(instance=agreed(landlord=landlord, layout=layout), by=None) for landlord in (neotoa, other) for layout in ("stock", "reports")
    ]
    stock_file(neotoa, date(2015, 1, 4))
    assert late(date(2015, 1, 6)) == set(exchanges[1:])
    at = datetime(2015, 1, 5, 23, 30, tzinfo=timezone.get_current_timezone())
    HouseholdImport.objects.create(
        landlord=other, file_name="s.csv", file_size=1, sha256="0" * 64, status="confirmed", uploaded_at=at, confirmed_at=at
    )
    assert late(date(2015, 1, 6)) == set(exchanges[1:3])


def test_two_exchanges_of_one_file_never_overlap(neotoa):
    save_record(instance=agreed(landlord=neotoa, ends_on=date(2015, 6, 30)), by=None)
    with pytest.raises(ValidationError, match="déjà convenu"):
        save_record(instance=agreed(landlord=neotoa, starts_on=date(2015, 6, 30)), by=None)
    save_record(instance=agreed(landlord=neotoa, starts_on=date(2015, 7, 1)), by=None)


def test_staff_see_who_is_late_and_note_what_is_agreed(client, neotoa):
    client.force_login(UserFactory())
    assert client.get(LIST).status_code == 200
    values = {"landlord": neotoa.pk, "layout": "stock", "periodicity": "monthly", "due_day": "45", "starts_on": "2015-01-01"}
    refused = client.post(f"{LIST}ajouter/", values)
    assert "due_day" in refused.context["form"].errors
    assert client.post(f"{LIST}ajouter/", {**values, "due_day": "31"}).status_code == 302
    exchange = AgreedExchange.objects.get()
    page = client.get(LIST, {"retard": "oui"})
    assert page.context["paginator"].count == 1
    assert "En retard depuis" in page.content.decode()
    assert client.get(LIST, {"retard": "non"}).context["paginator"].count == 0
    assert "1 fichier de bailleur en retard" in client.get("/gestion/").content.decode()
    assert "En retard depuis" in client.get(f"{LIST}fiche/{exchange.pk}/").content.decode()
    stock_file(neotoa, timezone.localdate())
    assert client.get(LIST, {"retard": "oui"}).context["paginator"].count == 0
    assert "en retard" not in client.get("/gestion/").content.decode().split("Fichiers attendus")[-1][:10]


def test_a_referent_sees_on_the_home_page_when_the_own_next_file_is_due(client, neotoa):
    save_record(instance=agreed(landlord=neotoa, starts_on=timezone.localdate()), by=None)
    save_record(instance=agreed(landlord=OrganisationFactory(landlord=True, name="Autre bailleur"), starts_on=date(2014, 1, 1)), by=None)
    client.force_login(member(Role.LANDLORD_REFERENT, neotoa))
    page = client.get("/gestion/").content.decode()
    assert "Votre prochain fichier « fichier patrimoine » est attendu le" in page
    assert "Autre bailleur" not in page + client.get(LIST).content.decode()
    AgreedExchange.objects.filter(landlord=neotoa).update(starts_on=date(2014, 1, 1))
    assert (
        "Votre fichier « fichier patrimoine » était attendu le <strong>5\u00a0janvier\u00a02014</strong>" in client.get("/gestion/").content.decode()
    )


@pytest.mark.parametrize("layout", ExchangedLayout)
def test_the_home_page_leads_to_where_each_file_is_sent(client, neotoa, layout):
    save_record(instance=agreed(landlord=neotoa, layout=layout), by=None)
    client.force_login(member(Role.LANDLORD_REFERENT, neotoa))
    link = re.search(r'<a href="([^"]+)">L\'envoyer</a>', unescape(client.get("/gestion/").content.decode()))
    assert client.get(link[1]).status_code == 200


@pytest.mark.parametrize("path", [LIST, "/gestion/"])
def test_as_many_queries_for_twenty_exchanges_as_for_two(client, db, path):
    client.force_login(UserFactory())
    counts = []
    for rows in (2, 18):
        for _ in range(rows):
            save_record(instance=agreed(landlord=OrganisationFactory(landlord=True)), by=None)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1]
