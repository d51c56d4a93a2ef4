"""Every back-office screen is scoped, and its list opens to its readers alone. The doors themselves are walked in test_doors_walk."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils.html import escape
from wagtail_modeladmin.options import ModelAdmin

from access.actions import Narrowing, record_export
from access.backoffice import ScopedModelAdmin, views
from access.enums import ExportOutcome, Role
from access.models import Export, JournalEntry, User
from catalogue.enums import MeasureCode
from catalogue.models import AgreedExchange, Commune, ConventionText, Epci, Funding, MeasureKind, NearbyService, Residence, Tariff, Territory
from households.enums import Stage
from households.models import (
    AllocationRecord,
    CommitteeDecision,
    CommitteeSession,
    Concern,
    Criterion,
    Evaluation,
    NeedTopic,
    Opinion,
    RentGuideline,
    Scenario,
    SheetText,
    Statement,
)
from pages.models import ContactMessage
from partners.models import KnowHow, Membership
from tests.factories import (
    FOUGERES,
    ConventionFactory,
    DiagnosisFactory,
    DirectoryEntryFactory,
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
    delay_rule,
    member,
    name_on_case,
)
from tests.households.conftest import report

pytestmark = pytest.mark.django_db
CANARY = "Canari-Zyx"


def patterns(resolver=None):
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern)
        else:
            yield pattern


def undecorated(view):
    """The view beneath its decorators; one that wraps itself is left as it is."""
    seen = set()
    while hasattr(view, "__wrapped__") and id(view) not in seen:
        seen.add(id(view))
        view = view.__wrapped__
    return view


def screens() -> list[ScopedModelAdmin]:
    """The screens that the site's addresses lead to."""
    found = {}
    for pattern in patterns():
        owner = getattr(undecorated(pattern.callback), "__self__", None)
        if isinstance(owner, ModelAdmin):
            found[owner.base_url_path or owner.model.__name__] = owner
    return [found[name] for name in sorted(found)]


def test_every_screen_stands_on_the_scoped_base():
    assert len(screens()) >= 18
    assert all(isinstance(screen, ScopedModelAdmin) for screen in screens())


def test_every_screened_model_says_who_sees_it():
    silent = [screen.model.__name__ for screen in screens() if not hasattr(screen.model._default_manager, "visible_to")]
    assert silent == []


def test_no_screen_lets_the_public_or_an_unknown_role_see_anything(rf):
    stranger = User(email="x@solive.example", role="", is_active=True)
    leaver = User(email="y@solive.example", role=Role.GIE_STAFF, is_active=False)
    everything()
    for screen in screens():
        for user in (stranger, leaver):
            assert not screen.model._default_manager.visible_to(user).exists(), screen.model


def everything() -> dict[str, object]:
    """One record of every screened model, all of them belonging to organisations that none of the tested accounts works for."""
    landlord = OrganisationFactory(landlord=True, name=f"Bailleur {CANARY}")
    operator = OrganisationFactory(name=f"Opérateur {CANARY}")
    unit = UnitFactory(landlord=landlord, reference=CANARY)
    household = HouseholdFactory(stage=Stage.HOUSED, reported_by=landlord)
    PersonFactory(household=household, last_name=CANARY)
    convention = ConventionFactory(partner=operator, number=CANARY)
    occupancy = OccupancyFactory(household=household, unit=unit)
    return {
        "Organisation": operator,
        "Membership": Membership.objects.create(user=UserFactory(last_name=CANARY), organisation=operator, starts_on=date(2014, 1, 1)),
        "DirectoryEntry": DirectoryEntryFactory(organisation=operator, mission=CANARY),
        "KnowHow": KnowHow.objects.first(),
        "ContactMessage": ContactMessage.objects.create(name=CANARY, email="x@solive.example", subject="other", body=CANARY),
        "Commune": Commune.objects.get(pk=FOUGERES),
        "Epci": Epci.objects.first(),
        "Territory": Territory.objects.first(),
        "Residence": Residence.objects.create(landlord=landlord, name=CANARY, commune_id=FOUGERES),
        "Unit": unit,
        "NearbyService": NearbyService.objects.first(),
        "Operation": OperationFactory(landlord=landlord, name=CANARY),
        "MeasureKind": MeasureKind.objects.get(code=MeasureCode.SUPPORT),
        "Tariff": Tariff.objects.first(),
        "Convention": convention,
        "ConventionText": ConventionText.objects.first(),
        "Household": household,
        "Diagnosis": DiagnosisFactory(household=household, operator=operator, completed=True),
        "CommitteeDecision": CommitteeDecision.objects.create(household=household, decided_on=date(2015, 2, 1), outcome="favourable", note=CANARY),
        "CommitteeSession": CommitteeSession.objects.create(held_on=date(2015, 2, 1), place=CANARY),
        "NeedTopic": NeedTopic.objects.first(),
        "Criterion": Criterion.objects.first(),
        "RentGuideline": RentGuideline.objects.first(),
        "Proposal": ProposalFactory(household=household, unit=unit),
        "Occupancy": occupancy,
        "AllocationRecord": AllocationRecord.objects.create(occupancy=occupancy, lease_on=date(2015, 1, 1), address=CANARY),
        "SupportMeasure": SupportMeasureFactory(household=household, convention=convention),
        "Evaluation": Evaluation.objects.create(household=household, evaluated_on=date(2015, 9, 1), result="favourable", recommendation="continue"),
        "OutreachContact": OutreachContactFactory(household=household, organisation=operator, note=CANARY),
        "Concern": Concern.objects.create(
            household=household, organisation=landlord, kind="worry", reason="unpaid_rent", raised_on=date(2015, 4, 1), note=CANARY
        ),
        "DelayRule": delay_rule(),
        "HouseholdReport": report(landlord, CANARY, last_name=CANARY),
        "User": UserFactory(last_name=CANARY),
        "ReviewedAccount": UserFactory(last_name=CANARY),
        "AgreedExchange": AgreedExchange.objects.create(landlord=landlord, layout="stock", starts_on=date(2015, 1, 1), contact=CANARY),
        "FollowedHousehold": household,
        "Export": export(label=CANARY),
        "JournalEntry": JournalEntry.objects.create(kind="consultation", subject_kind="household", subject_id=household.pk, reference=CANARY),
        "Funding": Funding.objects.create(funder=OrganisationFactory(kind="funder"), name=CANARY),
        "Opinion": Opinion.objects.create(level="region", given_by=CANARY, given_on=date(2015, 1, 1), verdict="favourable"),
        "Statement": Statement.objects.create(operator=operator, year=2015, first_month=1, last_month=3, reference=CANARY),
        "SheetText": SheetText.objects.create(part="place", text=CANARY),
        "Scenario": Scenario.objects.create(name=CANARY, starts_on=date(2015, 1, 1), ends_on=date(2017, 12, 31)),
    }


