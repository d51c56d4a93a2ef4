"""Who reaches the screens of reported households, and what they show to whom."""

from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.enums import Role
from households import actions
from households.enums import ReportStatus
from households.exchange.engine import check, confirm
from households.models import Household, HouseholdImport, HouseholdReport
from tests.catalogue.conftest import SAMPLES
from tests.factories import BETTON, HouseholdFactory, PersonFactory, UserFactory, member, name_on_case
from tests.households.conftest import report, sample

pytestmark = pytest.mark.django_db
INBOX, OWN = reverse("signalements_boite_modeladmin_index"), reverse("signalements_envoyes_modeladmin_index")
FILES, UPLOAD = reverse("reports:files:journal"), reverse("reports:files:upload")
CANARY = "Canari-Zyx"


@pytest.fixture
def referent(neotoa):
    return member(Role.LANDLORD_REFERENT, neotoa)


@pytest.fixture
def officer(db):
    return UserFactory()


def treating_doors(found, household):
    return [
        ("get", reverse("reports:report", args=[found.pk])),
        ("get", reverse("reports:attach", args=[found.pk, household.pk])),
        ("post", reverse("reports:attach", args=[found.pk, household.pk])),
        ("get", reverse("reports:open", args=[found.pk])),
        ("post", reverse("reports:open", args=[found.pk])),
        ("post", reverse("reports:dismiss", args=[found.pk])),
        ("get", INBOX),
        ("get", f"{INBOX}historique/{found.pk}/"),
        ("get", f"{INBOX}fiche/{found.pk}/"),
    ]


def sending_doors(entry):
    return [
        ("get", FILES),
        ("get", UPLOAD),
        ("post", UPLOAD),
        ("get", reverse("reports:files:entry", args=[entry.pk])),
        ("post", reverse("reports:files:confirm", args=[entry.pk])),
    ]


def send(client, landlord, name="signalements.csv"):
    content = SimpleUploadedFile(name, (SAMPLES / name).read_bytes())
    return client.post(UPLOAD, {"landlord": landlord.pk, "file": content}, follow=True)


def text(answer):
    return unescape(answer.content.decode()).replace("\u00a0", " ")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.GIE_STAFF}))
def test_only_the_gie_deals_with_reports(client, neotoa, role):
    found, household = report(neotoa), HouseholdFactory()
    client.force_login(member(role, neotoa))
    assert {
        (address, getattr(client, method)(address, {"vu": "2026-01-01T00:00Z"}).status_code) for method, address in treating_doors(found, household)
    } == {(address, 404) for _, address in treating_doors(found, household)}
    found.refresh_from_db()
    assert found.is_waiting


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.GIE_STAFF, Role.LANDLORD_REFERENT}))
def test_other_roles_send_nothing(client, neotoa, role):
    entry = check(landlord=neotoa, upload=sample(), by=None)
    client.force_login(member(role, neotoa))
    doors = [*sending_doors(entry), ("get", OWN), ("get", reverse("reports:entrance"))]
    assert {getattr(client, method)(address).status_code for method, address in doors} == {404}


def test_anonymous_is_sent_to_sign_in(client, neotoa):
    entry, found, household = check(landlord=neotoa, upload=sample(), by=None), report(neotoa), HouseholdFactory()
    for method, address in [*sending_doors(entry), *treating_doors(found, household), ("get", OWN)]:
        answer = getattr(client, method)(address)
        assert answer.status_code == 302, address
        assert answer.url.startswith(reverse("wagtailadmin_login"))


def test_another_landlords_reports_and_files_do_not_exist(client, neotoa, archipel):
    entry, found = check(landlord=neotoa, upload=sample(), by=None), report(neotoa, last_name=CANARY)
    client.force_login(member(Role.LANDLORD_REFERENT, archipel))
    for method, address in [*sending_doors(entry)[3:], ("get", f"{OWN}fiche/{found.pk}/"), ("get", f"{OWN}historique/{found.pk}/")]:
        assert getattr(client, method)(address).status_code == 404, address
    for address in (OWN, FILES):
        assert CANARY not in text(client.get(address))
    assert "signalements.csv" not in text(client.get(FILES))
    assert send(client, neotoa).status_code == 404
    assert HouseholdImport.objects.filter(landlord=archipel).count() == 0


def test_a_referent_reads_received_whatever_became_of_the_report(client, neotoa, referent, officer):
    household = HouseholdFactory()
    PersonFactory(household=household, last_name=CANARY)
    found = [report(neotoa, f"SIG-{number}") for number in range(4)]
    pages = []
    client.force_login(referent)

    def told():
        own = [text(client.get(f"{OWN}fiche/{item.pk}/")) for item in found]
        return [text(client.get(OWN)), *own, text(client.get(f"{OWN}?status=dismissed")), text(client.get(f"{OWN}?household__isnull=1"))]

    pages = told()
    actions.attach_report(report=found[0], household=household, fill=[], by=officer)
    actions.dismiss_report(report=found[2], reason="duplicate", by=officer)
    assert [body(page) for page in told()] == [body(page) for page in pages]
    whole = "".join(told())
    assert "Reçu" in whole
    for hidden in (household.reference, CANARY, "rattaché", "Rattaché", "écarté", "Écarté", "double", officer.get_full_name()):
        assert hidden not in whole, hidden
    assert client.get(f"{OWN}historique/{found[0].pk}/").status_code == 404


