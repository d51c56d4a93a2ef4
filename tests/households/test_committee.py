"""The committee: its agenda, its pseudonymised sheets, what its decisions do, and its minutes."""

import io
from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pypdf import PdfReader

from access.enums import Role
from households import actions
from households.committee_sheet import sheet_of
from households.enums import AgendaKind, SessionState, Stage
from households.models import AgendaItem, CommitteeDecision, CommitteeSession, Diagnosis, Evaluation, NeedTopic, SensitiveNeed, SupportMeasure
from tests.factories import (
    ConventionFactory,
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    PersonFactory,
    SupportMeasureFactory,
    UserFactory,
    delay_rule,
    member,
    name_on_case,
)

pytestmark = pytest.mark.django_db
DAY = date(2015, 9, 15)
CANARY = "Canari-Zyx"


@pytest.fixture
def officer():
    return UserFactory()


@pytest.fixture
def seated():
    return member(Role.COMMITTEE, OrganisationFactory())


@pytest.fixture
def session(seated):
    session = CommitteeSession.objects.create(held_on=DAY, starts_at=time(14, 0), place="GIE Solive, Rennes")
    session.members.set([seated])
    return session


def to_orient(**fields):
    household = HouseholdFactory(stage=Stage.TO_ORIENT, **fields)
    DiagnosisFactory(household=household, completed=True)
    return household


def housed(**fields):
    """A supported household, diagnosed, with both measures."""
    household = HouseholdFactory(stage=Stage.HOUSED, **fields)
    DiagnosisFactory(household=household, completed=True)
    SupportMeasureFactory(household=household)
    SupportMeasureFactory(household=household, kind=ConventionFactory().measure_kinds.get(code="adapted_management"))
    return household


def evaluate(household, day, **fields):
    return Evaluation.objects.create(household=household, evaluated_on=day, **{"result": "mixed", "recommendation": "adjust", **fields})


def item_for(session, household, by):
    item = actions.add_to_agenda(session=session, household=household, by=by)
    if session.state == SessionState.PLANNED:
        actions.open_session(session=session, by=by)
    item.refresh_from_db()
    return item


def url(session, path=""):
    return f"/gestion/seances/{session.pk}/{path}"


def test_the_agenda_fills_with_what_is_due(session, officer):
    waiting, evaluated, overdue = to_orient(), housed(), housed()
    evaluation = evaluate(evaluated, date(2015, 6, 30))
    fresh = housed()
    SupportMeasure.objects.filter(household=fresh).update(starts_on=date(2015, 8, 1))
    DiagnosisFactory(household=HouseholdFactory(stage=Stage.IN_DIAGNOSIS))
    assert actions.fill_agenda(session=session, by=officer) == 3
    assert list(session.items.values_list("household", "kind", "evaluation")) == [
        (waiting.pk, AgendaKind.ORIENTATION, None),
        (evaluated.pk, AgendaKind.EVALUATION, evaluation.pk),
        (overdue.pk, AgendaKind.EVALUATION, None),
    ]
    assert actions.fill_agenda(session=session, by=officer) == 0


def test_a_case_waits_on_one_agenda_at_a_time_and_a_reviewed_evaluation_does_not_come_back(session, officer, seated):
    household = housed()
    evaluate(household, date(2015, 9, 1))
    item = item_for(session, household, officer)
    later = CommitteeSession.objects.create(held_on=date(2015, 10, 15))
    assert actions.fill_agenda(session=later, by=officer) == 0
    actions.decide(item=item, outcome="continue", by=officer)
    actions.close_session(session=session, attendees=[seated], by=officer)
    assert actions.fill_agenda(session=later, by=officer) == 0


def test_a_confidential_case_comes_on_the_agenda_by_those_named_on_it_only(session, officer):
    household = to_orient(is_confidential=True)
    assert actions.fill_agenda(session=session, by=officer) == 0
    name_on_case(household, officer)
    assert actions.fill_agenda(session=session, by=officer) == 1


def test_points_are_added_removed_and_ordered(session, officer):
    first, second = to_orient(), to_orient()
    actions.fill_agenda(session=session, by=officer)
    item = session.items.get(household=second)
    actions.move_on_agenda(item=item, step=-1, by=officer)
    actions.move_on_agenda(item=item, step=-1, by=officer)
    assert [found.household for found in session.items.all()] == [second, first]
    actions.remove_from_agenda(item=item, by=officer)
    assert [found.household for found in session.items.all()] == [first]
    with pytest.raises(ValidationError, match="déjà à l'ordre du jour"):
        actions.add_to_agenda(session=session, household=first, by=officer)
    with pytest.raises(ValidationError, match="en recherche"):
        actions.add_to_agenda(session=session, household=HouseholdFactory(stage=Stage.SEARCHING), by=officer)


