"""Two cases of one household are brought together whole, or not at all; undone, each is again exactly what it was."""

from datetime import date
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from access.enums import Role
from households import actions
from households.enums import ClosingReason, Stage
from households.merging import moving, plan, refusals, relations
from households.models import (
    CaseMember,
    CommitteeDecision,
    CommitteeSession,
    Concern,
    Consent,
    DistinctHouseholds,
    Evaluation,
    EvaluationGrade,
    Household,
    HouseholdMerge,
    NeedTopic,
    OfficerChange,
    OperationPlace,
    PendingAction,
    RetentionNotice,
    RightsRequest,
    SensitiveNeed,
    StageMove,
)
from households.models.needs import Criterion
from households.next_action import refresh
from households.timeline import timeline
from tests.factories import (
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OperationFactory,
    OrganisationFactory,
    OutreachContactFactory,
    PersonFactory,
    ProposalFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    agree,
    member,
    name_on_case,
)
from tests.households.conftest import report

pytestmark = pytest.mark.django_db
DAY = date(2015, 6, 1)
NUMBER = "035011300000135001"


@pytest.fixture
def officer(client):
    user = UserFactory()
    client.force_login(user)
    return user


def rich_case(**fields):
    """A housed case with one record, at least, of everything that names a household."""
    household = HouseholdFactory(stage=Stage.HOUSED, officer=UserFactory(), **fields)
    holder = PersonFactory(household=household, kinship="holder", last_name="Le Gall", first_name="Anaïs", phone="0299000000")
    RightsRequest.objects.create(household=household, person=holder, kind="access", received_on=DAY, due_on=date(2015, 4, 1))
    RetentionNotice.objects.create(household=household, noticed_on=DAY, due_on=date(2015, 4, 1))
    PersonFactory(household=household, kinship="child", last_name="Le Gall", first_name="Yann", birth_date=date(2010, 3, 1))
    agree(household)
    name_on_case(household, UserFactory())
    SensitiveNeed.objects.create(household=household, topic=NeedTopic.objects.filter(is_sensitive=True).first(), noted_on=DAY)
    DiagnosisFactory(household=household, completed=True).needs.add(NeedTopic.objects.filter(is_sensitive=False).first())
    OccupancyFactory(household=household, starts_on=date(2015, 1, 10))
    SupportMeasureFactory(household=household).suspensions.create(starts_on=date(2015, 2, 1), ends_on=date(2015, 2, 10))
    evaluation = Evaluation.objects.create(household=household, evaluated_on=DAY, result="favourable", recommendation="continue")
    EvaluationGrade.objects.create(evaluation=evaluation, criterion=Criterion.objects.first(), grade=3)
    OutreachContactFactory(household=household)
    ProposalFactory(household=household, closed_on=date(2015, 1, 9))
    OperationPlace.objects.create(operation=OperationFactory(), household=household, noted_on=DAY)
    Concern.objects.create(household=household, organisation=OrganisationFactory(), kind="worry", reason="unpaid_rent", raised_on=DAY)
    OfficerChange.objects.create(household=household, officer=household.officer, changed_on=DAY)
    session = CommitteeSession.objects.create(held_on=date(2015, 1, 5), state="closed")
    item = session.items.create(household=household, kind="orientation")
    CommitteeDecision.objects.create(household=household, item=item, decided_on=date(2015, 1, 5), outcome="favourable")
    StageMove.objects.create(household=household, action="house", from_stage=Stage.PROPOSED, to_stage=Stage.HOUSED, moved_on=date(2015, 1, 10))
    received = report(OrganisationFactory(landlord=True))
    received.status, received.household, received.decided_at = "attached", household, received.imported_at
    received.save()
    DistinctHouseholds.objects.create(first=household, second=HouseholdFactory())
    refresh([household.pk])
    return household


def everything_of():
    """Every row that is a household or names one, as the database holds it."""
    found = {}
    with connection.cursor() as cursor:
        for model, _field in [*relations(), (Household, "")]:
            if model is HouseholdMerge:
                continue
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{model._meta.db_table}" AS t ORDER BY 1')
            found[model._meta.label] = cursor.fetchall()
    return found


