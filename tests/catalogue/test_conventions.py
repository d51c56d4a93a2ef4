"""The life of a convention, from its draft to its end: moves, amendments, renewal, and what running measures forbid."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from access.enums import Role
from catalogue import actions
from catalogue.conventions import MOVES, moves_from
from catalogue.enums import ConventionAction, ConventionStatus, MeasureCode
from catalogue.models import MeasureKind, Territory
from households.actions import open_measure
from households.ledger import Ledger
from households.models import Consent, SupportMeasure
from tests.factories import ConventionFactory, HouseholdFactory, SupportMeasureFactory, UserFactory, member

pytestmark = pytest.mark.django_db
DAY = date(2015, 6, 1)


@pytest.fixture
def officer():
    return UserFactory()


def support():
    return MeasureKind.objects.get(code=MeasureCode.SUPPORT)


def page(convention):
    return reverse("partenaires_conventions_modeladmin_inspect", args=[convention.pk])


def amend(convention, officer, **changes):
    given = {"signed_on": DAY, "starts_on": date(2015, 7, 1), "purpose": "Ajuster", **changes}
    return actions.amend_convention(convention=convention, by=officer, **given)


@pytest.mark.parametrize("status", ConventionStatus.values)
@pytest.mark.parametrize("action", ConventionAction.values)
def test_only_the_moves_of_the_table_are_made(officer, status, action):
    convention = ConventionFactory(status=status, ends_on=DAY)
    move = {"convention": convention, "action": action, "on": DAY, "by": officer, "reason": "Accord des parties"}
    target = MOVES.get((status, action))
    if target is None:
        with pytest.raises(ValidationError, match="on ne peut pas"):
            actions.move_convention(**move)
        convention.refresh_from_db()
        assert convention.status == status
        assert not convention.moves.exists()
        return
    moved = actions.move_convention(**move)
    assert moved.status == target
    logged = moved.moves.get()
    assert (logged.from_status, logged.to_status, logged.action, logged.moved_on, logged.made_by) == (status, target, action, DAY, officer)


def test_a_signature_opens_the_convention_to_measures(officer):
    convention = ConventionFactory(status=ConventionStatus.DRAFT, signed_on=None)
    for action in (ConventionAction.SEND, ConventionAction.SIGN):
        convention = actions.move_convention(convention=convention, action=action, on=date(2014, 12, 20), by=officer)
    assert convention.signed_on == date(2014, 12, 20)
    assert convention.is_in_force(DAY)
    assert [move.action for move in convention.moves.all()] == ["send", "sign"]


def test_a_convention_ends_on_its_day_and_is_terminated_before(officer):
    convention = ConventionFactory(ends_on=date(2016, 12, 31))
    with pytest.raises(ValidationError, match="résiliez-la"):
        actions.move_convention(convention=convention, action=ConventionAction.END, on=DAY, by=officer)
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        actions.move_convention(convention=convention, action=ConventionAction.TERMINATE, on=DAY, by=officer)
    SupportMeasureFactory(convention=convention, planned_ends_on=date(2016, 6, 30))
    with pytest.raises(ValidationError, match="1 mesure court après le 01/06/2015"):
        actions.move_convention(convention=convention, action=ConventionAction.TERMINATE, on=DAY, by=officer, reason="Commun accord")
    SupportMeasure.objects.update(planned_ends_on=DAY)
    ended = actions.move_convention(convention=convention, action=ConventionAction.TERMINATE, on=DAY, by=officer, reason="Commun accord")
    assert (ended.status, ended.ends_on) == (ConventionStatus.TERMINATED, DAY)


def test_an_amendment_changes_prices_from_its_day_and_never_before(officer):
    convention = ConventionFactory(ends_on=date(2017, 12, 31))
    SupportMeasureFactory(convention=convention, starts_on=date(2016, 1, 1), planned_ends_on=date(2016, 12, 31))
    before = Ledger(2016, 2016, until=date(2016, 6, 30)).total()
    amend(convention, officer, starts_on=date(2016, 7, 1), prices={support(): Decimal(1560)})
    assert Ledger(2016, 2016).total() == Decimal("1530.16")
    assert Ledger(2016, 2016, until=date(2016, 6, 30)).total() == before == Decimal("745.90")
    amend(convention, officer, starts_on=date(2017, 1, 1), prices={support(): Decimal(1600)})
    assert [(tariff.amount, tariff.ends_on) for tariff in convention.tariffs.order_by("starts_on")] == [
        (Decimal(1560), date(2016, 12, 31)),
        (Decimal(1600), None),
    ]
    with pytest.raises(ValidationError, match="plus tardif"):
        amend(convention, officer, starts_on=date(2016, 9, 1), prices={support(): Decimal(1700)})
    assert convention.amendments.count() == 2


def test_an_amendment_changes_the_capacity_from_its_day(officer):
    convention = ConventionFactory(capacity=1, ends_on=date(2017, 12, 31))
    SupportMeasureFactory(convention=convention)

    def open_from(day, until):
        household = HouseholdFactory(stage="housed")
        Consent.objects.create(household=household, kind="support", answer="agreed", decided_on=day)
        measure = SupportMeasure(household=household, kind=support(), convention=convention, starts_on=day, planned_ends_on=until)
        return open_measure(measure=measure, by=officer)

    amend(convention, officer, capacity=2)
    assert convention.capacity_spans(date(2015, 6, 1), date(2015, 8, 1)) == [
        (date(2015, 6, 1), date(2015, 6, 30), 1),
        (date(2015, 7, 1), date(2015, 8, 1), 2),
    ]
    with pytest.raises(ValidationError, match="est complète : 1 mesure sur 1 le 15/06/2015"):
        open_from(date(2015, 6, 15), date(2015, 12, 31))
    open_from(date(2015, 7, 1), date(2015, 12, 31))
    with pytest.raises(ValidationError, match="2 mesures y courent déjà le 01/10/2015"):
        amend(convention, officer, starts_on=date(2015, 10, 1), capacity=1)
    amend(convention, officer, starts_on=date(2016, 1, 1), capacity=1)
    assert [item.number for item in convention.amendments.all()] == [1, 2]


def test_an_amendment_changes_the_end_and_the_territory(officer):
    convention, territory = ConventionFactory(ends_on=date(2016, 12, 31)), Territory.objects.first()
    made = amend(convention, officer, ends_on=date(2017, 12, 31), territory=territory)
    convention.refresh_from_db()
    assert (convention.ends_on, convention.territory, made.former_ends_on) == (date(2017, 12, 31), territory, date(2016, 12, 31))
    SupportMeasureFactory(convention=convention, planned_ends_on=date(2017, 6, 30))
    with pytest.raises(ValidationError, match="1 mesure court après le 31/12/2016"):
        amend(convention, officer, ends_on=date(2016, 12, 31))
    convention.refresh_from_db()
    assert convention.ends_on == date(2017, 12, 31)


@pytest.mark.parametrize(
    ("changes", "said"), [({}, "ce que l'avenant change"), ({"starts_on": date(2014, 1, 1), "capacity": 3}, "La convention court du")]
)
def test_an_amendment_says_what_is_missing(officer, changes, said):
    with pytest.raises(ValidationError, match=said):
        amend(ConventionFactory(), officer, **changes)


def test_only_a_signed_convention_is_amended(officer):
    with pytest.raises(ValidationError, match="brouillon"):
        amend(ConventionFactory(status=ConventionStatus.DRAFT), officer, capacity=3)


def test_a_renewal_follows_on(officer):
    convention = ConventionFactory(starts_on=date(2015, 1, 1), ends_on=date(2015, 12, 31), capacity=4)
    made = actions.renew_convention(convention=convention, number="2016-1", by=officer)
    assert (made.status, made.starts_on, made.ends_on) == (ConventionStatus.DRAFT, date(2016, 1, 1), date(2016, 12, 31))
    assert (made.renews, made.partner, made.capacity) == (convention, convention.partner, 4)
    assert set(made.measure_kinds.all()) == set(convention.measure_kinds.all())
    with pytest.raises(ValidationError, match="porte déjà ce numéro"):
        actions.renew_convention(convention=convention, number="2016-1", by=officer)


def test_the_officer_does_it_all_from_the_page(client, officer):
    convention = ConventionFactory(status=ConventionStatus.DRAFT, signed_on=None, number="2015-ESSAI")
    client.force_login(officer)
    for action in ("negotiate", "send", "sign"):
        address = reverse("conventions:move", args=[convention.pk, action])
        assert address in client.get(page(convention)).content.decode()
        assert client.post(address, {"on": "2014-12-20"}).status_code == 302
    body = client.get(page(convention)).content.decode()
    assert "noter la signature" in body
    assert "Ajouter un avenant" in body
    answer = client.post(
        reverse("conventions:amend", args=[convention.pk]),
        {"signed_on": "2015-05-01", "starts_on": "2015-07-01", "purpose": "Prix", "price_support": "1560,00", "capacity": "12"},
    )
    assert answer.status_code == 302, answer.content.decode()
    body = client.get(page(convention)).content.decode()
    assert "Avenant 1" in body
    assert "capacité de 12" in body
    refused = client.post(reverse("conventions:renew", args=[convention.pk]), {"number": "2015-ESSAI"})
    assert "porte déjà ce numéro" in refused.content.decode()
    assert client.post(reverse("conventions:renew", args=[convention.pk]), {"number": "2016-ESSAI"}).status_code == 302


def test_a_move_that_the_status_forbids_is_said_and_changes_nothing(client, officer):
    convention = ConventionFactory()
    client.force_login(officer)
    answer = client.post(reverse("conventions:move", args=[convention.pk, "sign"]), {"on": "2015-01-01"}, follow=True)
    assert "on ne peut pas noter la signature" in answer.content.decode()
    assert client.get(reverse("conventions:move", args=[convention.pk, "inconnu"])).status_code == 404


def test_what_is_signed_is_no_longer_edited(client, officer):
    client.force_login(officer)
    draft, signed = ConventionFactory(status=ConventionStatus.DRAFT, signed_on=None), ConventionFactory()
    assert client.get(reverse("partenaires_conventions_modeladmin_edit", args=[draft.pk])).status_code == 200
    assert client.get(reverse("partenaires_conventions_modeladmin_edit", args=[signed.pk])).status_code != 200


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_who_reads_and_who_writes(client, role):
    own, foreign = ConventionFactory(), ConventionFactory()
    client.force_login(member(role, own.partner))
    staff = role == Role.GIE_STAFF
    reads = role in (Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER)
    assert client.get(page(own)).status_code == (200 if reads else 404)
    assert client.get(page(foreign)).status_code == (200 if staff else 404)
    for convention in (own, foreign):
        for address in (
            reverse("conventions:move", args=[convention.pk, "suspend"]),
            reverse("conventions:amend", args=[convention.pk]),
            reverse("conventions:renew", args=[convention.pk]),
        ):
            assert client.get(address).status_code == (200 if staff else 404)
            if not staff:
                assert client.post(address, {"on": "2015-01-01"}).status_code == 404


def test_the_page_says_when_it_stops_and_what_runs(client, officer):
    today = timezone.localdate()
    convention = ConventionFactory(ends_on=today + timedelta(days=25), capacity=3)
    measure = SupportMeasureFactory(convention=convention, starts_on=today, planned_ends_on=today + timedelta(days=20))
    client.force_login(officer)
    body = client.get(page(convention)).content.decode()
    assert "dans 25 jours" in body
    assert "sur 3 possibles" in body
    assert measure.household.reference in body


def test_every_status_but_the_last_two_leads_somewhere():
    closed = {ConventionStatus.ENDED, ConventionStatus.TERMINATED}
    assert {status for status in ConventionStatus if not moves_from(status)} == closed
