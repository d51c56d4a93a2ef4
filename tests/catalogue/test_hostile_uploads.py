"""Hostile files at the door of the site: each is told what it is, while somebody else's page answers."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from access.enums import Role
from catalogue.models import ImportFinding, Unit
from tests.catalogue.conftest import account, landlord
from tests.site.access.exchange.test_limits import NAMESPACE, with_sheet

pytestmark = pytest.mark.django_db(transaction=True)
UPLOAD = reverse("stock_exchange:upload")
HEAD = b"reference;code_postal;commune;typologie\n"


def locked():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("content.xml", b"x")
        archive.writestr("META-INF/manifest.xml", b"<encryption-data/>")
    return content.getvalue()


def million_validated():
    data = b'<sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    rule = (
        b'<dataValidations count="1"><dataValidation type="list" sqref="A1:XFD1048576"><formula1>"a,b"</formula1></dataValidation></dataValidations>'
    )
    return with_sheet(NAMESPACE + data + rule + b"</worksheet>")


def huge(size):
    """A file of ``size`` bytes on the disk, as the server receives the large ones."""
    sent = TemporaryUploadedFile("enorme.csv", "text/csv", 0, None)
    block = HEAD * 20_000
    for _ in range(size // len(block) + 1):
        sent.write(block)
    sent.seek(0)
    return sent


FILES = {
    "zip bomb": (lambda: with_sheet(b"0" * (401 << 20)), "hostile_file"),
    "validation": (million_validated, "too_large"),
    "cell": (lambda: HEAD + b"A1;35000;Rennes;" + b"x" * 32_768, "too_large"),
    "columns": (lambda: b";".join([b"x"] * 10_000) + b"\n", "too_large"),
    "nul": (lambda: HEAD + b"A1;35000;Ren\x00nes;T3", "not_a_table"),
    "endless line": (lambda: HEAD + b"x" * (8 << 20), "too_large"),
    "encrypted": (locked, "encrypted_file"),
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_told_and_another_page_answers(name, settings):
    settings.EXCHANGE_BACKGROUND_BYTES = 64 << 20
    make, code = FILES[name]
    content, owner = make(), landlord("neotoa")
    sender, reader = Client(), Client()
    sender.force_login(account(Role.GIE_STAFF))
    reader.force_login(account(Role.GIE_STAFF, email="autre@exemple.fr"))

    def send():
        try:
            return sender.post(UPLOAD, {"landlord": owner.pk, "file": SimpleUploadedFile("parc.csv", content)}, follow=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(send)
        assert reader.get(reverse("stock_exchange:journal")).status_code == 200
        answer = waiting.result(timeout=60)
    assert "Fichier refusé" in answer.content.decode()
    assert ImportFinding.objects.get().code == code
    assert not Unit.objects.exists()


def test_a_file_of_200_megabytes(client):
    client.force_login(account(Role.GIE_STAFF))
    with huge(200 << 20) as sent:
        page = client.post(UPLOAD, {"landlord": landlord("neotoa").pk, "file": sent}, follow=True).content.decode()
    assert "Le fichier dépasse 50 Mo." in page
    assert ImportFinding.objects.get().code == "too_large"
