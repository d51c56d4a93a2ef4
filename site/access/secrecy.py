"""What is kept unreadable: texts sealed at rest, and marks that tell two values alike while holding neither.

Every key is derived from SECRET_KEY, one for each purpose; SECRET_KEY_FALLBACKS still open what an earlier key sealed.
"""

import hmac
from base64 import urlsafe_b64encode
from functools import cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES: Final = 32


class Unreadable(Exception):
    """No key at hand opens this text: SECRET_KEY changed without the old one being kept, or the text was altered."""


def seal(text: str, *, purpose: str) -> str:
    """``text`` encrypted and authenticated (Fernet: AES-128-CBC and HMAC-SHA256), as ASCII."""
    return _box(purpose, _secrets()).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """What ``seal`` was given for the same purpose. Raises Unreadable."""
    try:
        return _box(purpose, _secrets()).decrypt(sealed.encode()).decode()
    except InvalidToken as refused:
        raise Unreadable(purpose) from refused


def mark(value: str, *, purpose: str) -> str:
    """A keyed digest of ``value``, 64 hexadecimal digits: the same for the same value, and of no use without the key."""
    return _digest(_secrets()[0], value, purpose)


def marks(value: str, *, purpose: str) -> list[str]:
    """The mark of ``value`` under each key still accepted, the present one first."""
    return [_digest(secret, value, purpose) for secret in _secrets()]


def _secrets() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def _digest(secret: str, value: str, purpose: str) -> str:
    return hmac.digest(_key(secret, f"mark:{purpose}"), value.encode(), "sha256").hex()


@cache
def _key(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"solive:{purpose}".encode()).derive(secret.encode())


@cache
def _box(purpose: str, secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_key(secret, f"seal:{purpose}"))) for secret in secrets])