def body(page):
    """The screen itself: what stands around it holds tokens that change."""
    return page.partition('<div class="solive-screen')[2].partition("</main>")[0]


def test_a_referent_sends_a_file_and_sees_it_received(client, neotoa, referent, archipel):
    client.force_login(referent)
    assert client.get(reverse("reports:entrance")).url == OWN
    assert "Archipel" not in text(client.get(UPLOAD))
    preview = text(send(client, neotoa))
    assert "Rien n'est encore enregistré" in preview
    assert "2 lignes sont en erreur" not in preview
    assert "NEO-00001 » n'est la référence d'aucun logement" in preview
    entry = HouseholdImport.objects.get()
    address = reverse("reports:files:confirm", args=[entry.pk])
    assert "2 lignes sont en erreur" in text(client.post(address, follow=True))
    assert not HouseholdReport.objects.exists()
    assert "4 signalements transmis" in text(client.post(address, {"laisser": "oui"}, follow=True))
    assert HouseholdReport.objects.count() == 4
    assert HouseholdReport.objects.first().imported_by == referent
    assert "SIG-002" in text(client.get(OWN))
    assert "signalements.csv" in text(client.get(FILES))
    assert "Tout est déjà reçu" not in text(send(client, neotoa))


def test_a_sensitive_file_is_refused_on_screen_by_name(client, neotoa, referent):
    client.force_login(referent)
    page = text(send(client, neotoa, "refused_sensitive.csv"))
    assert "Fichier refusé" in page
    assert "« Santé / addictions » porte sur une donnée sensible" in page
    assert "Exemple" not in body(page)
    assert text(client.get(UPLOAD, {}))


def test_a_form_left_blank(client, officer):
    client.force_login(officer)
    answer = client.post(UPLOAD, {})
    assert answer.status_code == 400
    assert "Choisissez un fichier." in text(answer)
    assert client.post(UPLOAD, {"landlord": "abc"}).status_code == 404


def test_the_inbox_shows_those_that_wait_oldest_first(client, neotoa, officer):
    late = report(neotoa, "SIG-2", last_name="Tardif")
    early = report(neotoa, "SIG-1", last_name="Ancien", imported_at="2020-01-01T00:00Z")
    treated = report(neotoa, "SIG-3", last_name="Fini", imported_at="2019-01-01T00:00Z")
    actions.dismiss_report(report=treated, reason="duplicate", by=officer)
    client.force_login(officer)
    assert client.get(reverse("reports:entrance")).url == INBOX
    page = text(client.get(INBOX))
    assert page.index("Ancien") < page.index("Tardif") < page.index("Fini")
    assert "Délai dépassé" in page or "délai dépassé" in page
    waiting = text(client.get(f"{INBOX}?status=received"))
    assert "Fini" not in body(waiting)
    home = text(client.get(reverse("wagtailadmin_home")))
    assert "2 signalements attendent" in home
    assert reverse("reports:report", args=[late.pk]) in page
    assert reverse("reports:report", args=[early.pk]) in page


def test_from_the_inbox_to_the_case_it_is_about(client, neotoa, officer):
    person = PersonFactory(last_name="EXEMPLE", first_name="Anais")
    found = report(neotoa)
    client.force_login(officer)
    page = text(client.get(reverse("reports:report", args=[found.pk])))
    assert f"Même nom et même prénom. La date de naissance manque dans le dossier {person.household}." in page
    attach = reverse("reports:attach", args=[found.pk, person.household_id])
    assert attach in page
    shown = text(client.get(attach))
    assert "10/05/1970" in shown
    assert "vide" in shown
    client.post(attach, {"vu": found.updated_at.isoformat(), "remplir": ["person.birth_date"]})
    person.refresh_from_db()
    found.refresh_from_db()
    assert (person.birth_date, found.status) == (date(1970, 5, 10), ReportStatus.ATTACHED)
    done = text(client.get(reverse("reports:report", args=[found.pk])))
    assert person.household.reference in done
    assert "Rattacher à ce dossier" not in done
    for method, address in treating_doors(found, person.household)[1:6]:
        answer = getattr(client, method)(address, {"vu": found.updated_at.isoformat(), "commune": BETTON, "reason": "other"}, follow=True)
        assert "déjà traité" in text(answer), address