def test_a_case_with_everything_is_taken_whole_and_given_back_exactly(officer):
    absorbed, kept = rich_case(application_number=NUMBER), HouseholdFactory(stage=Stage.STABILISED, stage_since=DAY)
    PersonFactory(household=kept, last_name="Le Gall", first_name="Anais", birth_date=date(1980, 1, 2))
    refresh([kept.pk])
    held = {model._meta.label for model, field in relations() if model._base_manager.filter(**{field: absorbed}).exists()}
    assert held == {model._meta.label for model, _field in relations()} - {HouseholdMerge._meta.label}
    before = everything_of()

    merge = actions.merge_households(kept=kept, absorbed=absorbed, on=DAY, by=officer)
    kept.refresh_from_db()
    assert not Household.objects.filter(pk=absorbed.pk).exists()
    assert (kept.application_number, kept.size) == (NUMBER, 2)
    assert sorted((person.first_name, person.phone, person.birth_date) for person in kept.people.all()) == [
        ("Anais", "0299000000", date(1980, 1, 2)),
        ("Yann", "", date(2010, 3, 1)),
    ]
    assert RightsRequest.objects.get().person.household == kept
    for model, field in moving():
        assert model._base_manager.filter(**{field: kept}).exists(), model
    assert PendingAction.objects.filter(household=kept).count() == 1
    assert "réuni à celui-ci" in " ".join(entry.what for entry in timeline(kept, officer))

    back = actions.undo_merge(merge=merge, by=officer)
    assert back.pk == absorbed.pk
    assert everything_of() == before
    merge.refresh_from_db()
    assert (merge.journal, merge.state, merge.undone_by) == ({}, {}, officer)


FACTS = st.fixed_dictionaries(
    {
        "application_number": st.sampled_from(["", "A" * 18]),
        "seniority_on": st.sampled_from([None, date(2010, 1, 1), date(2012, 5, 6)]),
        "opened_on": st.sampled_from([date(2014, 1, 1), date(2015, 1, 5)]),
        "is_dalo": st.booleans(),
        "is_confidential": st.booleans(),
        "monthly_resources": st.sampled_from([None, "812.50"]),
        "stage": st.sampled_from([Stage.IDENTIFIED, Stage.IN_DIAGNOSIS, Stage.SEARCHING]),
    }
)
PEOPLE = st.lists(
    st.tuples(st.sampled_from(["Anaïs", "anais", "Yann"]), st.sampled_from([None, date(1980, 1, 2), date(1990, 1, 2)]), st.sampled_from(["", "02"])),
    max_size=3,
)


@settings(max_examples=12)
@given(first=FACTS, second=FACTS, people=st.tuples(PEOPLE, PEOPLE), named=st.tuples(st.booleans(), st.booleans()))
def test_whatever_two_cases_hold_undoing_gives_it_back(first, second, people, named):
    Household.objects.filter(application_number__in=["A" * 18, "B" * 18]).update(application_number="")
    officer = UserFactory()
    cases = []
    for facts, members, is_named, letter in zip((first, second), people, named, "AB", strict=True):
        facts = {**facts, "application_number": facts["application_number"].replace("A", letter)}
        household = HouseholdFactory(**facts)
        for first_name, birth_date, phone in members:
            PersonFactory(household=household, last_name="Le Gall", first_name=first_name, birth_date=birth_date, phone=phone)
        if is_named:
            name_on_case(household, UserFactory())
        name_on_case(household, officer)
        cases.append(household)
    refresh([one.pk for one in cases])
    kept, absorbed = cases
    if list(refusals(kept, absorbed)):
        kept, absorbed = absorbed, kept
    before = everything_of()
    expected = {name: min(filter(None, (getattr(one, name) for one in cases)), default=None) for name in ("seniority_on", "opened_on")}
    distinct = len({one.pk for one in cases})

    merge = actions.merge_households(kept=kept, absorbed=absorbed, on=DAY, by=officer)
    result = Household.objects.get(pk=kept.pk)
    assert {name: getattr(result, name) for name in expected} == expected
    assert result.is_dalo == (first["is_dalo"] or second["is_dalo"])
    assert result.is_confidential == (first["is_confidential"] or second["is_confidential"])
    assert result.application_number == (kept.application_number or absorbed.application_number)
    assert PendingAction.objects.filter(household__in=[kept.pk, absorbed.pk]).count() == distinct - 1
    assert result.team.filter(user=officer).count() == 1

    actions.undo_merge(merge=merge, by=officer)
    assert everything_of() == before


def overlapping_homes(kept, absorbed):
    OccupancyFactory(household=kept, starts_on=date(2015, 1, 1))
    OccupancyFactory(household=absorbed, starts_on=date(2015, 3, 1))


def overlapping_support(kept, absorbed):
    SupportMeasureFactory(household=kept)
    SupportMeasureFactory(household=absorbed)


def two_drafts(kept, absorbed):
    DiagnosisFactory(household=kept)
    DiagnosisFactory(household=absorbed)


def one_home_proposed_twice(kept, absorbed):
    unit = UnitFactory()
    ProposalFactory(household=kept, unit=unit)
    ProposalFactory(household=absorbed, unit=unit)


def agenda(kept, absorbed):
    CommitteeSession.objects.create(held_on=DAY).items.create(household=absorbed, kind="orientation")