@pytest.mark.parametrize(
    ("door", "outcome", "stage"),
    [
        ("access", "favourable", Stage.SEARCHING),
        ("maintenance", "favourable", Stage.TO_ORIENT),
        ("access", "adjourned", Stage.TO_ORIENT),
        ("access", "declined", Stage.TO_ORIENT),
    ],
)
def test_an_orientation_moves_the_case(session, officer, door, outcome, stage):
    household = to_orient(entry_door=door)
    item = item_for(session, household, officer)
    decision = actions.decide(item=item, outcome=outcome, support_level="light", by=officer)
    household.refresh_from_db()
    assert (household.stage, decision.decided_on, decision.item) == (stage, DAY, item)


def test_continue_changes_nothing(session, officer):
    household = housed()
    item = item_for(session, household, officer)
    before = list(household.measures.order_by("pk").values())
    actions.decide(item=item, outcome="continue", by=officer)
    household.refresh_from_db()
    assert (household.stage, list(household.measures.order_by("pk").values())) == (Stage.HOUSED, before)


def test_adjust_grades_the_measures_otherwise_from_the_session(session, officer):
    household = housed()
    item = item_for(session, household, officer)
    with pytest.raises(ValidationError, match="Rien ne change"):
        actions.decide(item=item, outcome="adjust", support_level="reinforced", management_level="none", by=officer)
    assert not CommitteeDecision.objects.exists()
    actions.decide(item=item, outcome="adjust", support_level="intensive", management_level="none", by=officer)
    support = SupportMeasure.objects.filter(household=household, kind__code="support")
    levels = [support.with_level(on=day).get().present_level for day in (DAY - timedelta(days=1), DAY)]
    assert levels == ["reinforced", "intensive"]


def test_stop_ends_the_measures_with_its_reason(session, officer):
    household = housed()
    item = item_for(session, household, officer)
    with pytest.raises(ValidationError, match="motif"):
        actions.decide(item=item, outcome="stop", by=officer)
    actions.decide(item=item, outcome="stop", end_reason="completed", by=officer)
    assert set(household.measures.values_list("ended_on", "end_reason")) == {(DAY, "completed")}


def test_reorient_opens_a_revision_and_keeps_the_stage(session, officer):
    household = housed()
    actions.decide(item=item_for(session, household, officer), outcome="reorient", by=officer)
    household.refresh_from_db()
    draft = Diagnosis.objects.under_way().get()
    assert (household.stage, draft.household, draft.started_on) == (Stage.HOUSED, household, DAY)
    assert draft.revises == actions.latest_completed(household)


def test_a_decision_waits_for_the_session_and_is_taken_once(session, officer):
    household = to_orient()
    item = actions.add_to_agenda(session=session, household=household, by=officer)
    with pytest.raises(ValidationError, match="prévue"):
        actions.decide(item=item, outcome="favourable", by=officer)
    actions.open_session(session=session, by=officer)
    with pytest.raises(ValidationError, match="liste"):
        actions.decide(item=item, outcome="continue", by=officer)
    actions.decide(item=item, outcome="adjourned", by=officer)
    with pytest.raises(ValidationError, match="déjà décidé"):
        actions.decide(item=item, outcome="favourable", by=officer)
    with pytest.raises(ValidationError, match="déjà décidé"):
        actions.remove_from_agenda(item=item, by=officer)


def test_a_case_that_moved_meanwhile_is_adjourned_not_oriented(session, officer):
    household = to_orient()
    item = item_for(session, household, officer)
    decision = CommitteeDecision(household=household, decided_on=DAY, outcome="favourable")
    actions.record_committee_decision(decision=decision, by=officer)
    with pytest.raises(ValidationError, match="en recherche"):
        actions.decide(item=item, outcome="favourable", by=officer)
    actions.decide(item=item, outcome="adjourned", by=officer)


