"""The diagnosis: three scales, completed once and for all, revised by another; the places typed as people write them."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from access.enums import Role
from catalogue.models import Commune, Epci, NearbyService
from households import actions
from households.case_costs import household_lines
from households.diagnosis_changes import changes
from households.enums import DiagnosisStatus, NeedScale, Stage
from households.forms.needs import rent_hint
from households.forms.places import CommunesField
from households.models import Diagnosis, NeedTopic, RentGuideline
from households.prices import Prices
from tests.factories import (
    FOUGERES,
    RENNES,
    ConventionFactory,
    DiagnosisFactory,
    HouseholdFactory,
    OrganisationFactory,
    SupportMeasureFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
DAY = date(2015, 9, 1)
PAST_DIAGNOSIS = [Stage.TO_ORIENT, Stage.SEARCHING, Stage.PROPOSED, Stage.HOUSED, Stage.STABILISED]


@pytest.fixture
def staff(client):
    user = UserFactory()
    client.force_login(user)
    return user


def url(household, slug=""):
    return f"/gestion/dossiers/{household.pk}/{slug}"


def diagnosed(stage=Stage.HOUSED, **fields):
    """A case past its first diagnosis, which says a little of everything."""
    diagnosis = DiagnosisFactory(
        household=HouseholdFactory(stage=stage), completed=True, smallest="T2", largest="T3", ceiling_rent=Decimal(400), has_animals=True, **fields
    )
    diagnosis.epcis.set(Epci.objects.filter(communes=FOUGERES))
    diagnosis.communes.set([RENNES])
    diagnosis.needs.set(NeedTopic.objects.filter(code__in=["budget-et-dettes", "mobilite"]))
    return diagnosis


@pytest.mark.parametrize("stage", PAST_DIAGNOSIS)
def test_a_completed_diagnosis_is_revised_by_a_copy_at_any_open_stage(stage):
    first = diagnosed(stage)
    draft = actions.revise_diagnosis(household=first.household, operator=first.operator, on=DAY, by=UserFactory())
    assert (draft.revises, draft.status, draft.started_on) == (first, DiagnosisStatus.DRAFT, DAY)
    assert changes(first, draft) == []
    actions.complete_diagnosis(diagnosis=draft, on=DAY, by=UserFactory())
    first.household.refresh_from_db()
    assert first.household.stage == stage
    assert actions.latest_completed(first.household) == draft


@pytest.mark.parametrize("stage", [Stage.IDENTIFIED, Stage.IN_DIAGNOSIS, Stage.SUSPENDED, Stage.CLOSED])
def test_nothing_is_revised_before_the_first_completion_nor_on_a_case_that_stands_still(stage):
    extra = {Stage.SUSPENDED: {"suspended_from": Stage.HOUSED}, Stage.CLOSED: {"closing_reason": "other"}}.get(stage, {})
    household = HouseholdFactory(stage=stage, **extra)
    if stage in extra or extra:
        DiagnosisFactory(household=household, completed=True)
    with pytest.raises(ValidationError):
        actions.revise_diagnosis(household=household, operator=OrganisationFactory(), on=DAY, by=UserFactory())
    assert not Diagnosis.objects.under_way().exists()


def test_a_completed_diagnosis_never_changes():
    first = diagnosed()
    first.smallest = "T5"
    with pytest.raises(ValidationError, match="ne change plus"):
        actions.save_diagnosis(diagnosis=first, by=UserFactory())
    with pytest.raises(ValidationError, match="ne change plus"):
        actions.complete_diagnosis(diagnosis=first, on=DAY, by=UserFactory())
    first.refresh_from_db()
    assert (first.smallest, first.completed_on) == ("T2", date(2015, 1, 20))


def test_one_revision_at_a_time_and_not_before_the_diagnosis_it_revises():
    first = diagnosed()
    with pytest.raises(ValidationError, match="au plus tôt"):
        actions.revise_diagnosis(household=first.household, operator=first.operator, on=date(2015, 1, 19), by=UserFactory())
    actions.revise_diagnosis(household=first.household, operator=first.operator, on=DAY, by=UserFactory())
    with pytest.raises(ValidationError, match="déjà en cours"):
        actions.revise_diagnosis(household=first.household, operator=first.operator, on=DAY, by=UserFactory())


def test_the_first_completion_alone_is_charged():
    """300 € once per case, at its first completion; two revisions add nothing."""
    household = diagnosed().household
    for day in (date(2015, 9, 1), date(2016, 9, 1)):
        draft = actions.revise_diagnosis(household=household, operator=OrganisationFactory(), on=day, by=UserFactory())
        actions.complete_diagnosis(diagnosis=draft, on=day, by=UserFactory())
    lines = household_lines(household, Prices.load())
    assert [(line.year, line.amount) for line in lines] == [(2015, Decimal("300.00"))]


def test_a_worker_revises_only_while_the_own_organisation_supports_the_household():
    operator = OrganisationFactory()
    worker = member(Role.SUPPORT_WORKER, operator)
    first = diagnosed(operator=operator)
    with pytest.raises(ValidationError, match="n'accompagne plus"):
        actions.revise_diagnosis(household=first.household, operator=operator, on=DAY, by=worker)
    SupportMeasureFactory(household=first.household, convention=ConventionFactory(partner=operator))
    assert actions.revise_diagnosis(household=first.household, operator=operator, on=DAY, by=worker).author == worker


def test_differences_are_told_in_words():
    first = diagnosed()
    draft = actions.revise_diagnosis(household=first.household, operator=first.operator, on=DAY, by=UserFactory())
    draft.largest, draft.has_animals, draft.needs_accessible, draft.ceiling_rent, draft.support_level = "T4", False, True, None, "intensive"
    actions.save_diagnosis(
        diagnosis=draft,
        by=UserFactory(),
        communes=Commune.objects.filter(pk="35024"),
        nearby_services=NearbyService.objects.all()[:1],
        needs=NeedTopic.objects.filter(code__in=["mobilite", "isolation-phonique"]),
    )
    service = NearbyService.objects.first().name
    assert [(change.label, change.words) for change in changes(first, draft)] == [
        ("Typologie", "T2 à T3, puis T2 à T4"),
        ("Accessible PMR", "ajouté : oui"),
        ("Animaux", "retiré : oui"),
        ("Communes souhaitées", "ajouté : Betton"),
        ("Communes souhaitées", "retiré : Rennes"),
        ("Services à proximité", f"ajouté : {service}"),
        ("Loyer plafond", "retiré : 400,00\u00a0€"),
        ("Besoin d'accompagnement", "renforcé, puis intensif"),
        ("Besoins, logement", "ajouté : Isolation phonique"),
        ("Besoins, accompagnement", "retiré : Budget et dettes"),
    ]


def test_the_places_searched_are_the_communes_named_and_those_of_the_epcis():
    diagnosis = diagnosed()
    epci = Epci.objects.get(communes=FOUGERES)
    assert diagnosis.searched_communes() == {RENNES, *epci.communes.values_list("pk", flat=True)}
    assert DiagnosisFactory(completed=True).searched_communes() == set()


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Fougères", ["Fougères"]),
        ("fougeres, RENNES ;  betton", ["Fougères", "Rennes", "Betton"]),
        ("St Malo\n\nRennes\nsaint-malo", ["Saint-Malo", "Rennes"]),
        ("35300 Fougères, Rennes (35000)", ["Fougères", "Rennes"]),
        ("", []),
    ],
)
def test_communes_are_typed_as_people_write_them(typed, names):
    assert [commune.name for commune in CommunesField(required=False).clean(typed)] == names


def test_an_unknown_commune_is_refused_with_the_closest_one():
    with pytest.raises(forms.ValidationError) as refusal:
        CommunesField(required=False).clean("Rennes, Fougére, Marseille")
    assert refusal.value.messages == [
        "«\u00a0Fougére\u00a0» n'est pas une commune d'Ille-et-Vilaine. Vouliez-vous dire «\u00a0Fougères\u00a0»\u00a0?",
        "«\u00a0Marseille\u00a0» n'est pas une commune d'Ille-et-Vilaine. Vérifiez son nom.",
    ]


def test_the_ceiling_rent_is_hinted_from_the_resources_and_never_imposed():
    """30 to 33 % of 1 200 €: from 360 to 396 €."""
    household = HouseholdFactory(monthly_resources=Decimal(1200))
    assert "de 360 à 396\u00a0€" in rent_hint(household)
    RentGuideline.objects.update(low_percent=25, high_percent=28)
    assert "de 300 à 336\u00a0€" in rent_hint(household)
    assert "Repère" not in rent_hint(HouseholdFactory())


def form_data(**changes):
    return {
        "operator": OrganisationFactory().pk,
        "started_on": "2015-01-10",
        "support_level": "light",
        "management_level": "none",
        "ceiling_rent": "900",
        **changes,
    }


def test_the_form_keeps_what_was_typed_and_writes_places_and_needs(client, staff):
    household = HouseholdFactory(monthly_resources=Decimal(1000))
    epci = Epci.objects.first()
    topics = {scale: NeedTopic.objects.plain().filter(scale=scale).first() for scale in NeedScale}
    data = form_data(epcis=[epci.pk], communes="Fougére", **{f"{scale}_needs": [topic.pk] for scale, topic in topics.items()}, nearby_services=[])
    page = client.post(url(household, "diagnostic/"), data).content.decode()
    assert "Vouliez-vous dire" in page
    assert ">\nFougére</textarea>" in page
    assert not Diagnosis.objects.exists()
    client.post(url(household, "diagnostic/"), {**data, "communes": "Fougères"})
    diagnosis = Diagnosis.objects.get()
    assert (set(diagnosis.epcis.all()), set(diagnosis.needs.all())) == ({epci}, set(topics.values()))
    assert diagnosis.communes.get().pk == FOUGERES
    assert diagnosis.ceiling_rent == 900


def test_a_retired_word_is_no_longer_offered_and_stays_where_it_was_chosen(client, staff):
    topic = NeedTopic.objects.get(code="mobilite")
    draft = DiagnosisFactory(household=HouseholdFactory(stage=Stage.IN_DIAGNOSIS))
    draft.needs.set([topic])
    NeedTopic.objects.filter(pk=topic.pk).update(is_retired=True)
    assert "Mobilité (retiré du vocabulaire)" in client.get(url(draft.household, "diagnostic/")).content.decode()
    assert "Mobilité" not in client.get(url(HouseholdFactory(), "diagnostic/")).content.decode()
    assert "Mobilité" in client.get(url(draft.household)).content.decode()


def test_the_revision_opens_its_form_and_its_page_tells_what_changed(client, staff):
    first = diagnosed()
    household = first.household
    answer = client.post(url(household, "reviser-le-diagnostic/"), {"operator": first.operator_id, "started_on": "2015-09-01"})
    assert answer.url == url(household, "diagnostic/")
    form = client.get(answer.url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {"largest": "T5", "finished_on": "2015-09-10", "communes": "Rennes"}
    posted = client.post(url(household, "diagnostic/"), data)
    assert posted.status_code == 302, posted.context["form"].errors
    assert [change.words for change in changes(first, actions.latest_completed(household))] == ["T2 à T3, puis T2 à T5"]
    page = client.get(url(household, "diagnostics/")).content.decode()
    assert "T2 à T3, puis T2 à T5" in page
    assert "En vigueur" in page
    assert client.get(url(household)).context["diagnosis"] == actions.latest_completed(household)


@pytest.mark.parametrize("role", [Role.LANDLORD_REFERENT, Role.COMMITTEE, Role.PRESCRIBER])
def test_the_versions_are_for_those_who_read_the_support(client, role):
    organisation = OrganisationFactory(landlord=True)
    diagnosis = diagnosed()
    diagnosis.household.reported_by = organisation
    diagnosis.household.save()
    client.force_login(member(role, organisation))
    assert client.get(url(diagnosis.household, "diagnostics/")).status_code == 404


def test_a_landlords_referent_reads_the_ceiling_rent_and_nothing_else_of_the_diagnosis(client):
    landlord = OrganisationFactory(landlord=True)
    diagnosis = diagnosed()
    diagnosis.household.reported_by = landlord
    diagnosis.household.monthly_resources = Decimal(777)
    diagnosis.household.save()
    client.force_login(member(Role.LANDLORD_REFERENT, landlord))
    page = client.get(url(diagnosis.household)).content.decode()
    assert "400,00\u00a0€" in page
    for hidden in ("777", "Budget et dettes", "renforcé", "T2"):
        assert hidden not in page


def test_staff_edit_the_vocabulary_without_code(client, staff):
    assert client.post("/gestion/vocabulaires/besoins/ajouter/", {"label": "Jardin partagé", "scale": "housing", "position": "5"}).status_code == 302
    topic = NeedTopic.objects.get(label="Jardin partagé")
    assert (topic.code, topic.is_sensitive) == ("jardin-partage", False)
    assert "Jardin partagé" in client.get(url(HouseholdFactory(), "diagnostic/")).content.decode()
    edited = {"label": "Jardin partagé", "scale": "support", "position": "5", "is_sensitive": "on", "is_retired": "on"}
    client.post(f"/gestion/vocabulaires/besoins/modifier/{topic.pk}/", edited)
    topic.refresh_from_db()
    client.get("/gestion/")
    assert (topic.is_retired, topic.scale, topic.is_sensitive) == (True, "housing", False)
    assert "Jardin partagé" not in client.get(url(HouseholdFactory(), "diagnostic/")).content.decode()