def export(label: str) -> Export:
    """A line of the journal of exports."""
    narrowing = Narrowing({"search": label}, f"recherche « {label} »")
    return record_export(
        by=None, subject="parc", label=label, narrowing=narrowing, file_format="csv", outcome=ExportOutcome.PRODUCED, rows=1, size=100
    )


def account(role: Role) -> User:
    kind = {"landlord": True} if role == Role.LANDLORD_REFERENT else {}
    return member(role, OrganisationFactory(**kind))


@pytest.mark.parametrize("role", Role)
def test_lists_open_to_their_readers_and_answer_404_to_everybody_else(client, role):
    client.force_login(account(role))
    for screen in screens():
        expected = 200 if role in screen.readers else 404
        assert client.get(screen.url_helper.index_url).status_code == expected, screen.model
        expected = 200 if role in screen.creators else 404
        assert client.get(screen.url_helper.create_url).status_code == expected, screen.model
        if role not in screen.creators:
            assert client.post(screen.url_helper.create_url, {}).status_code == 404, screen.model


def test_a_confidential_case_opens_only_to_the_people_named_on_it(client):
    officer = UserFactory()
    household = HouseholdFactory(confidential=True)
    PersonFactory(household=household, last_name=CANARY)
    client.force_login(officer)
    assert client.get(f"/gestion/dossiers/{household.pk}/").status_code == 404
    assert household.reference not in client.get("/gestion/menages/dossiers/").content.decode()
    name_on_case(household, officer)
    assert CANARY in client.get(f"/gestion/dossiers/{household.pk}/").content.decode()


def test_staff_open_every_record(client):
    records = everything()
    officer = UserFactory()
    client.force_login(officer)
    for screen in screens():
        record = records.get(screen.model.__name__)
        if record is None or Role.GIE_STAFF not in screen.readers:
            continue
        assert client.get(screen.url_helper.index_url).status_code == 200
        if screen.inspect_view_enabled:
            assert client.get(screen.url_helper.get_action_url("inspect", record.pk)).status_code == 200, screen.model
        expected = 200 if Role.GIE_STAFF in screen.editors else 404
        opened = expected if screen.can_edit(officer, record) else 404
        assert client.get(screen.url_helper.get_action_url("edit", record.pk)).status_code == opened, screen.model
        if screen.history_view_enabled:
            assert client.get(screen.url_helper.get_action_url("history", record.pk)).status_code == expected, screen.model
        assert client.post(screen.url_helper.get_action_url("delete", record.pk)).status_code == 404, screen.model


@pytest.mark.parametrize("pk", ["0", "99999999", "abc", "1-or-1"])
def test_a_record_that_does_not_exist_answers_404(client, pk):
    client.force_login(UserFactory())
    for screen in screens():
        if Role.GIE_STAFF in screen.readers:
            assert client.get(screen.url_helper.get_action_url("edit", pk)).status_code == 404