def refused_support(kept, absorbed):
    SupportMeasureFactory(household=kept)
    agree(kept)
    Consent.objects.create(household=absorbed, kind="support", answer="refused", decided_on=date(2015, 5, 1))


@pytest.mark.parametrize(
    ("stages", "prepare", "told"),
    [
        ((Stage.HOUSED, Stage.HOUSED), overlapping_homes, "deux logements occupés aux mêmes dates"),
        ((Stage.HOUSED, Stage.HOUSED), overlapping_support, "court dans les deux dossiers"),
        ((Stage.IN_DIAGNOSIS, Stage.IN_DIAGNOSIS), two_drafts, "Un diagnostic est en cours dans chaque dossier"),
        ((Stage.PROPOSED, Stage.PROPOSED), one_home_proposed_twice, "est proposé dans les deux dossiers"),
        ((Stage.HOUSED, Stage.PROPOSED), one_home_proposed_twice, "retirez d'abord cette proposition"),
        ((Stage.SEARCHING, Stage.TO_ORIENT), agenda, "est à l'ordre du jour du 01/06/2015"),
        ((Stage.HOUSED, Stage.SEARCHING), refused_support, "enregistrez d'abord sa réponse d'aujourd'hui"),
        ((Stage.IDENTIFIED, Stage.SEARCHING), lambda *_: None, "est plus avancé (en recherche"),
        ((Stage.CLOSED, Stage.IDENTIFIED), lambda *_: None, "est plus avancé (repéré"),
        ((Stage.SUSPENDED, Stage.IDENTIFIED), lambda *_: None, "est suspendu et l'autre ne l'est pas"),
    ],
)
def test_what_does_not_go_together_is_refused_with_what_to_do_first(client, officer, stages, prepare, told):
    kept, absorbed = (case_at(stage) for stage in stages)
    prepare(kept, absorbed)
    before = everything_of()
    with pytest.raises(ValidationError) as refusal:
        actions.merge_households(kept=kept, absorbed=absorbed, on=DAY, by=officer)
    assert told in " ".join(refusal.value.messages)
    assert everything_of() == before
    page = client.get(compare_url(kept, absorbed)).content.decode()
    assert "ne peuvent pas être réunis ainsi" in page
    assert f"Réunir {absorbed} à {kept}</button>" not in page
    answer = client.post(compare_url(kept, absorbed), follow=True)
    assert "Rien n&#x27;est enregistré" in answer.content.decode()
    assert everything_of() == before


def case_at(stage):
    extra = {"suspended_from": Stage.SEARCHING} if stage == Stage.SUSPENDED else {}
    extra |= {"closing_reason": ClosingReason.MOVED} if stage == Stage.CLOSED else {}
    return HouseholdFactory(stage=stage, officer=UserFactory(), **extra)


def compare_url(kept, absorbed):
    return reverse("households:compare", args=[kept.pk, absorbed.pk])


STAGES = [Stage.IDENTIFIED, Stage.SEARCHING, Stage.PROPOSED, Stage.HOUSED, Stage.CLOSED]


@pytest.mark.parametrize(("one", "other"), list(product(STAGES, STAGES)))
def test_of_two_stages_one_way_at_least_is_open_and_the_further_case_is_kept(one, other):
    first, second = case_at(one), case_at(other)
    ways = [(a, b) for a, b in ((first, second), (second, first)) if not list(refusals(a, b))]
    assert ways
    assert len(ways) == (2 if one == other else 1)


def test_a_merge_something_happened_after_is_not_undone(client, officer):
    absorbed, kept = rich_case(), HouseholdFactory(stage=Stage.STABILISED)
    merge = actions.merge_households(kept=kept, absorbed=absorbed, on=DAY, by=officer)
    assert actions.what_forbids_undoing(merge) == []
    url = reverse("households:merge", args=[merge.pk])
    assert "Annuler la fusion et rouvrir" in client.get(url).content.decode()
    OutreachContactFactory(household=kept)
    Consent.objects.filter(household=kept).first().delete()
    Household.objects.filter(pk=kept.pk).update(size=4)
    assert actions.what_forbids_undoing(merge) == [
        "Depuis la fusion, adhésions : 1 de moins.",
        "Depuis la fusion, ménages : 1 à l'état changé.",
        "Depuis la fusion, contacts : 1 de plus.",
    ]
    before = everything_of()
    page = client.get(url).content.decode()
    assert "ne peut plus être annulée" in page
    assert "Annuler la fusion et rouvrir" not in page
    client.post(url)
    assert everything_of() == before


