"""Proposals taken back, ranked households, tenures that slide, homes left, allocations on record, operations meant for households."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from access.enums import Role
from catalogue.models import Unit
from households import actions
from households.backoffice.case_actions import ACTIONS
from households.enums import CalDecision, ProposalAnswer, Stage, TenureKind, WithdrawalReason
from households.models import AllocationRecord, Household, Occupancy, PastTenure, Proposal
from tests.factories import (
    HouseholdFactory,
    OccupancyFactory,
    OperationFactory,
    OrganisationFactory,
    ProposalFactory,
    UnitFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
DAY = date(2015, 6, 1)


@pytest.fixture
def officer():
    return UserFactory()


def stage(household):
    return Household.objects.get(pk=household.pk).stage


def sliding(**fields):
    return OccupancyFactory(tenure=TenureKind.SLIDING_LEASE, planned_slide_on=date(2016, 3, 1), **fields)


class TestProposals:
    def test_several_are_open_at_once_and_the_search_starts_again_with_the_last_one(self, officer):
        household = HouseholdFactory(stage=Stage.SEARCHING)
        proposals = [actions.propose_unit(household=household, unit=UnitFactory(), on=DAY, by=officer) for _ in range(2)]
        actions.withdraw_proposal(proposal=proposals[0], reason=WithdrawalReason.HOME_GONE, on=DAY, by=officer)
        assert stage(household) == Stage.PROPOSED
        actions.answer_proposal(proposal=proposals[1], answer=ProposalAnswer.REFUSED, refusal_reason="rent", on=DAY, by=officer)
        assert stage(household) == Stage.SEARCHING
        kept = Proposal.objects.get(pk=proposals[0].pk)
        assert (kept.withdrawal_reason, kept.closed_on, kept.waits_for) == (WithdrawalReason.HOME_GONE, DAY, "")
        with pytest.raises(ValidationError, match="déjà close"):
            actions.withdraw_proposal(proposal=kept, reason=WithdrawalReason.OTHER, on=DAY, by=officer)

    def test_a_withdrawal_does_not_precede_the_proposal(self, officer):
        with pytest.raises(ValidationError) as refusal:
            actions.withdraw_proposal(proposal=ProposalFactory(), reason=WithdrawalReason.OTHER, on=date(2015, 2, 9), by=officer)
        assert "withdrawn_on" in refusal.value.message_dict

    def test_a_home_is_granted_once(self, officer):
        unit = UnitFactory()
        first, second = ProposalFactory(unit=unit), ProposalFactory(unit=unit)
        actions.record_cal_decision(proposal=first, decision=CalDecision.GRANTED, on=DAY, by=officer)
        with pytest.raises(ValidationError, match="déjà attribué"):
            actions.record_cal_decision(proposal=second, decision=CalDecision.RANKED, rank=2, on=DAY, by=officer)
        with pytest.raises(ValidationError, match="déjà attribué"):
            actions.propose_unit(household=HouseholdFactory(stage=Stage.SEARCHING), unit=unit, on=DAY, by=officer)

    def test_a_commission_ranks_several_households_each_at_its_own_rank(self, officer):
        unit = UnitFactory()
        first, second, third = (ProposalFactory(unit=unit) for _ in range(3))
        actions.record_cal_decision(proposal=first, decision=CalDecision.RANKED, rank=1, on=DAY, by=officer)
        actions.record_cal_decision(proposal=second, decision=CalDecision.RANKED, rank=2, on=DAY, by=officer)
        with pytest.raises(ValidationError, match="déjà au rang 2"):
            actions.record_cal_decision(proposal=third, decision=CalDecision.RANKED, rank=2, on=DAY, by=officer)
        actions.record_lease(proposal=first, occupancy=Occupancy(tenure="direct_lease", starts_on=DAY), by=officer)
        with pytest.raises(ValidationError, match="déjà occupé"):
            actions.record_lease(proposal=second, occupancy=Occupancy(tenure="direct_lease", starts_on=DAY), by=officer)

    def test_other_proposals_of_a_household_that_moves_in_are_told_as_such(self, officer):
        household = HouseholdFactory(stage=Stage.PROPOSED)
        other = ProposalFactory(household=household)
        granted = ProposalFactory(household=household, cal_decision=CalDecision.GRANTED, cal_on=DAY)
        actions.record_lease(proposal=granted, occupancy=Occupancy(tenure="direct_lease", starts_on=DAY), by=officer)
        other.refresh_from_db()
        granted.refresh_from_db()
        assert (other.withdrawal_reason, other.closed_on) == (WithdrawalReason.OTHER_HOME, DAY)
        assert (granted.withdrawal_reason, granted.closed_on) == ("", DAY)

    def test_what_awaits_whom(self):
        pending = ProposalFactory()
        accepted = ProposalFactory(answer=ProposalAnswer.ACCEPTED, answered_on=DAY)
        granted = ProposalFactory(answer=ProposalAnswer.ACCEPTED, answered_on=DAY, cal_decision=CalDecision.GRANTED, cal_on=DAY)
        ProposalFactory(closed_on=DAY)
        assert set(Proposal.objects.awaiting_answer()) == {pending}
        assert set(Proposal.objects.awaiting_commission()) == {pending, accepted}
        assert set(Proposal.objects.awaiting_lease()) == {granted}
        assert [item.waits_for for item in (pending, accepted, granted)] == ["la réponse du ménage", "la décision de la CAL", "le bail"]


class TestAllocation:
    def lease(self, officer, unit, **options):
        household = HouseholdFactory(stage=Stage.PROPOSED, is_dalo=True, has_collective_agreement=True, application_number="035011300000135001")
        proposal = ProposalFactory(household=household, unit=unit, cal_decision=CalDecision.GRANTED, cal_on=DAY)
        actions.record_lease(proposal=proposal, occupancy=Occupancy(tenure="direct_lease", starts_on=DAY), by=officer, **options)
        return AllocationRecord.objects.get()

    def test_the_lease_leaves_what_the_register_asks(self, officer):
        landlord = OrganisationFactory(landlord=True, siret="73282932000074")
        record = self.lease(officer, UnitFactory(landlord=landlord, rpls_id="RPLS000001", quota=3), was_tenant=False)
        assert (record.landlord_siren, record.lease_on, record.was_tenant, record.rpls_id) == ("732829320", DAY, False, "RPLS000001")
        assert (record.has_collective_agreement, record.is_dalo, record.quota) == (True, True, 3)
        assert record.missing == []

    def test_without_an_rpls_id_the_home_is_described(self, officer):
        record = self.lease(officer, UnitFactory(street="rue des Lilas", street_number="3", living_area=62), was_tenant=True, quota=1)
        assert record.address == "3 rue des Lilas, 35300 Fougères"
        assert (record.typology, record.living_area, record.main_rent) == ("T3", 62, 412)
        assert record.missing == ["le SIREN du bailleur"]

    def test_it_stays_as_it_was_on_the_day_of_the_lease(self, officer):
        record = self.lease(officer, UnitFactory(), was_tenant=True)
        Household.objects.update(is_dalo=False)
        Unit.objects.update(main_rent=999)
        record.refresh_from_db()
        assert (record.is_dalo, record.main_rent) == (True, 412)

    def test_what_was_not_known_is_filled_in_later(self, client, officer):
        record = self.lease(officer, UnitFactory())
        assert {"déjà locataire ou non", "la surface", "le contingent"} <= set(record.missing)
        client.force_login(officer)
        url = f"/gestion/dossiers/{record.occupancy.household_id}/attribution/"
        answer = client.post(url, {"record": record.pk, "was_tenant": "oui", "quota": "2", "application_number": "ABC"})
        assert "18 caractères" in answer.content.decode()
        client.post(url, {"record": record.pk, "was_tenant": "oui", "quota": "2", "application_number": "035011300000135001"})
        record.refresh_from_db()
        assert (record.was_tenant, record.quota) == (True, 2)

    def test_staff_and_the_own_landlord_see_it_nobody_else(self, officer):
        unit = UnitFactory()
        record = self.lease(officer, unit)
        assert record in AllocationRecord.objects.visible_to(officer)
        assert record in AllocationRecord.objects.visible_to(member(Role.LANDLORD_REFERENT, unit.landlord), on=DAY)
        assert not AllocationRecord.objects.visible_to(member(Role.LANDLORD_REFERENT, OrganisationFactory(landlord=True))).exists()
        assert not AllocationRecord.objects.visible_to(member(Role.SUPPORT_WORKER, OrganisationFactory())).exists()
        Household.objects.update(is_confidential=True)
        assert not AllocationRecord.objects.visible_to(officer).exists()


class TestSlide:
    def test_a_sliding_lease_becomes_a_direct_one_and_its_past_stays(self, officer):
        occupancy = sliding()
        actions.record_slide(occupancy=occupancy, on=date(2016, 2, 15), by=officer)
        kept = Occupancy.objects.get()
        past = PastTenure.objects.get()
        assert (kept.tenure, kept.starts_on, kept.tenure_since) == (TenureKind.DIRECT_LEASE, date(2015, 3, 1), date(2016, 2, 15))
        assert (past.tenure, past.starts_on, past.ends_on) == (TenureKind.SLIDING_LEASE, date(2015, 3, 1), date(2016, 2, 14))

    def test_it_slides_once_after_its_start_and_within_the_occupancy(self, officer):
        occupancy = sliding(ends_on=date(2016, 6, 1))
        for day in (date(2015, 3, 1), date(2015, 2, 1), date(2016, 6, 2)):
            with pytest.raises(ValidationError, match="après son début"):
                actions.record_slide(occupancy=occupancy, on=day, by=officer)
        actions.record_slide(occupancy=occupancy, on=date(2016, 6, 1), by=officer)
        with pytest.raises(ValidationError, match="n'est plus"):
            actions.record_slide(occupancy=occupancy, on=date(2016, 6, 1), by=officer)

    def test_another_tenure_does_not_slide(self, officer):
        with pytest.raises(ValidationError, match="bail glissant"):
            actions.record_slide(occupancy=OccupancyFactory(), on=DAY, by=officer)

    def test_the_referent_of_the_home_records_it_from_the_case_page(self, client):
        occupancy = sliding()
        client.force_login(member(Role.LANDLORD_REFERENT, occupancy.unit.landlord))
        url = f"/gestion/dossiers/{occupancy.household_id}/"
        assert "Constater le glissement" in client.get(url).content.decode()
        client.post(f"{url}glissement/", {"occupancy": occupancy.pk, "slid_on": "2016-02-15"})
        assert Occupancy.objects.get().tenure == TenureKind.DIRECT_LEASE
        assert "Avant : bail glissant du 01/03/2015 au 14/02/2016" in client.get(url).content.decode()


class TestLeaving:
    def test_the_home_is_left_and_falls_free_when_told(self, officer):
        occupancy = OccupancyFactory(unit=UnitFactory(declared_occupation="let"))
        actions.end_occupancy(occupancy=occupancy, on=DAY, reason="moved", is_free_again=True, by=officer)
        kept, unit = Occupancy.objects.get(), Unit.objects.get()
        assert (kept.ends_on, kept.end_reason) == (DAY, "moved")
        assert (unit.declared_occupation, unit.available_on) == ("vacant", date(2015, 6, 2))
        with pytest.raises(ValidationError, match="déjà enregistrée"):
            actions.end_occupancy(occupancy=occupancy, on=DAY, reason="moved", by=officer)

    def test_leaving_says_nothing_of_the_home_unless_told(self, officer):
        occupancy = OccupancyFactory(unit=UnitFactory(declared_occupation="let"))
        actions.end_occupancy(occupancy=occupancy, on=DAY, reason="moved", by=officer)
        assert Unit.objects.get().declared_occupation == "let"

    def test_nobody_leaves_before_arriving(self, officer):
        with pytest.raises(ValidationError):
            actions.end_occupancy(occupancy=OccupancyFactory(), on=date(2015, 2, 1), reason="moved", by=officer)
        assert Occupancy.objects.get().ends_on is None

    def test_an_occupied_home_is_not_declared_free(self, officer):
        occupancy = OccupancyFactory(ends_on=date(2015, 12, 31))
        with pytest.raises(ValidationError, match="y habite encore"):
            actions.free_home(unit=occupancy.unit, on=DAY, by=officer)
        actions.free_home(unit=occupancy.unit, on=date(2016, 1, 1), by=officer)
        assert Unit.objects.get().available_on == date(2016, 1, 1)


class TestOperationsMeant:
    def test_an_operation_is_meant_for_no_more_households_than_it_has_homes(self, officer):
        operation = OperationFactory(home_count=1)
        place = actions.mean_for(operation=operation, household=HouseholdFactory(stage=Stage.SEARCHING), on=DAY, by=officer)
        other = HouseholdFactory(stage=Stage.SEARCHING)
        with pytest.raises(ValidationError, match="déjà tous destinés"):
            actions.mean_for(operation=operation, household=other, on=DAY, by=officer)
        actions.no_longer_mean_for(place=place, by=officer)
        actions.mean_for(operation=operation, household=other, on=DAY, by=officer)
        assert operation.places.get().household == other

    def test_a_page_of_an_operation_names_the_cases_that_the_reader_sees(self, client, officer):
        operation = OperationFactory(home_count=2)
        secret, open_one = HouseholdFactory(stage=Stage.SEARCHING, confidential=True), HouseholdFactory(stage=Stage.SEARCHING)
        for household in (secret, open_one):
            operation.places.create(household=household, noted_on=DAY)
        url = f"/gestion/logements/operations/fiche/{operation.pk}/"
        client.force_login(officer)
        page = client.get(url).content.decode()
        assert open_one.reference in page
        assert secret.reference not in page
        client.force_login(member(Role.LANDLORD_REFERENT, operation.landlord))
        page = client.get(url).content.decode()
        assert operation.name in page
        assert open_one.reference not in page

    def test_it_is_noted_from_the_case_page(self, client, officer):
        operation, household = OperationFactory(), HouseholdFactory(stage=Stage.SEARCHING)
        client.force_login(officer)
        client.post(f"/gestion/dossiers/{household.pk}/operation/", {"operation": operation.pk, "noted_on": "2015-06-01"})
        assert household.operation_places.get().operation == operation
        assert operation.name in client.get(f"/gestion/dossiers/{household.pk}/").content.decode()


def test_the_landlord_of_a_home_proposed_or_occupied_is_the_homes_whatever_is_written():
    home, elsewhere = UnitFactory(), UnitFactory()
    proposal, occupancy = ProposalFactory(unit=home), OccupancyFactory(unit=home)
    Proposal.objects.filter(pk=proposal.pk).update(landlord=elsewhere.landlord)

    def landlords() -> set[int]:
        return {Proposal.objects.get(pk=proposal.pk).landlord_id, Occupancy.objects.get(pk=occupancy.pk).landlord_id}

    assert landlords() == {home.landlord_id}
    Occupancy.objects.filter(pk=occupancy.pk).update(unit=elsewhere)
    assert Occupancy.objects.get(pk=occupancy.pk).landlord_id == elsewhere.landlord_id
    Occupancy.objects.filter(pk=occupancy.pk).update(unit=home)
    Unit.objects.filter(pk=home.pk).update(landlord=elsewhere.landlord)
    assert landlords() == {elsewhere.landlord_id}


def test_an_officer_records_from_the_case_that_a_home_is_left(client, officer):
    occupancy = OccupancyFactory()
    client.force_login(officer)
    address = f"/gestion/dossiers/{occupancy.household_id}/sortie/"
    assert "Enregistrer la sortie du logement" in client.get(address).content.decode()
    client.post(address, {"occupancy": occupancy.pk, "ended_on": DAY.isoformat(), "reason": "moved"})
    assert Occupancy.objects.get().ends_on == DAY


def test_each_thing_done_from_a_case_has_an_address_of_its_own():
    slugs = [action.slug for action in ACTIONS]
    assert sorted(set(slugs)) == sorted(slugs)