def test_a_record_page_shows_declared_fields_only():
    """wagtail-modeladmin shows every field of a model whose screen declares none."""
    for screen in screens():
        assert not screen.inspect_view_enabled or screen.inspect_view_fields, screen.model


@pytest.mark.parametrize(
    "query",
    [
        "user__password__startswith=pbkdf2",
        "organisation__memberships__user__password__startswith=a",
        "inconnu=1",
        "organisation=abc",
        "o=99.-a",
        "p=-3",
        "p=abc",
        "q=%00",
        "q=%27%22%25_",
        "o=1&o=2",
    ],
)
def test_a_list_keeps_declared_filters_only(client, query):
    """An undeclared parameter is neither an oracle nor a failure."""
    for _ in range(2):
        member(Role.LANDLORD_REFERENT, OrganisationFactory(landlord=True))
    client.force_login(UserFactory())
    answer = client.get(f"/gestion/partenaires/rattachements/?{query}")
    assert answer.status_code == 200
    if not query.startswith("q=%27"):
        assert answer.context["paginator"].count == 2


def test_a_list_writes_names_as_text_and_says_what_is_missing(client):
    hostile = "<script>\"&amp;'</script>"
    UnitFactory(landlord=OrganisationFactory(name=hostile, landlord=True), reference=hostile, main_rent=None)
    client.force_login(UserFactory())
    page = client.get("/gestion/logements/parc/").content.decode()
    assert page.count(escape(hostile)) >= 2
    assert hostile not in page
    assert "<td>–</td>" in page


@pytest.mark.parametrize("role", [Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.DPO])
def test_every_filter_order_and_search_of_every_list_answers(client, role):
    everything()
    client.force_login(account(role))
    for screen in screens():
        if role not in screen.readers:
            continue
        url = screen.url_helper.index_url
        view = client.get(url).context["view"]
        asked = [{spec.parameter_name: value} for spec in view.filter_specs for value, _label, _chosen in spec.options()[:1]]
        asked += [{"o": f"-{column}"} for column in range(len(view.list_display))]
        for parameters in [*asked, {"q": CANARY}, {"q": "x", "p": "2"}]:
            assert client.get(url, parameters).status_code == 200, (screen.model, parameters)


def test_far_down_a_list_its_rows_come_in_the_same_order(client, monkeypatch):
    for _ in range(130):
        HouseholdFactory()
    client.force_login(UserFactory())

    def third_page():
        return [household.pk for household in client.get("/gestion/menages/dossiers/", {"p": 3}).context["page_obj"].object_list]

    expected = third_page()
    monkeypatch.setattr(views, "FAR_DOWN", 0)
    assert third_page() == expected
    assert len(expected) == 30


@pytest.mark.parametrize("role", Role)
def test_listing_does_not_imply_exporting(client, role):
    client.force_login(account(role))
    for screen in screens():
        answer = client.get(screen.url_helper.index_url, {"export": "csv"})
        may = role in screen.readers and role in screen.exporters and screen.resource_class is not None
        assert answer.status_code == (200 if may else 404), (screen.model, role)
        answer.getvalue()


def test_select_boxes_offer_only_what_the_user_may_choose(client):
    foreign = OrganisationFactory(landlord=True, name=f"Bailleur {CANARY}")
    support = member(Role.SUPPORT_WORKER, OrganisationFactory())
    household = HouseholdFactory(stage=Stage.IDENTIFIED)
    DiagnosisFactory(household=household, operator=support.memberships.get().organisation)
    client.force_login(support)
    page = client.get(f"/gestion/dossiers/{household.pk}/diagnostic/")
    assert page.status_code == 200
    assert CANARY not in page.content.decode()
    posted = client.post(f"/gestion/dossiers/{household.pk}/diagnostic/", {"operator": foreign.pk, "started_on": "2015-01-01"})
    assert "operator" in posted.context["form"].errors


@pytest.mark.parametrize(
    "path", ["", "menages/dossiers/", "menages/propositions/", "menages/mesures/", "logements/parc/", "partenaires/rattachements/"]
)
def test_a_page_takes_as_many_queries_for_two_rows_as_for_twenty(client, path):
    delay_rule()
    client.force_login(UserFactory())
    counts = []
    for rows in (2, 18):
        for _ in range(rows):
            case_with_everything()
        client.get(f"/gestion/{path}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/gestion/{path}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def case_with_everything():
    proposal = ProposalFactory(household=HouseholdFactory(stage=Stage.PROPOSED, seniority_on=date(2010, 1, 1)))
    PersonFactory(household=proposal.household)
    DiagnosisFactory(household=proposal.household)
    SupportMeasureFactory(household=proposal.household)
    member(Role.SUPPORT_WORKER, OrganisationFactory())