def test_a_merge_within_a_merge_is_undone_from_the_last(officer):
    first, second, third = (HouseholdFactory() for _ in range(3))
    refresh()
    before = everything_of()
    inner = actions.merge_households(kept=second, absorbed=third, on=DAY, by=officer)
    outer = actions.merge_households(kept=first, absorbed=second, on=DAY, by=officer)
    inner.refresh_from_db()
    assert inner.kept == first
    assert actions.what_forbids_undoing(inner)
    actions.undo_merge(merge=outer, by=officer)
    inner.refresh_from_db()
    actions.undo_merge(merge=inner, by=officer)
    assert everything_of() == before
    with pytest.raises(ValidationError, match="déjà annulée"):
        actions.undo_merge(merge=inner, by=officer)


def test_only_those_named_on_the_confidential_case_open_the_two_together(client, officer):
    kept, absorbed = HouseholdFactory(officer=UserFactory()), HouseholdFactory(confidential=True)
    outsider = kept.officer
    name_on_case(kept, outsider)
    name_on_case(absorbed, officer)
    assert f"<li>{outsider.get_full_name()}</li>" in client.get(compare_url(kept, absorbed)).content.decode()
    merge = actions.merge_households(kept=kept, absorbed=absorbed, on=DAY, by=officer)
    assert list(CaseMember.objects.filter(household=kept).values_list("user", flat=True)) == [officer.pk]
    assert not Household.objects.visible_to(outsider).filter(pk=kept.pk).exists()
    kept.refresh_from_db()
    assert kept.officer is None
    actions.undo_merge(merge=merge, by=officer)
    assert Household.objects.visible_to(outsider).filter(pk=kept.pk).exists()
    assert not Household.objects.visible_to(outsider).filter(pk=absorbed.pk).exists()


def test_every_door_is_shut_on_whoever_does_not_see_both_cases(client, officer):
    known, hidden = HouseholdFactory(), HouseholdFactory(confidential=True)
    for kept, absorbed in ((known, hidden), (hidden, known)):
        for answer in (client.get(compare_url(kept, absorbed)), client.post(compare_url(kept, absorbed))):
            assert answer.status_code == 404
        with pytest.raises(ValidationError, match="n'existe pas"):
            actions.merge_households(kept=kept, absorbed=absorbed, on=DAY, by=officer)
    assert client.post(reverse("households:tell_apart"), {"premier": known.pk, "second": hidden.pk}).status_code == 404
    merge = actions.merge_households(kept=hidden, absorbed=HouseholdFactory(), on=DAY, by=named_on(hidden))
    assert client.get(reverse("households:merge", args=[merge.pk])).status_code == 404
    assert client.get(reverse("households:case", args=[merge.absorbed_id])).status_code == 404
    assert hidden.reference not in client.get(reverse("households:twins")).content.decode()


def named_on(household):
    user = UserFactory()
    name_on_case(household, user)
    return user


@pytest.mark.parametrize("role", [role for role in Role if role != Role.GIE_STAFF])
def test_other_roles_find_no_door(client, role):
    first, second = HouseholdFactory(), HouseholdFactory()
    merge = actions.merge_households(kept=HouseholdFactory(), absorbed=HouseholdFactory(), on=DAY, by=UserFactory())
    client.force_login(member(role, OrganisationFactory()))
    for url in (reverse("households:twins"), compare_url(first, second), reverse("households:merge", args=[merge.pk])):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404
    assert client.post(reverse("households:tell_apart"), {"premier": first.pk, "second": second.pk}).status_code == 404


def test_the_former_reference_and_address_lead_to_the_case_kept(client, officer):
    kept, absorbed = HouseholdFactory(), HouseholdFactory()
    answer = client.post(compare_url(kept, absorbed), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("households:case", args=[kept.pk])
    assert "Voir ou annuler cette fusion" in answer.content.decode()
    assert client.get(reverse("households:case", args=[absorbed.pk])).url == reverse("households:case", args=[kept.pk])
    assert kept.reference in client.get("/gestion/menages/dossiers/", {"q": absorbed.reference.lower()}).content.decode()
    merge = HouseholdMerge.objects.get()
    client.post(reverse("households:merge", args=[merge.pk]))
    assert client.get(reverse("households:case", args=[absorbed.pk])).status_code == 200


def test_the_preview_says_what_is_kept_and_what_moves(client, officer):
    absorbed, kept = rich_case(is_dalo=True), HouseholdFactory(stage=Stage.STABILISED, application_number=NUMBER)
    found = plan(kept=kept, absorbed=absorbed, user=officer)
    by_label = {fact.label: fact for fact in found.facts}
    assert (by_label["DALO"].kept, by_label["DALO"].absorbed, by_label["DALO"].result) == ("non", "oui", "oui")
    assert by_label["Numéro unique"].result == NUMBER
    assert by_label["Étape"].result == "stabilisé"
    page = client.get(compare_url(kept, absorbed)).content.decode()
    assert "Occupations : 1" in page
    assert "Contacts : 1" in page
