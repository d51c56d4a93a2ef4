"""Headings that nobody knew, said once and remembered for the landlord."""

import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from access.exchange.findings import FileRefused
from access.exchange.headings import NOT_IMPORTED
from catalogue.enums import ImportStatus
from catalogue.exchange.engine import STOCK_COURSE, check
from catalogue.models import HeadingMapping, UnitImport
from tests.catalogue.conftest import landlord, sample, upload

pytestmark = pytest.mark.django_db
HEAD = "reference;code_postal;commune;code_insee;typologie"
LINE = "A1;35000;Rennes;35238;T3"


def look(owner, head, line):
    return check(landlord=owner, upload=upload(f"{head}\n{line}"), by=None)


def unmapped(entry):
    return list(entry.findings.filter(code="unmapped_column").values_list("column", flat=True))


def test_said_once_on_screen_then_remembered(client, officer, neotoa, archipel):
    client.force_login(officer)
    entry = look(neotoa, f"{HEAD};Quittance (€);Volets", f"{LINE};412,50;bleus")
    assert (entry.unknown_headings, unmapped(entry)) == (["Quittance (€)", "Volets"], ["Quittance (€)", "Volets"])
    address = reverse("stock_exchange:headings", args=[entry.pk])
    assert "Dire ce que contiennent ces colonnes" in client.get(reverse("stock_exchange:entry", args=[entry.pk])).content.decode()
    page = client.get(address).content.decode()
    assert "Colonne «\u00a0Quittance (€)\u00a0»" in page
    assert 'value="typology"' not in page
    page = client.post(address, {"colonne-0": "main_rent", "colonne-1": "-"}, follow=True).content.decode()
    assert "Voici le nouvel aperçu" in page
    entry.refresh_from_db()
    assert (entry.status, entry.unknown_headings, unmapped(entry)) == (ImportStatus.CHECKED, [], ["Volets"])
    assert "comme il a été demandé" in entry.findings.get(code="unmapped_column").message
    assert "main_rent" in entry.file.staged_fields
    again = look(neotoa, f"{HEAD};  QUITTANCE ( € )", f"{LINE};beaucoup")
    assert [finding.code for finding in again.findings.all()] == ["bad_number"]
    assert unmapped(look(archipel, f"{HEAD};Quittance (€)", f"{LINE};412,50")) == ["Quittance (€)"]


def test_the_command_knows_them_too(neotoa, tmp_path):
    HeadingMapping.objects.create(landlord=neotoa, heading_key="quittance", heading="Quittance", field="main_rent")
    (tmp_path / "parc.csv").write_text(f"{HEAD};Quittance\n{LINE};412,50")
    out = io.StringIO()
    call_command("import_units", str(tmp_path / "parc.csv"), "--landlord", "neotoa", "--json", stdout=out)
    assert json.loads(out.getvalue())["findings"] == []


def test_a_required_column_under_another_name(client, officer, neotoa):
    client.force_login(officer)
    head = "Clef;code_postal;commune;code_insee;typologie"
    entry = look(neotoa, head, LINE)
    assert (entry.status, entry.unknown_headings) == (ImportStatus.REFUSED, ["Clef"])
    assert [finding.code for finding in entry.findings.all()] == ["missing_column"]
    assert "dire ce que contiennent ses colonnes" in client.get(reverse("stock_exchange:entry", args=[entry.pk])).content.decode()
    page = client.post(reverse("stock_exchange:headings", args=[entry.pk]), {"colonne-0": "reference"}, follow=True).content.decode()
    assert "Envoyez de nouveau le fichier" in page
    assert look(neotoa, head, LINE).created == 1


def test_what_is_not_accepted(client, officer, neotoa):
    client.force_login(officer)
    entry = look(neotoa, f"{HEAD};Un;Deux", f"{LINE};1;2")
    address = reverse("stock_exchange:headings", args=[entry.pk])
    for data, told in (
        ({}, "au moins une colonne"),
        ({"colonne-0": "floor", "colonne-1": "floor"}, "gardez-en un"),
        ({"colonne-0": "password"}, "Choisissez dans la liste"),
        ({"colonne-0": "typology"}, "Choisissez dans la liste"),
        ({"colonne-0": "commune"}, "Rien n'est retenu"),
    ):
        answer = client.post(address, data)
        assert (answer.status_code, told in answer.content.decode().replace("&#x27;", "'")) == (400, True), data
    assert not HeadingMapping.objects.exists()
    assert UnitImport.objects.get().is_pending
    with pytest.raises(FileRefused):
        STOCK_COURSE.remember(entry=entry, meanings={"Un": "typology"}, by=None)
    assert not HeadingMapping.objects.exists()


def test_change_then_forget(client, referent, neotoa):
    client.force_login(referent)
    mapping = HeadingMapping.objects.create(landlord=neotoa, heading_key="quittance", heading="Quittance", field="main_rent")
    assert "Loyer principal" in client.get(reverse("stock_exchange:mappings")).content.decode()
    address = reverse("stock_exchange:mapping", args=[mapping.pk])
    assert 'value="main_rent" selected' in client.get(address).content.decode()
    assert client.post(address, {"meaning": "autre"}).status_code == 400
    client.post(address, {"meaning": "-"})
    mapping.refresh_from_db()
    assert (mapping.field, mapping.updated_by) == (NOT_IMPORTED, referent)
    assert "Ne pas importer" in client.get(reverse("stock_exchange:mappings")).content.decode()
    assert look(neotoa, f"{HEAD};Quittance", f"{LINE};1").unknown_headings == []
    client.post(reverse("stock_exchange:forget", args=[mapping.pk]))
    assert look(neotoa, f"{HEAD};Quittance", f"{LINE};1").unknown_headings == ["Quittance"]
    assert "Aucun titre n'est encore retenu" in client.get(reverse("stock_exchange:mappings")).content.decode()


def test_headings_of_the_published_columns():
    owner = landlord("fougeres-habitat")
    HeadingMapping.objects.create(landlord=owner, heading_key="cave", heading="Cave", field="address_extra")
    HeadingMapping.objects.create(landlord=owner, heading_key="provision", heading="Provision", field="charges")
    content = sample("rpls_published.csv").content.decode("cp1252").replace("NBPIECE", "NBPIECE;Cave;Provision").splitlines()
    lines = [content[0], *(";".join([*cells[:11], "cave 3", "12,50", *cells[11:]]) for cells in (line.split(";") for line in content[1:]))]
    entry = check(landlord=owner, upload=upload("\n".join(lines)), by=None)
    assert (entry.layout, entry.created, unmapped(entry)) == ("rpls_published", 20, [])
    assert {"charges", "address_extra"} <= set(entry.file.staged_fields)
