"""Homes earmarked, freed and counted towards sixty."""

from datetime import date

import pytest
from django.utils import timezone

from access.enums import Role
from catalogue.enums import MobilisationMode
from catalogue.models import Residence, Unit
from households.mobilisation import figures
from tests.factories import (
    FOUGERES,
    ConventionFactory,
    OccupancyFactory,
    OrganisationFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
DAY = date(2016, 6, 1)


def test_a_home_counts_once_and_today_counts_those_occupied_or_earmarked_and_free():
    twice = UnitFactory(is_earmarked=True, mobilisation_mode=MobilisationMode.ADAPTATION)
    OccupancyFactory(unit=twice, ends_on=date(2015, 12, 31))
    OccupancyFactory(unit=twice, starts_on=date(2016, 1, 1))
    OccupancyFactory(unit=UnitFactory(mobilisation_mode=MobilisationMode.EXISTING), left_scheme_on=date(2016, 1, 1))
    OccupancyFactory(unit=UnitFactory(), starts_on=date(2016, 7, 1))
    UnitFactory(is_earmarked=True, mobilisation_mode=MobilisationMode.NEW_BUILD)
    UnitFactory(is_earmarked=True, mobilisation_mode=MobilisationMode.NEW_BUILD, declared_occupation="works")
    UnitFactory()
    counted = figures(UserFactory(), on=DAY)
    total = counted.total
    assert (total.earmarked, total.free, total.occupied, total.ever_occupied, total.today) == (3, 1, 1, 2, 2)
    by_mode = {line.label: (line.earmarked, line.free, line.occupied, line.ever_occupied) for line in counted.modes}
    assert by_mode == {
        "neuf": (2, 1, 0, 0),
        "aménagement": (1, 0, 1, 1),
        "existant": (0, 0, 0, 1),
        "reclassement": (0, 0, 0, 0),
        "mode non précisé": (0, 0, 0, 0),
    }
    assert counted.share == 3


def test_a_landlord_counts_its_own_homes():
    own = UnitFactory(is_earmarked=True)
    UnitFactory(is_earmarked=True)
    counted = figures(member(Role.LANDLORD_REFERENT, own.landlord), on=DAY)
    assert counted.total.earmarked == 1
    assert [line.label for line in counted.landlords] == [own.landlord.name]


@pytest.mark.parametrize("role", Role)
def test_the_figures_are_for_staff_and_landlords(client, role):
    client.force_login(member(role, OrganisationFactory(landlord=True)))
    expected = 200 if role in (Role.GIE_STAFF, Role.LANDLORD_REFERENT) else 404
    assert client.get("/gestion/logement/dispositif/").status_code == expected


class TestFromTheHome:
    @pytest.fixture
    def unit(self):
        return UnitFactory(declared_occupation="let")

    @pytest.fixture(params=[Role.GIE_STAFF, Role.LANDLORD_REFERENT])
    def signed_in(self, request, client, unit):
        user = member(request.param, unit.landlord)
        client.force_login(user)
        return user

    def test_it_is_earmarked_and_no_longer(self, client, signed_in, unit):
        answer = client.post(f"/gestion/logement/{unit.pk}/flecher/", {"mode": ""})
        assert "mode" in answer.context["form"].errors
        client.post(f"/gestion/logement/{unit.pk}/flecher/", {"mode": "existing"})
        kept = Unit.objects.get()
        assert (kept.is_earmarked, kept.mobilisation_mode) == (True, "existing")
        assert "Ne plus flécher" in client.get(f"/gestion/logements/parc/fiche/{unit.pk}/").content.decode()
        assert client.get(f"/gestion/logement/{unit.pk}/ne-plus-flecher/").status_code == 200
        client.post(f"/gestion/logement/{unit.pk}/ne-plus-flecher/", {})
        assert Unit.objects.get().is_earmarked is False
        assert "pas fléché" in client.post(f"/gestion/logement/{unit.pk}/ne-plus-flecher/", {}).content.decode()

    def test_it_is_declared_free_from_a_day(self, client, signed_in, unit):
        day = timezone.localdate()
        client.post(f"/gestion/logement/{unit.pk}/rendre-disponible/", {"on": day.isoformat()})
        kept = Unit.objects.get()
        assert (kept.declared_occupation, kept.available_on) == ("vacant", day)

    def test_it_is_not_freed_while_a_household_lives_there(self, client, signed_in, unit):
        OccupancyFactory(unit=unit)
        answer = client.post(f"/gestion/logement/{unit.pk}/rendre-disponible/", {"on": timezone.localdate().isoformat()})
        assert "y habite encore" in answer.content.decode()
        assert Unit.objects.get().declared_occupation == "let"

    def test_a_home_withdrawn_from_the_stock_is_left_alone(self, client, signed_in, unit):
        Unit.objects.update(withdrawn_on=date(2016, 1, 1))
        answer = client.post(f"/gestion/logement/{unit.pk}/flecher/", {"mode": "existing"})
        assert "retiré du parc" in answer.content.decode()
        assert not Unit.objects.get().is_earmarked


@pytest.mark.parametrize("role", [role for role in Role if role != Role.GIE_STAFF])
@pytest.mark.parametrize("path", ["flecher", "ne-plus-flecher", "rendre-disponible", "menages"])
def test_the_home_of_another_landlord_does_not_exist(client, role, path):
    unit = UnitFactory()
    client.force_login(member(role, OrganisationFactory(landlord=True)))
    url = f"/gestion/logement/{unit.pk}/{path}/"
    assert client.get(url).status_code == 404
    assert client.post(url, {"mode": "existing"}).status_code == 404
    assert not Unit.objects.get().is_earmarked


def test_a_support_worker_reads_the_home_of_an_own_case_and_declares_nothing(client):
    operator = OrganisationFactory()
    household = SupportMeasureFactory(convention=ConventionFactory(partner=operator), planned_ends_on=date(2035, 12, 31)).household
    unit = OccupancyFactory(household=household).unit
    Unit.objects.filter(pk=unit.pk).update(residence=Residence.objects.create(landlord=unit.landlord, name="Les Tilleuls", commune_id=FOUGERES))
    client.force_login(member(Role.SUPPORT_WORKER, operator))
    page = client.get(f"/gestion/logements/parc/fiche/{unit.pk}/").content.decode()
    assert household.reference in page
    assert "Les Tilleuls" not in page
    assert "Flécher" not in page
    assert client.post(f"/gestion/logement/{unit.pk}/flecher/", {"mode": "existing"}).status_code == 404


def test_the_page_of_a_home_hides_a_confidential_occupant(client):
    occupancy = OccupancyFactory()
    type(occupancy.household).objects.update(is_confidential=True)
    client.force_login(member(Role.LANDLORD_REFERENT, occupancy.unit.landlord))
    page = client.get(f"/gestion/logements/parc/fiche/{occupancy.unit_id}/").content.decode()
    assert occupancy.household.reference not in page
    assert "Ce logement est occupé." in page


def test_a_home_on_the_ground_floor_says_so(client):
    unit = UnitFactory(floor=0)
    client.force_login(UserFactory())
    assert "<dt>Étage</dt><dd>0</dd>" in client.get(f"/gestion/logements/parc/fiche/{unit.pk}/").content.decode()
