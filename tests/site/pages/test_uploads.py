"""What editors and people send: known by its bytes through every door, drawn again when it is a picture, never run by a browser."""

import gc
import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture
from PIL import JpegImagePlugin
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.users.models import UserProfile

from access.enums import Role
from access.models import User
from access.pictures import redrawn
from pages.uploads import LARGEST_DOCUMENT, check_document

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def _temporary_files_of_the_framework():
    """It leaves those of its thumbnails to the garbage collector: they go here, and not in somebody else's test."""
    yield
    gc.collect()


@pytest.fixture
def staff(signed_in) -> Client:
    return signed_in(Role.GIE_STAFF)


def photo(after: bytes = b"") -> bytes:
    """A photo lying on its side, that says where and with what it was taken."""
    exif = Picture.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Appareil de Claire"
    exif.get_ifd(GPS)[2] = (48.0, 7.0, 3.0)
    written = io.BytesIO()
    Picture.new("RGB", (60, 40), "#2a6").save(written, "JPEG", exif=exif, comment=b"Rue de la Paix")
    return written.getvalue() + after


def archive(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return written.getvalue()


def send(client: Client, door: str, name: str, content: bytes, **data: object):
    several = door.endswith("add_multiple")
    field = "files[]" if several else "file"
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")
    headers = {"X-Requested-With": "XMLHttpRequest"} if several else {}
    return client.post(reverse(door), {"title": "Envoi", "collection": "1", field: file, **data}, headers=headers)


IMAGE_DOORS = ("wagtailimages:add", "wagtailimages:add_multiple", "wagtailimages_chooser:create")
DOCUMENT_DOORS = ("wagtaildocs:add", "wagtaildocs:add_multiple", "wagtaildocs_chooser:create")


@pytest.mark.parametrize("door", IMAGE_DOORS)
def test_a_photo_keeps_nothing_but_what_it_shows(staff, door):
    prefix = "image-chooser-upload-" if door.endswith("create") else ""
    data = {f"{prefix}title": "Envoi", f"{prefix}collection": "1", f"{prefix}file": SimpleUploadedFile("rue.jpg", photo(b"<script>"))}
    answer = staff.post(reverse(door), data) if prefix else send(staff, door, "rue.jpg", photo(b"<script>"))
    assert answer.status_code in (200, 302)
    image = Image.objects.get()
    with image.file.open() as stored:
        content = stored.read()
    for word in (b"Claire", b"Paix", b"Exif", b"<script>"):
        assert word not in content
    assert (image.width, image.height) == (40, 60), "drawn upright"
    assert image.file_size == len(content)
    assert JpegImagePlugin.JpegImageFile(io.BytesIO(content)).getexif() == {}


@pytest.mark.parametrize("door", IMAGE_DOORS)
@pytest.mark.parametrize(("name", "content"), [("plan.svg", SVG), ("plan.png", SVG), ("page.jpg", b"<html><script>"), ("anime.gif", b"GIF89a")])
def test_what_is_no_picture_is_refused_through_every_door(staff, door, name, content):
    prefix = "image-chooser-upload-" if door.endswith("create") else ""
    data = {f"{prefix}title": "Envoi", f"{prefix}collection": "1", f"{prefix}file": SimpleUploadedFile(name, content)}
    answer = staff.post(reverse(door), data) if prefix else send(staff, door, name, content)
    assert answer.status_code == 200
    assert not Image.objects.exists()


def test_an_image_replaced_is_drawn_again_too(staff):
    send(staff, "wagtailimages:add", "rue.jpg", photo())
    image = Image.objects.get()
    staff.post(reverse("wagtailimages:edit", args=[image.pk]), {"title": "Autre", "collection": "1", "file": SimpleUploadedFile("b.jpg", photo())})
    image.refresh_from_db()
    with image.file.open() as stored:
        assert b"Claire" not in stored.read()
    assert (image.title, image.width) == ("Autre", 40)


def test_a_picture_of_a_person_is_drawn_again(staff):
    address = reverse("wagtailadmin_account")
    names = {"name_email-first_name": "Claire", "name_email-last_name": "Morvan"}
    locale = {"locale-preferred_language": "fr", "theme-theme": "system", "theme-density": "default", "theme-contrast": "system"}
    staff.post(address, {**names, **locale, "avatar-avatar": SimpleUploadedFile("moi.jpg", photo())})
    profile = UserProfile.objects.get(user=User.objects.get())
    with profile.avatar.open() as stored:
        assert b"Appareil de Claire" not in stored.read()


def test_a_bomb_of_pixels_is_refused():
    written = io.BytesIO()
    Picture.new("1", (20_000, 20_000)).save(written, "PNG")
    with pytest.raises(ValidationError, match="trop de points"):
        redrawn(SimpleUploadedFile("noir.png", written.getvalue()))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1", "LA"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_and_size_stay(mode, kind):
    written = io.BytesIO()
    made = Picture.new("RGBA", (8, 6), (10, 20, 30, 0)).convert(mode)
    made.save(written, kind)
    with Picture.open(redrawn(SimpleUploadedFile(f"a.{kind.lower()}", written.getvalue()))) as drawn:
        assert (drawn.format, drawn.size) == (kind, (8, 6))
        assert drawn.has_transparency_data == Picture.open(io.BytesIO(written.getvalue())).has_transparency_data


GOOD = [
    ("plaquette.pdf", b"%PDF-1.7\n%%EOF"),
    ("liste.csv", "nom;ville\nLe Gué;Fougères".encode()),
    ("lettre.docx", archive(word__document_xml=b"<w/>")),
    ("tableau.ods", archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet")),
]
BAD = [
    ("page.html", b"<html>"),
    ("dessin.svg", SVG),
    ("outil.exe", b"MZ"),
    ("page.pdf", b"<html><script>alert(1)</script>"),
    ("lettre.docx", b"PK\x03\x04 tronqu\xc3\xa9"),
    ("lettre.docx", archive(word__document_xml=b"<w/>", word__vbaProject_bin=b"Sub AutoOpen()")),
    ("tableau.ods", archive(mimetype=b"application/x-autre")),
    ("tableau.xlsx", archive(word__document_xml=b"<w/>")),
    ("liste.csv", b"MZ\0\0"),
    ("sans-nom", b"%PDF-1.7"),
]


@pytest.mark.parametrize(("name", "content"), GOOD)
def test_documents_are_what_their_name_says(name, content):
    file = SimpleUploadedFile(name, content)
    check_document(file)
    assert file.read() == content


@pytest.mark.parametrize(("name", "content"), BAD)
def test_others_are_refused(name, content):
    with pytest.raises(ValidationError):
        check_document(SimpleUploadedFile(name, content))


def test_a_document_too_large_is_refused():
    with pytest.raises(ValidationError, match="dépasse 20 Mo"):
        check_document(SimpleUploadedFile("gros.pdf", b"%PDF-" + b"0" * LARGEST_DOCUMENT))


@pytest.mark.parametrize("door", DOCUMENT_DOORS)
@pytest.mark.parametrize(("name", "content", "kept"), [(*GOOD[0], 1), (*BAD[1], 0), (*BAD[3], 0)])
def test_every_door_of_documents_looks_at_the_bytes(staff, door, name, content, kept):
    prefix = "document-chooser-upload-" if door.endswith("create") else ""
    data = {f"{prefix}title": "Envoi", f"{prefix}collection": "1", f"{prefix}file": SimpleUploadedFile(name, content)}
    answer = staff.post(reverse(door), data) if prefix else send(staff, door, name, content)
    assert answer.status_code in (200, 302)
    assert Document.objects.count() == kept
