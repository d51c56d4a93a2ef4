"""What people send to go with an entry: recognised by its bytes, never by its name, and bounded."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from django.core.exceptions import ValidationError
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_LOGO: Final = 5 * 1024 * 1024
LARGEST_DOCUMENT: Final = 2 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
LOGO_BOX: Final = (480, 240)
LOGO_QUALITY: Final = 82
LOGO_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")


@dataclass(frozen=True)
class Picture:
    """A picture ready to be shown: WebP bytes, and its size in pixels."""

    content: bytes
    width: int
    height: int


def read_logo(content: bytes) -> Picture:
    """Draw the picture again, small, as WebP: whatever else the file held (place, author, hidden text) is gone.

    Raises ValidationError, in French, for what is not a picture or is too large.
    """
    if len(content) > LARGEST_LOGO:
        raise ValidationError("Cette image dépasse 5 Mo : réduisez-la, puis envoyez-la de nouveau.", code="too_large")
    try:
        with Image.open(BytesIO(content), formats=LOGO_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValidationError("Cette image compte trop de points : réduisez-la, puis envoyez-la de nouveau.", code="too_large")
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as unreadable:
        raise ValidationError("Ce fichier n'est pas une image lisible. Envoyez un fichier PNG, JPEG ou WebP.", code="not_a_picture") from unreadable
    picture.thumbnail(LOGO_BOX)
    written = BytesIO()
    picture.save(written, "WEBP", quality=LOGO_QUALITY, method=6)
    return Picture(written.getvalue(), picture.width, picture.height)


def read_document(content: bytes) -> bytes:
    """Check that this is a PDF of a bearable size, and give it back. Raises ValidationError, in French."""
    if len(content) > LARGEST_DOCUMENT:
        raise ValidationError("Ce document dépasse 2 Mo : allégez-le, puis envoyez-le de nouveau.", code="too_large")
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-1_024:]:
        raise ValidationError("Ce fichier n'est pas un PDF. Enregistrez votre document au format PDF, puis envoyez-le.", code="not_a_pdf")
    return content
