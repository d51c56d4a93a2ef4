"""Worries and proposed exits: raised by those who house or support, answered by the GIE, read by nobody else."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from access.enums import Role
from catalogue.models import MeasureKind
from households import actions
from households.models import Concern
from tests.factories import (
    ConventionFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def landlord():
    return OrganisationFactory(landlord=True)


@pytest.fixture
def referent(landlord):
    return member(Role.LANDLORD_REFERENT, landlord)


@pytest.fixture
def operator():
    return OrganisationFactory()


@pytest.fixture
def worker(operator):
    return member(Role.SUPPORT_WORKER, operator)


@pytest.fixture
def household(landlord, operator):
    housed = OccupancyFactory(unit=UnitFactory(landlord=landlord)).household
    SupportMeasureFactory(household=housed, convention=ConventionFactory(partner=operator), planned_ends_on=date(2030, 12, 31))
    return housed


def url(household, slug=""):
    return f"/gestion/dossiers/{household.pk}/{slug}"


def test_a_referent_worries_the_gie_answers_and_the_referent_reads_it(client, household, referent):
    client.force_login(referent)
    page = client.get(url(household)).content.decode()
    assert "Signaler une inquiétude" in page
    assert "Proposer une sortie" in page
    client.post(url(household, "inquietude/"), {"reason": "unpaid_rent", "raised_on": "2016-01-10", "note": "Deux mois."})
    concern = Concern.objects.get()
    assert (concern.kind, concern.organisation, concern.raised_by) == ("worry", household.occupancies.get().unit.landlord, referent)
    client.force_login(UserFactory())
    assert "Attend la réponse du GIE" in client.get(url(household)).content.decode()
    client.post(
        url(household, "repondre/"), {"concern": concern.pk, "outcome": "followed", "answer": "Un plan est signé.", "answered_on": "2016-01-12"}
    )
    client.force_login(referent)
    assert "Un plan est signé." in client.get(url(household)).content.decode()
    assert not Concern.objects.open().exists()


def test_a_worker_proposes_an_exit_of_a_household_supported(client, household, worker):
    client.force_login(worker)
    client.post(url(household, "proposer-une-sortie/"), {"reason": "autonomous", "raised_on": "2016-01-10"})
    assert (Concern.objects.get().kind, Concern.objects.get().organisation) == ("exit", worker.memberships.get().organisation)


def test_a_landlord_reads_what_it_wrote_and_the_operator_reads_all(household, referent, worker, landlord, operator):
    own = Concern.objects.create(household=household, organisation=landlord, kind="worry", reason="neighbours", raised_on=date(2016, 1, 1))
    other = Concern.objects.create(household=household, organisation=operator, kind="exit", reason="autonomous", raised_on=date(2016, 1, 1))
    assert set(Concern.objects.visible_to(referent)) == {own}
    for user in (worker, UserFactory()):
        assert set(Concern.objects.visible_to(user)) == {own, other}
    for role in (Role.PRESCRIBER, Role.COMMITTEE, Role.DPO, Role.FUNDER):
        assert not Concern.objects.visible_to(member(role, operator)).exists()


def test_a_landlord_that_only_reported_the_household_has_nothing_to_tell(client, referent, landlord):
    household = HouseholdFactory(reported_by=landlord)
    client.force_login(referent)
    assert "Signaler une inquiétude" not in client.get(url(household)).content.decode()
    with pytest.raises(ValidationError, match="ne loge ni n'accompagne"):
        actions.raise_concern(concern=Concern(household=household, kind="worry", reason="other", raised_on=date(2016, 1, 1)), by=referent)


def test_a_reason_goes_with_its_kind(household, referent):
    with pytest.raises(ValidationError, match="ne va pas avec"):
        actions.raise_concern(concern=Concern(household=household, kind="exit", reason="unpaid_rent", raised_on=date(2016, 1, 1)), by=referent)


def test_it_is_answered_once(household, referent):
    concern = actions.raise_concern(concern=Concern(household=household, kind="worry", reason="other", raised_on=date(2016, 1, 5)), by=referent)
    with pytest.raises(ValidationError, match="précède ce à quoi"):
        actions.answer_concern(concern=concern, outcome="noted", on=date(2016, 1, 4), by=UserFactory())
    actions.answer_concern(concern=concern, outcome="noted", on=date(2016, 1, 6), by=UserFactory())
    with pytest.raises(ValidationError, match="déjà répondu"):
        actions.answer_concern(concern=concern, outcome="declined", on=date(2016, 1, 7), by=UserFactory())


@pytest.mark.parametrize("slug", ["repondre", "intensite", "referent", "prolonger", "suspendre-la-mesure", "transferer", "fin-de-mesure"])
def test_what_the_gie_alone_writes_does_not_exist_for_partners(client, household, referent, worker, slug):
    for user in (referent, worker):
        client.force_login(user)
        assert client.get(url(household, f"{slug}/")).status_code == 404
        assert client.post(url(household, f"{slug}/"), {}).status_code == 404


def test_a_referent_reads_dates_of_adapted_management_and_no_objective(client, household, referent):
    SupportMeasureFactory(
        household=household,
        kind=MeasureKind.objects.get(code="adapted_management"),
        objectives="Canari-Zyx",
        planned_ends_on=date(2031, 2, 3),
        convention=ConventionFactory(number="CONV-CANARI"),
    )
    client.force_login(referent)
    page = client.get(url(household)).content.decode()
    assert "03/02/2031" in page
    assert "Canari-Zyx" not in page
    assert "CONV-CANARI" not in page


@pytest.mark.parametrize(
    ("slug", "data"),
    [
        ("intensite", {"level": "intensive", "moved_on": "2016-01-01"}),
        ("prolonger", {"planned_ends_on": "2031-06-30", "decided_on": "2016-01-01"}),
        ("suspendre-la-mesure", {"moved_on": "2016-01-01"}),
    ],
)
def test_the_gie_changes_a_measure_from_the_case_page(client, household, slug, data):
    client.force_login(UserFactory())
    measure = household.measures.get()
    form = client.get(url(household, f"{slug}/?mesure={measure.pk}"))
    assert str(form.context["form"]["measure"].value()) == str(measure.pk)
    answer = client.post(url(household, f"{slug}/"), {"measure": measure.pk, **data}, follow=True)
    assert "c&#x27;est enregistré" in answer.content.decode() or "c'est enregistré" in answer.content.decode()


def test_a_measure_suspended_is_offered_to_resume(client, household):
    client.force_login(UserFactory())
    measure = household.measures.get()
    client.post(url(household, "suspendre-la-mesure/"), {"measure": measure.pk, "moved_on": "2016-01-01"})
    page = client.get(url(household)).content.decode()
    assert "Reprendre la mesure" in page
    assert "/suspendre-la-mesure/" not in page
    client.post(url(household, "reprendre-la-mesure/"), {"measure": measure.pk, "resumed_on": "2016-02-01"})
    assert measure.suspensions.get().ends_on == date(2016, 1, 31)
