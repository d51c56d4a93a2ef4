"""Large files are the worker's: followed on screen, found again after it was killed, written once."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from access.enums import Role
from access.exchange import work
from access.exchange.states import ImportStatus, WorkKind
from catalogue.exchange.engine import STOCK_COURSE, check, confirm
from catalogue.models import ImportedFile, Unit, UnitImport, UnitImportWork
from tests.catalogue.conftest import SAMPLES, account, landlord, sample, upload

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "reference;code_postal;commune;code_insee;typologie"
UPLOAD = reverse("stock_exchange:upload")
CHILD = """
import os, sys, time
import django
django.setup()
from django.db import connection
connection.settings_dict.update(NAME=os.environ["TEST_NAME"], USER=os.environ["TEST_USER"], PASSWORD=os.environ["TEST_PASSWORD"])
from access.exchange.course import Course
from access.exchange.work import perform
from catalogue.exchange.engine import StockCourse
write = StockCourse.write
def stop_after_writing(self, *args, **how):
    written = write(self, *args, **how)
    print("written", flush=True)
    time.sleep(60)
    return written
StockCourse.write = stop_after_writing
perform(StockCourse(), int(sys.argv[1]), sys.argv[2])
"""


@pytest.fixture(autouse=True)
def _small_files_are_long(settings):
    settings.EXCHANGE_BACKGROUND_BYTES = 100
    settings.EXCHANGE_BACKGROUND_ROWS = 1


@pytest.fixture
def page(client):
    """What the page of an import says to an officer."""
    user = account(Role.GIE_STAFF)
    client.force_login(user)

    def read(entry, user=user):
        return client.get(reverse("stock_exchange:entry", args=[entry.pk])).content.decode()

    return read


def run_jobs():
    with app.replace_connector(DjangoConnector().get_worker_connector()):
        app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def act(client, entry, name, **data):
    return client.post(reverse(f"stock_exchange:{name}", args=[entry.pk]), data, follow=True).content.decode()


def perform(entry):
    work.perform(STOCK_COURSE, entry.pk, str(UnitImportWork.objects.get(pk=entry.pk).ticket))


def test_sent_followed_confirmed_and_undone_by_the_worker(client, page):
    owner = landlord("neotoa")
    sent = client.post(
        UPLOAD, {"landlord": owner.pk, "file": SimpleUploadedFile("parc.csv", (SAMPLES / "stock_simple.csv").read_bytes())}, follow=True
    )
    assert "il attend son tour" in sent.content.decode()
    assert 'http-equiv="refresh"' in sent.content.decode()
    entry = UnitImport.objects.get()
    assert (entry.status, Unit.objects.count()) == (ImportStatus.RECEIVED, 0)
    assert "À lire" in client.get(reverse("stock_exchange:journal")).content.decode()
    run_jobs()
    assert "Enregistrer 40 changements" in page(entry)
    assert not Unit.objects.exists()
    assert "il attend son tour" in act(client, entry, "confirm")
    act(client, entry, "confirm")
    assert ProcrastinateJob.objects.filter(status="todo").count() == 1
    run_jobs()
    assert "40 logements enregistrés" in page(entry)
    assert Unit.objects.count() == 40
    act(client, entry, "undo")
    run_jobs()
    assert "Cet import est annulé" in page(entry)
    assert not Unit.objects.exists()


def test_a_refused_file_is_not_kept_once_it_is_read(page):
    entry = STOCK_COURSE.receive_only(landlord=landlord("neotoa"), upload=sample("refused_no_reference.csv"), by=None)
    work.ask(STOCK_COURSE, entry, WorkKind.CHECK, by=None)
    assert ImportedFile.objects.exists()
    run_jobs()
    assert "Fichier refusé" in page(entry)
    assert not ImportedFile.objects.exists()


def test_why_nothing_was_written_is_told_once(client, page):
    entry = check(landlord=landlord("neotoa"), upload=sample("stock_simple.csv"), by=None)
    act(client, entry, "confirm")
    Unit.objects.create(landlord=landlord("neotoa"), reference="NEO-00001", postcode="35000", commune_id="35238", typology="T1")
    run_jobs()
    assert "des données ont changé depuis l&#x27;aperçu" in page(entry)
    assert "des données ont changé depuis l&#x27;aperçu" not in page(entry)
    assert Unit.objects.count() == 1


def test_no_worker_answers(client, page, settings):
    entry = check(landlord=landlord("neotoa"), upload=sample("stock_simple.csv"), by=None)
    act(client, entry, "confirm")
    UnitImportWork.objects.update(asked_at=timezone.now() - timedelta(seconds=settings.EXCHANGE_WORKER_LATE_SECONDS + 1))
    told = page(entry)
    assert "ne répond pas" in told
    assert 'http-equiv="refresh"' not in told
    act(client, entry, "again")
    run_jobs()
    assert "40 logements enregistrés" in page(entry)


def test_how_far_it_has_come_shows_while_it_works(page):
    entry = STOCK_COURSE.receive_only(
        landlord=landlord("neotoa"), upload=upload("\n".join([HEAD, *(f"A{number};35000;Rennes;35238;T3" for number in range(9_000))])), by=None
    )
    work.ask(STOCK_COURSE, entry, WorkKind.CHECK, by=None)
    seen = []

    def look(step, done, total):
        seen.append((step, done))
        if len(seen) == 2:
            with ThreadPoolExecutor(1) as pool:
                seen.append(pool.submit(watch).result())

    def watch():
        try:
            return page(UnitImport.objects.get())
        finally:
            connection.close()

    tell = work._Side.tell

    def tell_and_look(self, step, done, total):
        self._told_at = 0.0
        tell(self, step, done, total)
        look(step, done, total)

    work._Side.tell = tell_and_look
    try:
        perform(entry)
    finally:
        work._Side.tell = tell
    assert 'value="4096"' in seen[2]
    assert "Lecture des lignes" in seen[2]
    entry.refresh_from_db()
    assert entry.created == 9_000


def test_two_workers_do_it_once():
    entry = check(landlord=landlord("neotoa"), upload=sample("stock_simple.csv"), by=None)
    work.ask(STOCK_COURSE, entry, WorkKind.CONFIRM, by=None)

    def run(_):
        try:
            perform(entry)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    assert Unit.objects.count() == 40
    assert UnitImport.objects.get().written == 40


def test_a_worker_killed_half_way_leaves_nothing_and_it_can_start_again(client, page):
    entry = check(landlord=landlord("neotoa"), upload=sample("stock_simple.csv"), by=None)
    act(client, entry, "confirm")
    ticket = str(UnitImportWork.objects.get().ticket)
    facts = connection.settings_dict
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONPATH": "site:."}
    environment |= {"TEST_NAME": facts["NAME"], "TEST_USER": facts["USER"], "TEST_PASSWORD": facts["PASSWORD"] or ""}
    with subprocess.Popen([sys.executable, "-c", CHILD, str(entry.pk), ticket], env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "written\n"
        assert "se met à jour toute seule" in page(entry)
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=20)
    for _ in range(50):
        if work.follow(STOCK_COURSE, entry).phase == "interrupted":
            break
        time.sleep(0.1)
    told = page(entry)
    assert "Interrompu" in told
    assert "Relancer" in told
    assert "interrompu" in client.get(reverse("stock_exchange:journal")).content.decode()
    entry.refresh_from_db()
    assert (entry.status, Unit.objects.count()) == (ImportStatus.CHECKED, 0)
    act(client, entry, "again")
    run_jobs()
    assert "40 logements enregistrés" in page(entry)
    assert Unit.objects.count() == 40


def test_an_old_ticket_does_nothing():
    entry = check(landlord=landlord("neotoa"), upload=sample("stock_simple.csv"), by=None)
    work.ask(STOCK_COURSE, entry, WorkKind.CONFIRM, by=None)
    confirm(unit_import=entry, by=None)
    perform(entry)
    assert UnitImport.objects.get().written == 40
    work.perform(STOCK_COURSE, entry.pk, "00000000-0000-0000-0000-000000000000")