def test_a_session_opens_on_its_day_and_closes_once_all_is_decided(officer, seated):
    session = CommitteeSession.objects.create(held_on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError, match="on l'ouvre ce jour-là"):
        actions.open_session(session=session, by=officer)
    CommitteeSession.objects.update(held_on=DAY)
    session.refresh_from_db()
    item = item_for(session, to_orient(), officer)
    with pytest.raises(ValidationError, match="1 point n'est pas décidé"):
        actions.close_session(session=session, attendees=[seated], by=officer)
    actions.decide(item=item, outcome="favourable", by=officer)
    with pytest.raises(ValidationError, match="présent"):
        actions.close_session(session=session, attendees=[], by=officer)
    actions.close_session(session=session, attendees=[seated], by=officer)
    for write in (
        lambda: actions.fill_agenda(session=session, by=officer),
        lambda: actions.add_to_agenda(session=session, household=to_orient(), by=officer),
        lambda: actions.plan_session(session=session, members=[], by=officer),
    ):
        with pytest.raises(ValidationError, match="close"):
            write()


def revealing_case():
    """A household whose every hidden field says so."""
    delay_rule()
    operator = OrganisationFactory(name=f"Opérateur {CANARY}")
    household = HouseholdFactory(stage=Stage.HOUSED, monthly_resources=777, application_number="035CANARIZYX000001", seniority_on=date(2010, 1, 1))
    household.reported_by = OrganisationFactory(name=f"Prescripteur {CANARY}")
    household.save()
    PersonFactory(household=household, last_name=CANARY, phone="0299000777")
    diagnosis = DiagnosisFactory(household=household, operator=operator, completed=True, ceiling_rent=777)
    diagnosis.communes.set(["35024"])
    diagnosis.needs.set(NeedTopic.objects.filter(code="mobilite"))
    OccupancyFactory(household=household, unit__street=f"rue {CANARY}")
    SupportMeasureFactory(household=household, objectives=CANARY, convention=ConventionFactory(partner=operator, number=CANARY))
    topic = NeedTopic.objects.create(label=f"Santé {CANARY}", scale="support", is_sensitive=True)
    SensitiveNeed.objects.create(household=household, topic=topic, noted_on=date(2015, 2, 1))
    evaluate(household, date(2015, 9, 1), household_view=CANARY, household_feeling=3)
    return household


def test_a_member_reads_the_pseudonymised_sheet_of_the_own_session_and_nothing_more(client, session, officer, seated):
    household = revealing_case()
    item = actions.add_to_agenda(session=session, household=household, by=officer)
    client.force_login(seated)
    assert f"{household.reference}" in client.get(url(session)).content.decode()
    page = client.get(url(session, f"fiches/{item.pk}/")).content.decode()
    for shown in (household.reference, "Fougères Agglomération", "hors délai de", "Mobilité", "renforcé", "ça va plutôt bien", "Rennes Métropole"):
        assert shown in page, shown
    main = page[page.index("<main") :]
    for hidden in (CANARY, "777", "Betton", "0299", household.application_number, "Dominique"):
        assert hidden not in main, hidden
    for path in ("", "completer/", "ajouter/", "ouvrir/", "clore/", f"fiches/{item.pk}/retirer/", f"fiches/{item.pk}/decider/"):
        assert client.post(url(session, path), {}).status_code in ((404, 405) if path else (200,)), path
    assert client.get(f"/gestion/dossiers/{household.pk}/").status_code == 404
    assert AgendaItem.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.GIE_STAFF])
def test_every_door_of_a_foreign_session_answers_404(client, session, officer, seated, role):
    item = item_for(session, to_orient(), officer)
    actions.decide(item=item, outcome="favourable", by=officer)
    actions.close_session(session=session, attendees=[seated], by=officer)
    client.force_login(member(role, OrganisationFactory()))
    for path in ("", "proces-verbal/", "proces-verbal.pdf", "clore/", f"fiches/{item.pk}/", f"fiches/{item.pk}/decider/"):
        assert client.get(url(session, path)).status_code == 404, path
    for path in ("completer/", "ajouter/", "ouvrir/", "clore/", f"fiches/{item.pk}/decider/", f"fiches/{item.pk}/monter/"):
        assert client.post(url(session, path), {}).status_code == 404, path


def test_a_sheet_is_reached_through_its_own_session_only(client, session, officer, seated):
    other = CommitteeSession.objects.create(held_on=DAY)
    item = actions.add_to_agenda(session=other, household=to_orient(), by=officer)
    client.force_login(seated)
    assert client.get(url(session, f"fiches/{item.pk}/")).status_code == 404


