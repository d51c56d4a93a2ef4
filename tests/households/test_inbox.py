"""The home of whoever follows cases: what waits, grouped as asked; passing cases on; the letter of the day."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from access.enums import Role
from catalogue.models import Funding, FundingStep
from households import actions
from households.digest import digest_of
from households.enums import ProposalAnswer, Stage
from households.models import Household, PendingAction
from households.next_action import refresh
from households.timeline import timeline
from tests.factories import (
    ConventionFactory,
    HouseholdFactory,
    OrganisationFactory,
    PersonFactory,
    ProposalFactory,
    SupportMeasureFactory,
    UserFactory,
    member,
    name_on_case,
)
from tests.households.test_case_page import household_form

pytestmark = pytest.mark.django_db
HOME = "/gestion/"


@pytest.fixture
def claire():
    return UserFactory(first_name="Claire")


def searching(officer, *, days_ago=10, **fields):
    """A case in search for that many days: it is late after ninety."""
    return HouseholdFactory(stage=Stage.SEARCHING, stage_since=timezone.localdate() - timedelta(days=days_ago), officer=officer, **fields)


def home(client, user, **asked):
    client.force_login(user)
    answer = client.get(HOME, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_officer_finds_first_what_waits_on_her_and_how_late(client, claire):
    late, soon, colleagues = searching(claire, days_ago=102), searching(claire), searching(UserFactory(), days_ago=200)
    PersonFactory(household=late, first_name="Anaïs", last_name="Exemple")
    refresh()
    page = home(client, claire)
    assert "En retard de 12 jours" in page
    assert "1 en retard" in page
    assert "Anaïs Exemple" in page
    assert late.reference in page
    assert soon.reference in page
    assert colleagues.reference not in page
    assert colleagues.reference in home(client, claire, vue="tous")


@pytest.mark.parametrize("grouping", ["echeance", "personne", "bailleur", "operateur", "territoire"])
def test_the_number_of_queries_is_the_same_for_two_cases_and_for_twenty(client, claire, grouping):
    def count():
        refresh()
        home(client, claire, vue="tous", par=grouping)
        with CaptureQueriesContext(connection) as queries:
            home(client, claire, vue="tous", par=grouping)
        return len(queries)

    for days in (5, 120):
        searching(claire, days_ago=days)
    first = count()
    for days in range(18):
        searching(claire if days % 2 else UserFactory(), days_ago=days * 11)
    assert count() == first


def test_a_group_opens_whole_by_pages(client, claire):
    for _ in range(60):
        searching(claire, days_ago=100)
    refresh()
    assert "Voir les 44 suivantes" in home(client, claire)
    assert home(client, claire, groupe="retard").count("En retard de 10 jours") == 50
    assert home(client, claire, groupe="retard", page="2").count("En retard de 10 jours") == 10


def test_cases_are_grouped_by_operator_with_how_many_are_late(client, claire):
    operator = OrganisationFactory(name="Association des Lilas")
    SupportMeasureFactory(household__officer=claire, convention=ConventionFactory(partner=operator))
    refresh()
    page = home(client, claire, vue="tous", par="operateur")
    assert "Association des Lilas" in page
    assert "1, dont 1 en retard" in page


def test_a_choice_that_is_none_falls_back_on_the_usual_one(client, claire):
    assert "Rien n'attend de votre part" in home(client, claire, vue="<x>", par="<y>", groupe="<z>", page="<w>")


def test_a_confidential_case_waits_on_the_home_of_those_named_only(client, claire):
    secret = searching(claire, is_confidential=True)
    named = name_on_case(secret, UserFactory()).user
    refresh()
    assert secret.reference not in home(client, claire, vue="tous")
    assert secret.reference in home(client, named, vue="tous")


def test_a_referent_finds_the_answers_and_leases_of_the_own_stock_without_a_name(client):
    own, foreign = ProposalFactory(answer=ProposalAnswer.ACCEPTED), ProposalFactory(answer=ProposalAnswer.ACCEPTED)
    Household.objects.update(officer=UserFactory())
    PersonFactory(household=own.household, first_name="Anaïs", last_name="Secret")
    refresh()
    page = home(client, member(Role.LANDLORD_REFERENT, own.unit.landlord))
    assert own.household.reference in page
    assert "Enregistrer la décision de la CAL" in page
    assert foreign.household.reference not in page
    assert "Secret" not in page
    assert "Réaffecter" not in page


def reassign(client, user, to, chosen, **asked):
    client.force_login(user)
    address = f"{reverse('households:reassign')}?what={asked.get('what', 'charge')}&held_by={asked['held_by']}&epci=&stage="
    return client.post(address, {"to": to.pk, "chosen": [str(record.pk) for record in chosen]}, follow=True)


def test_the_cases_of_an_officer_who_leaves_pass_to_another(client, claire):
    yann, cases = UserFactory(), [searching(claire) for _ in range(3)]
    refresh()
    reassign(client, yann, yann, cases[:2], held_by=claire.pk)
    assert [Household.objects.get(pk=case.pk).officer for case in cases] == [yann, yann, claire]
    assert set(PendingAction.objects.filter(owner=yann).values_list("household", flat=True)) == {case.pk for case in cases[:2]}


def test_a_confidential_case_out_of_sight_is_not_passed_on(client, claire):
    secret, yann = searching(claire, is_confidential=True), UserFactory()
    answer = reassign(client, yann, yann, [secret], held_by=claire.pk)
    assert Household.objects.get(pk=secret.pk).officer == claire
    assert secret.reference not in answer.content.decode()


def test_a_confidential_case_names_its_new_officer(client, claire):
    secret, yann = searching(claire, is_confidential=True), UserFactory()
    name_on_case(secret, claire)
    reassign(client, claire, yann, [secret], held_by=claire.pk)
    assert Household.objects.visible_to(yann).filter(pk=secret.pk).exists()


def test_a_referent_of_another_association_is_refused_and_nothing_is_written(client, claire):
    measure = SupportMeasureFactory(planned_ends_on=timezone.localdate() + timedelta(days=90))
    stranger = member(Role.SUPPORT_WORKER, OrganisationFactory())
    answer = reassign(client, claire, stranger, [measure], held_by="aucun", what="referent")
    assert "Choisissez une personne de" in answer.content.decode()
    measure.refresh_from_db()
    assert measure.referent is None
    colleague = member(Role.SUPPORT_WORKER, measure.convention.partner)
    reassign(client, claire, colleague, [measure], held_by="aucun", what="referent")
    measure.refresh_from_db()
    assert measure.referent == colleague


@pytest.mark.parametrize("role", [role for role in Role if role != Role.GIE_STAFF])
def test_nobody_else_passes_cases_on(client, role):
    client.force_login(UserFactory(role=role))
    assert client.get(reverse("households:reassign")).status_code == 404


def test_the_letter_tells_references_and_days_and_never_a_name(claire):
    late = searching(claire, days_ago=102)
    PersonFactory(household=late, first_name="Anaïs", last_name="Secret")
    searching(claire, days_ago=1)
    refresh()
    call_command("send_digests")
    [letter] = mail.outbox
    assert letter.to == [claire.email]
    assert "1 action vous attend, dont 1 en retard" in letter.subject
    assert late.reference in letter.body
    assert "proposer un logement" in letter.body
    assert "Secret" not in letter.subject + letter.body


def test_nobody_is_written_to_about_nothing(claire):
    assert digest_of(claire, on=timezone.localdate()) is None
    call_command("send_digests")
    assert mail.outbox == []


def test_a_convention_that_ends_with_nothing_to_follow_is_told_to_the_gie(client, claire):
    today = timezone.localdate()
    ending = {"starts_on": date(2015, 1, 1), "ends_on": today + timedelta(days=25)}
    alone, followed = ConventionFactory(number="2015-SEULE", **ending), ConventionFactory(number="2015-SUIVIE", **ending)
    ConventionFactory(partner=followed.partner, starts_on=today + timedelta(days=26))
    ConventionFactory(number="2015-LOIN", starts_on=date(2015, 1, 1), ends_on=today + timedelta(days=61))
    SupportMeasureFactory(convention=alone, planned_ends_on=alone.ends_on)
    page = home(client, claire)
    assert "expire dans 25 jours" in page
    assert "1 mesure en cours" in page
    assert reverse("partenaires_conventions_modeladmin_inspect", args=[alone.pk]) in page
    assert "2015-SUIVIE" not in page
    assert "2015-LOIN" not in page
    assert "2015-SEULE" not in home(client, member(Role.SUPPORT_WORKER, alone.partner))


def test_what_a_funder_awaits_is_told_to_the_gie_until_it_is_notified(client, claire):
    today = timezone.localdate()
    funder = OrganisationFactory(kind="funder")

    def asked(name, days, status):
        funding = Funding.objects.create(funder=funder, name=name, deadline_on=today + timedelta(days=days))
        FundingStep.objects.create(funding=funding, status=status, reached_on=today - timedelta(days=30))
        return funding

    soon = asked("Aide bientôt due", 12, "requested")
    asked("Aide en retard", -3, "met")
    asked("Aide lointaine", 61, "met")
    asked("Aide notifiée", 12, "notified")
    asked("Aide refusée", 12, "refused")
    page = home(client, claire)
    assert page.index("Aide en retard") < page.index("Aide bientôt due")
    assert "En retard de 3 jours" in page
    assert reverse("couts_cofinancements_modeladmin_edit", args=[soon.pk]) in page
    for name in ("Aide lointaine", "Aide notifiée", "Aide refusée"):
        assert name not in page
    assert "Aide bientôt due" not in home(client, member(Role.LANDLORD_REFERENT, OrganisationFactory()))


def test_who_held_a_case_stays_in_its_history(client, claire):
    other = UserFactory(first_name="Karim", last_name="Benali")
    household = HouseholdFactory(officer=claire)
    client.force_login(claire)
    actions.reassign_officer(households=[household], officer=other, by=claire)
    client.post(f"/gestion/menages/dossiers/modifier/{household.pk}/", household_form(officer=claire.pk))
    told = [entry.what for entry in timeline(household, claire) if entry.kind.slug == "charges"]
    assert sorted(told) == sorted(
        [f"Chargé du dossier : {claire.get_full_name()} → Karim Benali", f"Chargé du dossier : Karim Benali → {claire.get_full_name()}"]
    )
