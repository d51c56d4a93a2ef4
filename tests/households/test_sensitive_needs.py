"""The compartment of sensitive needs: who reads it, record by record, and that it leaks nowhere else."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry

from access.enums import Role
from households import actions, policies
from households.enums import Stage
from households.models import Diagnosis, NeedTopic, SensitiveNeed
from partners.enums import OrganisationKind
from partners.models import Membership
from tests.factories import (
    ConventionFactory,
    DiagnosisFactory,
    HouseholdFactory,
    OccupancyFactory,
    OrganisationFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    member,
    name_on_case,
)

pytestmark = pytest.mark.django_db
CANARY = "Canari sensible Zyx"
DAY = date(2016, 6, 1)


@pytest.fixture
def topic():
    return NeedTopic.objects.create(label=CANARY, scale="support", is_sensitive=True)


@pytest.fixture
def operator():
    return OrganisationFactory()


@pytest.fixture
def household(topic, operator):
    """A housed case supported by the operator, with one sensitive need."""
    measure = SupportMeasureFactory(household=HouseholdFactory(stage=Stage.HOUSED), convention=ConventionFactory(partner=operator))
    measure.planned_ends_on = date(2035, 1, 1)
    measure.save()
    DiagnosisFactory(household=measure.household, operator=operator, completed=True)
    SensitiveNeed.objects.create(household=measure.household, topic=topic, noted_on=date(2015, 2, 1))
    return measure.household


def url(household, slug=""):
    return f"/gestion/dossiers/{household.pk}/{slug}"


def reads(user, household):
    """The same answer by the queryset and by the policy."""
    by_rows = SensitiveNeed.objects.visible_to(user).filter(household=household).exists()
    assert by_rows == policies.field_groups(user, household).sensitive
    return by_rows


def test_staff_read_them_once_named_on_the_case(household):
    officer = UserFactory()
    assert not reads(officer, household)
    name_on_case(household, officer)
    assert reads(officer, household)


def test_a_worker_reads_them_as_referent_author_or_named(household, operator):
    colleague, referent, author, named = (member(Role.SUPPORT_WORKER, operator) for _ in range(4))
    household.measures.update(referent=referent)
    Diagnosis.objects.update(author=author)
    name_on_case(household, named)
    assert [reads(user, household) for user in (colleague, referent, author, named)] == [False, True, True, True]


def test_a_worker_who_left_the_operator_no_longer_reads_them(household, operator):
    referent = member(Role.SUPPORT_WORKER, operator)
    household.measures.update(referent=referent)
    Membership.objects.filter(user=referent).update(ends_on=date(2016, 1, 1))
    Membership.objects.create(
        user=referent, organisation=DiagnosisFactory(household=household, operator=OrganisationFactory()).operator, starts_on=DAY
    )
    assert not reads(referent, household)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.GIE_STAFF, Role.SUPPORT_WORKER)])
def test_no_other_role_ever_reads_them(household, role):
    user = member(role, OrganisationFactory(landlord=True))
    name_on_case(household, user)
    assert not SensitiveNeed.objects.visible_to(user).exists()


def test_the_canary_is_read_on_the_case_by_the_team_and_nowhere_by_anyone_else(client, household, operator, topic):
    landlord = OrganisationFactory(landlord=True)
    OccupancyFactory(household=household, unit=UnitFactory(landlord=landlord))
    officer, worker, referent = UserFactory(), member(Role.SUPPORT_WORKER, operator), member(Role.LANDLORD_REFERENT, landlord)
    pages = ("", "menages/dossiers/", "menages/diagnostics/", f"dossiers/{household.pk}/", f"dossiers/{household.pk}/diagnostics/")
    for user in (officer, worker, referent):
        client.force_login(user)
        for page in pages:
            assert CANARY not in client.get(f"/gestion/{page}").content.decode(), (user.role, page)
        assert client.get(url(household, "besoins-sensibles/")).status_code == 404
        assert client.post(url(household, "besoins-sensibles/"), {"topics": [], "noted_on": "2016-01-01"}).status_code == 404
    assert SensitiveNeed.objects.current().count() == 1
    name_on_case(household, officer)
    client.force_login(officer)
    assert CANARY in client.get(url(household)).content.decode()
    for page in pages[:3]:
        assert CANARY not in client.get(f"/gestion/{page}").content.decode()


def test_the_team_notes_and_ends_them_and_nothing_is_erased(client, household, topic):
    officer = UserFactory()
    name_on_case(household, officer)
    client.force_login(officer)
    other = NeedTopic.objects.sensitive().exclude(pk=topic.pk).first()
    client.post(url(household, "besoins-sensibles/"), {"topics": [other.pk], "noted_on": "2016-03-01"})
    assert list(household.sensitive_needs.order_by("pk").values_list("topic", "noted_on", "ended_on")) == [
        (topic.pk, date(2015, 2, 1), date(2016, 3, 1)),
        (other.pk, date(2016, 3, 1), None),
    ]
    assert CANARY not in str(list(ModelLogEntry.objects.values_list("data", "label")))


def test_each_compartment_takes_its_own_words_only(household, topic):
    plain = NeedTopic.objects.plain().first()
    with pytest.raises(ValidationError):
        actions.set_sensitive_needs(household=household, topics=[plain], on=DAY, by=UserFactory())
    draft = actions.revise_diagnosis(household=household, operator=OrganisationFactory(), on=DAY, by=UserFactory())
    with pytest.raises(ValidationError, match="équipe du dossier"):
        actions.save_diagnosis(diagnosis=draft, needs=[topic], by=UserFactory())
    assert not draft.needs.exists()


def test_a_diagnosis_form_never_offers_a_sensitive_need(client, topic):
    client.force_login(UserFactory())
    household = HouseholdFactory()
    assert CANARY not in client.get(url(household, "diagnostic/")).content.decode()
    answer = client.post(
        url(household, "diagnostic/"),
        {
            "operator": OrganisationFactory().pk,
            "started_on": "2015-01-01",
            "support_level": "none",
            "management_level": "none",
            "support_needs": topic.pk,
        },
    )
    assert "support_needs" in answer.context["form"].errors


def test_a_referring_service_that_reveals_a_need_is_for_the_team(client, household):
    spip = OrganisationFactory(kind=OrganisationKind.JUSTICE_SERVICE, name="SPIP Canari")
    household.reported_by = spip
    household.save()
    officer = UserFactory()
    client.force_login(officer)
    for page in (url(household), f"/gestion/menages/dossiers/modifier/{household.pk}/", "/gestion/menages/dossiers/"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert "SPIP Canari</dd>" not in answer.content.decode()
        assert f'value="{spip.pk}" selected' not in answer.content.decode()
    name_on_case(household, officer)
    assert "SPIP Canari" in client.get(url(household)).content.decode()


def test_a_plain_referring_service_is_read_with_the_situation(client, household):
    household.reported_by = OrganisationFactory(kind=OrganisationKind.PRESCRIBER, name="SIAO Exemple")
    household.save()
    client.force_login(UserFactory())
    assert "SIAO Exemple" in client.get(url(household)).content.decode()
