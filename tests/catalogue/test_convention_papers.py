"""The papers of a convention: a text that staff edit, the PDF made of it, and signed documents that only its parties read."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from access.enums import Role
from catalogue import actions
from catalogue.convention_paper import body_of
from catalogue.enums import ConventionStatus, MeasureCode
from catalogue.models import Convention, ConventionDocument, ConventionText, MeasureKind, Tariff, Territory
from catalogue.models.papers import LARGEST
from tests.factories import ConventionFactory, OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db
SIGNED = b"%PDF-1.7 signed"


@pytest.fixture
def officer():
    return UserFactory()


def words(content):
    return " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace("\u202f", " ").replace("\xa0", " ").split())


def attached(convention, officer, content=SIGNED, **more):
    return actions.attach_document(convention=convention, name="convention.pdf", content=content, by=officer, **more)


def sign(convention, officer):
    for action in ("send", "sign"):
        convention = actions.move_convention(convention=convention, action=action, on=date(2014, 12, 20), by=officer)
    return convention


def test_the_pdf_holds_what_was_agreed(client, officer):
    convention = ConventionFactory(
        status=ConventionStatus.DRAFT, signed_on=None, capacity=12, framework="Accord-cadre départemental 2014", ends_on=date(2017, 12, 31)
    )
    support = MeasureKind.objects.get(code=MeasureCode.SUPPORT)
    Tariff.objects.create(convention=convention, kind=support, amount=Decimal("1520.00"), starts_on=date(2015, 1, 1))
    client.force_login(officer)
    answer = client.get(reverse("conventions:paper", args=[convention.pk]))
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(answer.content))
    assert reader.trailer["/Root"]["/Lang"] == "fr-FR"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == f"Convention {convention.number}"
    text = words(answer.content)
    for told in (convention.partner.name, "Accord-cadre départemental 2014", "12", "1 520,00 € par an, par ménage", "950,00 €", "1er janvier 2015"):
        assert told in text
    assert "31 décembre 2017" in text
    assert "{" not in text


def test_the_text_is_edited_and_a_signed_convention_keeps_its_own(client, officer):
    client.force_login(officer)
    common = ConventionText.objects.get(partner_kind="operator")
    edit = reverse("partenaires_textes-de-convention_modeladmin_edit", args=[common.pk])
    refused = client.post(edit, {"partner_kind": "operator", "body": "Article 1\nEntre le GIE et {patenaire}."})
    assert "Mots inconnus entre accolades : {patenaire}" in refused.content.decode()
    assert client.post(edit, {"partner_kind": "operator", "body": "Article 1\nEntre le GIE et {partenaire}."}).status_code == 302
    convention = sign(ConventionFactory(status=ConventionStatus.DRAFT, signed_on=None), officer)
    common.refresh_from_db()
    common.body = "Autre texte."
    common.save()
    assert body_of(convention) == f"Article 1\nEntre le GIE et {convention.partner.name}."
    assert body_of(ConventionFactory(status=ConventionStatus.DRAFT, signed_on=None)) == "Autre texte."
    own = ConventionFactory(status=ConventionStatus.DRAFT, signed_on=None, text="À part, pour {partenaire}.")
    assert body_of(own) == f"À part, pour {own.partner.name}."
    own.text = "{inconnu}"
    with pytest.raises(ValidationError, match="Mots inconnus"):
        own.full_clean()


def test_a_landlord_signs_the_landlords_text():
    convention = ConventionFactory(partner=OrganisationFactory(landlord=True))
    assert "Engagements du bailleur" in body_of(convention)
    assert "Engagements de l'opérateur" in body_of(ConventionFactory())


def test_words_between_braces_are_never_looked_into(officer):
    convention = ConventionFactory(purpose="{numéro} et {partenaire.pk}")
    assert "{numéro} et {partenaire.pk}" in body_of(convention)


def test_amendments_stand_in_the_pdf_with_what_was_before(client, officer):
    first, second = list(Territory.objects.all()[:2])
    convention = ConventionFactory(territory=first, ends_on=date(2016, 12, 31))
    amendment = actions.amend_convention(
        convention=convention,
        signed_on=date(2015, 6, 1),
        starts_on=date(2015, 7, 1),
        purpose="Étendre",
        territory=second,
        ends_on=date(2017, 12, 31),
        by=officer,
    )
    assert (amendment.former_territory, amendment.former_ends_on) == (first, date(2016, 12, 31))
    convention.refresh_from_db()
    assert (convention.territory_on(date(2015, 6, 30)), convention.territory_on(date(2015, 7, 1))) == (first, second)
    client.force_login(officer)
    text = words(client.get(reverse("conventions:paper", args=[convention.pk])).content)
    assert "Avenant 1, signé le 1er juin 2015" in text
    assert "fin : 31 décembre 2017 au lieu du 31 décembre 2016" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_on": date(2015, 6, 1)}, "précède le jour où l'avenant prend effet"),
        ({"prices": {MeasureCode.DIAGNOSIS: Decimal(280)}}, "La convention ne couvre pas"),
    ],
)
def test_an_amendment_that_makes_no_sense_is_refused(officer, changes, said):
    if prices := changes.get("prices"):
        changes = {"prices": {MeasureKind.objects.get(code=code): amount for code, amount in prices.items()}}
    with pytest.raises(ValidationError, match=said):
        actions.amend_convention(
            convention=ConventionFactory(), signed_on=date(2015, 5, 1), starts_on=date(2015, 7, 1), purpose="Essai", by=officer, **changes
        )


def test_a_signed_document_is_joined_read_and_withdrawn(client, officer):
    convention = ConventionFactory()
    client.force_login(officer)
    attach = reverse("conventions:attach", args=[convention.pk])
    refused = client.post(attach, {"content": SimpleUploadedFile("scan.pdf", b"GIF89a")})
    assert "n'est pas un PDF" in refused.content.decode().replace("&#x27;", "'")
    assert client.post(attach, {"content": SimpleUploadedFile("../scan signé.pdf", SIGNED)}).status_code == 302
    again = client.post(attach, {"content": SimpleUploadedFile("autre.pdf", SIGNED)})
    assert "déjà joint" in again.content.decode()
    document = convention.documents.get()
    address = reverse("conventions:document", args=[convention.pk, document.pk])
    page = client.get(reverse("partenaires_conventions_modeladmin_inspect", args=[convention.pk])).content.decode()
    assert address in page
    answer = client.get(address)
    assert answer.content == SIGNED
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert client.post(reverse("conventions:withdraw", args=[convention.pk, document.pk])).status_code == 302
    assert client.get(address).status_code == 404
    document.refresh_from_db()
    assert bytes(document.content) == b""


def test_what_cannot_be_kept_is_refused(officer):
    with pytest.raises(ValidationError, match="notez d'abord sa signature"):
        attached(ConventionFactory(status=ConventionStatus.TO_SIGN, signed_on=None), officer)
    with pytest.raises(ValidationError, match="dépasse 10 Mo"):
        attached(ConventionFactory(), officer, content=b"%PDF-" + bytes(LARGEST))
    amendment = actions.amend_convention(
        convention=ConventionFactory(), signed_on=date(2015, 5, 1), starts_on=date(2015, 7, 1), purpose="Essai", capacity=3, by=officer
    )
    with pytest.raises(ValidationError, match="celui d'une autre convention"):
        attached(ConventionFactory(), officer, amendment=amendment)
    assert not ConventionDocument.objects.exists()


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_papers_open_to_the_parties_alone(client, officer, role):
    own, foreign = ConventionFactory(), ConventionFactory()
    documents = {convention: attached(convention, officer) for convention in (own, foreign)}
    client.force_login(member(role, own.partner))
    staff = role == Role.GIE_STAFF
    reads = role in (Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER)
    for convention, opens in ((own, reads), (foreign, staff)):
        document = documents[convention]
        for name, args in (("paper", [convention.pk]), ("document", [convention.pk, document.pk])):
            assert client.get(reverse(f"conventions:{name}", args=args)).status_code == (200 if opens else 404)
        assert client.get(reverse("conventions:attach", args=[convention.pk])).status_code == (200 if staff else 404)
        assert client.post(reverse("conventions:withdraw", args=[convention.pk, document.pk])).status_code == (302 if staff else 404)
    assert client.get(reverse("conventions:document", args=[own.pk, documents[foreign].pk])).status_code == 404


def test_a_landlord_who_also_signs_reads_the_convention_and_its_prices(client):
    landlord, other = OrganisationFactory(landlord=True), OrganisationFactory(landlord=True)
    convention = ConventionFactory()
    convention.landlords.add(landlord)
    tariff = Tariff.objects.create(
        convention=convention, kind=MeasureKind.objects.get(code=MeasureCode.SUPPORT), amount=1520, starts_on=date(2015, 1, 1)
    )
    party, stranger = member(Role.LANDLORD_REFERENT, landlord), member(Role.LANDLORD_REFERENT, other)
    assert list(Convention.objects.visible_to(party)) == [convention]
    assert tariff in Tariff.objects.visible_to(party)
    assert not Convention.objects.visible_to(stranger).exists()
    assert tariff not in Tariff.objects.visible_to(stranger)
    client.force_login(party)
    page = client.get(reverse("partenaires_conventions_modeladmin_inspect", args=[convention.pk]))
    assert landlord.name in page.content.decode()
