"""The household's agreement: dated, and what follows from a refusal, a withdrawal and a new agreement."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from access.enums import Role
from catalogue.models import MeasureKind
from households import actions, policies
from households.models import Consent, Diagnosis, Household, SupportMeasure
from tests.factories import (
    ConventionFactory,
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    ProposalFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    agree,
    member,
)

pytestmark = pytest.mark.django_db
DAY = date(2015, 6, 15)


@pytest.fixture
def operator():
    return OrganisationFactory()


@pytest.fixture
def household(operator):
    measure = SupportMeasureFactory(convention=ConventionFactory(partner=operator), planned_ends_on=date(2034, 12, 31))
    agree(measure.household)
    return measure.household


def answer(household, kind, answer, on=DAY):
    return actions.record_consent(household=household, kind=kind, answer=answer, decided_on=on, by=UserFactory())


@pytest.mark.parametrize("word", ["refused", "withdrawn"])
def test_refusing_the_support_ends_it_that_day_and_leaves_adapted_management(household, word):
    management = SupportMeasureFactory(household=household, kind=MeasureKind.objects.get(code="adapted_management"))
    answer(household, "support", word)
    support = household.measures.get(kind__code="support")
    management.refresh_from_db()
    assert (support.ended_on, support.end_reason, management.ended_on) == (DAY, "refused", None)
    assert household in Household.objects.refusing("support", on=DAY)


def test_a_support_yet_to_start_is_dropped_and_one_that_is_over_stays(operator):
    household = HouseholdFactory(stage="housed")
    agree(household)
    past = SupportMeasureFactory(household=household, planned_ends_on=date(2015, 3, 31))
    SupportMeasureFactory(household=household, starts_on=date(2015, 7, 1))
    answer(household, "support", "withdrawn")
    assert list(household.measures.values_list("pk", "ended_on")) == [(past.pk, None)]


def test_an_answer_that_a_later_one_has_replaced_ends_nothing(household):
    answer(household, "support", "agreed", on=date(2015, 8, 1))
    answer(household, "support", "refused", on=DAY)
    assert household.measures.get().ended_on is None
    assert not Household.objects.refusing("support", on=date(2015, 8, 1)).exists()
    assert Household.objects.refusing("support", on=DAY).exists()


def test_agreeing_again_allows_a_new_support_and_reopens_nothing(household, operator):
    answer(household, "support", "withdrawn")
    new = SupportMeasure(
        household=household,
        kind=MeasureKind.objects.get(code="support"),
        convention=household.measures.get().convention,
        starts_on=date(2015, 9, 1),
        planned_ends_on=date(2016, 9, 1),
    )
    with pytest.raises(ValidationError, match="accord du ménage"):
        actions.open_measure(measure=new, by=UserFactory())
    answer(household, "support", "agreed", on=date(2015, 8, 31))
    actions.open_measure(measure=new, by=UserFactory())
    assert household.measures.order_by("pk").first().ended_on == DAY


def test_only_an_agreement_is_withdrawn():
    with pytest.raises(ValidationError, match="Aucun accord n'est à retirer"):
        answer(HouseholdFactory(), "sharing", "withdrawn")


def test_without_sharing_no_diagnosis_goes_to_an_operator(household, operator):
    answer(household, "sharing", "withdrawn")
    with pytest.raises(ValidationError, match="confiez le diagnostic au GIE"):
        actions.start_diagnosis(household=household, operator=operator, on=DAY, by=UserFactory())
    actions.start_diagnosis(household=household, operator=OrganisationFactory(gie=True), on=DAY, by=UserFactory())
    assert Diagnosis.objects.count() == 1


def test_without_sharing_a_landlord_reads_names_only_of_those_it_houses():
    landlord = OrganisationFactory(landlord=True)
    referent = member(Role.LANDLORD_REFERENT, landlord)
    proposed, housed = ProposalFactory(unit=UnitFactory(landlord=landlord)).household, OccupancyFactory(unit=UnitFactory(landlord=landlord)).household
    for household in (proposed, housed):
        answer(household, "sharing", "refused")
    assert (policies.field_groups(referent, proposed).identity, policies.field_groups(referent, housed).identity) == (False, True)
    answer(proposed, "sharing", "agreed", on=date(2015, 7, 1))
    assert policies.field_groups(referent, proposed).identity


def test_without_sharing_a_landlord_sees_what_it_houses_or_is_asked_for_and_no_more():
    landlord, today = OrganisationFactory(landlord=True), timezone.localdate()
    referent, unit = member(Role.LANDLORD_REFERENT, landlord), UnitFactory(landlord=landlord)
    reported, closed = HouseholdFactory(reported_by=landlord), ProposalFactory(unit=unit, closed_on=today).household
    proposed, housed = ProposalFactory(unit=unit).household, OccupancyFactory(unit=unit).household
    seen = Household.objects.visible_to(referent)
    assert set(seen) == {reported, closed, proposed, housed}
    for household in Household.objects.all():
        answer(household, "sharing", "refused")
    assert set(seen.all()) == {proposed, housed}
    for household in Household.objects.all():
        answer(household, "sharing", "agreed", on=date(2015, 7, 1))
    assert set(seen.all()) == {reported, closed, proposed, housed}


def test_without_sharing_an_operator_sees_those_it_acts_for_and_no_resources(operator):
    worker, today = member(Role.SUPPORT_WORKER, operator), timezone.localdate()
    convention = ConventionFactory(partner=operator)
    running = SupportMeasureFactory(convention=convention, planned_ends_on=date(2034, 12, 31)).household
    drafted = DiagnosisFactory(operator=operator).household
    over = SupportMeasureFactory(convention=convention, ended_on=today - timedelta(days=1), planned_ends_on=date(2034, 12, 31)).household
    completed = DiagnosisFactory(operator=operator, completed=True, started_on=today, completed_on=today).household
    seen = Household.objects.visible_to(worker)
    assert set(seen) == {running, drafted, over, completed}
    assert policies.field_groups(worker, running).resources
    for household in Household.objects.all():
        answer(household, "sharing", "refused")
    assert set(seen.all()) == {running, drafted}
    household = Household.objects.get(pk=running.pk)
    assert not policies.field_groups(worker, household).resources
    assert policies.field_groups(UserFactory(), household).resources


def test_what_follows_is_shown_before_it_is_done(client, household, operator):
    client.force_login(UserFactory())
    url = f"/gestion/dossiers/{household.pk}/adhesion/"
    data = {"kind": "support", "answer": "withdrawn", "decided_on": "2015-06-15"}
    shown = client.post(url, data)
    page = shown.content.decode()
    assert f"L&#x27;accompagnement par {operator} s&#x27;arrête le 15/06/2015" in page
    assert "Confirmer cette réponse" in page
    assert household.measures.get().ended_on is None
    assert Consent.objects.filter(answer="withdrawn").count() == 0
    client.post(url, {**data, "read": shown.context["form"].fingerprint()})
    assert household.measures.get().ended_on == DAY
    assert "Décidez avec lui de la suite" in client.get(f"/gestion/dossiers/{household.pk}/").content.decode()


def test_an_agreement_is_recorded_at_once_with_the_notice_on_the_form(client):
    household = HouseholdFactory()
    client.force_login(UserFactory())
    url = f"/gestion/dossiers/{household.pk}/adhesion/"
    assert "À dire au ménage avant qu" in client.get(url).content.decode()
    client.post(url, {"kind": "sharing", "answer": "agreed", "decided_on": "2015-06-15"})
    assert household.consents.get().answer == "agreed"


def test_what_was_read_must_be_what_follows(client, household):
    client.force_login(UserFactory())
    data = {"kind": "support", "answer": "withdrawn", "decided_on": "2015-06-15", "read": "0" * 16}
    client.post(f"/gestion/dossiers/{household.pk}/adhesion/", data)
    assert household.measures.get().ended_on is None
