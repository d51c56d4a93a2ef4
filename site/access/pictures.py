"""Pictures that people send: recognised by their bytes, and drawn again, so that nothing else the file held (place, author, program) is kept."""

from io import BytesIO
from pathlib import PurePath
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError

KINDS: Final = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
MOST_PIXELS: Final = 40_000_000
QUALITY: Final = 90
TOO_MANY_PIXELS: Final = "Cette image compte trop de points : réduisez-la, puis envoyez-la de nouveau."
NOT_A_PICTURE: Final = "Ce fichier n'est pas une image lisible. Envoyez un fichier PNG, JPEG ou WebP."


def redrawn(file: Any) -> SimpleUploadedFile:
    """The picture of ``file``, upright, in the same format, and nothing but it; its colour profile stays.

    Raises ValidationError, in French, for what is no picture, whatever its name says, or has too many pixels.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=tuple(KINDS)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValidationError(TOO_MANY_PIXELS, code="too_large")
            kind, profile = str(opened.format), opened.info.get("icc_profile")
            picture = ImageOps.exif_transpose(opened).convert(_mode(opened, kind))
    except Image.DecompressionBombError as huge:
        raise ValidationError(TOO_MANY_PIXELS, code="too_large") from huge
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as unreadable:
        raise ValidationError(NOT_A_PICTURE, code="not_a_picture") from unreadable
    picture.info.clear()
    written = BytesIO()
    picture.save(written, kind, quality=QUALITY, icc_profile=profile)
    return SimpleUploadedFile(f"{PurePath(file.name).stem}.{KINDS[kind]}", written.getvalue(), content_type=f"image/{kind.lower()}")


def _mode(picture: Image.Image, kind: str) -> str:
    """Colours, with transparency where the picture has some and its format allows it."""
    return "RGBA" if kind != "JPEG" and picture.has_transparency_data else "RGB"
