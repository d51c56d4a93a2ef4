"""The figures shown to everybody: chosen by staff, without a small count, dated, and withdrawn at once."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from access.enums import Role
from catalogue.models import PublishedFigures
from households.actions.published import publish_figures
from households.enums import Stage
from pages.seeding import seed_site
from tests.factories import HouseholdFactory, UserFactory

pytestmark = pytest.mark.django_db
STAGES = "Ménages par étape"


def households():
    for stage, times in ((Stage.SEARCHING, 6), (Stage.PROPOSED, 2), (Stage.HOUSED, 7)):
        for _number in range(times):
            HouseholdFactory(stage=stage)


def test_staff_publish_what_they_chose_and_the_public_reads_it_at_once(client):
    seed_site()
    households()
    visitor = Client()
    assert "Les premiers chiffres paraîtront ici" in visitor.get("/chiffres-cles/").content.decode()
    client.force_login(UserFactory())
    address = reverse("pilotage:publication")
    assert STAGES in client.get(address).content.decode()
    assert "Choisissez au moins un tableau" in client.post(address, {}).content.decode()
    answer = client.post(address, {"tables": [STAGES, "tableau inventé"]})
    assert answer.status_code == 302
    figures = PublishedFigures.objects.current()
    assert [table["caption"] for table in figures.tables] == [STAGES]
    rows = {row[0]: row[1] for row in figures.tables[0]["rows"]}
    assert (rows["En recherche"], rows["Proposé"], rows["Logé et accompagné"]) == ("masqué", "masqué", "7")


@pytest.mark.django_db(transaction=True)
def test_a_kept_page_shows_a_publication_and_a_withdrawal_at_once(client):
    seed_site()
    households()
    visitor, officer = Client(), UserFactory()
    visitor.get("/chiffres-cles/")
    first = publish_figures(captions={STAGES}, first_year=2015, last_year=2017, on=date(2016, 6, 1), by=officer)
    assert "Chiffres au 1er juin 2016" in visitor.get("/chiffres-cles/").content.decode().replace("\xa0", " ")
    client.force_login(officer)
    client.post(reverse("pilotage:withdraw", args=[first.pk]))
    assert "Les premiers chiffres paraîtront ici" in visitor.get("/chiffres-cles/").content.decode()


def test_the_latest_snapshot_that_stands_is_shown():
    officer = UserFactory()
    households()
    kept = publish_figures(captions={STAGES}, first_year=2015, last_year=2017, on=date(2016, 1, 1), by=officer)
    later = publish_figures(captions={STAGES}, first_year=2015, last_year=2017, on=date(2016, 6, 1), by=officer)
    assert PublishedFigures.objects.current() == later
    later.withdrawn_at = later.published_at
    later.save()
    assert PublishedFigures.objects.current() == kept


def test_nothing_chosen_publishes_nothing():
    with pytest.raises(ValidationError, match="Choisissez au moins un tableau"):
        publish_figures(captions=set(), first_year=2015, last_year=2017, on=date(2016, 1, 1), by=UserFactory())


@pytest.mark.parametrize("role", [role for role in Role if role != Role.GIE_STAFF])
def test_staff_only_publish(client, role):
    client.force_login(UserFactory(role=role))
    assert client.get(reverse("pilotage:publication")).status_code == 404
    assert client.post(reverse("pilotage:publication"), {"tables": [STAGES]}).status_code == 404
    assert not PublishedFigures.objects.exists()