def test_any_case_in_sight_can_be_named_and_no_other(client, neotoa, officer):
    found, other, hidden = report(neotoa), HouseholdFactory(), HouseholdFactory(confidential=True, application_number="0" * 18)
    client.force_login(officer)
    address = reverse("reports:report", args=[found.pk])
    assert client.get(address, {"dossier": other.reference.lower()}).url == reverse("reports:attach", args=[found.pk, other.pk])
    for reference in (hidden.reference, "MEN-99999", "\x00"):
        answer = client.get(address, {"dossier": reference})
        assert answer.status_code == 200
    attach = reverse("reports:attach", args=[found.pk, hidden.pk])
    assert client.get(attach).status_code == 404
    assert client.post(attach, {"vu": found.updated_at.isoformat()}).status_code == 404


def test_a_report_that_led_to_a_confidential_case_is_for_the_people_named_on_it(client, neotoa, officer):
    hidden, named = HouseholdFactory(confidential=True), UserFactory()
    name_on_case(hidden, named)
    found = report(neotoa, last_name=CANARY)
    actions.attach_report(report=found, household=hidden, fill=[], by=named)
    page = reverse("reports:report", args=[found.pk])
    client.force_login(officer)
    assert CANARY not in client.get(INBOX).content.decode()
    assert client.get(page).status_code == 404
    client.force_login(named)
    assert CANARY in client.get(INBOX).content.decode()
    assert hidden.reference in text(client.get(page))


def test_a_case_is_opened_from_a_report(client, neotoa, officer):
    found = report(neotoa, commune_id=None)
    client.force_login(officer)
    address = reverse("reports:open", args=[found.pk])
    assert "Ouvrir un dossier" in text(client.get(address))
    seen = {"vu": found.updated_at.isoformat()}
    assert "Choisissez une commune." in text(client.post(address, seen))
    assert client.post(address, {"commune": BETTON, "vu": "hier"}).status_code == 404
    assert not Household.objects.exists()
    answer = client.post(address, {"commune": BETTON, **seen})
    assert answer.url == reverse("households:case", args=[Household.objects.get().pk])


def test_a_number_already_borne_is_told_on_the_form(client, neotoa, officer):
    known = HouseholdFactory(application_number="035011300000135001")
    found = report(neotoa, application_number="035011300000135001")
    client.force_login(officer)
    answer = client.post(reverse("reports:open", args=[found.pk]), {"commune": BETTON, "vu": found.updated_at.isoformat()})
    address = reverse("households:case", args=[known.pk])
    assert f'Le dossier <a href="{address}">{known.reference}</a> porte déjà ce numéro unique.' in text(answer)


def test_a_report_is_dismissed_with_a_reason(client, neotoa, officer):
    found = report(neotoa)
    client.force_login(officer)
    address = reverse("reports:dismiss", args=[found.pk])
    assert client.get(address).status_code == 405
    assert "Choisissez un motif de la liste." in text(client.post(address, {}, follow=True))
    assert "est écarté" in text(client.post(address, {"reason": "duplicate"}, follow=True))
    assert "Signalement en double" in text(client.get(reverse("reports:report", args=[found.pk]))).replace("signalement en", "Signalement en")


@pytest.mark.parametrize("screen", [INBOX, OWN, FILES, reverse("wagtailadmin_home")])
def test_a_list_takes_as_many_queries_for_two_rows_as_for_twenty(client, neotoa, referent, officer, screen):
    client.force_login(referent if screen == OWN else officer)
    counts = []
    for start, stop in ((0, 2), (2, 20)):
        for number in range(start, stop):
            report(neotoa, f"SIG-{number}")
        client.get(screen)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(screen).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_file_from_which_a_confidential_case_came_is_shut_to_officers_not_named_on_it(client, officer, referent, neotoa):
    entry = check(landlord=neotoa, upload=sample(), by=None)
    confirm(entry=entry, by=None, skip_errors=True)
    addresses = [reverse(f"reports:files:{name}", args=[entry.pk]) for name in ("original", "mend", "findings")]
    named = UserFactory()
    led = HouseholdReport.objects.filter(organisation=neotoa).first()
    case = HouseholdFactory(confidential=True)
    name_on_case(case, named)
    client.force_login(officer)
    assert [client.get(address).status_code for address in addresses] == [200] * 3
    told = entry.findings.exclude(value="").first().value
    assert told in text(client.get(reverse("reports:files:entry", args=[entry.pk])))
    led.household, led.status, led.decided_at = case, ReportStatus.ATTACHED, led.imported_at
    led.save()
    assert [client.get(address).status_code for address in addresses] == [404] * 3
    page = text(client.get(reverse("reports:files:entry", args=[entry.pk])))
    assert led.last_name not in page
    assert told not in page
    assert not any(address in page for address in addresses)
    for reader in (named, referent):
        client.force_login(reader)
        assert [client.get(address).status_code for address in addresses] == [200] * 3
