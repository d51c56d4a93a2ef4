"""The allocation records as a list, a sheet and a file; the proposals by what they wait for; the operations as a file."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.enums import Role
from households.models import AllocationRecord
from tests.factories import OccupancyFactory, OperationFactory, OrganisationFactory, ProposalFactory, UserFactory, member, name_on_case

pytestmark = pytest.mark.django_db
LIST, SHEET = "/gestion/menages/attributions/", "/gestion/logement/attributions/"
WHOLE = {"application_number": "0351406123456AB789", "landlord_siren": "123456789", "was_tenant": False, "quota": 3, "rpls_id": "AB12345678"}
DESCRIBED = {"rpls_id": "", "address": "3 rue du Moulin", "typology": "T3", "living_area": 61, "main_rent": 320}


def record(occupancy=None, **fields):
    return AllocationRecord.objects.create(occupancy=occupancy or OccupancyFactory(), lease_on=date(2015, 3, 1), **{**WHOLE, **fields})


def rows(client, user, url, **narrowing):
    client.force_login(user)
    answer = client.get(url, {**narrowing, "export": "csv"})
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        DESCRIBED,
        *({name: None} for name in ("was_tenant", "quota")),
        *({name: ""} for name in ("application_number", "landlord_siren", "rpls_id")),
    ]
    + [{**DESCRIBED, name: value} for name, value in (("address", ""), ("typology", ""), ("living_area", None), ("main_rent", None))],
)
def test_the_filter_of_complete_records_agrees_with_what_the_case_page_says(fields):
    made = record(**fields)
    assert AllocationRecord.objects.complete().filter(pk=made.pk).exists() is (not made.missing)
    assert AllocationRecord.objects.to_complete().filter(pk=made.pk).exists() is bool(made.missing)


def test_the_list_is_narrowed_to_the_records_to_complete(client):
    whole, lacking = record(), record(quota=None)
    client.force_login(UserFactory())
    page = client.get(LIST, {"saisie": "a-completer"}).content.decode()
    assert lacking.occupancy.household.reference in page
    assert "le contingent" in page
    assert whole.occupancy.household.reference not in page


def test_a_referent_takes_the_records_of_own_homes(client):
    own, _ = record(), record()
    referent = member(Role.LANDLORD_REFERENT, own.occupancy.unit.landlord)
    (row,) = rows(client, referent, LIST)
    assert (row["ménage"], row["SIREN du bailleur"], row["identifiant RPLS"], row["contingent"]) == (
        own.occupancy.household.reference,
        "123456789",
        "AB12345678",
        "3",
    )
    assert (row["déjà locataire du parc social"], row["date du bail"]) == ("non", "01/03/2015")
    sheet = client.get(SHEET).content.decode()
    assert sheet.count('<th scope="row">') == 1


def test_the_home_of_a_confidential_case_is_masked_on_paper_and_in_the_file(client):
    officer, hidden = UserFactory(), record(**DESCRIBED)
    hidden.occupancy.household.is_confidential = True
    hidden.occupancy.household.save()
    name_on_case(hidden.occupancy.household, officer)
    (row,) = rows(client, officer, LIST)
    assert row["adresse"] == row["identifiant RPLS"] == "masqué"
    assert "rue du Moulin" not in client.get(SHEET).content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.GIE_STAFF, Role.LANDLORD_REFERENT)])
def test_the_sheet_is_for_staff_and_landlords(client, role):
    client.force_login(member(role, OrganisationFactory()))
    assert client.get(SHEET).status_code == 404


def test_the_sheet_costs_the_same_at_two_and_at_twenty_rows(client):
    client.force_login(UserFactory())
    client.get(SHEET)
    counts = []
    for more in (2, 18):
        for _ in range(more):
            record()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(SHEET).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_proposals_are_narrowed_to_what_they_wait_for(client):
    granted = {"answer": "accepted", "answered_on": date(2015, 6, 2), "cal_decision": "granted", "cal_on": date(2015, 6, 9)}
    made = {
        "reponse": ProposalFactory(),
        "cal": ProposalFactory(answer="accepted", answered_on=date(2015, 6, 2)),
        "bail": ProposalFactory(**granted),
        "": ProposalFactory(answer="refused", refusal_reason="rent", closed_on=date(2015, 6, 3)),
    }
    expected = {"reponse": {"reponse"}, "cal": {"reponse", "cal"}, "bail": {"bail"}, "": set(made)}
    for asked, kept in expected.items():
        found = {row["ménage"] for row in rows(client, UserFactory(), "/gestion/menages/propositions/", attente=asked)}
        assert found == {made[name].household.reference for name in kept}


def test_operations_leave_with_their_surcharge(client):
    costs = {"dear": (100_000, 110_000, 120_000), "planned": (90_000, 100_000, None), "unknown": (None, 100_000, None)}
    for name, (reference, planned, actual) in costs.items():
        OperationFactory(name=name, reference_cost=reference, planned_cost=planned, actual_cost=actual)
    found = {row["opération"]: row["surcoût (%)"] for row in rows(client, UserFactory(), "/gestion/logements/operations/")}
    assert found == {"dear": "20,0", "planned": "11,1", "unknown": ""}


def test_a_referent_takes_own_operations_only(client):
    own = OperationFactory()
    OperationFactory()
    (row,) = rows(client, member(Role.LANDLORD_REFERENT, own.landlord), "/gestion/logements/operations/")
    assert row["opération"] == own.name
