"""Two people on one record: the second sees what changed and loses nothing typed."""

from decimal import Decimal

import pytest
from django.urls import reverse

from access.enums import Role
from catalogue.models import Convention, MeasureKind, Unit
from tests.factories import ConventionFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def sent(form) -> dict[str, object]:
    """What a browser would send back of the form as it was shown."""
    data = {}
    for field in form:
        value = field.value()
        if isinstance(value, bool):
            data |= {field.html_name: "on"} if value else {}
        elif value is None:
            continue
        elif isinstance(value, list):
            data[field.html_name] = [getattr(item, "pk", item) for item in value]
        else:
            data[field.html_name] = field.field.widget.format_value(value) or ""
    return {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in data.items()}


@pytest.fixture
def officer(client):
    client.force_login(UserFactory(role=Role.GIE_STAFF))
    return client


@pytest.fixture
def edit():
    return lambda record, name: reverse(f"{name}_modeladmin_edit", args=[record.pk])


def test_what_nobody_else_touched_is_saved(officer, edit):
    unit = UnitFactory(main_rent=Decimal("412.00"))
    url = edit(unit, "logements_parc")
    shown = sent(officer.get(url).context["form"])
    assert officer.post(url, {**shown, "main_rent": "430.00"}).status_code == 302
    unit.refresh_from_db()
    assert unit.main_rent == Decimal("430.00")


def test_the_second_person_sees_what_changed_and_keeps_what_was_typed(officer, edit):
    unit = UnitFactory(main_rent=Decimal("412.00"), floor=1, is_earmarked=False)
    url = edit(unit, "logements_parc")
    shown = sent(officer.get(url).context["form"])
    Unit.objects.filter(pk=unit.pk).update(main_rent=Decimal("421.50"), floor=2, is_earmarked=True)

    answer = officer.post(url, {**shown, "main_rent": "430.00", "living_area": "61"})

    page = answer.content.decode()
    assert "cette fiche a été modifiée" in page
    assert "« 421,50 » aujourd" in page
    assert "« 1 » est devenu « 2 »" in page
    unit.refresh_from_db()
    assert (unit.main_rent, unit.floor) == (Decimal("421.50"), 2)
    again = sent(answer.context["form"])
    assert (again["main_rent"], again["living_area"], again["floor"], again["is_earmarked"]) == ("430.00", "61", "2", "on")

    assert officer.post(url, again).status_code == 302
    unit.refresh_from_db()
    assert (unit.main_rent, unit.living_area, unit.floor, unit.is_earmarked) == (Decimal("430.00"), Decimal("61"), 2, True)


def test_two_people_who_write_the_same_are_not_in_conflict(officer, edit):
    unit = UnitFactory(main_rent=Decimal("412.00"))
    url = edit(unit, "logements_parc")
    shown = sent(officer.get(url).context["form"])
    Unit.objects.filter(pk=unit.pk).update(main_rent=Decimal("430.00"))
    assert officer.post(url, {**shown, "main_rent": "430"}).status_code == 302


def test_records_ticked_meanwhile_are_told_by_their_names(officer, edit):
    convention = ConventionFactory(status="draft", signed_on=None)
    kinds = list(MeasureKind.objects.order_by("pk")[:2])
    convention.measure_kinds.set(kinds[:1])
    url = edit(convention, "partenaires_conventions")
    shown = sent(officer.get(url).context["form"])
    convention.measure_kinds.set(kinds[1:])

    answer = officer.post(url, {**shown, "purpose": "Accompagner autrement"})

    page = answer.content.decode()
    assert f"« {kinds[0]} » est devenu « {kinds[1]} »" in page
    assert officer.post(url, sent(answer.context["form"])).status_code == 302
    saved = Convention.objects.get(pk=convention.pk)
    assert (saved.purpose, list(saved.measure_kinds.all())) == ("Accompagner autrement", kinds[1:])


@pytest.mark.parametrize("seen", ["", "{", "[]", "null", "{}", '{"main_rent": 3}'])
def test_a_form_without_its_memory_never_breaks(officer, edit, seen):
    unit = UnitFactory(main_rent=Decimal("412.00"))
    url = edit(unit, "logements_parc")
    shown = sent(officer.get(url).context["form"])
    assert officer.post(url, {**shown, "seen": seen}).status_code in (200, 302)


def test_what_the_form_remembers_tells_nothing(officer, edit):
    unit = UnitFactory(main_rent=Decimal("412.37"))
    field = officer.get(edit(unit, "logements_parc")).context["form"]["seen"]
    assert "412" not in field.value()
    assert field.is_hidden