def test_a_confidential_case_is_its_reference_alone_to_whoever_is_not_named(client, session, officer, seated):
    household = to_orient(is_confidential=True)
    name_on_case(household, officer)
    item = item_for(session, household, officer)
    assert sheet_of(item, seated).is_closed_to_reader
    assert sheet_of(item, seated).situation == []
    assert not sheet_of(item, officer).is_closed_to_reader
    client.force_login(UserFactory())
    assert client.get(url(session, f"fiches/{item.pk}/decider/")).status_code == 404
    assert "favorable" not in client.get(url(session)).content.decode()
    actions.decide(item=item, outcome="favourable", note=CANARY, by=officer)
    actions.close_session(session=session, attendees=[seated], by=officer)
    page = client.get(url(session, "proces-verbal/")).content.decode()
    assert "la décision est notée au dossier" in page
    assert CANARY not in page


def test_the_sheet_tells_what_was_known_on_the_day_of_the_session(session, officer):
    household = housed()
    evaluate(household, date(2015, 9, 1), recommendation="adjust")
    evaluate(household, date(2016, 3, 1), recommendation="stop")
    item = actions.add_to_agenda(session=session, household=household, by=officer)
    assert [evaluation.recommendation for evaluation in sheet_of(item, officer).evaluations] == ["adjust"]


def test_the_minutes_say_the_same_on_screen_and_in_the_pdf(client, session, officer, seated):
    absent = member(Role.COMMITTEE, OrganisationFactory())
    session.members.add(absent)
    oriented, stopped = to_orient(), housed()
    for household, decision in (
        (oriented, {"outcome": "favourable", "support_level": "light"}),
        (stopped, {"outcome": "stop", "end_reason": "refused"}),
    ):
        actions.decide(item=item_for(session, household, officer), by=officer, note="Vu ensemble.", **decision)
    actions.close_session(session=session, attendees=[seated], by=officer)
    client.force_login(seated)
    page = client.get(url(session, "proces-verbal/")).content.decode()
    answer = client.get(url(session, "proces-verbal.pdf"))
    assert answer["Content-Disposition"] == 'attachment; filename="proces-verbal-2015-09-15.pdf"'
    pdf = PdfReader(io.BytesIO(answer.content))
    text = " ".join(" ".join(sheet.extract_text() for sheet in pdf.pages).split())
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    for shown in (
        oriented.reference,
        stopped.reference,
        "rientation favorable",
        "Accompagnement léger",
        "rrêter les mesures",
        "refus du ménage",
        "Vu ensemble.",
    ):
        assert shown in text, shown
        assert shown in page, shown
    assert text.index(seated.get_full_name()) < text.index("Excusés") < text.index(absent.get_full_name())
    assert "15 septembre 2015" in text


def test_staff_run_a_session_from_planning_to_minutes(client, officer, seated):
    household = to_orient()
    client.force_login(officer)
    planned = {"held_on": "2015-09-15", "starts_at": "14:00", "place": "Rennes", "members": [seated.pk, officer.pk]}
    assert client.post("/gestion/comite/seances/ajouter/", planned).status_code == 302
    session = CommitteeSession.objects.get()
    item = session.items.get()
    assert "pas décidé" not in client.get(url(session)).content.decode()
    client.post(url(session, "ouvrir/"))
    assert "outcome" in client.post(url(session, f"fiches/{item.pk}/decider/"), {"outcome": "continue"}).context["form"].errors
    client.post(url(session, f"fiches/{item.pk}/decider/"), {"outcome": "favourable", "support_level": "light", "management_level": "none"})
    household.refresh_from_db()
    assert household.stage == Stage.SEARCHING
    unknown = client.post(url(session, "ajouter/"), {"reference": "MEN-99999"}).content.decode()
    assert "Aucun dossier ne porte cette référence" in unknown
    assert client.post(url(session, "clore/"), {"attendees": [seated.pk]}).url == url(session, "proces-verbal/")
    assert client.get(f"/gestion/comite/seances/modifier/{session.pk}/").status_code == 404


def test_a_members_home_shows_the_next_session_and_past_minutes(client, seated, session):
    upcoming = CommitteeSession.objects.create(held_on=timezone.localdate() + timedelta(days=3))
    upcoming.members.set([seated])
    CommitteeSession.objects.filter(pk=session.pk).update(state=SessionState.CLOSED)
    client.force_login(seated)
    page = client.get("/gestion/").content.decode()
    assert url(upcoming) in page
    assert url(session, "proces-verbal/") in page


def test_the_case_page_takes_orientations_only(client, officer):
    client.force_login(officer)
    household = to_orient()
    choices = client.get(f"/gestion/dossiers/{household.pk}/comite/").context["form"].fields["outcome"].choices
    assert [value for value, _ in choices] == ["", "favourable", "adjourned", "declined"]
