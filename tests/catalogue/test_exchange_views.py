"""Who reaches the screens of the exchange, and what they do."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.enums import Role
from catalogue.enums import ImportStatus
from catalogue.exchange.engine import check
from catalogue.models import HeadingMapping, Unit, UnitImport
from tests.catalogue.conftest import SAMPLES, account, sample, upload

pytestmark = pytest.mark.django_db
JOURNAL, UPLOAD = reverse("stock_exchange:journal"), reverse("stock_exchange:upload")
MAPPINGS = reverse("stock_exchange:mappings")


def mapping_doors(owner):
    mapping, _ = HeadingMapping.objects.get_or_create(landlord=owner, heading_key="volets", heading="Volets")
    return [
        ("get", reverse("stock_exchange:mapping", args=[mapping.pk])),
        ("post", reverse("stock_exchange:mapping", args=[mapping.pk])),
        ("post", reverse("stock_exchange:forget", args=[mapping.pk])),
    ]


def doors(entry):
    return [
        ("get", JOURNAL),
        ("get", MAPPINGS),
        ("get", UPLOAD),
        ("post", UPLOAD),
        ("get", reverse("stock_exchange:entry", args=[entry.pk])),
        ("post", reverse("stock_exchange:confirm", args=[entry.pk])),
        ("get", reverse("stock_exchange:undo", args=[entry.pk])),
        ("post", reverse("stock_exchange:undo", args=[entry.pk])),
        ("get", reverse("stock_exchange:withdraw", args=[entry.pk])),
        ("post", reverse("stock_exchange:withdraw", args=[entry.pk])),
        ("get", reverse("stock_exchange:headings", args=[entry.pk])),
        ("post", reverse("stock_exchange:headings", args=[entry.pk])),
        *mapping_doors(entry.landlord),
        ("get", reverse("stock_exchange:original", args=[entry.pk])),
        ("get", reverse("stock_exchange:mend", args=[entry.pk])),
    ]


def send(client, landlord, name="stock_simple.csv", **fields):
    content = SimpleUploadedFile(name, (SAMPLES / name).read_bytes())
    return client.post(UPLOAD, {"landlord": landlord.pk, "file": content, **fields}, follow=True)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.GIE_STAFF, Role.LANDLORD_REFERENT}))
def test_other_roles_find_no_door(client, neotoa, role):
    entry = check(landlord=neotoa, upload=sample("stock_simple.csv"), by=None)
    client.force_login(account(role, neotoa))
    assert {getattr(client, method)(address).status_code for method, address in doors(entry)} == {404}
    assert not Unit.objects.exists()


def test_anonymous_is_sent_to_sign_in(client, neotoa):
    entry = check(landlord=neotoa, upload=sample("stock_simple.csv"), by=None)
    for method, address in doors(entry):
        answer = getattr(client, method)(address)
        assert answer.status_code == 302, address
        assert answer.url.startswith(reverse("wagtailadmin_login"))


def test_another_landlords_import_does_not_exist(client, neotoa, archipel):
    entry = check(landlord=neotoa, upload=sample("stock_simple.csv"), by=None)
    client.force_login(account(Role.LANDLORD_REFERENT, archipel))
    for method, address in doors(entry)[4:]:
        assert getattr(client, method)(address).status_code == 404, address
    assert "stock_simple" not in client.get(JOURNAL).content.decode()
    assert "Volets" not in client.get(MAPPINGS).content.decode()
    assert HeadingMapping.objects.get().field == ""
    assert not Unit.objects.exists()


def test_a_referent_sends_for_the_own_landlord_only(client, referent, archipel, neotoa):
    client.force_login(referent)
    assert "Archipel" not in client.get(UPLOAD).content.decode()
    assert send(client, archipel).status_code == 404
    assert not UnitImport.objects.exists()
    assert send(client, neotoa).status_code == 200
    assert UnitImport.objects.get().landlord == neotoa


@pytest.mark.parametrize("value", ["abc", "-1", "9" * 30, "0"])
def test_a_landlord_that_is_none(client, officer, value):
    client.force_login(officer)
    assert client.post(UPLOAD, {"landlord": value}).status_code == 404


def test_from_the_file_to_the_homes(client, officer, neotoa):
    client.force_login(officer)
    preview = send(client, neotoa)
    page = preview.content.decode()
    assert "Rien n'est encore enregistré" in page
    assert "Enregistrer 40 changements" in page
    assert not Unit.objects.exists()
    entry = UnitImport.objects.get()
    done = client.post(reverse("stock_exchange:confirm", args=[entry.pk]), follow=True).content.decode()
    assert "40 logements enregistrés" in done
    assert Unit.objects.filter(landlord=neotoa).count() == 40
    entry.refresh_from_db()
    assert (entry.status, entry.confirmed_by, entry.written) == (ImportStatus.CONFIRMED, officer, 40)
    page = send(client, neotoa, "stock_changed.csv").content.decode()
    assert "211,29\u00a0€" in page
    assert "221,29\u00a0€" in page
    assert "Enregistrer 5 changements" in page


def test_rows_in_error_wait_for_a_tick(client, officer, neotoa):
    client.force_login(officer)
    page = send(client, neotoa, "stock_findings.csv").content.decode()
    assert "« T99 » n'est pas une typologie." in unescape(page).replace("\u00a0", " ")
    entry = UnitImport.objects.get()
    address = reverse("stock_exchange:confirm", args=[entry.pk])
    assert "9 lignes sont en erreur" in client.post(address, follow=True).content.decode()
    assert not Unit.objects.exists()
    client.post(address, {"laisser": "oui"})
    assert Unit.objects.count() == 3


def test_a_refused_file_is_told(client, officer, neotoa):
    client.force_login(officer)
    page = send(client, neotoa, "refused_no_reference.csv").content.decode()
    assert "Fichier refusé" in page
    assert "reference" in page
    page = send(client, neotoa, "refused_empty.csv").content.decode()
    assert "Le fichier est vide." in page


def test_a_form_left_blank(client, officer):
    client.force_login(officer)
    answer = client.post(UPLOAD, {})
    assert answer.status_code == 400
    assert "Choisissez un fichier." in answer.content.decode()


def test_pages_that_do_not_exist_lead_to_the_nearest(client, officer, neotoa):
    client.force_login(officer)
    entry = check(landlord=neotoa, upload=sample("stock_findings.csv"), by=officer)
    address = reverse("stock_exchange:entry", args=[entry.pk])
    assert client.get(address, {"erreurs": "abc", "modifications": "-4", "creations": "99999"}).status_code == 200
    assert client.post(JOURNAL).status_code == 405


def test_the_preview_asks_as_much_of_the_database_at_2_and_at_40_rows(client, officer, neotoa):
    client.force_login(officer)
    whole = (SAMPLES / "stock_simple.csv").read_bytes()
    client.get(reverse("stock_exchange:journal"))
    counts = []
    for content in (b"\n".join(whole.split(b"\n")[:3]), whole):
        entry = check(landlord=neotoa, upload=upload(content), by=officer)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("stock_exchange:entry", args=[entry.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1]
