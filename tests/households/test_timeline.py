"""The timeline tells everything once, each role its own kinds, in a constant number of queries."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.enums import Role
from catalogue.models import MeasureKind
from households import actions, timeline
from households.enums import Stage
from households.models import CommitteeDecision, Concern, Evaluation, HouseholdMerge, OfficerChange
from tests.factories import (
    ConventionFactory,
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    OutreachContactFactory,
    ProposalFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    agree,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def landlord():
    return OrganisationFactory(landlord=True)


@pytest.fixture
def operator():
    return OrganisationFactory(name="APE2A")


@pytest.fixture
def household(landlord, operator):
    household = HouseholdFactory(stage=Stage.HOUSED)
    fill(household, landlord, operator)
    return household


def fill(household, landlord, operator, year=2015):
    """One event of every kind."""
    unit = UnitFactory(landlord=landlord)
    agree(household, on=date(year, 1, 2))
    DiagnosisFactory(household=household, operator=operator, completed=True, started_on=date(year, 1, 6), completed_on=date(year, 1, 20))
    CommitteeDecision.objects.create(household=household, decided_on=date(year, 2, 1), outcome="favourable", note="Note-comité")
    ProposalFactory(household=household, unit=unit, proposed_on=date(year, 2, 10), cal_decision="granted", cal_on=date(year, 2, 20))
    OccupancyFactory(household=household, unit=unit, starts_on=date(year, 3, 1), ends_on=date(year, 12, 30))
    convention = ConventionFactory(partner=operator)
    measure = SupportMeasureFactory(
        household=household, convention=convention, level="light", starts_on=date(year, 3, 1), planned_ends_on=date(year, 12, 31)
    )
    SupportMeasureFactory(
        household=household,
        convention=convention,
        kind=MeasureKind.objects.get(code="adapted_management"),
        starts_on=date(year, 3, 2),
        planned_ends_on=date(year, 12, 31),
    )
    actions.change_level(measure=measure, level="intensive", on=date(year, 5, 1), by=UserFactory())
    actions.suspend_measure(measure=measure, on=date(year, 6, 1), by=UserFactory())
    actions.resume_measure(measure=measure, on=date(year, 7, 1), by=UserFactory())
    OutreachContactFactory(household=household, organisation=operator, contacted_on=date(year, 4, 1), note="Note-contact")
    Evaluation.objects.create(household=household, evaluated_on=date(year, 9, 1), result="favourable", recommendation="continue")
    OfficerChange.objects.create(household=household, changed_on=date(year, 1, 4), officer=UserFactory())
    HouseholdMerge.objects.create(kept=household, absorbed_id=0, absorbed_reference="MEN-00000", merged_on=date(year, 1, 3))
    Concern.objects.create(household=household, organisation=operator, kind="worry", reason="silence", raised_on=date(year, 8, 1), note="Note-souci")


def kinds(entries):
    return {entry.kind.slug for entry in entries}


def test_the_gie_reads_every_kind_the_newest_first(household):
    actions.suspend_case(household=household, on=date(2015, 12, 1), by=UserFactory(first_name="Claire", last_name="Morvan"), reason="Absence")
    entries = timeline.timeline(household, UserFactory())
    assert kinds(entries) == {kind.slug for kind in timeline.KINDS}
    assert [entry.day for entry in entries] == sorted((entry.day for entry in entries), reverse=True)
    told = {(entry.day, entry.what) for entry in entries}
    assert (date(2015, 5, 1), "Accompagnement : intensité léger → intensif") in told
    assert (date(2015, 2, 20), f"Commission d'attribution pour {household.proposals.get().unit} : attribution") in told
    assert any(entry.what == "Étape : logé et accompagné → suspendu" and entry.by == "Claire Morvan" for entry in entries)


def test_a_referent_reads_the_own_homes_dates_and_worries_only(household, landlord, operator):
    fill(HouseholdFactory(stage=Stage.HOUSED), landlord, operator)
    OccupancyFactory(household=household, unit=UnitFactory(landlord=landlord), starts_on=date(2016, 1, 1))
    ProposalFactory(household=household, unit=UnitFactory(reference="AILLEURS"))
    entries = timeline.timeline(household, member(Role.LANDLORD_REFERENT, landlord))
    assert kinds(entries) == {"arrivee", "adhesions", "propositions", "logements", "mesures"}
    text = " ".join(entry.what + entry.note for entry in entries)
    for hidden in ("AILLEURS", "Accompagnement :", "intensité", "Note-"):
        assert hidden not in text


def test_a_note_of_another_operator_is_not_told(household):
    other = OrganisationFactory()
    DiagnosisFactory(household=household, operator=other)
    told = {entry.note for entry in timeline.timeline(household, member(Role.SUPPORT_WORKER, other))}
    assert "Note-contact" not in told
    assert "Note-comité" in told


def test_the_page_groups_by_month_keeps_the_kinds_ticked_and_prints(client, household):
    client.force_login(UserFactory())
    page = client.get(f"/gestion/dossiers/{household.pk}/fil/").content.decode()
    assert page.index("Décembre 2015") < page.index("Janvier 2015")
    only = client.get(f"/gestion/dossiers/{household.pk}/fil/?quoi=contacts&quoi=inconnu").content.decode()
    assert "Note-contact" in only
    assert "Note-comité" not in only
    printed = client.get(f"/gestion/dossiers/{household.pk}/fil/imprimer/?quoi=contacts").content.decode()
    assert "Note-contact" in printed
    assert "Seulement : Contacts" in printed
    assert "Rien de tel" in client.get(f"/gestion/dossiers/{HouseholdFactory().pk}/fil/?quoi=contacts").content.decode()


def test_it_takes_as_many_queries_for_one_year_as_for_five(client, household, landlord, operator):
    client.force_login(UserFactory())
    counts = []
    for years in ((), range(2016, 2020)):
        for year in years:
            fill(household, landlord, operator, year)
        client.get(f"/gestion/dossiers/{household.pk}/fil/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/gestion/dossiers/{household.pk}/fil/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
